"""Sitemaps by the rules of sitemaps.org and of news sitemaps."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from articles.models import Article, Byline, Section, Topic
from articles.signals import article_published, article_withdrawn
from portal import sitemaps
from portal.models import SiteProfile
from tests import factories as f

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
SPACES = {"s": sitemaps.SITEMAP, "n": sitemaps.NEWS}


def read(address: str, **more) -> ElementTree.Element:
    answer = Client().get(address.removeprefix(SITE), **more)
    assert answer.status_code == 200, address
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def rows(address: str, **more) -> dict[str, str | None]:
    """Addresses with their last change; an element that the schema does not know fails."""
    root = read(address, **more)
    kind = "sitemap" if root.tag.endswith("sitemapindex") else "url"
    found = {}
    assert len(root) > 0, "the schema asks for one at least"
    for child in root:
        assert child.tag == f"{{{sitemaps.SITEMAP}}}{kind}"
        names = [part.tag.rpartition("}")[2] for part in child]
        assert names[0] == "loc" and set(names) <= {"loc", "lastmod", "news"}
        changed = child.findtext("s:lastmod", namespaces=SPACES)
        if changed is not None:
            assert dt.datetime.fromisoformat(changed).tzinfo is not None
        location = child.findtext("s:loc", namespaces=SPACES)
        assert location.startswith(f"{SITE}/") and location.isascii() and len(location) < 2048
        found[location] = changed
    return found


def everything(**more) -> set[str]:
    return {address for file in rows("/sitemap.xml", **more) for address in rows(file, **more)}


def on(year: int, month: int, day: int, hour: int = 12) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=timezone.get_default_timezone())


def test_the_index_leads_to_everything_that_is_public():
    li = f.person("李通讯", public=True)
    made = f.published()
    Byline.objects.create(article=made, name="李通讯", correspondent=li, organisation=f.unit())
    made.tags.add("皮带 检修")
    Topic.objects.create(title="安全月", slug="anquanyue")
    f.unit("没有作品的单位")
    found = everything()
    assert {SITE + path for path in (
        "/", "/jukuang/", "/zonglan/", made.get_absolute_url(), li.get_absolute_url(),
        f.unit().get_absolute_url(), "/zhuanti/anquanyue/", "/yemian/guanyu/", "/feeds/",
        "/tags/%E7%9A%AE%E5%B8%A6%20%E6%A3%80%E4%BF%AE/", "/tougao/xuzhi/",
    )} <= found  # fmt: skip
    assert SITE + f.unit("没有作品的单位").get_absolute_url() not in found
    for address in found:
        assert Client().get(address.removeprefix(SITE)).status_code == 200, address


def test_addresses_never_come_from_the_request(settings):
    settings.ALLOWED_HOSTS = ["*"]
    f.published()
    assert everything(HTTP_HOST="evil.example")
    for address in ("/sitemap.xml", "/sitemap-news.xml", "/robots.txt", "/feeds/rss.xml"):
        page = Client().get(address, HTTP_HOST="evil.example").content.decode()
        assert "evil.example" not in page


def test_a_month_is_one_file_in_the_site_s_time_zone():
    first = f.published("五月最后", published_at=on(2014, 5, 31, 23))
    second = f.published("六月第一", published_at=on(2014, 6, 1, 0))
    files = rows("/sitemap.xml")
    may, june = (f"{SITE}/sitemap-articles-2014-0{month}.xml" for month in (5, 6))
    assert list(rows(may)) == [SITE + first.get_absolute_url()]
    assert list(rows(june)) == [SITE + second.get_absolute_url()]
    assert dt.datetime.fromisoformat(files[may]) == first.published_at
    assert list(files).index(june) < list(files).index(may)
    assert Client().get("/sitemap-articles-2014-07.xml").status_code == 404


def test_a_change_of_an_old_piece_shows_in_its_month():
    made = f.published("旧文", published_at=on(2014, 5, 31))
    may = f"{SITE}/sitemap-articles-2014-05.xml"
    assert rows("/sitemap.xml")[may].startswith("2014-05-31")
    Article.objects.filter(pk=made.pk).update(changed_at=on(2024, 1, 2))
    made.refresh_from_db()
    article_published.send(sender=Article, article=made)
    cache.clear()  # what is known by heart may be lost; when a month changed is not
    today = str(timezone.localdate())
    assert rows("/sitemap.xml")[may].startswith(today)
    assert rows(may)[SITE + made.get_absolute_url()].startswith("2024-01-02")
    Article.objects.filter(pk=made.pk).update(expires_at=on(2024, 1, 3))
    article_withdrawn.send(sender=Article, article=made)
    assert may not in rows("/sitemap.xml")
    assert Client().get(may.removeprefix(SITE)).status_code == 404


def test_a_month_that_had_none_appears_with_its_first_piece():
    f.published("旧文", published_at=on(2014, 5, 31))
    rows("/sitemap.xml")
    made = f.published("新文", published_at=on(2015, 1, 1))
    article_published.send(sender=Article, article=made)
    assert f"{SITE}/sitemap-articles-2015-01.xml" in rows("/sitemap.xml")


def test_what_is_hidden_stands_in_no_file():
    hidden = f.published("藏起来的")
    hidden.tags.add("藏起来的词")
    f.published("看得见的", slug="anquan")
    Section.objects.filter(slug="jukuang").update(is_visible=False)
    found = everything() | set(rows("/sitemap-news.xml"))
    assert SITE + hidden.get_absolute_url() not in found
    assert not [one for one in found if "/tags/" in one or "/jukuang/" in one]


def test_a_month_that_only_a_hidden_section_has_is_left_out_at_once():
    f.published("旧文", published_at=on(2014, 5, 31))
    f.published("看得见的", slug="anquan")
    may = f"{SITE}/sitemap-articles-2014-05.xml"
    assert may in rows("/sitemap.xml")
    Section.objects.filter(slug="jukuang").update(is_visible=False)
    assert may not in rows("/sitemap.xml")


def test_a_long_month_is_parted(monkeypatch):
    monkeypatch.setattr(sitemaps, "LARGEST", 3)
    pieces = [f.published(f"第{day}篇", published_at=on(2014, 5, day)) for day in range(1, 8)]
    files = [file for file in rows("/sitemap.xml") if "2014-05" in file]
    assert files == [f"{SITE}/sitemap-articles-2014-05{end}.xml" for end in ("", "-2", "-3")]
    parts = [list(rows(file)) for file in files]
    assert [len(part) for part in parts] == [3, 3, 1]
    told = {address for part in parts for address in part}
    assert told == {SITE + made.get_absolute_url() for made in pieces}
    assert Client().get("/sitemap-articles-2014-05-4.xml").status_code == 404


def test_one_month_costs_one_month(django_assert_max_num_queries):
    """One question, without a count, and bounded by the month; what is known is not asked again."""
    for day in range(1, 20):
        f.published(f"第{day}篇", published_at=on(2014, 5, day))
        f.published(f"别的第{day}篇", published_at=on(2015, 5, day))
    Client().get("/robots.txt")  # what is asked once an edition
    with django_assert_max_num_queries(5) as captured:
        Client().get("/sitemap-articles-2014-05.xml")
    [asked] = [row["sql"] for row in captured if 'FROM "articles_article"' in row["sql"]]
    assert "COUNT(" not in asked and asked.count('"published_at" >=') == 1
    rows("/sitemap.xml")
    assert cache.get(sitemaps._known())
    with django_assert_max_num_queries(5):  # hidden sections, what is kept, what changed
        assert len(sitemaps.months()) == 2


class TestNews:
    def test_news_of_two_days_with_name_language_title_and_time(self):
        SiteProfile(name="煤炭<资讯>网").save()
        now = timezone.now()
        made = f.published("皮带 & <检修>", published_at=now - dt.timedelta(hours=47))
        f.published("三天前的", published_at=now - dt.timedelta(hours=49))
        f.published("新型支架", slug="changshang")
        f.published("矿灯", slug="shici")
        root = read("/sitemap-news.xml")
        assert [url.findtext("s:loc", namespaces=SPACES) for url in root] == [
            SITE + made.get_absolute_url()
        ]
        told = {part.tag.rpartition("}")[2]: part.text for part in root.iter()}
        assert told["name"] == "煤炭<资讯>网" and told["language"] == "zh-cn"
        assert told["title"] == "皮带 & <检修>"
        when = dt.datetime.fromisoformat(told["publication_date"])
        assert abs(when - made.published_at) < dt.timedelta(seconds=1)

    def test_not_more_than_a_thousand(self, monkeypatch):
        monkeypatch.setattr(sitemaps, "MOST_NEWS", 3)
        for place in range(5):
            f.published(f"第{place}篇")
        assert len(read("/sitemap-news.xml")) == 3

    def test_a_title_that_no_xml_can_carry(self):
        Article.objects.filter(pk=f.published().pk).update(title="标\x08题\ufffe")
        assert "标题" in [part.text for part in read("/sitemap-news.xml").iter()]
