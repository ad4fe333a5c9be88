"""Search against the plain truth: a word is found exactly where it stands."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import random
import re
import subprocess
import sys
from html import unescape
from xml.etree import ElementTree

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import reindexing, throttling
from articles.indexes import reader_search, search_index
from articles.indexes.search_index import MOST, Entry, number_of
from articles.models import (
    Article,
    ArticleImage,
    Byline,
    DeskEntry,
    Genre,
    HotWord,
    PromotedResult,
    PublicEntry,
    Scope,
    forget,
    matches_of,
    save_entries,
)
from articles.search import postgres, sqlite
from articles.search.backend import KEY, Filter
from articles.search.engines import ENGINES, engine
from articles.search.folding import fold
from articles.search.grams import code, codes, grams, runs, title_code, title_codes
from articles.search.query import read
from articles.text.richtext import to_text
from articles.workflow.publication import take_out_expired
from correspondents.models import Upload
from tests import databases
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.database]
# Half of it words, half of it what stands between and beside them in real texts.
PIECES = [
    "煤矿",
    "综采",
    "工作面",
    "瓦斯",
    "抽采",
    "智能化",
    "掘进",
    "安全生产",
    "皮带",
    "检修",
    "主井",
    "副井",
    "提升机",
    "应急演练",
    "班组",
    "杨宁",
    "张明",
    "白桦沟",
    "青石峪",
    "党委",
    "职工",
    "文艺",
    "汇演",
    "救护队",
    "国家",
    "美国",
    "能源局",
    "铁路",
    "港口",
    "库存",
    "价格",
    "上涨",
    "下跌",
    "同比",
    "增长",
    "的",
    "在",
    "和",
    "了",
    "对",
    "煤",
    "矿",
    "水",
    "2014年",
    "2026年11月",
    "3.5%",
    "300万吨",
    "1300万吨",
    "1502工作面",
    "21502",
    "G20",
    "5G",
    "CO2",
    "ZY10000",
    "3000㎡",
    "25℃",
    "礦區",
    "發電",
    "學習",
    "後勤",
    "Ａ股",
    "ＷＰＳ",
    "O’Neil",
    "阿卜杜勒·卡里木",
    "é",
    "Ω",
    "2.5",
    "20",
    "02",
    "0",
    "A",
]
NO_QUOTES = str.maketrans("", "", '"“”「」『』')
BETWEEN = ["", "", "", "", "，", "。", " ", "、", "“", "”", "\n", "（", "）", "-", "/"]


def texts(number: int, seed: int) -> list[str]:
    draw = random.Random(seed)
    return [
        "".join(draw.choice(PIECES) + draw.choice(BETWEEN) for _ in range(draw.randint(3, 60)))
        for _ in range(number)
    ]


def filled(number: int, seed: int) -> list[Entry]:
    """Entries without articles, as if made by publishing."""
    draw = random.Random(seed + 1)
    start = timezone.now() - dt.timedelta(days=400)
    bodies, titles = texts(number, seed), texts(number, seed + 2)
    entries = [
        Entry(
            kind=1,
            object_id=place + 1,
            section_id=f.section().pk,
            at=start + dt.timedelta(minutes=place, seconds=draw.randint(0, 50)),
            title=titles[place][:30],
            body=bodies[place],
            meta=(draw.choice(["杨宁", "李 强", "白桦沟煤矿"]), draw.choice(PIECES)),
            keys=(f"{KEY}g{place % 3}",),
        )
        for place in range(number)
    ]
    save_entries([(entry, True) for entry in entries])
    return entries


def truth(entries: list[Entry], words: tuple[str, ...]) -> list[int]:
    found = []
    for entry in reversed(entries):
        row = entry.row(1)
        if all(word in row.title or word in row.body or word in row.meta for word in words):
            found.append(entry.object_id)
    return found


def found(typed: str, where: Filter | None = None) -> list[int]:
    hits = PublicEntry.objects.hits(read(typed), where)
    return [key for _, key in PublicEntry.objects.objects_of([n for n, _ in hits.found])]


def queries(entries: list[Entry], seed: int) -> list[str]:
    """Words of one to four characters cut anywhere, words, pairs, numbers, traditional input."""
    draw = random.Random(seed)
    cut = []
    for _ in range(160):
        text = "".join(c if c.isalnum() else " " for c in draw.choice(entries).body)
        runs = [run for run in text.split() if run]
        run = draw.choice(runs)
        length = draw.randint(1, 4)
        start = draw.randrange(max(1, len(run) - length + 1))
        cut.append(run[start : start + length])
    two = [f"{draw.choice(PIECES)} {draw.choice(PIECES)}" for _ in range(60)]
    long = [draw.choice(PIECES) + draw.choice(PIECES) for _ in range(60)]
    return [*cut, *two, *long, *PIECES, "礦區", "發電", "ＣＯ２", "ｇ20", "杨宁", "不存在的词"]


def walk(monkeypatch) -> None:
    """Have every word that stands anywhere taken for a common one: texts are read in order."""
    monkeypatch.setattr(sqlite, "WALK", 1e-9)
    monkeypatch.setattr(postgres, "WALK", 0)
    engine().settle(PublicEntry._meta.db_table)
    monkeypatch.setattr(ENGINES["postgresql"], "_known", {})


class TestTruth:
    @pytest.mark.parametrize("way", ["by the index", "text after text"])
    def test_every_word_is_found_where_it_stands_and_nowhere_else(self, way, monkeypatch):
        entries = filled(400, seed=11)
        asked = queries(entries, seed=12)
        if way == "text after text":
            walk(monkeypatch)
        for typed in asked:
            words = read(typed).words
            assert words, typed
            assert found(typed) == truth(entries, words), typed
        assert sum(bool(truth(entries, read(typed).words)) for typed in asked) > 250

    def test_phrases_in_quotation_marks(self):
        entries = filled(150, seed=31)
        draw = random.Random(5)
        for _ in range(40):
            text = fold(draw.choice(entries).body).replace("\n", " ").translate(NO_QUOTES)
            start = draw.randrange(len(text))
            phrase = text[start : start + 9]
            typed = f"“{phrase}”"
            if not (words := read(typed).words):
                continue
            assert len(words) == 1
            assert words[0] in phrase
            assert found(typed) == truth(entries, words), typed

    def test_beyond_a_thousand_the_newest_are_exact(self):
        start = timezone.now() - dt.timedelta(days=30)
        entries = [
            Entry(1, place + 1, None, start + dt.timedelta(minutes=place),
                  "煤矿安全" if place % 3 else "铁路运输", "第" + str(place))
            for place in range(1800)
        ]  # fmt: skip
        save_entries([(entry, True) for entry in entries])
        hits = PublicEntry.objects.hits(read("煤矿"))
        assert (hits.total, hits.is_capped) == (MOST, True)
        assert found("煤矿") == truth(entries, ("煤矿",))[: MOST + 1]
        hits = PublicEntry.objects.hits(read("铁路"))
        assert (hits.total, hits.is_capped) == (600, False)

    @pytest.mark.parametrize("typed", ["煤", "1", "矿 安", "煤 安全", "的 煤矿 2"])
    def test_common_characters_within_filters(self, typed, monkeypatch):
        entries = filled(400, seed=17)
        middle = entries[200].at
        where = Filter(keys=((f"{KEY}g0", f"{KEY}g1"),), since=number_of(middle), title_only=True)
        rest = Filter(without=(f"{KEY}g1",), below=number_of(middle))
        before = [found(typed), found(typed, where), found(typed, rest)]
        walk(monkeypatch)
        assert [found(typed), found(typed, where), found(typed, rest)] == before
        words = read(typed).words
        told = {key for entry in entries if (key := entry.object_id) % 3 != 2 and entry.at < middle}
        assert before[2] == [key for key in truth(entries, words) if key in told]
        assert before[0] == truth(entries, words)

    def test_folding_keeps_every_place(self):
        for text in texts(50, seed=7):
            assert len(fold(text)) == len(text)
        assert fold("ＡＢｃ１２％　礦區發電Ω") == "abc12% 矿区发电ω"

    @pytest.mark.parametrize(
        "typed",
        ["", " ", "\x00", '"', '""', "“”", "*", "-", "NEAR(", "OR", "a OR b", "{x}:煤", "title\x3a煤",
         "😀", "煤😀矿", "^煤", "煤*", "(煤", "煤)", "'; DROP", "%", "_", "\\", "煤" * 3000,
         "煤矿 " * 500, "\u202e", "a" * 3000, "1" * 3000, "NOT 煤", "煤 AND", "+煤", "§s1", "·"],
    )  # fmt: skip
    def test_nothing_typed_is_syntax(self, typed):
        filled(5, seed=3)
        query = read(typed)
        assert len(query.typed) <= 200
        assert len(query.terms) <= 10
        found(typed)
        Article.objects.search(typed, Scope(section=f.section())).page("", by_time=False)


def search(typed: str, scope: Scope | None = None, *, by_time: bool = False) -> list[Article]:
    page = Article.objects.search(typed, scope).page("", by_time=by_time)
    return Article.objects.in_entries(page.ids)


def page(query: str, **more) -> str:
    return Client().get("/search/", {"q": query, **more}).content.decode()


def titles(html: str) -> list[str]:
    """The titles of the hits of a page, marks left out."""
    found = re.findall(r'<article class="item[^"]*"><div><h2><a [^>]*>(.*?)</a></h2>', html)
    return [unescape(re.sub(r"</?mark>", "", title)) for title in found]


class TestEntriesFollowTheirArticles:
    def test_names_units_tags_captions_and_lines_are_found(self):
        article = f.published(
            "标题一", body="<p>正文里的话。</p>", subtitle="副题的词", kicker="引题"
        )
        unit = f.unit("白桦沟煤业集团白桦沟煤矿")
        row = Byline(article=article, name="杨 宁", unit_text="白桦沟矿", organisation=unit)
        row.save()
        article.tags.add("春检")
        upload = Upload.objects.accept(f.photo(), owner=None)
        ArticleImage.objects.create(article=article, upload=upload, caption="井口全景")
        article.make_findable()
        words = (
            "标题一",
            "正文",
            "杨宁",
            "白桦沟矿",
            "煤业集团",
            "春检",
            "井口全景",
            "副题",
            "引题",
        )
        for word in words:
            assert titles(page(word)) == ["标题一"], word
        assert "<mark>井口全景</mark>" in page("井口全景")

    @pytest.mark.django_db(transaction=True)
    def test_only_what_readers_may_see_is_found(self):
        """Draft, scheduled, withdrawn, discarded, hidden, expired; manuscripts and notes."""
        wang, zhao, sun = f.editor(), f.managing(), f.chief()
        made = f.manuscript(f.correspondent(), title="神秘词在标题", body="<p>神秘词。</p>")
        made.submit(by=made.author.user)
        made.add_internal_note("神秘词在备注", by=wang)
        made.add_message("神秘词在留言", by=wang)
        assert titles(page("神秘词")) == []
        article = made.accept(by=wang)
        article.sign(by=wang)
        article.sign(by=zhao)
        article.sign(by=sun)
        assert titles(page("神秘词")) == []
        article.schedule(by=sun, at=timezone.now() + dt.timedelta(hours=1))
        assert titles(page("神秘词")) == []
        article.publish(by=sun)
        assert titles(page("神秘词")) == ["神秘词在标题"]
        article.withdraw(by=sun, note="撤")
        assert titles(page("神秘词")) == []
        assert "神秘词在标题" not in Client().get("/search/tishi/?q=神秘词").content.decode()
        assert not PublicEntry.objects.exists()
        hidden = f.published("神秘词藏着", "shici")
        gone = f.published("神秘词到期")
        Article.objects.filter(pk=gone.pk).update(expires_at=timezone.now())
        hidden.section.is_visible = False
        hidden.section.save()
        take_out_expired.call()
        assert "没有找到" in page("神秘词")
        gone.delete()
        assert not PublicEntry.objects.filter(object_id=gone.pk).exists()

    def test_a_failed_publication_leaves_nothing_behind(self):
        article = f.published("照旧")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Article.objects.filter(pk=article.pk).update(title="改了的题")
            article.make_findable()
            raise ZeroDivisionError
        assert titles(page("照旧")) == ["照旧"]
        assert titles(page("改了的")) == []

    @pytest.mark.django_db(transaction=True)
    def test_a_claimed_byline_and_merged_people_and_units_are_followed(self):
        li, chief = f.correspondent(), f.chief()
        article = f.published("署名的文章")
        row = article.bylines.create(name="李通讯", unit_text="白桦沟煤矿")
        row.credit(li)
        assert [a.pk for a in search("署名", Scope(person=li))] == [article.pk]
        old = f.unit("老单位")
        Byline.objects.filter(pk=row.pk).update(organisation=old)
        article.make_findable()
        new = f.unit("新单位")
        old.merge_into(new, by=chief)
        f.work()
        assert [a.pk for a in search("署名", Scope(unit=new))] == [article.pk]
        call_command("check_search")


class TestCommands:
    def test_rebuilding_mends_what_the_check_tells(self, capsys):
        good, changed, missing = f.published("好的"), f.published("改过的"), f.published("漏掉的")
        article = f.published("撤下的")
        Article.objects.filter(pk=changed.pk).update(title="后来的题")
        forget(1, [missing.pk])
        Article.objects.filter(pk=article.pk).update(state="withdrawn")
        Article.objects.filter(pk=good.pk)._raw_delete(Article.objects.db)
        with pytest.raises(CommandError, match="有 4 处不一致"):
            call_command("check_search")
        told = capsys.readouterr().err
        for words in ("索引与内容不一致", "没有建立索引", "却在公开检索里", "已经不存在"):
            assert words in told
        call_command("rebuild_search")
        call_command("check_search")
        assert titles(page("后来的题")) == ["后来的题"]
        assert titles(page("漏掉")) == ["漏掉的"]
        assert not PublicEntry.objects.filter(object_id=article.pk).exists()

    def test_a_build_from_nothing_finds_words_and_wording(self, monkeypatch):
        # Many batches, and the fingerprints put in on the way.
        monkeypatch.setattr(reindexing, "BATCH", 1)
        monkeypatch.setattr(reindexing, "PUT_IN", 2)
        text = f.body()
        article = f.published("从头建立", body=text)
        made = f.manuscript(f.correspondent(), title="来稿也在", body=f.body())
        made.submit(by=made.author.user)
        forget(1, [article.pk])
        forget(2, [made.pk])
        others = [f.published(f"另有{place}篇") for place in range(5)]
        forget(1, [other.pk for other in others])
        assert matches_of("另题", to_text(text)) == []
        call_command("rebuild_search")
        call_command("check_search")
        assert titles(page("从头建立")) == ["从头建立"]
        for other in others:
            assert titles(page(other.title)) == [other.title]
            (match,) = matches_of("另题", to_text(other.body))
            assert (match.object_id, match.share) == (other.pk, 1)
        assert [one.object_id for one in matches_of("另题", to_text(text))] == [article.pk]
        assert matches_of("另题", to_text(made.body))[0].kind == 2

    @pytest.mark.django_db(transaction=True)
    def test_a_build_that_was_killed_is_made_good_by_the_next(self):
        articles = [f.published(f"断电{place}篇") for place in range(3)]
        forget(1, [one.pk for one in articles])

        # Dies with its fingerprints waiting, as in a power cut.
        dying = (
            "import os; from articles import reindexing; from articles.indexes import near_duplicates;"
            " near_duplicates._put_in = lambda: os._exit(9); reindexing.rebuild(lambda _: None)"
        )
        died = subprocess.run(
            [sys.executable, "manage.py", "shell", "-v", "0", "-c", dying],
            cwd=django_settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": databases.address()},
            check=False,
        )
        assert died.returncode == 9
        assert PublicEntry.objects.count() == 3
        assert matches_of("另题", to_text(articles[0].body)) == []
        with pytest.raises(CommandError, match="不一致"):
            call_command("check_search")
        call_command("rebuild_search")
        call_command("check_search")
        for one in articles:
            assert [row.object_id for row in matches_of("另题", to_text(one.body))] == [one.pk]

    def test_a_site_from_before_is_indexed_when_it_is_set_up(self):
        made = f.manuscript(f.correspondent(), title="早先的来稿")
        made.submit(by=made.author.user)
        forget(2, [made.pk])
        call_command("setup_site", verbosity=0)
        assert DeskEntry.objects.get().title == "早先的来稿"

    def test_another_version_of_the_grams_is_written_anew(self):
        f.published("旧版索引")
        PublicEntry.objects.update(version=0)
        with pytest.raises(CommandError, match="不一致"):
            call_command("check_search")
        call_command("rebuild_search")
        call_command("check_search")
        assert titles(page("旧版索引")) == ["旧版索引"]


class TestPage:
    def test_every_word_must_be_there_and_is_marked(self):
        f.published(
            "鹿山矿通风系统改造", body="<p>风量<script>alert(1)</script>充足 &amp; 稳定。</p>"
        )
        f.published("鹿山矿排水系统改造")
        found = page("鹿山　通风")
        assert titles(found) == ["鹿山矿通风系统改造"]
        assert "<mark>鹿山</mark>矿<mark>通风</mark>系统改造" in found
        found = page("充足 & 稳定")
        assert "<mark>充足</mark> &amp; <mark>稳定</mark>" in found

    def test_traditional_full_width_and_padded_input(self):
        article = f.published("国家能源局发布Ｇ20会议消息", body="<p>矿区发电。</p>")
        article.bylines.create(name="杨 宁")
        article.make_findable()
        for typed in ("國家能源", "礦區發電", "g20會議", "ｇ２０", "杨宁"):
            assert titles(page(typed)) == ["国家能源局发布Ｇ20会议消息"], typed

    def test_the_better_fit_comes_first_and_the_newest_when_asked(self):
        day = timezone.now()
        f.published("别的标题", body="<p>只提到智能化一次。</p>", published_at=day)
        f.published("智能化开采", body="<p>智能化。</p>", published_at=day - dt.timedelta(days=90))
        assert titles(page("智能化")) == ["智能化开采", "别的标题"]
        assert titles(page("智能化", px="shijian")) == ["别的标题", "智能化开采"]

    def test_filters(self):
        li = f.correspondent()
        day = timezone.now() - dt.timedelta(days=500)
        one = f.published("煤矿甲", published_at=day, genre=Genre.objects.get(name="消息"))
        one.bylines.create(name="李通讯", correspondent=li, organisation=li.organisation)
        one.make_findable()
        upload = Upload.objects.accept(f.photo(), owner=None)
        two = f.published("煤矿乙", "shici", body="<p>诗</p>")
        ArticleImage.objects.create(article=two, upload=upload)
        two.make_findable()
        f.published("丙", body="<p>煤矿在正文</p>")
        old = timezone.localtime(day).date().isoformat()
        everything = {"煤矿甲", "煤矿乙", "丙"}
        for more, expected in [
            ({}, everything),
            ({"lm": "shici"}, {"煤矿乙"}),
            ({"lm": "none"}, everything),
            ({"fw": "biaoti"}, {"煤矿甲", "煤矿乙"}),
            ({"tu": "1"}, {"煤矿乙"}),
            ({"zuozhe": li.pk}, {"煤矿甲"}),
            ({"zuozhe": 9999}, everything),
            ({"danwei": li.organisation_id}, {"煤矿甲"}),
            ({"ticai": Genre.objects.get(name="消息").pk}, {"煤矿甲"}),
            ({"cong": old, "dao": old}, {"煤矿甲"}),
            ({"dao": "2001-01-01"}, set()),
            ({"cong": "0001-01-01", "dao": "9999-12-31"}, everything),
            ({"cong": "昨天"}, everything),
        ]:
            assert set(titles(page("煤矿", **more))) == expected, more
        found = page("煤矿")
        assert re.search(r'lm=shici">诗词 1</a>', found)
        assert re.search(r'lm=jukuang">局矿快报 2</a>', found)
        narrowed = page("煤矿", lm="shici", tu="1")
        assert "栏目：诗词" in narrowed
        assert 'href="?q=%E7%85%A4%E7%9F%BF&amp;tu=1"' in narrowed

    def test_somebody_without_consent_is_no_filter(self):
        li = f.correspondent(public=False)
        article = f.published("不公开的人")
        article.bylines.create(name="李通讯", correspondent=li)
        article.make_findable()
        f.published("不公开的另一篇")
        assert len(titles(page("不公开", zuozhe=li.pk))) == 2

    def test_pages_show_every_hit_once(self):
        filled(90, seed=77)
        for entry in range(90):
            f.published(f"翻页第{entry}篇", published_at=timezone.now() - dt.timedelta(hours=entry))
        for order in ("", "shijian"):
            seen, address, pages = [], f"/search/?q=翻页&px={order}", 0
            while address:
                html = Client().get(address).content.decode()
                seen += titles(html)
                following = re.search(r'rel="next" href="([^"]+)"', html)
                address = f"/search/{unescape(following[1])}" if following else ""
                pages += 1
            assert (len(seen), len(set(seen)), pages) == (90, 90, 5)
        assert seen == [f"翻页第{entry}篇" for entry in range(90)]
        for odd in ("r99", "t1", "x", "r-1", "t" + "9" * 30, "r" + "9" * 30):
            assert "翻页" in page("翻页", page=odd)

    def test_beyond_the_candidates_no_hit_comes_twice(self, monkeypatch):
        """Ranked are the newest, and older ones with the words in the title; then all others."""
        monkeypatch.setattr(search_index, "NEWEST", 30)
        monkeypatch.setattr(reader_search, "NEWEST", 30)
        monkeypatch.setattr(search_index, "IN_TITLE", 5)
        for entry in range(100):
            title = f"翻页在题第{entry}篇" if entry % 4 == 0 else f"第{entry}篇"
            when = timezone.now() - dt.timedelta(hours=entry)
            f.published(title, body=f"<p>翻页在文第{entry}次。</p>", published_at=when)
        seen, address = [], "/search/?q=翻页"
        while address:
            html = Client().get(address).content.decode()
            seen += titles(html)
            following = re.search(r'rel="next" href="([^"]+)"', html)
            address = f"/search/{unescape(following[1])}" if following else ""
        assert (len(seen), len(set(seen))) == (100, 100)

    def test_a_thousand_is_counted_no_further(self, monkeypatch):
        monkeypatch.setattr(search_index, "MOST", 3)
        for number in range(5):
            f.published(f"许多{number}")
        found = page("许多")
        assert "共 3+ 条" in found
        assert len(titles(page("许多", px="shijian"))) == 5

    def test_what_nothing_has_is_taken_apart(self):
        f.published("白桦沟矿智能化综采见成效", body="<p>开采技术改造完成。</p>")
        f.published("技术比武", body="<p>与此无关。</p>")
        f.published("一字不差的安全生产月")
        found = page("智能化综采技术改造")
        assert titles(found)[0] == "白桦沟矿智能化综采见成效"
        assert "没有完全相符的" in found
        assert titles(page("完全没有")) == []
        assert "没有完全相符的" not in page("智能化")
        assert "没有完全相符的" in page("安全生产月 外星人 一字")

    def test_an_empty_page_advises_and_offers(self):
        HotWord.objects.create(text="瓦斯治理")
        HotWord.objects.create(text="不显示", is_visible=False)
        article = f.published("有标签的")
        article.tags.add("安全月")
        start = page("")
        assert "想找什么" in start
        assert 'href="?q=%E7%93%A6%E6%96%AF%E6%B2%BB%E7%90%86"' in start
        assert "不显示" not in start
        none = page("外星人", tu="1")
        for words in ("没有找到相关的文章", 'value="外星人"', "有图 ×", "安全月", "瓦斯治理"):
            assert words in none

    @pytest.mark.django_db(transaction=True)
    def test_the_desk_promotes_a_result(self):
        chief = f.signed_in(f.chief())
        add = "/admin/articles/promotedresult/add/"
        form = {"words": "投稿、怎么投稿", "title": "投稿须知", "address": "/tougao/xuzhi/",
                "note": "看这里", "position": "0"}  # fmt: skip
        chief.post(add, form)
        assert '<a href="/tougao/xuzhi/">投稿须知</a>' in page("怎麼投稿")
        assert "看这里" not in page("投稿时间")
        refused = chief.post(add, form | {"address": "//evil.example"}).content.decode()
        assert "地址要以 / 或 https:// 开头" in refused
        PromotedResult.objects.update(until=timezone.localdate() - dt.timedelta(days=1))
        assert "看这里" not in page("投稿")

    def test_people_and_units_of_that_name_are_offered(self):
        li = f.correspondent()
        f.correspondent("wei", "李未公开", public=False)
        found = page("李")
        assert li.get_absolute_url() in found
        assert "李未公开" not in found
        assert li.organisation.get_absolute_url() in page("白桦沟")

    def test_suggestions(self):
        li = f.correspondent()
        article = f.published("白桦沟矿春检")
        answer = Client().get("/search/tishi/", {"q": "白桦沟"}).json()
        assert answer["articles"] == [
            {"text": "白桦沟矿春检", "address": article.get_absolute_url()}
        ]
        assert [row["text"] for row in answer["units"]] == ["白桦沟煤矿"]
        people = Client().get("/search/tishi/", {"q": "李 通"}).json()["people"]
        assert people == [{"text": "李通讯", "address": li.get_absolute_url()}]
        browser = Client().get("/search/tishi/", {"q": "春检", "geshi": "opensearch"})
        assert browser.json() == ["春检", ["白桦沟矿春检"]]
        assert browser["Content-Type"] == "application/x-suggestions+json"
        assert Client().get("/search/tishi/").json() == {"articles": [], "people": [], "units": []}

    def test_browsers_can_add_the_search(self):
        assert 'href="/opensearch.xml"' in page("")
        described = ElementTree.fromstring(Client().get("/opensearch.xml").content)
        name = "{http://a9.com/-/spec/opensearch/1.1/}Url"
        addresses = [row.get("template") for row in described.iter(name)]
        assert f"{django_settings.SITE_URL}/search/?q={{searchTerms}}" in addresses

    def test_robots_are_slowed_down(self, settings, monkeypatch):
        # All within one minute, whatever the clock of the machine is about to strike.
        monkeypatch.setattr(throttling.time, "monotonic", lambda: 1e6)
        settings.SEARCHES_A_MINUTE = 3
        f.published("慢慢来")
        robot = {"REMOTE_ADDR": "203.0.113.9"}
        answers = [Client().get("/search/?q=慢慢", **robot) for _ in range(4)]
        assert [titles(answer.content.decode()) for answer in answers[:3]] == [["慢慢来"]] * 3
        assert (answers[3].status_code, answers[3]["Retry-After"]) == (429, "60")
        assert "请求太多" in answers[3].content.decode()
        other = Client().get("/search/?q=慢慢", REMOTE_ADDR="203.0.113.10")
        assert titles(other.content.decode()) == ["慢慢来"]
        # One network of IPv6 is one asker, and so are those without an address.
        for addresses in ([f"2001:db8::{number:x}" for number in range(4)], [""] * 4):
            codes = [
                Client().get("/search/", REMOTE_ADDR=address).status_code for address in addresses
            ]
            assert codes == [200, 200, 200, 429]
        assert Client().get("/search/", REMOTE_ADDR="2001:db8:0:1::1").status_code == 200

    def test_a_long_question_that_finds_nothing_asks_no_more_than_a_short_one(self):
        letters = [chr(number) for number in range(0x4E00, 0x4E00 + 200)]
        for number in range(9):
            f.published(f"文{number}", body=f"<p>{''.join(letters)}</p>")
        long = " ".join(f"{letters[n]}{letters[-n - 3]}" * 9 for n in range(10))
        Client().get("/robots.txt")  # what is asked once an edition
        with CaptureQueriesContext(connection) as asked:
            page(long)
        assert len(asked) < 60
        with CaptureQueriesContext(connection) as asked:
            assert Client().get("/search/tishi/", {"q": long}).json()["articles"] == []
        assert len(asked) < 12

    def test_what_is_put_together_by_two_is_paged_once(self):
        now = timezone.now()
        words = ["甲乙", "丙丁", "戊己", "庚辛"]
        made = 0
        for one, other in itertools.combinations(words, 2):
            for _ in range(55):
                made += 1
                f.published(
                    f"{one}，{other}，{made}号", published_at=now - dt.timedelta(minutes=made)
                )
        shown, address = [], "/search/?q=甲乙丙丁戊己庚辛"
        while address:
            html = Client().get(address).content.decode()
            shown += titles(html)
            following = re.search(r'href="([^"]+)"[^>]*rel="next"|rel="next" href="([^"]+)"', html)
            address = "/search/" + unescape(following[1] or following[2]) if following else ""
        assert len(shown) == len(set(shown)) == made


def test_a_process_that_serves_pages_loads_no_segmenter_and_no_table_of_readings(tmp_path):
    script = """
