"""Sitemaps as sitemaps.org describes them: an index, a file for each month, a news sitemap.

The archive is never counted and never skipped through: a month is a range of the index of time,
and what is known of the months is kept until one of them changes. Every address carries the
site's own name, whatever host was asked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape
from zlib import crc32

from django.conf import settings
from django.core.cache import cache
from django.db.models import Exists, Max, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.views.decorators.http import condition
from taggit.models import Tag

from articles.models import Article, Section, Topic, all_sections, current_edition
from articles.signals import article_published, article_withdrawn
from correspondents.models import Correspondent, Organisation
from correspondents.public_pages import public_page
from portal.feeds import legal
from portal.models import Page, SitemapMonth, SiteProfile
from portal.structured import iso, kind_of

# The limits of the protocol: addresses of a file; of a news sitemap, and how old they may be.
LARGEST = 50_000
MOST_NEWS, NEWS_HOURS = 1_000, 48
KNOWN_FOR = 24 * 3600
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
BY_MONTH = re.compile(r"articles-((?:19|20)\d\d-(?:0[1-9]|1[0-2]))(?:-([1-9]\d{0,2}))?", re.ASCII)
BY_RANGE = re.compile(r"([a-z]+)-([1-9]\d{0,5})", re.ASCII)

Row = tuple[str, dt.datetime | None]
# What is known of a month: how many files it has, and when its newest article was published.
Months = dict[str, tuple[int, dt.datetime] | None]


def connect() -> None:
    """Note the month of an article that came, changed or went."""
    for signal in (article_published, article_withdrawn):
        signal.connect(_note, dispatch_uid="sitemap-month")


def _note(sender: Any, article: Article, **_: Any) -> None:
    if article.published_at is None:
        return
    month = _month_of(article.published_at)
    SitemapMonth.objects.update_or_create(month=month, defaults={"changed_at": timezone.now()})
    known: Months | None = cache.get(_known())
    if known is not None:
        cache.set(_known(), known | {month: None}, KNOWN_FOR)


def _hidden() -> list[int]:
    return [section.pk for section in all_sections() if not section.is_visible]


def _known() -> str:
    """The name under which the months are kept: other hidden sections, other months."""
    return f"sitemap-months-{crc32(repr(_hidden()).encode()):x}"


def _month_of(when: dt.datetime) -> str:
    return f"{timezone.localtime(when):%Y-%m}"


def _range(month: str) -> tuple[dt.datetime, dt.datetime]:
    """The beginning of a month and of the next."""
    first = dt.datetime.strptime(month, "%Y-%m").replace(tzinfo=timezone.get_default_timezone())
    following = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return first, following


def _articles() -> Any:
    """What is public in visible sections; without a join, which would lead planners to sort."""
    public, hidden = Article.objects.published(), _hidden()
    return public.exclude(section__in=hidden) if hidden else public


def _within(rows: Any, month: str) -> Any:
    since, until = _range(month)
    return rows.filter(published_at__gte=since, published_at__lt=until)


def _newest_of(month: str) -> dt.datetime | None:
    own = _within(_articles(), month).newest()
    return own.values_list("published_at", flat=True).first()


def _files_of(month: str) -> int:
    # By the index of time alone: is there a row that would stand in a second file?
    rows = _within(Article.objects.order_by("published_at"), month).values_list("pk")
    if not rows[LARGEST : LARGEST + 1]:
        return 1
    return -(-_within(_articles(), month).count() // LARGEST)


def months() -> dict[str, tuple[int, dt.datetime]]:
    """Return how many files each month has and its last change, the newest month first."""
    kept: Months | None = cache.get(_known())
    found: dict[str, tuple[int, dt.datetime]] = {}
    for month, facts in _months_with_any() if kept is None else kept.items():
        if isinstance(facts, tuple):
            found[month] = facts
        elif (newest := facts or _newest_of(month)) is not None:
            found[month] = _files_of(month), newest
    if found != kept:
        cache.set(_known(), found, KNOWN_FOR)
    changed = dict(SitemapMonth.objects.values_list("month", "changed_at"))
    return {
        month: (parts, max(newest, changed.get(month, newest)))
        for month, (parts, newest) in sorted(found.items(), reverse=True)
    }


def _months_with_any() -> Iterator[tuple[str, dt.datetime]]:
    """Months and their newest, by the index of time: as many look-ups as there are months."""
    times = _articles().newest().values_list("published_at", flat=True)
    newest = times.first()
    while newest is not None:
        month = _month_of(newest)
        yield month, newest
        newest = times.filter(published_at__lt=_range(month)[0]).first()


# --- the files ------------------------------------------------------------------------------------


def _sections() -> Iterator[Row]:
    newest = _articles().newest().values_list("published_at", flat=True).first()
    yield reverse("portal:home"), newest
    yield reverse("articles:roll"), newest
    for section in Section.objects.visible():
        own = Article.objects.published().in_section(section).newest()
        yield section.get_absolute_url(), own.values_list("published_at", flat=True).first()


def _pages() -> Iterator[Row]:
    for page in Page.objects.all():
        yield page.get_absolute_url(), page.updated_at
    for name in ("submissions:rules", "submissions:calls", "articles:corrections",
                 "articles:directory", "portal:feeds"):  # fmt: skip
        yield reverse(name), None


def _topics() -> Iterator[Row]:
    for topic in Topic.objects.shown():
        yield topic.get_absolute_url(), None


def _tags() -> Any:
    tags = Tag.objects.filter(Exists(_articles().filter(tags=OuterRef("pk"))))
    # One part of an address, as articles/content/tags.py makes them; others would have none.
    return tags.exclude(name="").exclude(name__contains="/").only("pk", "name")


def _people() -> Any:
    return Correspondent.objects.public().only("pk")


def _units() -> Any:
    wrote = _articles().filter(bylines__organisation=OuterRef("pk"))
    return Organisation.objects.current().filter(Exists(wrote)).only("pk")


WHOLE: dict[str, Callable[[], Iterable[Row]]] = {
    "sections": _sections,
    "pages": _pages,
    "topics": _topics,
}
# Long lists of narrow rows are parted by ranges of keys: each file costs its own range.
BY_KEY: dict[str, tuple[Callable[[], Any], Callable[[Any], str]]] = {
    "tags": (_tags, lambda tag: reverse("articles:by_tag", args=[tag.name])),
    "people": (_people, lambda person: person.get_absolute_url()),
    "units": (_units, lambda unit: unit.get_absolute_url()),
}


def _range_of_keys(part: int) -> dict[str, int]:
    return {"pk__gt": (part - 1) * LARGEST, "pk__lte": part * LARGEST}


# --- what robots ask ------------------------------------------------------------------------------


def _state(request: HttpRequest, *args: Any, **kwargs: Any) -> str:
    """The edition names a file; the hour is part of it, since time alone ends topics and news."""
    return f'"{current_edition()}-{timezone.now():%j%H}"'


@public_page()
@condition(etag_func=_state)
def index(request: HttpRequest) -> HttpResponse:
    """List the files; the latest month first."""
    files = [(name, "") for name, rows in WHOLE.items() if next(iter(rows()), None)]
    for name, (rows_of, _) in BY_KEY.items():
        rows = rows_of()
        last = rows.model.objects.aggregate(last=Max("pk"))["last"] or 0
        files += [
            (f"{name}-{number}", "")
            for number in range(1, -(-last // LARGEST) + 1)
            if rows.filter(**_range_of_keys(number)).exists()
        ]
    for month, (parts, changed) in months().items():
        files.append((f"articles-{month}", iso(changed)))
        files += [(f"articles-{month}-{more}", iso(changed)) for more in range(2, parts + 1)]
    lines = [
        f"<sitemap><loc>{_address(reverse('portal:sitemap_part', args=[name]))}</loc>"
        + (f"<lastmod>{changed}</lastmod>" if changed else "")
        + "</sitemap>"
        for name, changed in files
    ]
    return _xml("sitemapindex", f'xmlns="{SITEMAP}"', lines)


@public_page()
@condition(etag_func=_state)
def part(request: HttpRequest, name: str) -> HttpResponse:
    """Send one file; 404 for one that would be empty, which the protocol does not allow."""
    rows = list(_rows(name))
    if not rows:
        raise Http404("没有这一份站点地图")
    lines = [
        f"<url><loc>{_address(path)}</loc>"
        + (f"<lastmod>{iso(changed)}</lastmod>" if changed else "")
        + "</url>"
        for path, changed in rows
    ]
    return _xml("urlset", f'xmlns="{SITEMAP}"', lines)


def _rows(name: str) -> Iterable[Row]:
    if name in WHOLE:
        return WHOLE[name]()
    if found := BY_MONTH.fullmatch(name):
        return _month_rows(found[1], int(found[2] or 1))
    found = BY_RANGE.fullmatch(name)
    if found is None or found[1] not in BY_KEY:
        return []
    rows_of, address = BY_KEY[found[1]]
    rows = rows_of().filter(**_range_of_keys(int(found[2]))).order_by("pk")
    return [(address(row), None) for row in rows]


def _month_rows(month: str, number: int) -> list[Row]:
    # OFFSET, but within the month alone.
    start = (number - 1) * LARGEST
    facts = _within(_articles(), month).newest().values_list("pk", "published_at", "changed_at")
    return [
        (reverse("articles:detail", args=[key]), changed or published)
        for key, published, changed in facts[start : start + LARGEST]
    ]


@public_page()
@condition(etag_func=_state)
def news(request: HttpRequest) -> HttpResponse:
    """Send the news sitemap: what is news and not two days old, the newest first."""
    since = timezone.now() - dt.timedelta(hours=NEWS_HOURS)
    recent = _articles().filter(published_at__gte=since).newest().select_related("section")
    recent = recent.prefetch_related("bylines").defer("body")
    name = escape(legal(SiteProfile.current().name))
    lines = [
        f"<url><loc>{_address(article.get_absolute_url())}</loc><news:news><news:publication>"
        f"<news:name>{name}</news:name><news:language>zh-cn</news:language></news:publication>"
        f"<news:publication_date>{iso(article.published_at)}</news:publication_date>"
        f"<news:title>{escape(legal(article.headline))}</news:title></news:news></url>"
        for article in recent[:MOST_NEWS]
        if kind_of(article.section, article.page_layout) == "NewsArticle"
    ]
    return _xml("urlset", f'xmlns="{SITEMAP}" xmlns:news="{NEWS}"', lines)


def _address(path: str) -> str:
    return escape(iri_to_uri(settings.SITE_URL + path))


def _xml(root: str, spaces: str, lines: list[str]) -> HttpResponse:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {spaces}>'
    text = "\n".join([head, *lines, f"</{root}>", ""])
    return HttpResponse(text, content_type="application/xml; charset=utf-8")
