"""Reads: what is counted and what is not, what it costs, and the lists made of it."""

from __future__ import annotations

import datetime as dt
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, ArticleReads, Section, current_edition
from articles.statistics import read_counter
from articles.statistics.most_read import forget
from articles.statistics.read_counter import ReadCounter, counter
from portal.models import SiteProfile
from portal.schedule import do
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.database]
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/86.0 Safari/537.36"
FROM_US = {"HTTP_ORIGIN": "http://testserver", "HTTP_USER_AGENT": AGENT}


def read(article, client=None, *, address="10.0.0.1", **headers):
    given = {key: value for key, value in (FROM_US | headers).items() if value is not None}
    client = client or Client(enforce_csrf_checks=True)
    return client.post(f"/yuedu/{article}/", REMOTE_ADDR=address, **given)


def total(article: Article) -> int:
    counter.flush()
    return ArticleReads.objects.total_of(article)


def figures(**numbers) -> None:
    """Reads of today, by title."""
    today = timezone.localdate()
    pieces = {title: f.published(title) for title in numbers}
    ArticleReads.objects.add({(pieces[t].pk, today): number for t, number in numbers.items()})
    forget()


class TestTheBeacon:
    def test_the_page_names_it_and_a_reader_is_counted_once_in_half_an_hour(self, monkeypatch):
        article = f.published()
        assert (
            f'data-read="/yuedu/{article.pk}/"'
            in Client().get(article.get_absolute_url()).content.decode()
        )
        client = Client(enforce_csrf_checks=True)
        answers = [read(article.pk, client) for _ in range(3)]
        assert {(a.status_code, a.content) for a in answers} == {(204, b"")}
        assert not client.cookies
        read(article.pk, address="10.0.0.2")
        read(article.pk, HTTP_USER_AGENT=AGENT.replace("86", "120"))
        assert total(article) == 3
        now = read_counter.time.monotonic()
        monkeypatch.setattr(read_counter.time, "monotonic", lambda: now + read_counter.WINDOW + 1)
        read(article.pk)
        assert total(article) == 4

    def test_one_address_does_not_read_a_piece_to_the_top(self):
        article, other = f.published(), f.published("另一篇")
        for number in range(read_counter.A_PIECE + 30):
            read(article.pk, HTTP_USER_AGENT=f"{AGENT} {number}")
        assert total(article) == read_counter.A_PIECE
        read(other.pk)
        read(article.pk, address="10.0.0.2")
        assert (total(other), total(article)) == (1, read_counter.A_PIECE + 1)

    @pytest.mark.parametrize(
        "headers",
        [
            {"HTTP_ORIGIN": None},
            {"HTTP_ORIGIN": "null"},
            {"HTTP_ORIGIN": "https://elsewhere.example"},
            {"HTTP_ORIGIN": "http://testserver.elsewhere.example"},
            {"HTTP_SEC_FETCH_SITE": "cross-site"},
            {"HTTP_SEC_FETCH_SITE": "none"},
            {"HTTP_USER_AGENT": None},
            {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Baiduspider/2.0)"},
            {"HTTP_USER_AGENT": "Mozilla/5.0 HeadlessChrome/120.0"},
            {"HTTP_USER_AGENT": "python-requests/2.31"},
        ],
    )
    def test_what_is_no_reader_gets_the_same_answer_and_is_not_counted(self, headers):
        article = f.published()
        assert read(article.pk, **headers).status_code == 204
        assert total(article) == 0
        assert read(article.pk).status_code == 204
        assert total(article) == 1

    def test_it_changes_nothing_but_counters_and_no_page_is_made_anew(self):
        article = f.published()
        before = current_edition(), Article.objects.values().get(pk=article.pk)
        read(article.pk, HTTP_SEC_FETCH_SITE="same-origin")
        assert total(article) == 1
        assert before == (current_edition(), Article.objects.values().get(pk=article.pk))
        assert Client().get(f"/yuedu/{article.pk}/").status_code == 405

    def test_only_what_is_public_is_counted(self):
        wang = f.editor()
        hidden = f.article(by=wang)
        public = f.published()
        for number in (hidden.pk, public.pk, 10**12, 2**63 - 1, 2**63, 10**30):
            assert read(number).status_code == 204
        assert total(hidden) == 0
        assert list(ArticleReads.objects.values_list("article", "number")) == [(public.pk, 1)]

    def test_the_same_address_cannot_count_without_end(self, monkeypatch):
        article, now = f.published(), read_counter.time.monotonic()
        monkeypatch.setattr(read_counter, "A_MINUTE", 20)
        monkeypatch.setattr(read_counter.time, "monotonic", lambda: now)
        for number in range(30):
            read(article.pk, HTTP_USER_AGENT=f"{AGENT} {number}")
        assert total(article) == 20


