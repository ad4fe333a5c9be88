"""The same text again 一稿多投： found whatever was done to it, told, compared, confirmed, logged."""

from __future__ import annotations

import datetime as dt
import random
import re

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from opencc import OpenCC

from articles.indexes.near_duplicates import TABLE
from articles.indexes.shingles import plain
from articles.models import Article, DeskAssignment, DeskEntry, matches_of, passages
from correspondents.lifecycle import StepNotAllowed
from portal import roles
from submissions.models import Manuscript
from tests import factories as f
from tests.submissions.test_queue import QUEUE, page, said, step, titles

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WHO = [
    "白桦沟煤矿",
    "青石峪煤矿",
    "枫桥沟煤矿",
    "鹿鸣塬煤矿",
    "云岭矿",
    "北塔选煤厂",
    "柳湾机修厂",
    "松林救护队",
]
WHAT = [
    "综采队",
    "掘进一队",
    "机电科",
    "通防区",
    "运输区",
    "选煤车间",
    "救护中队",
    "女工家属协管会",
    "地测科",
    "调度室",
    "党支部",
    "团委",
    "工会",
    "培训中心",
    "班前会",
    "井口服务站",
]
DID = [
    "组织全员学习新修订的规程，逐条对照岗位查找差距",
    "完成主通风机切换演练，用时比上季度缩短两分钟",
    "在工作面安装语音提示装置，提醒过往人员注意避让",
    "为井下职工送去姜汤和热毛巾",
    "改造刮板输送机机头护罩，消除了一处多年的隐患",
    "开展师带徒结对，签订责任书",
    "把班组的金点子做成卡片贴在更衣室",
    "修复旧托辊三百余根，节约材料费用",
    "对变电所进行除尘和紧固",
    "清理水仓淤泥，保证雨季排水",
    "更换钢丝绳并做静载试验",
    "邀请老矿工讲当年的事故，很多人落了泪",
    "举办职工书画展，展出作品八十多幅",
    "在井口设立意见箱，每周答复",
]


def story(seed: int, sentences: int = 14) -> str:
    """A text of the trade: units, places and doings drawn together, as such texts are."""
    draw = random.Random(seed)
    rows = []
    for _ in range(sentences):
        number = draw.randint(2, 900)
        rows.append(
            f"{draw.choice(WHO)}{draw.choice(WHAT)}{draw.choice(DID)}，参加的有{number}人，"
            f"{draw.choice('一二三四五六七八九十')}月{draw.randint(1, 30)}日由"
            f"{''.join(chr(draw.randrange(0x4E00, 0x9FA0)) for _ in range(5))}验收。"
        )
    return "".join(rows)


