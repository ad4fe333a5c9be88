"""Addresses that moved or are closed, misses, and the chief's switches."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from auditlog.models import LogEntry
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from portal import redirects
from portal.models import MissingPage, Redirect, SiteProfile
from tests import factories as f

pytestmark = pytest.mark.django_db
ADD = "/admin/portal/redirect/add/"


@pytest.fixture
def sun():
    return f.signed_in(f.chief())


def add(client, path, target="", note=""):
    return client.post(ADD, {"path": path, "target": target, "note": note})


def test_an_address_that_moved(sun):
    add(sun, "/old/page.asp", "/zonglan/")
    add(sun, "/ShowNews.asp?id=5", "/articles/5/")
    answer = Client().get("/old/page.asp")
    assert (answer.status_code, answer["Location"]) == (301, "/zonglan/")
    assert Client().get("/ShowNews.asp?id=5")["Location"] == "/articles/5/"
    assert Client().get("/ShowNews.asp?id=6").status_code == 404
    add(sun, "/%E6%97%A7/", "/zonglan/")
    assert Client().get("/旧/")["Location"] == "/zonglan/"
    # What is there is not shadowed.
    add(sun, "/zonglan/", "/jukuang/")
    assert Client().get("/zonglan/").status_code == 200


def test_an_address_that_no_database_takes_is_not_looked_up(monkeypatch):
    monkeypatch.setattr(redirects, "AT_ONCE", 1)
    for path in ("/no/%00/", "/no/%00/x?a=b", "/no/%FF/", f"/no/{'x' * 2000}/"):
        assert Client().get(path).status_code == 404
    assert "\x00" not in "".join(MissingPage.objects.values_list("path", flat=True))


def test_loops_and_odd_addresses_are_refused(sun):
    add(sun, "/a/", "/b/")
    add(sun, "/b/", "/c/")
    assert "又回到这个地址" in add(sun, "/c/", "/a/").content.decode()
    assert "又回到这个地址" in add(sun, "/d/", "/d/").content.decode()
    for path, target in (("x", "/"), ("//evil.cn/", "/"), ("/x/", "//evil.cn"), ("/x/", "javascript:1"),
                         ("/admin/x/", "/"), ("/", "/zonglan/")):  # fmt: skip
        add(sun, path, target)
    assert Redirect.objects.count() == 2


def test_csv_in_and_out(sun):
    add(sun, "/a/", "/b/", "说明")
    text = sun.get(reverse("admin:portal_redirect_csv")).content.decode()
    assert LogEntry.objects.filter(additional_data__event="redirects_exported").count() == 1
    assert text == "\ufeff旧地址\u002c新地址\u002c说明\r\n/a/,/b/\u002c说明\r\n"
    file = io.BytesIO((text + "/new/,/zonglan/\r\n/b/,/a/\r\nodd,/x/\r\n,,\r\n").encode())
    file.name = "x.csv"
    page = sun.post(reverse("admin:portal_redirect_import"), {"file": file}, follow=True)
    told = page.content.decode()
    assert "收下 2 条，没有收下 2 条" in told
    assert "第 4 行" in told and "第 5 行" in told
    assert set(Redirect.objects.values_list("path", flat=True)) == {"/a/", "/new/"}
    excel = io.BytesIO("/excel/,/zonglan/,来自表格\r\n".encode("gb18030"))
    excel.name = "x.csv"
    sun.post(reverse("admin:portal_redirect_import"), {"file": excel})
    assert Redirect.objects.get(path="/excel/").note == "来自表格"
    broken = io.BytesIO(b"\xff\xfe\x00")
    broken.name = "x.csv"
    page = sun.post(reverse("admin:portal_redirect_import"), {"file": broken}, follow=True)
    assert "请选择一个 CSV 文件" in page.content.decode()
    assert f.signed_in(f.editor()).get(reverse("admin:portal_redirect_csv")).status_code == 403


def test_misses_are_counted_in_bounds(monkeypatch, sun):
    monkeypatch.setattr(redirects, "AT_ONCE", 2)
    monkeypatch.setattr(redirects, "MOST_ROWS", 3)
    browser = Client()
    for path in ("/no/1/", "/no/2/", "/no/1/", "/no/3/", "/no/4/", "/no/5/", "/no/1/", "/no/6/"):
        assert browser.get(path).status_code == 404
    rows = dict(MissingPage.objects.values_list("path", "number"))
    assert len(rows) == 3
    assert rows["/no/1/"] == 3
    listed = sun.get("/admin/portal/missingpage/").content.decode()
    assert "/no/1/" in listed and "?path=%2Fno%2F1%2F" in listed


def test_a_full_list_still_takes_in_what_readers_ask_for(monkeypatch, sun):
    monkeypatch.setattr(redirects, "AT_ONCE", 1)
    monkeypatch.setattr(redirects, "MOST_ROWS", 50)
    browser = Client()
    for number in range(50):
        browser.get(f"/junk/{number}/"), browser.get(f"/junk/{number}/")
    for number in range(30):
        browser.get(f"/other/{number}/")
        if number % 2:
            browser.get("/2014/real.htm")
    assert MissingPage.objects.count() <= 50
    listed = sun.get("/admin/portal/missingpage/").content.decode()
    assert listed.index("/2014/real.htm") < listed.index("/junk/49/")  # the most asked stands first
    assert "/junk/0/" not in listed
    assert MissingPage.objects.get(path="/2014/real.htm").number == 15


def test_what_nobody_asked_for_in_months_goes_first(monkeypatch, sun):
    monkeypatch.setattr(redirects, "AT_ONCE", 1)
    monkeypatch.setattr(redirects, "MOST_ROWS", 2)
    long_ago = timezone.now() - dt.timedelta(days=200)
    MissingPage.objects.create(path="/long/ago/", number=900, first_at=long_ago, last_at=long_ago)
    for path in ("/fresh/", "/new/"):
        Client().get(path)
    listed = sun.get("/admin/portal/missingpage/").content.decode()
    assert "/fresh/" in listed and "/new/" in listed
    assert "/long/ago/" not in listed


@pytest.mark.django_db(transaction=True)
def test_one_page_is_taken_down_now():
    sun, article = f.signed_in(f.chief()), f.published("要马上关掉的")
    add(sun, article.get_absolute_url())
    answer = Client().get(article.get_absolute_url())
    assert (answer.status_code, "要马上关掉的" in answer.content.decode()) == (410, False)
    assert Client().get("/zonglan/").status_code == 200
    Redirect.objects.all().delete()
    assert Client().get(article.get_absolute_url()).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_whole_site_in_grey_and_read_only():
    SiteProfile(name="站").save()
    chief, wang = f.chief(), f.editor()
    article = f.article(by=f.managing())
    profile = SiteProfile.current()
    profile.is_grey = profile.is_read_only = True
    profile.save()
    cache.clear()
    assert "data-grey" in Client().get("/").content.decode()
    step = reverse("admin:articles_article_step", args=[article.pk])
    answer = f.signed_in(wang).post(step, {"_seen": f.seen(step), "_step": "sign_first"})
    assert (answer.status_code, "只能阅读" in answer.content.decode()) == (503, True)
    assert Article.objects.get(pk=article.pk).state == "first_reading"
    assert Client().post("/zhanghu/login/", {"login": "x", "password": "y"}).status_code == 200
    change = reverse("admin:portal_siteprofile_change", args=[1])
    f.signed_in(chief).post(change, {"name": "站"})
    assert not SiteProfile.current().is_read_only
    f.signed_in(wang).post(step, {"_seen": f.seen(step), "_step": "sign_first"})
    assert Article.objects.get(pk=article.pk).state == "second_reading"
    assert "data-grey" not in Client().get("/").content.decode()


def test_who_may_not_switches_nothing():
    f.signed_in(f.managing()).post(ADD, {"path": "/x/", "target": ""})
    assert not Redirect.objects.exists()
