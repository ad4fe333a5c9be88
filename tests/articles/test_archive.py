"""The archive by year, month and day, lists narrowed as asked, and what stands beside them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Byline, DayCount, Topic, current_edition
from portal.models import MastheadTerm, MenuItem
from portal.schedule import do
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def get(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def at(year, month, day, hour=12) -> dt.datetime:
    return timezone.make_aware(dt.datetime(year, month, day, hour))


def archived(*times, slug="jukuang") -> list[Article]:
    made = [f.published(f"旧闻{n}", slug, published_at=when) for n, when in enumerate(times)]
    DayCount.objects.recount_all()
    return made


class TestArchive:
    def test_years_lead_to_months_and_days_with_their_numbers(self):
        archived(at(2014, 5, 30), at(2014, 5, 31), at(2014, 5, 31, 23), at(2016, 2, 29))
        index = get("/archive/")
        assert 'href="/archive/2014/05/" aria-label="2014年5月，3 篇"' in index
        assert "/archive/2015/" not in index
        year = get("/archive/2014/")
        assert 'href="/archive/2014/05/31/" aria-label="5 月 31 日，2 篇"' in year
        assert "/archive/2014/05/29/" not in year and 'href="/archive/2016/"' in year
        month = get("/archive/2014/05/")
        assert 'href="/archive/2014/05/30/"' in month and 'href="/archive/2016/02/"' in month
        assert "旧闻2" in get("/archive/2014/05/31/")
        for address in ("2015/", "2014/06/", "2014/13/", "2014/02/30/", "0/", "99999/", "2014/00/"):
            assert Client().get(f"/archive/{address}").status_code == 404, address
        assert Client().get("/archive/?date=2014-05-31")["Location"] == "/archive/2014/05/31/"
        assert Client().get("/archive/?date=gestern").status_code == 404

    def test_the_fullest_day_is_the_darkest_and_the_tints_are_five(self):
        archived(*[at(2014, 5, 31)] * 10, at(2014, 5, 1), *[at(2014, 5, 2)] * 5)
        year = get("/archive/2014/")
        tints = dict(re.findall(r'class="heat-(\d)" href="/archive/2014/05/(\d\d)/"', year))
        assert tints == {"5": "31", "1": "01", "3": "02"}
        assert "style=" not in year

    def test_nothing_is_counted_while_somebody_looks(self):
        archived(at(2014, 5, 30), at(2016, 2, 29))
        for address in ("/archive/", "/archive/2014/", "/archive/2014/05/"):
            get(address)
            with CaptureQueriesContext(connection) as queries:
                get(address)
            asked = [q["sql"] for q in queries if "articles_article" in q["sql"]]
            assert not [sql for sql in asked if 'articles_article"' in sql or "COUNT" in sql], asked

    def test_counts_follow_what_comes_and_goes(self):
        readers = [f.editor(), f.managing(), f.chief()]
        article = f.article_in("signed", readers)
        today = timezone.localdate()
        with f.committed():
            article.publish(by=readers[0])
        f.work()
        assert DayCount.objects.by_day(today, today) == {today: 1}
        edition = current_edition()
        with f.committed():
            article.withdraw(by=readers[2], note="撤")
        assert current_edition() > edition
        f.work()
        assert DayCount.objects.by_day(today, today) == {}
        assert current_edition() > edition

    def test_a_count_that_was_missed_is_put_right_at_night_and_by_setup(self):
        made = archived(at(2014, 5, 30), at(2014, 5, 30))
        Article.objects.filter(pk=made[0].pk).update(published_at=at(2014, 6, 1))
        assert do("recount_days") == 2
        assert do("recount_days") == 0
        assert get("/archive/").count("1 篇") >= 2
        DayCount.objects.all().delete()
        call_command("setup_site", verbosity=0)
        assert DayCount.objects.count() == 2

    def test_a_hidden_section_is_not_told_of(self):
        archived(at(2014, 5, 30), slug="sanwen")
        section = f.section("sanwen")
        section.is_visible = False
        section.save()
        assert "2014" not in re.sub(r"<footer.*", "", get("/archive/"), flags=re.S)


class TestNarrowedLists:
    def world(self):
        pieces = archived(at(2014, 5, 30), at(2014, 5, 31), at(2015, 1, 1))
        other = f.published("别的栏目", "sanwen", published_at=at(2014, 5, 31))
        DayCount.objects.recount_all()
        unit = f.unit("白桦沟煤矿", short_name="白桦沟")
        Byline.objects.create(article=pieces[0], name="李通讯", organisation=unit)
        return pieces, other, unit

    def titles(self, address: str) -> set[str]:
        html = get(address)
        main = html[html.index('<main id="main"') : html.index("<footer")]
        main = main.split('<aside class="rail"')[0]
        return {t for t in ("旧闻0", "旧闻1", "旧闻2", "别的栏目") if t in main}

    def test_the_roll_by_day_section_and_unit(self):
        _, _, unit = self.world()
        assert self.titles("/zonglan/?date=2014-05-31") == {"旧闻1", "别的栏目"}
        assert self.titles("/zonglan/?lanmu=sanwen") == {"别的栏目"}
        assert self.titles("/zonglan/?date=2014-05-31&lanmu=jukuang") == {"旧闻1"}
        assert self.titles(f"/zonglan/?danwei={unit.pk}") == {"旧闻0"}
        assert self.titles("/zonglan/?danwei=白桦沟") == {"旧闻0"}
        lost = get("/zonglan/?danwei=没有的矿")
        assert "没有“没有的矿”这个单位" in lost and 'value="没有的矿"' in lost
        for query in ("date=x", "date=0001-01-01", "date=9999-12-31", "lanmu=x", "nian=20x4"):
            assert Client().get(f"/zonglan/?{query}").status_code == 404, query

    def test_the_pages_of_a_narrowed_roll_keep_what_was_asked(self):
        for number in range(60):
            f.published(
                f"第{number}篇", published_at=at(2014, 5, 31) + dt.timedelta(minutes=number)
            )
        f.published("散文一篇", "sanwen", published_at=at(2014, 5, 31))
        first = get("/zonglan/?date=2014-05-31&lanmu=jukuang")
        older = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
        second = get(f"/zonglan/{older}")
        assert "散文一篇" not in first + second
        found = re.findall(r">第(\d+)篇", first) + re.findall(r">第(\d+)篇", second)
        assert sorted(map(int, found)) == list(range(60))

    def test_a_section_by_year_and_unit(self):
        self.world()
        page = get("/jukuang/")
        assert '<option value="2014">2014（2 篇）</option>' in page
        assert self.titles("/jukuang/?nian=2014") == {"旧闻0", "旧闻1"}
        assert self.titles("/jukuang/?nian=2015") == {"旧闻2"}
        assert self.titles("/jukuang/?nian=2014&danwei=白桦沟煤矿") == {"旧闻0"}
        assert "没有符合条件的文章" in get("/jukuang/?nian=1999")
        assert 'content="noindex,follow"' in get("/jukuang/?nian=2014")
        assert 'content="noindex,follow"' not in page
        folded = '<details class="find__more"{}><summary>按年份、单位筛选</summary>'
        assert folded.format("") in page
        for query in ("nian=2014", "danwei=白桦沟煤矿", "danwei=没有的矿"):
            assert folded.format(" open") in get(f"/jukuang/?{query}")


def test_topics_and_keywords_have_their_lists():
    Topic.objects.create(title="班组里的安全", slug="banzu", lead="<p>办法和教训</p>")
    Topic.objects.create(title="还没有开始", slug="weilai", is_visible=False)
    page = get("/zhuanti/")
    assert "/zhuanti/banzu/" in page and "还没有开始" not in page
    f.published().tags.add("智能化")
    assert 'href="/tags/%E6%99%BA%E8%83%BD%E5%8C%96/"' in get("/tags/")


class TestMasthead:
    def test_an_old_day_shows_who_was_then_responsible(self):
        MastheadTerm.objects.create(post="chief", name="老总编", until=dt.date(2015, 6, 30))
        MastheadTerm.objects.create(post="chief", name="新总编", since=dt.date(2015, 7, 1))

        def main(address):
            return get(address).split("<main", 1)[1].split("</main>")[0]

        assert "新总编" in main("/caibian/") and "老总编" not in main("/caibian/")
        then = main("/caibian/?date=2014-05-31")
        assert "老总编" in then and "新总编" not in then
        for day in ("x", "2999-01-01", "0001-01-01"):
            assert Client().get(f"/caibian/?date={day}").status_code == 404, day

    def test_an_article_leads_to_the_masthead_of_its_day(self):
        article = f.published(published_at=at(2014, 5, 31))
        assert 'href="/caibian/?date=2014-05-31"' in get(article.get_absolute_url())


def test_links_of_friends_stand_in_the_footer_as_the_desk_keeps_them():
    assert "友情链接" not in get("/")
    links = MenuItem.Menu.LINKS
    MenuItem.objects.create(menu=links, label="友邻网站", url="https://a.example.invalid/")
    group = MenuItem.objects.create(menu=links, label="矿山服务")
    MenuItem.objects.create(
        menu=links, label="气象", url="https://b.example.invalid/", parent=group
    )
    footer = get("/caibian/").split("<footer", 1)[1]
    for words in (
        "友情链接",
        "友邻网站",
        "矿山服务",
        'href="https://b.example.invalid/" rel="noopener nofollow"',
    ):
        assert words in footer


class TestLost:
    def lost(self, address: str) -> str:
        answer = Client().get(address)
        assert answer.status_code == 404
        return answer.content.decode().split("<main", 1)[1].split("</main>")[0]

    def test_near_sections_words_for_the_search_and_what_is_read(self):
        page = self.lost("/jukaung/")
        assert 'href="/jukuang/"' in page and "局矿快报" in page
        assert 'value="皮带检修"' in self.lost("/新闻/皮带检修.html/x/".replace("新闻/", "news/"))
        assert 'href="/shici/"' in self.lost("/lanmu/诗词/")

    def test_what_nobody_can_guess_is_a_plain_page(self):
        page = self.lost("/x1/<script>/")
        assert "您要找的也许是" not in page and "<script>" not in page

    def test_it_costs_little_and_nothing_for_the_desk(self):
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                Client().get("/admin/nichts/")
        assert not [q for q in queries if 'articles_article"' in q["sql"]]


def test_the_roll_names_a_day_once_whatever_the_clock_of_greenwich_says():
    for hour in (1, 7, 9, 23):  # 08:00 in China is midnight there
        f.published(f"{hour} 点", published_at=at(2014, 5, 31, hour))
    assert get("/zonglan/").count("2014年5月31日</h2>") == 1
