"""Lists of articles: sections, tags, the roll."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from taggit.models import Tag

from articles.models import (
    Article,
    Correction,
    FormerSlug,
    Placement,
    Section,
    Series,
    StoredCounts,
    all_sections,
    shared_by_pages,
    years_of,
)
from articles.pages.fragments import complete, kept_as
from articles.pages.headlines import HEADLINE, attach_sections, headlines, prepare_headlines
from articles.paging import page_of
from articles.statistics.authors import MOST_TAGS, popular_tags
from articles.statistics.most_read import hot
from correspondents.models import Organisation
from correspondents.numbers import whole_number
from correspondents.public_pages import public_page
from correspondents.typed import day

LONGEST_QUERY = 200
LATEST = 8
RANKED = 8
LONGEST_UNIT = 60
FIRST_YEAR, LAST_YEAR = 1900, 2199


@dataclass(frozen=True)
class Narrowing:
    """What a list is narrowed to: a day, a year, a section, a unit. 404 for what is none.

    A unit is written by its number or one of its names; a name that is not known stays in the
    field, and the page says so.
    """

    day: dt.date | None = None
    year: int = 0
    section: Section | None = None
    unit: Organisation | None = None
    unit_typed: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Narrowing:
        """Read the parameters of the address."""
        typed = " ".join(request.GET.get("danwei", "").split())[:LONGEST_UNIT]
        unit = _unit(typed)
        return cls(
            day=_day(request.GET.get("date", "")),
            year=_year(request.GET.get("nian", "")),
            section=_section(request.GET.get("lanmu", "")),
            unit=unit,
            unit_typed=unit.name if unit is not None else typed,
        )

    @property
    def is_narrowed(self) -> bool:
        """Was anything asked for?"""
        return bool(self.day or self.year or self.section or self.unit_typed)

    @property
    def is_lost(self) -> bool:
        """Was a unit asked for that nobody knows?"""
        return bool(self.unit_typed) and self.unit is None

    @property
    def keep(self) -> str:
        """The query string of the same list, for its other pages."""
        values = {
            "date": self.day.isoformat() if self.day else "",
            "nian": self.year,
            "lanmu": self.section.slug if self.section else "",
            "danwei": self.unit.pk if self.unit else self.unit_typed,
        }
        asked = urlencode({name: value for name, value in values.items() if value})
        return asked + "&" if asked else ""

    def narrow(self, articles: Any) -> Any:
        """Return those of ``articles`` that were asked for."""
        if self.is_lost:
            return articles.none()
        if self.day is not None:
            articles = articles.on_day(self.day)
        if self.year:
            articles = articles.in_year(self.year)
        if self.section is not None:
            articles = articles.in_section(self.section)
        return articles.of(self.unit) if self.unit is not None else articles

    def counts(self, section: Section | None = None, without: Any = ()) -> StoredCounts | None:
        """Return the stored numbers of the list, by which its pages are numbered; of units none."""
        if self.unit_typed or (self.day and self.year):
            return None
        return StoredCounts(section or self.section, self.year, self.day, tuple(without))


def _day(text: str) -> dt.date | None:
    try:
        asked = day(text)
    except ValueError as error:
        raise Http404("没有这一天") from error
    if asked is not None and not FIRST_YEAR <= asked.year <= LAST_YEAR:
        raise Http404("没有这一天")
    return asked


def _year(text: str) -> int:
    year = whole_number(text, digits=4) if text else 0
    if text and not FIRST_YEAR <= (year or 0) <= LAST_YEAR:
        raise Http404("没有这一年")
    return year or 0


def _section(slug: str) -> Section | None:
    found = next((one for one in all_sections() if one.slug == slug and one.is_visible), None)
    if slug and found is None:
        raise Http404("没有这个栏目")
    return found


def _unit(typed: str) -> Organisation | None:
    number = whole_number(typed, digits=9)
    found = (
        Organisation.objects.filter(pk=number).select_related("merged_into").first()
        if number
        else Organisation.objects.resolve(typed)
        if typed
        else None
    )
    return found.merged_into or found if found is not None else None


@public_page("page", "date", "nian", "lanmu", typed=["danwei"])
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a section, of a year or a unit where asked; an address it once had redirects for ever."""
    found = next((one for one in all_sections() if one.slug == slug and one.is_visible), None)
    if found is None:
        former = get_object_or_404(FormerSlug.objects.select_related("section"), slug=slug)
        return redirect(former.section, permanent=True)
    wanted = Narrowing.of(request)
    public = wanted.narrow(Article.objects.published().in_section(found))
    cursor = request.GET.get("page", "")
    # What stands on top stands there alone.
    top = [] if wanted.is_narrowed else _top(found)
    public = public.exclude(pk__in=[article.pk for article in top])
    page = page_of(_entries(public, found), cursor, counts=wanted.counts(found, without=top))
    attach_sections(page.items, found)
    is_first = not cursor and not wanted.is_narrowed
    leads = is_first and found.layout not in UNLED
    entry = ENTRIES.get(found.layout, "entry")
    complete(page.items, entry, first="entry-first" if leads else "")
    context = {
        "section": found,
        "page": page,
        "top": top if is_first else [],
        "leads": leads,
        "entry": entry,
        "kept_as": kept_as,
        "wanted": wanted,
        "keep": wanted.keep,
        "years": years_of(found),
        "hot": hot(RANKED, found),
        "latest": latest(exclude=found),
    }
    return render(request, "articles/section.html", context)