class TestCost:
    def test_a_thousand_reads_write_once(self):
        pieces = [f.published(f"第 {number} 篇") for number in range(5)]
        client = Client(enforce_csrf_checks=True)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            for number in range(1000):
                read(pieces[number % 5].pk, client, address=f"10.1.{number // 250}.{number % 250}")
            counter.flush()
        asked = [query["sql"] for query in queries]
        of_reads = [sql for sql in asked if "articles_articlereads" in sql]
        assert len(of_reads) == 1
        assert not [sql for sql in asked if sql.startswith(("UPDATE", "DELETE"))]
        assert len([sql for sql in asked if sql.startswith("INSERT")]) == 1
        assert [total(piece) for piece in pieces] == [200] * 5

    def test_it_is_written_when_much_or_long_has_waited(self, monkeypatch):
        article = f.published()
        monkeypatch.setattr(read_counter, "AT_ONCE", 2)
        read(article.pk)
        assert not ArticleReads.objects.exists()
        read(f.published("另一篇").pk)
        assert ArticleReads.objects.count() == 2
        later = read_counter.time.monotonic() + read_counter.AT_LEAST_EVERY
        monkeypatch.setattr(read_counter.time, "monotonic", lambda: later)
        read(article.pk, address="10.0.0.9")
        assert ArticleReads.objects.get(article=article).number == 2

    def test_what_the_database_does_not_take_waits(self, monkeypatch, caplog):
        article = f.published()
        read(article.pk)

        def broken(*_):
            raise DatabaseError("locked")

        with monkeypatch.context() as patch:
            patch.setattr("articles.statistics.reads.add_to", broken)
            with caplog.at_level(logging.CRITICAL):
                counter.flush()
        assert not ArticleReads.objects.exists()
        read(article.pk, address="10.0.0.2")
        assert total(article) == 2

    @pytest.mark.django_db(transaction=True)
    def test_processes_add_to_each_other(self):
        pieces = [f.published(f"第 {number} 篇") for number in range(20)]
        today = timezone.localdate()

        def process(order: int) -> None:
            own = ReadCounter()
            rows = pieces if order % 2 else pieces[::-1]
            for turn in range(5):
                for piece in rows:
                    own.count(piece.pk, f"10.2.{order}.{turn}", AGENT)
                own.flush()
            connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(process, range(4)))
        told = ArticleReads.objects.filter(day=today).values_list("number", flat=True)
        assert list(told) == [20] * 20


class TestPrivacy:
    def test_nothing_of_the_reader_is_kept_but_a_salted_mark_in_memory(self):
        article = f.published()
        with CaptureQueriesContext(connection) as queries:
            read(article.pk, address="203.0.113.77")
            counter.flush()
        assert "203.0.113.77" not in str([query["sql"] for query in queries])
        kept = repr(vars(counter)["_seen"])
        assert "203.0.113" not in kept and "Mozilla" not in kept
        salt = counter._salt
        counter._salted -= dt.timedelta(days=1)
        read(article.pk, address="203.0.113.78")
        # One mark of the reader, one of his address; those of yesterday are gone.
        assert counter._salt != salt and len(counter._seen) == 2


