"""The way to a page: what stands above it, each step with its address, and its own name at the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from lxml import html

from articles.models import Article, DayCount
from tests import factories as f

Way = list[tuple[str, str | None]]
HOME = ("首页", "/")
ARCHIVE = ("归档", "/archive/")
REGISTRY = ("特约通讯员档案", "/tongxunyuan/")
DESK = ("首页", "/admin/")
ARTICLES = ("文章", "/admin/articles/article/")
# An ordinary day in the past, whatever the day is on which the tests run.
DAY = dt.datetime(2024, 3, 5, 4, 0, tzinfo=dt.UTC)


def way(client: Client, address: str) -> Way:
    """The steps of the page's trail with their addresses; what is no link has none."""
    page = html.fromstring(client.get(address).content.decode())
    trail = page.xpath('//ol[@class="crumb"]/li')
    assert trail, f"{address} has no way"
    assert trail[-1].get("aria-current") == "page"
    return [(step.text_content(), next(iter(step.xpath("a/@href")), None)) for step in trail]


def desk_way(client: Client, address: str) -> Way:
    """The same on the desk, where the last step is no link."""
    page = html.fromstring(client.get(address).content.decode())
    (trail,) = page.xpath('//div[@class="breadcrumbs"]')
    steps = [(str(link.text), link.get("href")) for link in trail.iter("a")]
    return [*steps, (trail.text_content().rsplit("\u203a", 1)[-1].strip(), None)]


def in_the_archive() -> None:
    """A piece of that day, and what the nightly job counts of it."""
    f.published(published_at=DAY)
    DayCount.objects.recount_all()


def of_profile() -> tuple[str, Way]:
    person = f.person("李通讯", public=True)
    return person.get_absolute_url(), [HOME, REGISTRY, ("李通讯", None)]


def of_unit_below_another() -> tuple[str, Way]:
    upper = f.unit("白桦沟集团")
    unit = f.unit("白桦沟煤矿", parent=upper)
    above = ("白桦沟集团", upper.get_absolute_url())
    return unit.get_absolute_url(), [HOME, REGISTRY, above, ("白桦沟煤矿", None)]


def of_tag() -> tuple[str, Way]:
    f.published().tags.add("皮带机")
    return "/tags/皮带机/", [HOME, ("关键词", "/tags/"), ("皮带机", None)]


def of_section_in_a_group() -> tuple[str, Way]:
    name = f.section().name
    return "/jukuang/", [HOME, ("要闻", None), (name, None)]


def of_article() -> tuple[str, Way]:
    section = (f.section().name, "/jukuang/")
    return f.published().get_absolute_url(), [HOME, ("要闻", None), section, ("正文", None)]


def of_year() -> tuple[str, Way]:
    in_the_archive()
    return "/archive/2024/", [HOME, ARCHIVE, ("2024年", None)]


def of_month() -> tuple[str, Way]:
    in_the_archive()
    return "/archive/2024/03/", [HOME, ARCHIVE, ("2024年", "/archive/2024/"), ("3月", None)]


def of_day() -> tuple[str, Way]:
    in_the_archive()
    return "/archive/2024/03/05/", [
        HOME,
        ARCHIVE,
        ("2024年3月", "/archive/2024/03/"),
        ("5 日", None),
    ]


def of_masthead() -> tuple[str, Way]:
    return "/caibian/", [HOME, ("采编名录", None)]


def of_check() -> tuple[str, Way]:
    return "/heyan/", [HOME, ("核验打印件", None)]


PUBLIC = [
    of_profile, of_unit_below_another, of_tag, of_section_in_a_group, of_article, of_year, of_month,
    of_day, of_masthead, of_check,
]  # fmt: skip


@pytest.mark.database
@pytest.mark.django_db
@pytest.mark.parametrize("page", PUBLIC, ids=lambda page: page.__name__)
def test_a_readers_page_tells_the_way_to_it(
    client: Client, page: Callable[[], tuple[str, Way]]
) -> None:
    address, expected = page()
    assert way(client, address) == expected


@pytest.mark.database
@pytest.mark.django_db
def test_a_day_without_pieces_names_no_month_that_would_be_missing(client: Client) -> None:
    in_the_archive()
    month = html.fromstring(client.get("/archive/2024/04/").content.decode())
    assert not month.xpath('//ol[@class="crumb"]//*[text()="4月"]')
    assert way(client, "/archive/2024/04/05/") == [HOME, ARCHIVE, ("5 日", None)]


@pytest.mark.django_db
def test_a_correspondents_pages_tell_the_way_to_them() -> None:
    author = f.correspondent()
    made = f.manuscript_in("submitted", author, f.editor())
    client = f.signed_in(author.user)
    mine = ("我的稿件", "/tougao/wode/")
    assert way(client, "/tougao/wode/") == [HOME, ("我的稿件", None)]
    assert way(client, "/tougao/tongzhi/") == [HOME, mine, ("通知", None)]
    assert way(client, f"/tougao/{made.pk}/") == [HOME, mine, (str(made.number), None)]
    assert way(client, "/zhanghu/ziliao/") == [HOME, ("我的资料", None)]
    assert way(client, "/zhanghu/ziliao/xiugai/") == [
        HOME,
        ("我的资料", "/zhanghu/ziliao/"),
        ("更正", None),
    ]


def of_calendar(piece: Article) -> tuple[str, Way]:
    return "/admin/calendar/", [DESK, ("发布日历", None)]


def of_widths(piece: Article) -> tuple[str, Way]:
    review = (piece.title, f"/admin/articles/article/{piece.pk}/review/")
    return f"{ARTICLES[1]}{piece.pk}/widths/", [DESK, ARTICLES, review, ("预览", None)]


def of_revision(piece: Article) -> tuple[str, Way]:
    change = (piece.title, f"{ARTICLES[1]}{piece.pk}/change/")
    above = ("修订", f"{ARTICLES[1]}{piece.pk}/revisions/")
    last: Any = piece.revisions.first()
    address = f"{ARTICLES[1]}{piece.pk}/revisions/{last.number}/"
    return address, [DESK, ARTICLES, change, above, (str(last), None)]


@pytest.mark.django_db
@pytest.mark.parametrize("page", [of_calendar, of_widths, of_revision], ids=lambda p: p.__name__)
def test_a_page_of_the_desk_tells_the_way_to_it(
    page: Callable[[Article], tuple[str, Way]],
) -> None:
    desk = f.chief()
    address, expected = page(f.article(by=desk, title="皮带检修记事"))
    assert desk_way(f.signed_in(desk), address) == expected