# Layouts whose newest piece does not stand large above the others; parts of pages by layout.
UNLED = (Section.Layout.ACCIDENT, Section.Layout.GALLERY, Section.Layout.VERSE)
ENTRIES: dict[str, str] = {
    Section.Layout.ACCIDENT: "entry-graded",
    Section.Layout.GALLERY: "tile",
    Section.Layout.VERSE: "verse",
}


def _top(section: Section) -> list[Article]:
    """What the desk has put on top; every page of the section shares it."""
    return shared_by_pages(("top", section.pk), lambda: Placement.objects.on_top_of(section))


def _entries(rows: Any, section: Section) -> Any:
    if section.layout == Section.Layout.ACCIDENT:
        return rows.for_lists().select_related("accident")
    # Of verse the first lines are shown as lines.
    return rows if section.layout == Section.Layout.VERSE else rows.for_entries()


@public_page()
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the contents of a serial: every public chapter, in order."""
    found = get_object_or_404(Series, slug=slug)
    chapters = list(found.public_chapters().for_lists())
    if not chapters:
        raise Http404("这部连载还没有发表")
    context = {"series": found, "chapters": chapters, "section": chapters[0].section,
               "latest": latest()}  # fmt: skip
    return render(request, "articles/series.html", context)


@public_page("page", "date", "nian", "lanmu", typed=["danwei"])
def roll(request: HttpRequest) -> HttpResponse:
    """Show everything in time order, grouped by day, narrowed as asked: the page 总揽."""
    wanted = Narrowing.of(request)
    public = wanted.narrow(Article.objects.published().in_visible_sections())
    asked = request.GET.get("page", "")
    page = page_of(public.only(*HEADLINE), asked, size=50, counts=wanted.counts())
    prepare_headlines(page.items)
    context = {
        "page": page,
        "wanted": wanted,
        "keep": wanted.keep,
        "sections": [one for one in all_sections() if one.is_visible],
    }
    return render(request, "articles/roll.html", context)


@public_page()
def tags(request: HttpRequest) -> HttpResponse:
    """Show the keywords that the newest articles carry most."""
    return render(request, "articles/tags.html", {"tags": popular_tags(MOST_TAGS)})


@public_page("page")
def corrections(request: HttpRequest) -> HttpResponse:
    """Show every correction of what is public, the newest first."""
    shown = Correction.objects.shown().filter(article__in=Article.objects.published())
    page = page_of(shown.select_related("article"), request.GET.get("page", ""), by="shown_at")
    return render(request, "articles/corrections.html", {"page": page, "latest": latest()})


@public_page("page")
def by_tag(request: HttpRequest, tag: str) -> HttpResponse:
    """Show the articles of one tag, by its name or its slug."""
    if len(tag) > LONGEST_QUERY:
        raise Http404("没有这个关键词")
    found = Tag.objects.filter(name__iexact=tag).first() or get_object_or_404(Tag, slug=tag)
    public = Article.objects.published().filter(tags=found)
    page = page_of(public.for_entries(), request.GET.get("page", ""))
    if not page.items:
        raise Http404("这个关键词下没有文章")
    attach_sections(page.items)
    complete(page.items, "entry-labelled")
    context = {"tag": found, "page": page, "latest": latest(), "kept_as": kept_as}
    return render(request, "articles/tag.html", context)


def latest(exclude: Section | None = None) -> list[Article]:
    """The newest pieces of the site, for the rail; every list shares them."""

    def found() -> list[Article]:
        public = Article.objects.published().in_visible_sections().newest()
        if exclude is not None:
            public = public.exclude(section=exclude)
        return headlines(public, LATEST)

    return shared_by_pages(("latest", exclude and exclude.pk), found)