import sys
import portal.wsgi
from django.test import Client
from articles.views import finding
loaded = {name.partition('.')[0] for name in sys.modules}
assert not loaded & {'jieba', 'rjieba', 'pypinyin', 'opencc', 'numpy'}, loaded
from correspondents import pinyin
assert pinyin._readings.cache_info().currsize == 0
"""
    environment = os.environ | {"DEBUG": "1", "TESTING": "0", "DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("seed", range(40))
def test_numbers_of_grams_are_those_of_each_gram_by_itself(seed):
    """PostgreSQL's set is made by the stretch; here gram by gram, rare ideographs among them."""
    draw = random.Random(seed)
    parts = [*PIECES, "😀", "𠮷田", "豈", "\ue000", "，", "。", " "]
    text = fold("".join(draw.choice(parts) for _ in range(12)))
    every = {
        gram[:end]
        for run in runs(text)
        for gram in (*run, *grams(run))
        for end in {len(gram), *range(2, len(gram))}
    }
    assert codes(text) == {code(gram) for gram in every}
    assert title_codes(text) == {title_code(gram) for gram in every}


class TestNear:
    """What is offered when nothing has all that was typed."""

    def test_an_accent_that_a_phone_parted_from_its_letter(self):
        f.published("Caf\u00e9 开进矿区")
        f.published("Cafe\u0301 又开一家")
        for typed in ("caf\u00e9", "cafe\u0301", "CAFE\u0301"):
            assert len(titles(page(typed))) == 2, typed

    def test_texts_with_more_of_the_words_come_before_texts_with_one(self):
        f.published("皮带皮带皮带", body="<p>皮带，皮带，还是皮带。皮带。</p>")
        f.published("皮带的检修", body="<p>年度计划里有一次。</p>")
        f.published("检修检修检修", body="<p>检修，检修。</p>")
        html = page("皮带 检修 嘉年华")
        assert titles(html)[0] == "皮带的检修"
        assert "没有“嘉年华”" in html

    def test_one_word_that_is_known_is_better_than_nothing(self):
        f.published("皮带检修")
        html = page("皮带 嘉年华")
        assert titles(html) == ["皮带检修"]
        assert "没有“嘉年华”" in html

    def test_what_is_found_drops_nothing(self):
        f.published("皮带检修")
        assert "没有“" not in page("皮带 检修")
        assert "您要找的是不是" not in page("皮带 检修")

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [("中国煤碳", "中国煤炭"), ("煤碳", "煤炭"), ("安全深产", "安全生产"), ("中国煤碳 报道", "中国煤炭 报道")],
    )  # fmt: skip
    def test_the_near_spelling_is_offered(self, typed, meant):
        for number in range(3):
            f.published(f"中国煤炭安全生产报道之{number}")
        html = page(typed)
        assert "您要找的是不是" in html
        link = re.search(r'您要找的是不是：<a href="([^"]+)">([^<]+)', html)
        assert link[2] == meant
        assert len(titles(Client().get(f"/search/{unescape(link[1])}").content.decode())) == 3

    def test_a_pair_alone_is_offered_for_longer_questions_and_where_it_is_usual(self):
        f.published("煤炭")
        assert "您要找的是不是" not in page("嘉年华煤碳")
        for number in range(3):
            f.published(f"煤炭之{number}")
        assert "嘉年华煤炭" in page("嘉年华煤碳")

    def test_none_is_offered_that_finds_nothing(self):
        f.published("中国煤炭")
        assert "您要找的是不是" not in page("嘉年华")

    def test_a_hit_by_its_byline_says_so(self):
        made = f.published("井口的早晨")
        made.bylines.all().delete()
        for name, unit in (("周砚秋", "鹿鸣塬煤矿"), ("杨宁", "枫桥沟煤矿")):
            Byline.objects.create(article=made, name=name, unit_text=unit)
        made.make_findable()
        assert "<mark>杨宁</mark>" in page("杨宁")
        # Lists print the first unit alone.
        assert "<mark>枫桥沟煤矿</mark>" in page("枫桥沟煤矿")
