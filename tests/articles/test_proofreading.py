"""Hints for proofreading: the seed's own faults are found, and what is right stays silent."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from articles.models import Article, ChecklistRule, HintDecision, Revision, WordRule, hints_of
from articles.proofreading import (
    Kind,
    PictureWords,
    ProofText,
    Word,
    blocks_of,
    check,
    marked,
    shipped,
)
from articles.text.typography import full_width, normalise, strip_paragraph
from portal.demo.content import seed_page
from tests import factories as f
from tests.articles.test_working_copy import address

# Marks are written as escapes: these texts are about punctuation.
COMMA, PAUSE, STOP, COLON = "\uff0c", "\u3001", "\u3002", "\uff1a"


def seed() -> ProofText:
    """The one real page, after its marks were made full-width."""
    lines = seed_page().read_text(encoding="utf-8").splitlines()
    rows = [full_width(strip_paragraph(lines[number - 1])) for number in (6, 8, 10, 12)]
    return ProofText(
        title="刍议基层社区如何开展党建思想政治工作",
        body="".join(f"<p>{row}</p>" for row in rows),
        byline_text=full_width(lines[15].strip()),
    )


def found(text: str, words: list[Word] | None = None, **more) -> dict[str, str | None]:
    """What is found in one paragraph, and what is suggested for it."""
    piece = ProofText(title="标题", body=f"<p>{text}</p>", **more)
    hints = check(piece, shipped() if words is None else words)
    return {hint.found: hint.suggest for hint in hints if hint.where == "body"}


def rules(text: str) -> set[str]:
    piece = ProofText(title="标题", body=f"<p>{text}</p>")
    return {hint.rule for hint in check(piece, shipped())}


class TestSeed:
    # paragraph, what is found, what is suggested, rule, level
    TABLE = (
        (2, "民众生活会", "民主生活会", "S14", "错误"),
        (2, "十八大会议精神", "党的十八大精神", "S14", "错误"),
        (2, "户600余人", None, "S8", "错误"),
        (2, "50万余", "50余万", "S8", "建议"),
        (2, f"“和谐家庭”{PAUSE}“孝顺媳妇”“道德文明演讲”", "“和谐家庭”“孝顺媳妇”“道德文明演讲”", "S3", "建议"),
        (2, "皆在", "旨在", "S5", "建议"),
        (2, "量量", "量", "S4", "存疑"),
        (2, "弱势群体", "困难群众", "S12", "建议"),
        (1, "下属于", "隶属于", "S12", "建议"),
        (1, "社区党支部", "社区党总支", "S11", "存疑"),
        (3, f"“书记讲党课”{PAUSE}“优秀员工”", "“书记讲党课”“优秀员工”", "S3", "建议"),
        (3, "不仅如此", f"不仅如此{COMMA}", "S7", "错误"),
        (3, "突显", "凸显", "S5", "建议"),
        (3, "树立文明警示牌", "竖立文明警示牌", "S5", "建议"),
        (3, "建身", "健身", "S5", "错误"),
        (3, "五月", "5月", "S9", "建议"),
        (4, "地", "的", "S6", "错误"),
        (4, "作用", f"作用{COMMA}", "S7", "错误"),
        (4, "㎡", "平方米", "S8", "建议"),
        (4, "m³", "立方米", "S8", "建议"),
        (4, "十万余", "10万余", "S8", "建议"),
    )  # fmt: skip

    def test_every_row_that_a_rule_can_find_is_found_and_nothing_else(self):
        hints = check(seed(), shipped())
        told = {
            (hint.block + 1, hint.found, hint.suggest, hint.rule, hint.level.label)
            for hint in hints
            if hint.where == "body"
        }
        assert told == set(self.TABLE)

    def test_the_byline(self):
        hints = [hint for hint in check(seed(), shipped()) if hint.where == "byline"]
        assert [(hint.rule, hint.found, hint.suggest) for hint in hints] == [
            ("A9", "编 辑", "编辑"),
            ("S17", "陕煤化蒲白实业白水矿社区苏有才", "陕煤化蒲白实业白水矿社区\u3000苏有才"),
        ] or {hint.rule for hint in hints} == {"A9", "S17"}

    def test_each_stands_where_it_says(self):
        piece = seed()
        blocks = blocks_of(piece.body)
        for hint in check(piece, shipped()):
            if hint.where == "body":
                text = blocks[hint.block].text
                assert text[hint.start : hint.end] == hint.found
        assert len({hint.key for hint in check(piece, shipped())}) == len(check(piece, shipped()))


class TestSilence:
    @pytest.mark.parametrize(
        "text",
        [
            "人人皆在场", "个个常常滚滚日日", "天天向上，步步登高，红彤彤的灯笼", "中国国家矿山安全监察局",
            "煤矿矿长长期在井下", "公司司机工会会员党委委员", "大学学生发展展望", "考虑考虑再说", "王丽丽和李娜娜，",
            "峰峰集团", "2014-5-31 11:54:26", "www.cwestc.com", "(023)68178780", "五一节，五四青年节，八月十五",
            "“先进集体”称号", "《煤炭法》《安全生产法》", "旨在提高，健身广场", "党的十八大精神", "得到了很好的支持",
            "积极地开展工作", "给予及时、有效的帮助", "不仅如此，社区还组织", "据悉，检修已完成",
            "30平方米，1.5万元，50余万元", "三五百人，千方百计，万一", "本网讯", "我们矿区", "我国的煤矿",
            "进行实地检查", "提供当地服务", "困难户12户36人", "千米钻机，数千米深，几百吨煤，上百万元", "面积5cm²",
            "认真的学习态度", "基本处理完毕，成本公司", "以及及时处理，为了了解情况，达到目的的方法，现在在井下", "是是非非，的的确确",
            "按装车顺序，必需要素", "雄赳赳，气昂昂", "学习立法法", "支部书记王凯凯，安全员李萌萌、张冰冰", "高高兴兴，踏踏实实，规规矩矩，磨磨蹭蹭", "昨日（11月20日）上午", "昨晚（20日）", "今天下午（2026年11月20日）", "各单位一把手抓落实", "2024年2月29日，2月29日，12月31日", "湿漉漉的工作服，沉甸甸的责任", "一根一根地换，看着看着就过了，摆得整整齐齐，优秀班组班组长", "他说：“昨天我矿产煤二百吨。”",
            "花了一千五元", "一点一滴，一步一个脚印", "困难户12户，帮扶600余人", "充分发挥模范作用，冒着酷暑",
        ],
    )  # fmt: skip
    def test_what_is_right_is_left_alone(self, text):
        assert found(f"前文{COMMA}{text}{STOP}") == {}

    def test_verse_is_not_corrected(self):
        body = '<div class="verse"><p>灯在额头醒着醒着<br>我矿的五月</p></div>'
        assert check(ProofText(title="矿灯", body=body), shipped()) == []


class TestDays:
    @pytest.mark.parametrize(
        "day",
        ["11月31日", "2月30日", "2023年2月29日", "13月1日", "4月31号", "2026年0月5日", "6月0日"],
    )
    def test_a_day_that_the_calendar_has_not(self, day):
        hints = check(ProofText(title="标题", body=f"<p>定于{day}举行。</p>"), shipped())
        assert [(hint.rule, hint.level.label) for hint in hints] == [("S9", "错误")]
        assert hints[0].why == "没有这一天"

    def test_a_relative_day_without_its_date_is_asked_about(self):
        for text in ("昨日上午", "昨晚（大雪）", "今天下午三点"):
            assert "S9" in rules(text), text


class TestTwice:
    @pytest.mark.parametrize("text", ["检修量量，", "加强了了管理", "运输线线。", "出煤口口，"])
    def test_what_stands_twice_is_asked_about_and_never_called_an_error(self, text):
        hints = [
            one
            for one in check(ProofText(title="标题", body=f"<p>{text}</p>"), shipped())
            if one.rule == "S4"
        ]
        assert all(hint.level.label == "存疑" for hint in hints)

    def test_it_is_asked_about(self):
        assert "S4" in rules("加强了了管理")
        assert "S4" in rules("运输线线。")


class TestRules:
    @pytest.mark.parametrize(
        ("text", "words", "suggest"),
        [
            ('他说"安全第一"', '"安全第一"', "“安全第一”"),
            ("荣获荣获一等奖", "荣获荣获", "荣获"),
            ("提高了的的效率", "的的", "的"),
            ("认真的开展排查", "的", "地"),
            (f"据悉检修已完成{STOP}", "据悉", f"据悉{COMMA}"),
            ("产煤一千五百吨", "一千五百", "1500"),
            ("投入二十万元", "二十万", "20万"),
            ("于十二月三日投产", "十二月三日", "12月3日"),
            ("面积30km²", "km²", "平方公里"),
            ("按装通凤设备", "按装", "安装"),
            ("我矿召开会议", "我矿", None),
            ("昨日上午", "昨日", None),
            ("电话13800138000", "13800138000", None),
            ("身份证11010519491231002X", "11010519491231002X", None),
            ("“安全第一", "“", None),
        ],
    )
    def test_each(self, text, words, suggest):
        told = found(f"近来{COMMA}{text}" if not text.startswith("据悉") else text)
        assert words in told
        assert told[words] == suggest

    def test_the_desks_own_lists(self):
        words = [
            Word(Kind.NAME, "张大明局长", "张大民局长", "error"),
            Word(Kind.ORDER, f"张三{PAUSE}李四{PAUSE}王五"),
            Word(Kind.WATCH, "内部资料", "", "query"),
            Word(Kind.CONFUSED, "帐号", "账号", "error", "", "老~"),
        ]
        told = found(
            f"李四和张三出席{STOP}张大明局长讲话{COMMA}内部资料{COMMA}老帐号{COMMA}新帐号", words
        )
        assert told == {"张三": None, "张大明局长": "张大民局长", "内部资料": None, "帐号": "账号"}

    def test_head_pictures_and_source(self):
        piece = ProofText(
            title=f"{'长' * 31}{STOP}",
            body="<p>正文</p>",
            is_reprint=True,
            pictures=[
                PictureWords("", "", ""),
                PictureWords("", "", "", True),
                PictureWords("说明", "某", ""),
            ],
        )
        told = {(hint.rule, hint.why) for hint in check(piece, [])}
        assert told == {
            ("S16", "标题 32 字，超过 30 字"),
            ("S16", "标题末尾不用句号"),
            ("S15", "缺图片说明、拍摄者、替代文字"),
            ("S19", "转载要写来源"),
        }

    def test_marks_keep_the_elements_of_a_text(self):
        html = "<p>这里<strong>皆</strong>在说，<em>建身</em>很好 &amp; 不错</p>"
        hints = check(ProofText(title="题", body=html), shipped())
        block = blocks_of(html)[0]
        told = marked(html, [(block, h.start, h.end, "hint", str(n)) for n, h in enumerate(hints)])
        assert told == (
            '<p>这里<strong><mark class="hint" id="m0" data-hint="0">皆</mark></strong>'
            '<mark class="hint" data-hint="0">在</mark>说，<em>'
            '<mark class="hint" id="m1" data-hint="1">建身</mark></em>很好 &amp; 不错</p>'
        )


def test_literature_writes_numbers_and_days_as_it_likes():
    text = "<p>六百米深处，那是昨天，五月的矿井，有个建身广场。</p>"
    news = check(ProofText(title="题", body=text), shipped())
    prose = check(ProofText(title="题", body=text, is_literary=True), shipped())
    assert {hint.found for hint in news} == {"六百", "昨天", "五月", "建身"}
    assert {hint.found for hint in prose} == {"建身"}


class TestTidying:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("<p>\u3000\u3000安全\u002c生产\u00a0</p><p>&nbsp;</p>", f"<p>安全{COMMA}生产</p>"),
            ("<p>第一段<br><br>第二段</p>", "<p>第一段</p><p>第二段</p>"),
            ("<p>\uff11\uff12\uff21...</p>", "<p>12A\u2026\u2026</p>"),
            ("<p>煤 矿--安全。。</p>", f"<p>煤矿\u2014\u2014安全{STOP}</p>"),
            ("<p>在<strong>井下</strong>\u002c安全</p>", f"<p>在<strong>井下</strong>{COMMA}安全</p>"),
            ("<p>\u300a安全\u002c生产\u300b 3000㎡ 1:500 11:54</p>", "<p>\u300a安全\u002c生产\u300b 3000㎡ 1:500 11:54</p>"),
            ('<div class="verse"><p>灯 在\u002c</p></div>', '<div class="verse"><p>灯 在\u002c</p></div>'),
            ("<p>本网讯（通讯员 张三 李四）近日</p>", "<p>本网讯（通讯员 张三 李四）近日</p>"),
            ("<p>作者：张三 李四</p>", "<p>作者：张三 李四</p>"),
            ("<h2>矿 灯</h2>", "<h2>矿 灯</h2>"),
            ("<p>渝煤\u30142014\u301512号</p>", "<p>渝煤\u30142014\u301512号</p>"),
        ],
    )  # fmt: skip
    def test_each(self, before, after):
        assert normalise(before) == after
        assert normalise(after) == after

    def test_the_seed_changes_in_sixty_six_places(self):
        lines = seed_page().read_text(encoding="utf-8").splitlines()
        body = "".join(f"<p>{lines[number - 1]}</p>" for number in (6, 8, 10, 12))
        done = normalise(body)
        plain = "".join(f"<p>{strip_paragraph(lines[n - 1])}</p>" for n in (6, 8, 10, 12))
        assert sum(one != other for one, other in zip(plain, done, strict=True)) == 66


@pytest.mark.django_db
class TestAtTheDesk:
    @pytest.fixture
    def seeded(self):
        call_command("import_legacy", str(seed_page()))
        return Article.objects.get()

    def test_the_seed_opens_with_its_hints_and_one_is_accepted(self, seeded):
        wang = f.editor()
        client = f.signed_in(wang)
        page = client.get(address("review", seeded.pk)).content.decode()
        for words in ("量量", "皆在", "建身", "不仅如此"):
            assert f">{words}</mark>" in page, words
        assert "采纳" not in page  # what readers see is not changed in place
        client.post(address("copy", seeded.pk))
        copy = Article.objects.get(copy_of=seeded)
        hint = next(one for one in hints_of(copy) if one.found == "建身")
        page = client.get(address("review", copy.pk) + "?yuangao").content.decode()
        assert ">建身</mark>" in page and f"accept:{hint.key}" in page
        client.post(address("hints", copy.pk), {"do": f"accept:{hint.key}"})
        copy.refresh_from_db()
        seeded.refresh_from_db()
        assert "健身广场" in copy.body and "建身" not in copy.body
        assert "建身广场" in seeded.body
        assert copy.revisions.get(number=copy.revision).note == "采纳校对提示：建身→健身"
        assert HintDecision.objects.get().decided_by == wang

    def test_ignoring_is_remembered_through_edits_and_taken_back(self):
        wang = f.editor()
        article = f.article(by=wang, body="<p>此举皆在安全。处处突显特色。</p>")
        client = f.signed_in(wang)
        keys = {hint.found: hint.key for hint in hints_of(article)}
        client.post(address("hints", article.pk), {"do": "ignore", "hint": [keys["皆在"]]})
        Article.objects.filter(pk=article.pk).update(
            body="<p>新加一句。此举皆在安全。处处突显特色。</p>"
        )
        article.refresh_from_db()
        assert [hint.found for hint in hints_of(article)] == ["突显"]
        client.post(address("hints", article.pk), {"do": f"again:{keys['皆在']}"})
        assert {hint.found for hint in hints_of(article)} == {"皆在", "突显"}

    def test_many_at_once_are_one_revision(self):
        wang = f.editor()
        article = f.article(by=wang, title="按装新设备", body="<p>建身、按装、<em>幅射</em>。</p>")
        hints = hints_of(article)
        f.signed_in(wang).post(
            address("hints", article.pk), {"do": "accept", "hint": [hint.key for hint in hints]}
        )
        article.refresh_from_db()
        assert article.title == "安装新设备"
        assert article.body == "<p>健身、安装、<em>辐射</em>。</p>"
        assert article.revision == 2

    def test_who_may_not_edit_decides_nothing(self):
        article = f.article(by=f.chief(), body="<p>建身广场。</p>")
        hint = hints_of(article)[0]
        for user in (f.account("jian", "网站监督"), f.correspondent().user):
            f.signed_in(user).post(address("hints", article.pk), {"do": f"accept:{hint.key}"})
            f.signed_in(user).post(address("hints", article.pk), {"do": f"ignore:{hint.key}"})
            f.signed_in(user).post(address("tidy", article.pk), {"_seen": article.version_token})
        article.refresh_from_db()
        assert (article.body, HintDecision.objects.count()) == ("<p>建身广场。</p>", 0)

    def test_tidying_is_shown_done_and_undone(self):
        wang = f.editor()
        article = f.article(by=wang, body="<p>安全\u002c生产...</p>")
        client = f.signed_in(wang)
        shown = client.get(address("tidy", article.pk)).content.decode()
        assert re.search(f"<ins>[^<]*{COMMA}", shown)
        client.post(address("tidy", article.pk), {"_seen": article.version_token})
        article.refresh_from_db()
        assert article.body == f"<p>安全{COMMA}生产\u2026\u2026</p>"
        assert "没有要整理的" in client.get(address("tidy", article.pk)).content.decode()
        first = article.revisions.get(number=1)
        client.post(address("revision", article.pk, first.pk), {"_seen": article.version_token})
        article.refresh_from_db()
        assert article.body == "<p>安全\u002c生产...</p>"

    def test_the_lists_are_kept_by_the_desk(self):
        assert WordRule.objects.count() > 60
        zhao = f.managing()
        client = f.signed_in(zhao)
        data = {"kind": "watch", "wrong": "保密工程", "level": "error", "is_active": "on"}
        client.post(reverse("admin:articles_wordrule_add"), data)
        article = f.article(by=zhao, body="<p>保密工程开工。</p>")
        assert [hint.found for hint in hints_of(article)] == ["保密工程"]
        WordRule.objects.filter(wrong="保密工程").update(is_active=False)
        assert hints_of(article) == []
        call_command("setup_site", verbosity=0)
        assert not WordRule.objects.get(wrong="保密工程").is_active
        refused = f.signed_in(f.editor()).post(reverse("admin:articles_wordrule_add"), data)
        assert refused.status_code == 403


@pytest.mark.django_db
class TestChecklist:
    @pytest.fixture
    def readers(self):
        return [f.editor(), f.managing(), f.chief()]

    def test_what_blocks_stops_the_release_and_leads_to_its_field(self, readers):
        article = f.article_in("final_reading", readers)
        Article.objects.filter(pk=article.pk).update(origin="reprint", source="")
        client = f.signed_in(readers[2])
        page = client.get(address("review", article.pk)).content.decode()
        assert "转载没有写来源" in page and "/change/#id_source" in page
        client.post(
            address("step", article.pk),
            {"_seen": f.seen(address("step", article.pk)), "_step": "sign_final"},
        )
        article.refresh_from_db()
        assert article.state == "final_reading"
        Article.objects.filter(pk=article.pk).update(source="某网")
        client.post(
            address("step", article.pk),
            {"_seen": f.seen(address("step", article.pk)), "_step": "sign_final"},
        )
        article.refresh_from_db()
        assert article.state == "signed"

    def test_each_section_asks_for_its_own(self, readers):
        ChecklistRule.objects.create(item="tags", weight="block")
        ChecklistRule.objects.create(item="tags", weight="off", section=f.section("shici"))
        news = f.article_in("final_reading", readers)
        verse = f.article("shici", by=f.editor("qian", "钱"), provenance="manuscript")
        verse.sign(by=readers[0])
        chief = f.signed_in(readers[2])
        for article in (news, verse):
            chief.post(
                address("step", article.pk),
                {"_seen": f.seen(address("step", article.pk)), "_step": "sign_final"},
            )
            article.refresh_from_db()
        assert (news.state, verse.state) == ("final_reading", "signed")
        assert "没有关键词" in chief.get(address("review", news.pk)).content.decode()
        assert "没有关键词" not in chief.get(address("review", verse.pk)).content.decode()

    def test_errors_of_wording_may_block(self, readers):
        ChecklistRule.objects.create(item="wording", weight="block")
        article = f.article_in("final_reading", readers)
        before = article.content()
        article.body = article.body + "<p>建身广场。</p>"
        article.save()
        article.settle_edit(by=readers[2], before=before)
        chief = f.signed_in(readers[2])
        answer = chief.post(
            address("step", article.pk),
            {"_seen": f.seen(address("step", article.pk)), "_step": "sign_final"},
            follow=True,
        )
        assert "校对提示里有" in answer.content.decode()
        keys = [hint.key for hint in hints_of(article) if hint.level == "error"]
        chief.post(address("hints", article.pk), {"do": "ignore", "hint": keys})
        chief.post(
            address("step", article.pk),
            {"_seen": f.seen(address("step", article.pk)), "_step": "sign_final"},
        )
        article.refresh_from_db()
        assert article.state == "signed"
        report = article.readings.get(stage="final_reading").report
        assert report["error"] == 0

    def test_who_sets_it(self):
        data = {"item": "tags", "weight": "block"}
        for user, made in ((f.editor(), 0), (f.chief(), 1)):
            f.signed_in(user).post(reverse("admin:articles_checklistrule_add"), data)
            assert ChecklistRule.objects.count() == made


@pytest.mark.django_db
def test_the_sheet_tells_the_whole_chain():
    readers = [f.editor(), f.managing(), f.chief()]
    li = f.correspondent()
    made = f.manuscript(li, title="来稿的标题", body=f.body())
    made.submit(by=li.user)
    made.add_message("请补数据", by=readers[0])
    article = made.accept(by=readers[0])
    before = article.content()
    article.title = "编辑改的标题"
    article.save()
    article.settle_edit(by=readers[0], before=before)
    article.sign(by=readers[0], note="要素齐全")
    article.sign(by=readers[1], note="事实已核")
    article.pass_back_final(by=readers[2], note="导语再压一压")
    article.sign(by=readers[1])
    article.sign(by=readers[2])
    article.publish(by=readers[0])
    page = f.signed_in(f.account("jian", "网站监督")).get(address("sheet", article.pk))
    text = page.content.decode()
    for words in ("王编辑", "赵主编", "孙总编", "要素齐全", "事实已核", "导语再压一压", "请补数据",
                  "改动：标题", "第 1 稿", "李通讯", "立即发布", "作废"):  # fmt: skip
        assert words in text, words
    assert Revision.objects.filter(article=article, published_at__isnull=False).count() == 1