def edited(text: str, share: float, seed: int) -> str:
    """One character in eight changed in that share of the sentences."""
    draw = random.Random(seed)
    rows = re.findall("[^。]+。", text)
    for place in draw.sample(range(len(rows)), round(share * len(rows))):
        letters = list(rows[place])
        for spot in draw.sample(range(len(letters) - 1), len(letters) // 8):
            letters[spot] = chr(draw.randrange(0x4E00, 0x9FA0))
        rows[place] = "".join(letters)
    return "".join(rows)


def reordered(text: str, seed: int) -> str:
    rows = re.findall("[^。]+。", text)
    random.Random(seed).shuffle(rows)
    return "".join(rows)


ROUND = "本网讯（通讯员{}）为深入贯彻落实上级会议精神，进一步夯实基础，{}下一步，该单位将再接再厉，再创佳绩。"
EDITS = {
    "exact": lambda text, seed: text,
    "5 %": lambda text, seed: edited(text, 0.05, seed),
    "15 %": lambda text, seed: edited(text, 0.15, seed),
    "30 %": lambda text, seed: edited(text, 0.30, seed),
    "50 %": lambda text, seed: edited(text, 0.50, seed),
    "first half": lambda text, seed: text[: len(text) // 2],
    "first 30 %": lambda text, seed: text[: int(0.3 * len(text))],
    "boilerplate": lambda text, seed: ROUND.format("李四", text),
    "order": reordered,
    "traditional": lambda text, seed: OpenCC("s2t").convert(text),
}


@pytest.fixture
def li():
    return f.correspondent()


@pytest.fixture
def wang():
    return f.editor()


def sent(author, title, text, **fields):
    made = f.manuscript(author, title=title, body=f"<p>{text}</p>", **fields)
    made.submit(by=author.user)
    return made


class TestFinding:
    def test_what_was_done_to_a_copy_does_not_hide_it(self):
        texts = [story(seed) for seed in range(60)]
        for number, text in enumerate(texts):
            f.published(f"原文{number}", body=f"<p>{text}</p>")
        keys = {row.title: row.pk for row in Article.objects.all()}
        for name, edit in EDITS.items():
            found = 0
            for seed in range(0, 60, 2):
                alike = matches_of("另起的标题", edit(texts[seed], seed))
                named = alike and alike[0].object_id == keys[f"原文{seed}"]
                found += bool(named and alike[0].is_probably_same)
            assert found == 30, (name, found)

    def test_other_texts_of_the_trade_stay_silent(self):
        for seed in range(150):
            f.published(f"原文{seed}", body=f"<p>{story(seed)}</p>")
        named = [matches_of("别的事", story(1000 + seed)) for seed in range(200)]
        assert sum(any(one.is_same for one in row) for row in named) <= 1
        assert sum(any(one.is_probably_same for one in row) for row in named) <= 4

    def test_short_texts_are_compared_whole(self):
        f.published("一", body="<p>今天下井三百人。</p>")
        # ... and not as parts of longer ones.
        assert matches_of("长文", f"{story(5)}今天下井三百人。{story(6)}") == []
        assert [one.percent for one in matches_of("二", "今天，下井三百人")] == [100]
        assert matches_of("二", "今天下井四百人") == []
        assert matches_of("二", "") == []

    def test_the_same_title_counts_for_a_month(self, settings):
        f.published("标题相同", body=f"<p>{story(1)}</p>")
        old = timezone.now() - dt.timedelta(days=40)
        f.published("标题老了", body=f"<p>{story(2)}</p>", published_at=old)
        (alike,) = matches_of("標題 相同", story(3))
        assert (alike.word, alike.same_title, alike.percent) == ("同题", True, 0)
        assert matches_of("标题老了", story(3)) == []
        settings.SAME_TITLE_DAYS = 60
        assert len(matches_of("标题老了", story(3))) == 1

    def test_thresholds_are_settings(self, settings):
        f.published("一", body=f"<p>{story(1)}</p>")
        half = edited(story(1), 0.5, 3)
        (alike,) = matches_of("二", half)
        assert (alike.word, alike.is_same) == ("很可能相同", False)
        settings.SAME_TEXT = 0.4
        (alike,) = matches_of("二", half)
        assert alike.is_same
        settings.LISTED_TEXT = 0.95
        assert matches_of("二", half) == []

    def test_the_formulas_of_the_trade_name_nobody(self):
        """What stands in very many texts is no sign of likeness."""
        formula = (
            "坚持安全第一预防为主综合治理的方针，全面落实企业主体责任，严格执行各项规章制度，" * 2
        )
        for seed in range(80):
            f.published(f"套话{seed}", body=f"<p>{formula}{story(seed, 10)}</p>")
        assert not [one for one in matches_of("新的", formula + story(999, 10)) if one.is_same]

    def test_the_table_follows_every_change(self):
        def rows() -> int:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {TABLE}")
                return cursor.fetchone()[0]

        article = f.published("一", body=f"<p>{story(1)}</p>")
        first = rows()
        assert first > 8
        Article.objects.filter(pk=article.pk).update(body=f"<p>{story(2)}</p>")
        article.make_findable()
        assert matches_of("x", story(1)) == []
        assert matches_of("x", story(2))[0].percent == 100
        article.withdraw(by=f.chief(), note="撤")
        assert matches_of("x", story(2))[0].is_public is False
        article.delete()
        assert rows() == 0

    def test_common_passages(self):
        one = "甲段只有这里有。共同的一段话写得很长很长，标点不同。乙"
        other = "别处的开头；共同的一段話寫得很長很長標點不同！尾"
        mine, theirs = passages(one, other)
        assert "".join(words for words, _ in mine) == one
        assert "".join(words for words, _ in theirs) == other
        assert [words for words, common in mine if common] == ["共同的一段话写得很长很长，标点不同"]
        assert [words for words, common in theirs if common] == ["共同的一段話寫得很長很長標點不同"]


class TestQueue:
    def test_a_second_copy_is_marked_named_and_compared(self, li, wang):
        f.published("登过的", body=f"<p>{story(5)}</p>")
        qian = f.correspondent("qian", "钱通讯")
        first = sent(qian, "先投的", story(6))
        copy = sent(li, "换了标题", f"{story(6)}")
        fresh = sent(li, "新写的", story(7))
        printed = sent(li, "抄登过的", edited(story(5), 0.15, 1))
        client = f.signed_in(wang)
        queue = said(client.get(QUEUE))
        assert "与别稿相同 100%" in queue
        assert (fresh.likeness, first.likeness, copy.likeness) == (0, 0, 100)
        assert set(titles(client.get(f"{QUEUE}?qt=alike"))) == {"换了标题", "抄登过的"}
        shown = said(page(client, copy))
        for words in ("先投的", "相同 100%", "来稿 · 待处理", "钱通讯"):
            assert words in shown, words
        assert "本站 · 局矿快报" in said(page(client, printed))
        address = f"{QUEUE}{copy.pk}/change/alike/2/{first.pk}/"
        assert address in page(client, copy).content.decode()
        compared = client.get(address).content.decode()
        assert compared.count("<mark>") >= 2
        assert "先投的" in compared
        assert client.get(f"{QUEUE}{copy.pk}/change/alike/2/999999/").status_code == 404
        assert client.post(address).status_code == 404

    def test_drafts_are_looked_at_by_nobody(self, li, wang):
        qian = f.correspondent("qian", "钱通讯")
        draft = f.manuscript(qian, title="别人的草稿", body=f"<p>{story(8)}</p>")
        made = sent(li, "投出的", story(8))
        assert made.likeness == 0
        assert "别人的草稿" not in said(page(f.signed_in(wang), made))
        assert not DeskEntry.objects.filter(kind=2, object_id=draft.pk).exists()

    def test_another_desks_manuscript_is_named_without_its_words(self, li, wang):
        away = sent(f.correspondent("qian", "钱通讯"), "别的栏目的题", story(9),
                    section=f.section("shici"))  # fmt: skip
        made = sent(li, "本栏目的", story(9))
        DeskAssignment.objects.create(user=wang, section=f.section())
        client = f.signed_in(wang)
        shown = said(page(client, made))
        assert "其他栏目的来稿" in shown
        assert "别的栏目的题" not in shown
        # The one that stops his own may be compared; one that shares a part stays closed.
        compared = client.get(f"{QUEUE}{made.pk}/change/alike/2/{away.pk}/").content.decode()
        assert f"<mark>{story(9)[:40]}" in compared
        assert "别的栏目的题" not in compared
        part = sent(li, "只有一段相同", story(9, 6) + story(90, 9))
        assert 30 <= part.likeness < 70
        address = f"{QUEUE}{part.pk}/change/alike/2/{away.pk}/"
        assert address.removeprefix(f"{QUEUE}{part.pk}/change/") not in said(page(client, part))
        assert client.get(address).status_code == 404

    def test_a_text_is_compared_with_what_is_like_it_alone(self, li, wang):
        made, other = sent(li, "这一篇", story(9)), sent(li, "无关的一篇", story(10))
        client = f.signed_in(wang)
        for number in (other.pk, 10**18, 10**30):
            answer = client.get(f"{QUEUE}{made.pk}/change/alike/2/{number}/")
            assert (answer.status_code, "无关的一篇" in answer.content.decode()) == (404, False)
        # Who may not see manuscripts does not see them beside an article either.
        article = f.article(by=f.chief(), title="文章", body=f"<p>{story(9)}</p>")
        only = f.account("only")
        only.user_permissions.add(Permission.objects.get(codename="view_article"))
        shown = f.signed_in(only).get(
            f"/admin/articles/article/{article.pk}/change/alike/2/{made.pk}/"
        )
        assert (shown.status_code, story(9)[:40] in shown.content.decode()) == (404, False)

    def test_the_text_as_it_was_sent_is_what_is_compared(self, li, wang):
        made = sent(li, "投出的", story(10))
        made.send_back(by=wang, note="请改")
        Manuscript.objects.filter(pk=made.pk).update(body=f"<p>{story(11)}</p>")
        other = sent(f.correspondent("qian", "钱通讯"), "另一篇", story(10))
        assert other.likeness == 100
        made.refresh_from_db()
        made.submit(by=li.user)
        assert sent(f.correspondent("zheng", "郑通讯"), "第三篇", story(11)).likeness == 100


class TestAuthor:
    def test_is_told_before_sending_the_own_piece_again(self, li):
        sent(li, "上月的旧稿", story(20))
        client = f.signed_in(li.user)
        draft = f.manuscript(li, title="换题再投", body=f"<p>{edited(story(20), 0.05, 1)}</p>")
        form = client.get(reverse("submissions:edit", args=[draft.pk])).content.decode()
        assert "《上月的旧稿》文字相同" in form
        draft.submit(by=li.user)
        assert draft.state == "submitted"

    def test_is_not_told_of_others(self, li):
        sent(f.correspondent("qian", "钱通讯"), "别人的秘密标题", story(21))
        draft = f.manuscript(li, title="巧了", body=f"<p>{story(21)}</p>")
        client = f.signed_in(li.user)
        for name in ("edit", "preview", "state"):
            shown = client.get(reverse(f"submissions:{name}", args=[draft.pk])).content.decode()
            assert "别人的秘密标题" not in shown
            assert "文字相同" not in shown


class TestReading:
    """At "the same" somebody looks before it is signed."""

    @pytest.fixture
    def pair(self, li, wang):
        printed = f.published("登过的", body=f"<p>{story(30)}</p>")
        made = sent(li, "再投的", edited(story(30), 0.05, 2))
        return printed, made.accept(by=wang)

    def test_signing_waits_for_a_persons_word(self, pair, wang):
        printed, article = pair
        client = f.signed_in(wang)
        change = reverse("admin:articles_article_change", args=[article.pk])
        review = reverse("admin:articles_article_review", args=[article.pk])
        shown = said(client.get(review))
        assert "文字相同的稿件要由人核对后才能通过审读" in shown
        with pytest.raises(StepNotAllowed, match="请先在“重复比对”里对照并确认"):
            article.sign(by=wang)
        address = f"{change}alike/1/{printed.pk}/"
        assert address in client.get(review).content.decode()
        assert "已核对，这一篇可以发布" in said(client.get(address))
        client.post(address, {"remark": "另一篇将撤下"})
        assert "王编辑" in said(client.get(change))
        article.refresh_from_db()
        article.sign(by=wang)
        article.sign(by=f.managing())
        article.sign(by=f.chief())
        article.publish(by=wang)
        entry = LogEntry.objects.get(additional_data__event="likeness_confirmed")
        assert entry.actor == wang
        assert "登过的" in entry.additional_data["note"]
        assert "另一篇将撤下" in entry.additional_data["note"]
        assert "核对重复稿件" in said(client.get(change.replace("change", "history")))

    def test_an_editor_of_one_section_is_not_stopped_by_anothers_copy(self, li, wang):
        """Whoever sends a copy to another section would stop the piece for good."""
        DeskAssignment.objects.create(user=wang, section=f.section())
        copy = sent(li, "抄来的", story(20), section=f.section("shici"))
        article = f.article(by=f.chief(), title="原来的", body=f"<p>{story(20)}</p>")
        with pytest.raises(StepNotAllowed, match="对照并确认"):
            article.sign(by=wang)
        client = f.signed_in(wang)
        change = f"/admin/articles/article/{article.pk}/change/"
        cards = client.get(f"/admin/articles/article/{article.pk}/checks/").json()["cards"]
        assert f"alike/2/{copy.pk}/" in cards["alike"]
        client.post(f"{change}alike/2/{copy.pk}/", {"remark": "已与诗词栏目沟通"})
        article.sign(by=wang)
        assert article.state == "second_reading"

    def test_who_has_looked_looks_again_when_more_is_the_same(self, wang):
        first = f.published("先发的", body=f"<p>{story(21)}</p>")
        mixed = story(21, 10) + story(22, 3)
        article = f.article(by=f.chief(), title="后来的", body=f"<p>{mixed}</p>")
        article.confirm_likeness(1, first.pk, by=wang)
        assert article.unconfirmed_likenesses(wang) == []
        before = article.content()
        article.body = f"<p>{story(21)}</p>"
        article.save()
        article.settle_edit(by=wang, before=before)
        assert [one.match.percent for one in article.unconfirmed_likenesses(wang)] == [100]
        article.confirm_likeness(1, first.pk, by=wang)
        article.sign(by=wang)

    def test_a_copy_that_comes_between_readings_stops_the_next_one(self, li, wang):
        article = sent(li, "先来的", story(31)).accept(by=wang)
        article.sign(by=wang)
        article.sign(by=f.managing())
        article.sign(by=f.chief())
        f.published("抢先登了", body=f"<p>{story(31)}</p>")
        with pytest.raises(StepNotAllowed, match="抢先登了"):
            article.publish(by=wang)
        at = timezone.now() + dt.timedelta(hours=1)
        with pytest.raises(StepNotAllowed, match="抢先登了"):
            article.schedule(by=wang, at=at)

    def test_what_is_given_up_needs_no_word(self, li, wang):
        old = sent(li, "不采用的", story(32))
        old.decline(by=wang, note="要素不全")
        article = sent(li, "重写过的", edited(story(32), 0.05, 3)).accept(by=wang)
        shown = said(f.signed_in(wang).get(reverse("admin:articles_article_review",
                                                   args=[article.pk])))  # fmt: skip
        assert "不采用的" in shown
        article.sign(by=wang)
        assert article.state == "second_reading"

    def test_who_may_not_edit_may_not_confirm(self, pair):
        printed, article = pair
        monitor = f.account("jian", roles.MONITOR, name="监督员")
        address = reverse("admin:articles_article_change", args=[article.pk])
        f.signed_in(monitor).post(f"{address}alike/1/{printed.pk}/")
        assert not article.confirmations.exists()
        with pytest.raises(StepNotAllowed, match="不用确认"):
            article.confirm_likeness(1, 999, by=f.managing())

    def test_accept_and_sign_in_one_click_tells_too(self, li, wang):
        f.published("登过的", body=f"<p>{story(33)}</p>")
        made = sent(li, "再投的", story(33))
        told = said(step(f.signed_in(wang), made, "accept_and_sign"))
        made.refresh_from_db()
        assert made.state == "submitted"
        assert "请先在“重复比对”里对照并确认" in told
        assert plain("登过的") in told
