"""The search page, what it suggests while somebody types, and its description for browsers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString

from articles.indexes.reader_search import Findings, near_spelling
from articles.models import (
    Article,
    Scope,
    Section,
    all_genres,
    all_sections,
    hot_words,
    promoted_for,
    readable,
)
from articles.pages.presentation import short_byline
from articles.search.folding import fold
from articles.search.query import LONGEST, Query, read
from articles.search.snippets import marked, snippet
from articles.statistics.authors import popular_tags
from articles.throttling import throttled
from correspondents.models import Correspondent, Organisation
from correspondents.numbers import whole_number
from correspondents.public_pages import public_page
from correspondents.typed import day

SECTIONS = 8
PEOPLE = 5
SUGGESTED = 6
HOT = 12
# A name, padded perhaps: 杨 宁.
LONGEST_NAME = 5
YEAR = dt.timedelta(days=365)
BY_TIME = "shijian"
EARLIEST = dt.date(1990, 1, 2)
LATEST = dt.date(2100, 1, 1)


@dataclass(frozen=True)
class Hit:
    """One article as the page shows it: title and snippet with the words marked."""

    address: str
    title: SafeString
    text: SafeString
    section: Section
    is_ad: bool
    by: SafeString
    at: dt.datetime
    image: Any


class SearchRequest:
    """What the address asks for: words, filters, order, page. What cannot be read is left out."""

    def __init__(self, data: QueryDict) -> None:
        everything = all_sections()
        self.sections = {row.pk: row for row in everything if row.is_visible}
        self.hidden = tuple(row.pk for row in everything if not row.is_visible)
        self.genres = all_genres()
        self.query: Query = read(data.get("q", ""))
        self.order = BY_TIME if data.get("px") == BY_TIME else ""
        self.cursor = data.get("page", "")
        self.title_only = data.get("fw") == "biaoti"
        self.with_pictures = data.get("tu") == "1"
        self.since, self.until = _day(data.get("cong", "")), _day(data.get("dao", ""))
        slug, genre = data.get("lm", ""), data.get("ticai", "")
        self.section = next((row for row in self.sections.values() if row.slug == slug), None)
        self.genre = next((row for row in self.genres if str(row.pk) == genre), None)
        self.person = _one(Correspondent.objects.public(), data.get("zuozhe", ""))
        self.unit = _one(Organisation.objects.current(), data.get("danwei", ""))

    @property
    def scope(self) -> Scope:
        """Where to look."""
        return Scope(
            section=self.section, since=self.since, until=self.until, person=self.person,
            unit=self.unit, genre=self.genre, title_only=self.title_only,
            with_pictures=self.with_pictures, hidden=self.hidden,
        )  # fmt: skip

    def address(self, **changes: str) -> str:
        """The query string of this page with something changed; an empty value leaves it out."""
        data = {
            "q": self.query.typed,
            "lm": self.section.slug if self.section else "",
            "fw": "biaoti" if self.title_only else "",
            "tu": "1" if self.with_pictures else "",
            "cong": self.since.isoformat() if self.since else "",
            "dao": self.until.isoformat() if self.until else "",
            "ticai": str(self.genre.pk) if self.genre else "",
            "zuozhe": str(self.person.pk) if self.person else "",
            "danwei": str(self.unit.pk) if self.unit else "",
            "px": self.order,
        } | changes
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in data.items() if value})
        return f"?{query.urlencode()}"

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """The filters in force, in words, each with the address without it."""
        since = f"{self.since} 起" if self.since else ""
        until = f"到 {self.until}" if self.until else ""
        rows = [
            (f"栏目：{self.section}" if self.section else "", {"lm": ""}),
            ("只看标题" if self.title_only else "", {"fw": ""}),
            ("有图" if self.with_pictures else "", {"tu": ""}),
            (" ".join(part for part in (since, until) if part), {"cong": "", "dao": ""}),
            (f"体裁：{self.genre}" if self.genre else "", {"ticai": ""}),
            (f"作者：{self.person.name}" if self.person else "", {"zuozhe": ""}),
            (f"单位：{self.unit.name}" if self.unit else "", {"danwei": ""}),
        ]
        return [(words, self.address(**without)) for words, without in rows if words]


def _one(rows: Any, number: str) -> Any:
    key = whole_number(number)
    return rows.filter(pk=key).first() if key is not None else None


def _day(text: str) -> dt.date | None:
    try:
        asked = day(text)
    except ValueError:
        return None
    return asked and min(max(asked, EARLIEST), LATEST)


@throttled(lambda: settings.SEARCHES_A_MINUTE)
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found, with filters, counts and quotations; or what to look for."""
    wanted = SearchRequest(request.GET)
    context: dict[str, Any] = {
        "wanted": wanted,
        "longest": LONGEST,
        "by_relevance": wanted.address(px=""),
        "by_time": wanted.address(px=BY_TIME),
        "hot_words": hot_words()[:HOT],
        "found": None,
        "near": "",
        "people": [],
        "units": [],
        "promoted": [],
        "tags": [],
    }
    if not wanted.query.terms:
        return render(request, "articles/search.html", context)
    found = Article.objects.search(wanted.query.typed, wanted.scope)
    page = found.page(wanted.cursor, by_time=wanted.order == BY_TIME)
    # The index knows what is public; a piece that expired this second is left out here.
    articles = [
        one
        for one in Article.objects.with_text().in_entries(page.ids)
        if one.is_public and one.section_id in wanted.sections
    ]
    context |= {
        "found": found,
        "hits": [_hit(one, wanted, found) for one in articles],
        "following": wanted.address(page=page.following) if page.following else "",
        "first_page": wanted.address() if wanted.cursor else "",
        "facets": _facets(wanted, found),
    }
    if not wanted.cursor:
        context |= _beside(wanted.query)
    if (found.relaxed or not found.hits.found) and not wanted.cursor:
        context["near"] = near_spelling(wanted.query, wanted.scope)
    if not found.hits.found:
        context["tags"] = popular_tags(3)
    return render(request, "articles/search.html", context)