class TestLists:
    def test_most_read_stands_first_on_the_page_the_front_and_the_rails(self):
        assert "这个榜还没有数字" in Client().get("/paihang/").content.decode()
        assert "<h3>最新</h3>" in Client().get("/").content.decode()
        figures(读得少=3, 读得多=30, 读得中等=12)
        for period in ("", "?bang=ri", "?bang=yue"):
            page = Client().get(f"/paihang/{period}").content.decode()
            page = page[page.index('class="rank') :]
            assert page.index("读得多") < page.index("读得中等") < page.index("读得少"), period
        front = Client().get("/").content.decode()
        front = front[front.index("<h3>排行</h3>") :]
        assert front.index("读得多") < front.index("读得中等")
        for address in ("/jukuang/", f.published("没人读的").get_absolute_url()):
            page = Client().get(address).content.decode()
            hot = page[page.index("<h2>热读</h2>") :]
            assert hot.index("读得多") < hot.index("读得少"), address
        assert Client().get("/paihang/?bang=nian").status_code == 404

    def test_the_lists_age_by_time_and_raise_no_edition(self):
        figures(甲=5, 乙=4, 丙=3)
        Client().get("/paihang/")
        edition = current_edition()
        late = f.published("后来居上")
        ArticleReads.objects.add({(late.pk, timezone.localdate()): 99})
        assert "后来居上" not in Client().get("/paihang/").content.decode()
        forget()  # its minutes are over
        assert "后来居上" in Client().get("/paihang/").content.decode()
        assert current_edition() == edition

    def test_the_day_the_week_and_the_month_differ(self):
        today = timezone.localdate()
        for title, back in (("今天的", 0), ("上周的", 5), ("上月的", 20)):
            for number in range(3):
                piece = f.published(f"{title}{number}")
                ArticleReads.objects.add({(piece.pk, today - dt.timedelta(days=back)): 5 + number})
        forget()
        pages = {
            p: Client().get(f"/paihang/?bang={p}").content.decode() for p in ("ri", "zhou", "yue")
        }
        seen = {
            p: {t for t in ("今天的0", "上周的0", "上月的0") if t in html}
            for p, html in pages.items()
        }
        assert seen == {
            "ri": {"今天的0"},
            "zhou": {"今天的0", "上周的0"},
            "yue": {"今天的0", "上周的0", "上月的0"},
        }

    def test_accidents_and_advertising_are_not_ranked_and_what_is_withdrawn_is_gone(self):
        today = timezone.localdate()
        accident = f.published("一起事故", "shigu")
        vendor = f.published("一台钻机", "changshang")
        own = f.published("单独设为事故版式", layout=Section.Layout.ACCIDENT)
        ArticleReads.objects.add({(one.pk, today): 900 for one in (accident, vendor, own)})
        figures(甲=5, 乙=4, 丙=3, 丁=2)
        page = Client().get("/paihang/").content.decode()
        assert "甲" in page
        for title in (accident.title, vendor.title, own.title):
            assert title not in page
        Article.objects.get(title="甲").withdraw(by=f.chief(), note="撤")
        assert "甲</a>" not in Client().get("/paihang/").content.decode()


class TestTheFigureOnThePage:
    def shown(self, article) -> bool:
        return "阅读 7" in Client().get(article.get_absolute_url()).content.decode()

    def test_it_is_shown_when_the_site_says_so_and_never_for_accidents_and_advertising(self):
        today = timezone.localdate()
        pieces = [f.published(slug, slug) for slug in ("jukuang", "shigu", "changshang")]
        ArticleReads.objects.add({(piece.pk, today): 7 for piece in pieces})
        SiteProfile(name="站").save()
        assert [self.shown(piece) for piece in pieces] == [False, False, False]
        SiteProfile(name="站", shows_reads=True).save()
        assert [self.shown(piece) for piece in pieces] == [True, False, False]

    def test_the_desk_sees_it_where_it_reads(self):
        wang, live = f.editor(), f.published()
        ArticleReads.objects.add({(live.pk, timezone.localdate()): 41})
        html = f.signed_in(wang).get(f"/admin/articles/article/{live.pk}/review/").content.decode()
        assert "阅读 41" in html


def test_old_days_become_months_and_nothing_is_lost(settings):
    article, other = f.published("甲"), f.published("乙")
    old = timezone.localdate() - dt.timedelta(days=settings.KEEP_DAILY_READS_DAYS + 70)
    first = old.replace(day=1)
    fresh = timezone.localdate() - dt.timedelta(days=10)
    ArticleReads.objects.add(
        {(article.pk, first + dt.timedelta(days=n)): n + 1 for n in range(28)}
        | {(other.pk, first + dt.timedelta(days=3)): 5, (article.pk, fresh): 2}
    )
    assert do("fold_old_reads") == 28
    assert do("fold_old_reads") == 0
    told = set(ArticleReads.objects.values_list("article", "day", "number"))
    whole = sum(range(1, 29))
    assert told == {(article.pk, first, whole), (other.pk, first, 5), (article.pk, fresh, 2)}
