"""The desk's calendar, and lists kept under a name."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, DeskAssignment, Placement
from portal.models import KeptList
from tests import factories as f

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def cells(html: str) -> dict[str, str]:
    """The calendar by day."""
    parts = html.split('<time datetime="')[1:]
    return {part[:10]: part for part in parts}


class TestCalendar:
    def test_what_is_scheduled_ends_and_is_placed_by_day(self):
        readers = [f.editor(), f.managing(), f.chief()]
        noon = timezone.make_aware(dt.datetime(2031, 5, 20, 12))
        coming = f.article_in("signed", readers)
        coming.schedule(by=readers[2], at=noon)
        ending = f.published("到期的文章", published_at=timezone.now())
        Article.objects.filter(pk=ending.pk).update(expires_at=noon + dt.timedelta(days=2))
        Placement.objects.create(
            kind="headline", article=ending, title="头条短题", since=noon - 5 * dt.timedelta(days=1)
        )
        address = reverse("admin:calendar")
        html = f.signed_in(readers[2]).get(address, {"yue": "2031-05"}).content.decode()
        days = cells(html)
        assert coming.title in days["2031-05-20"] and "12:00 发布" in days["2031-05-20"]
        assert "到期的文章" in days["2031-05-22"] and "到期<" in days["2031-05-22"]
        assert "头条短题" in days["2031-05-15"] and "上头条" in days["2031-05-15"]
        assert coming.title not in days["2031-05-21"]
        this = f.signed_in(readers[2]).get(address).content.decode()
        assert "已发 1 篇" in cells(this)[f"{timezone.localdate():%Y-%m-%d}"]

    def test_of_the_own_sections_alone_and_odd_months(self):
        readers = [f.editor(), f.managing(), f.chief()]
        coming = f.article_in("signed", readers)
        coming.schedule(by=readers[2], at=timezone.make_aware(dt.datetime(2031, 5, 20, 12)))
        other = f.editor("xu", "徐编辑")
        DeskAssignment.objects.create(user=other, section=f.section("shici"))
        client = f.signed_in(other)
        html = client.get(reverse("admin:calendar"), {"yue": "2031-05"}).content.decode()
        assert coming.title not in html
        for odd in ("0001-01", "9999-12", "2031-13", "x"):
            page = client.get(reverse("admin:calendar"), {"yue": odd}).content.decode()
            assert page.count("<time datetime=") >= 28


class TestKeptLists:
    def test_kept_shown_used_and_dropped(self):
        wang, xu = f.editor(), f.editor("xu", "徐编辑")
        client, other = f.signed_in(wang), f.signed_in(xu)
        path = reverse("admin:articles_article_changelist")
        asked = {"path": path, "query": "state__exact=first&p=3", "name": "待我初审"}
        page = client.post(reverse("admin:kept_lists"), asked, follow=True)
        assert page.redirect_chain[-1][0] == f"{path}?state__exact=first"
        row = KeptList.objects.get()
        assert f'href="?{row.query}">待我初审' in page.content.decode()
        assert f'href="{path}?{row.query}">待我初审' in client.get("/admin/").content.decode()
        assert "待我初审" not in other.get(path).content.decode()
        other.post(reverse("admin:kept_lists"), {"drop": row.pk})
        assert KeptList.objects.exists()
        client.post(reverse("admin:kept_lists"), {"drop": row.pk})
        assert "待我初审" not in client.get(path).content.decode()

    @pytest.mark.parametrize(
        "path", ["https://evil.example/", "//evil.example/admin/", "/", "/admin/", "/admin/no/"]
    )
    def test_only_the_desks_own_lists(self, path):
        client = f.signed_in(f.editor())
        asked = {"path": path, "query": "a=b", "name": "外站"}
        client.post(reverse("admin:kept_lists"), asked)
        assert not KeptList.objects.exists()

    def test_bounds_are_told(self):
        wang = f.editor()
        path = reverse("admin:articles_article_changelist")
        KeptList.objects.bulk_create(
            KeptList(user=wang, path=path, name=f"第{n}", query=f"p={n}") for n in range(20)
        )
        client = f.signed_in(wang)
        asked = {"path": path, "query": "state__exact=first", "name": "再一个"}
        page = client.post(reverse("admin:kept_lists"), asked, follow=True).content.decode()
        assert "最多 20 个" in page
        page = client.post(reverse("admin:kept_lists"), asked | {"name": " "}, follow=True)
        assert "名称要填" in page.content.decode()
        assert KeptList.objects.count() == 20