def _hit(article: Article, wanted: SearchRequest, found: Findings) -> Hit:
    article.section = section = wanted.sections[article.section_id]
    return Hit(
        address=article.get_absolute_url(),
        title=marked(article.headline, found.words),
        text=snippet(readable(article), found.words),
        section=section,
        is_ad=article.is_advertisement,
        by=_signed(article, found.words),
        at=timezone.localtime(article.published_at),
        image=article.lead_image,
    )


def _signed(article: Article, words: Sequence[str]) -> SafeString:
    """The byline with the words marked; as a whole where a word stands in what lists leave out."""
    short, rows = short_byline(article), article.bylines.all()
    parts = [row.name for row in rows], [row.unit_text for row in rows]
    whole = "\u3000".join("、".join(dict.fromkeys(filter(None, part))) for part in parts)
    missed = any(word in fold(whole) and word not in fold(short) for word in words)
    return marked(whole if missed else short, words)


def _facets(wanted: SearchRequest, found: Findings) -> list[dict[str, Any]]:
    """Ways to narrow what was found; sections with their numbers among the hits counted."""
    today = timezone.localdate()
    year = (today - YEAR).isoformat()
    rows = [
        {"label": "标题", "on": wanted.title_only,
         "address": wanted.address(fw="" if wanted.title_only else "biaoti")},
        {"label": "近一年", "on": str(wanted.since) == year,
         "address": wanted.address(cong="" if str(wanted.since) == year else year, dao="")},
        {"label": "有图", "on": wanted.with_pictures,
         "address": wanted.address(tu="" if wanted.with_pictures else "1")},
    ]  # fmt: skip
    if wanted.section is not None:
        own = {"label": wanted.section.name, "on": True, "address": wanted.address(lm="")}
        return [*rows, own]
    counted, sections = found.hits.per_section(), wanted.sections
    more = "+" if found.hits.is_capped else ""
    return (
        rows
        + [
            {
                "label": f"{sections[pk].name} {number}{more}",
                "on": False,
                "address": wanted.address(lm=sections[pk].slug),
            }
            for pk, number in counted
            if pk in sections
        ][:SECTIONS]
    )


def _beside(query: Query) -> dict[str, Any]:
    """People and units of that name, and what the desk promotes for this query."""
    named = query.typed if len(query.terms) == 1 or len(query.typed) <= LONGEST_NAME else ""
    return {
        "people": Correspondent.objects.public().called(named)[:PEOPLE],
        "units": Organisation.objects.current().mentioning(named)[:PEOPLE],
        "promoted": promoted_for(query.typed),
    }


@throttled(lambda: 4 * settings.SEARCHES_A_MINUTE)
def suggest(request: HttpRequest) -> JsonResponse:
    """Offer titles, people and units for what has been typed so far.

    With ``geshi=opensearch`` in the form browsers ask for: the query, then a list of texts.
    """
    query = read(request.GET.get("q", ""))
    articles: list[Article] = []
    if query.terms:
        found = Article.objects.search(query.typed, Scope(title_only=True), relax=False)
        ids = found.page("", by_time=True).ids
        rows = Article.objects.only("title", "state", "published_at", "expires_at", "copy_of_id")
        articles = [one for one in rows.in_entries(ids[:SUGGESTED]) if one.is_public]
    if request.GET.get("geshi") == "opensearch":
        texts = [article.title for article in articles]
        kind = "application/x-suggestions+json"
        return JsonResponse([query.typed, texts], safe=False, content_type=kind)
    beside = _beside(query) if query.terms else {"people": [], "units": []}
    return JsonResponse(
        {
            "articles": [_offer(row, row.title) for row in articles],
            "people": [_offer(row, row.name) for row in beside["people"]],
            "units": [_offer(row, row.name) for row in beside["units"]],
        }
    )


def _offer(row: Any, text: str) -> dict[str, str]:
    return {"text": text, "address": row.get_absolute_url()}


@public_page()
def describe(request: HttpRequest) -> HttpResponse:
    """Describe the search for browsers (OpenSearch 1.1), so that they can add it."""
    kind = "application/opensearchdescription+xml; charset=utf-8"
    context = {"site_url": settings.SITE_URL}
    return render(request, "articles/opensearch.xml", context, content_type=kind)
