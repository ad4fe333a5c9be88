"""What stands around every page is printed once, and says at once what the desk has changed."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.models import Section
from portal import roles
from portal.models import MastheadTerm, MenuItem, SiteProfile
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)
# A page that hardly says anything of its own.
ABOUT = "/yemian/wuzhangai/"


def part(name: str, address: str = ABOUT) -> str:
    html = Client().get(address).content.decode()
    found = re.search(rf"<{name}\b.*?</{name}>", html, re.DOTALL)
    assert found is not None
    return found[0]


def bar(address: str = ABOUT) -> str:
    html = Client().get(address).content.decode()
    return html[html.index('<nav class="nav"') : html.index('<div class="nav__extra">')]


def test_an_edition_reads_it_once():
    part("footer")
    with CaptureQueriesContext(connection) as asked:
        assert "煤炭资讯网" in part("footer")
    told = " ".join(row["sql"] for row in asked)
    for table in ("portal_menuitem", "portal_siteprofile", "portal_masthead"):
        assert table not in told


def test_the_desk_sees_its_changes_on_the_next_page():
    chief = f.signed_in(f.chief())
    MenuItem.objects.create(label="矿山旧闻", url="/day/2014/05/31/", position=90)
    assert "矿山旧闻" in bar()
    entry = MenuItem.objects.get(label="矿山旧闻")
    chief.post(
        reverse("admin:portal_menuitem_changelist"),
        {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"},
    )
    assert not MenuItem.objects.filter(pk=entry.pk).exists()
    assert "矿山旧闻" not in bar()
    SiteProfile.objects.update_or_create(pk=1, defaults={"icp_number": "京ICP备00000001号"})
    assert "京ICP备00000001号" in part("footer")


def test_many_rows_changed_at_once():
    assert "散文" in bar()
    Section.objects.filter(name="散文").update(name="矿工散文")
    assert "矿工散文" in bar()
    MenuItem.objects.filter(section__name="矿工散文").update(is_visible=False)
    assert "矿工散文" not in bar()


def test_what_is_taken_back_is_never_kept():
    class Fails(Exception):
        pass

    MenuItem.objects.create(label="旧闻", url="/zonglan/", position=90)  # a new edition, read below
    with pytest.raises(Fails), transaction.atomic():
        MenuItem.objects.filter(label="旧闻").update(label="未定")
        assert "未定" in bar()
        raise Fails
    assert "未定" not in bar()


def test_a_term_ends_with_its_day(monkeypatch):
    today = timezone.localdate()
    MastheadTerm.objects.create(post="chief", name="杨宁", until=today)
    assert "杨宁" in part("footer")
    monkeypatch.setattr(timezone, "localdate", lambda *_: today + dt.timedelta(days=1))
    assert "杨宁" not in part("footer")


def test_the_entry_of_the_page_is_marked_and_no_other():
    section = f.section()
    article = f.published()
    for address in (section.get_absolute_url(), article.get_absolute_url()):
        marked = re.findall(r'<a href="([^"]+)" aria-current="page">', bar(address))
        assert marked == [section.get_absolute_url()], address
    assert "aria-current" not in bar(ABOUT)
    assert "aria-current" not in bar("/search/?q=煤")
    MenuItem.objects.create(label="没有地址的分组", position=91)
    assert "aria-current" not in bar(ABOUT)


def strip() -> list[str]:
    html = Client().get("/").content.decode()
    quick = html[html.index('<nav class="quick') :]
    return re.findall(r"<a [^>]*>(.*?)</a>", quick[: quick.index("</nav>")])


def test_phones_have_nine_entries_at_hand_and_editors_choose_them():
    assert strip() == [
        "首页",
        "焦点话题",
        "局矿快报",
        "安全专题",
        "党群工作",
        "论文言论",
        "图片新闻",
        "散文",
        "诗词",
    ]
    chief = f.signed_in(f.account("guan", roles.ADMINISTRATOR))
    essay = MenuItem.objects.get(section__slug="xiaoshuo")
    address = reverse("admin:portal_menuitem_change", args=[essay.pk])
    data = {"menu": "main", "parent": essay.parent_id, "section": essay.section_id, "is_visible": "on",
            "is_frequent": "on", "position": essay.position}  # fmt: skip
    assert "手机常用最多 9 项，请先取消一项。" in chief.post(address, data).content.decode()
    MenuItem.objects.filter(section__slug="shici").update(is_frequent=False)
    chief.post(address, data)
    assert strip()[-2:] == ["散文", "小说故事杂文"]
    Section.objects.filter(slug="xiaoshuo").update(is_visible=False)
    assert "小说故事杂文" not in strip()
    MenuItem.objects.update(is_frequent=False)
    assert '<nav class="quick' not in Client().get("/").content.decode()


def test_the_nine_are_counted_over_the_whole_list():
    chief = f.signed_in(f.account("guan", roles.ADMINISTRATOR))
    address = reverse("admin:portal_menuitem_changelist")
    rows = list(MenuItem.objects.all())

    def saved(*frequent: str) -> str:
        data: dict[str, object] = {
            "form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "1"
        }  # fmt: skip
        for place, row in enumerate(rows):
            data |= {f"form-{place}-id": row.pk, f"form-{place}-position": row.position,
                     f"form-{place}-is_visible": "on"}  # fmt: skip
            if row.text in frequent:
                data[f"form-{place}-is_frequent"] = "on"
        return chief.post(address, data).content.decode()

    eight = ["首页", "焦点话题", "局矿快报", "安全专题", "党群工作", "论文言论", "图片新闻", "散文"]
    saved(*eight, "小说故事杂文")  # one for another, at once
    assert strip() == [*eight, "小说故事杂文"]
    assert "手机常用最多 9 项，请先取消一项。" in saved(*eight, "小说故事杂文", "诗词")
    assert strip() == [*eight, "小说故事杂文"]
    # What is over, however it came, does not lock the list.
    MenuItem.objects.filter(section__isnull=False).update(is_frequent=True)
    saved(*eight, "小说故事杂文", "诗词", "写作")
    assert MenuItem.objects.filter(is_frequent=True).count() == 11


def test_what_is_never_shown_takes_no_place():
    chief = f.signed_in(f.account("guan", roles.ADMINISTRATOR))
    Section.objects.filter(slug="shici").update(is_visible=False)
    MenuItem.objects.filter(section__slug="sanwen").update(is_visible=False)
    for slug in ("xiaoshuo", "xiezuo"):
        item = MenuItem.objects.get(section__slug=slug)
        data = {"menu": "main", "parent": item.parent_id, "section": item.section_id,
                "is_visible": "on", "is_frequent": "on", "position": item.position}  # fmt: skip
        chief.post(reverse("admin:portal_menuitem_change", args=[item.pk]), data)
    assert strip()[-2:] == ["写作", "小说故事杂文"]
    friend = MenuItem(menu="links", label="某站", url="https://a.example/", is_frequent=True)
    with pytest.raises(ValidationError, match="友情链接不能放进手机常用"):
        friend.full_clean()


def test_a_group_is_no_entry_of_the_strip():
    group = MenuItem.objects.get(label="要闻")
    group.is_frequent = True
    with pytest.raises(ValidationError, match="分组没有地址"):
        group.full_clean()
