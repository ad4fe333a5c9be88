"""Lists of articles: sections, tags, the roll, days."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from taggit.models import Tag

from articles.models import Article, Correction, FormerSlug, Placement, Section, Series
from articles.paging import page_of

LONGEST_QUERY = 200
LATEST = 8
OLDEST = 1900


def section(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a section; an address it once had redirects for ever."""
    found = Section.objects.visible().filter(slug=slug).first()
    if found is None:
        former = get_object_or_404(FormerSlug.objects.select_related("section"), slug=slug)
        return redirect(former.section, permanent=True)
    public = Article.objects.published().in_section(found)
    cursor = request.GET.get("page", "")
    # What stands on top stands there alone.
    top = Placement.objects.on_top_of(found)
    public = public.exclude(pk__in=[article.pk for article in top])
    rows = public.for_lists()
    if found.layout == Section.Layout.ACCIDENT:
        rows = rows.select_related("section", "accident")
    page = page_of(rows, cursor)
    context = {
        "section": found,
        "page": page,
        "top": [] if cursor else top,
        "latest": _latest(exclude=found),
    }
    return render(request, "articles/section.html", context)


def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the contents of a serial: every public chapter, in order."""
    found = get_object_or_404(Series, slug=slug)
    chapters = list(found.public_chapters().for_lists())
    if not chapters:
        raise Http404("这部连载还没有发表")
    context = {"series": found, "chapters": chapters, "section": chapters[0].section,
               "latest": _latest()}  # fmt: skip
    return render(request, "articles/series.html", context)


def roll(request: HttpRequest) -> HttpResponse:
    """Show everything in time order, grouped by day: the page 总揽."""
    public = Article.objects.published().in_visible_sections()
    page = page_of(public.for_lists(), request.GET.get("page", ""), size=50)
    return render(request, "articles/roll.html", {"page": page})


def corrections(request: HttpRequest) -> HttpResponse:
    """Show every correction of what is public, the newest first."""
    shown = Correction.objects.shown().filter(article__in=Article.objects.published())
    page = page_of(shown.select_related("article"), request.GET.get("page", ""), by="shown_at")
    return render(request, "articles/corrections.html", {"page": page, "latest": _latest()})


def by_tag(request: HttpRequest, tag: str) -> HttpResponse:
    """Show the articles of one tag, by its name or its slug."""
    if len(tag) > LONGEST_QUERY:
        raise Http404("没有这个关键词")
    found = Tag.objects.filter(name__iexact=tag).first() or get_object_or_404(Tag, slug=tag)
    public = Article.objects.published().filter(tags=found)
    page = page_of(public.for_lists(), request.GET.get("page", ""))
    if not page.items:
        raise Http404("这个关键词下没有文章")
    return render(request, "articles/tag.html", {"tag": found, "page": page, "latest": _latest()})


def archive(request: HttpRequest) -> HttpResponse:
    """Go to the day asked for by ``?date=2014-05-31`` or else to the newest one."""
    asked = request.GET.get("date", "")
    try:
        day = dt.date.fromisoformat(asked)
    except ValueError:
        newest = Article.objects.published().newest().values_list("published_at", flat=True).first()
        day = timezone.localtime(newest).date() if newest else timezone.localdate()
    return redirect("articles:archive_day", day.year, day.month, day.day)


def archive_day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    """Show the titles of one day by section, and the nearest days that have any."""
    try:
        if year < OLDEST:
            raise ValueError(year)
        date = dt.date(year, month, day)
        start = timezone.make_aware(dt.datetime.combine(date, dt.time()))
        end = start + dt.timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise Http404("没有这一天") from error
    public = Article.objects.published().in_visible_sections()
    by_section: dict[Section, list[Article]] = {}
    for article in public.on_day(date).newest().for_lists():
        by_section.setdefault(article.section, []).append(article)
    times = public.values_list("published_at", flat=True)
    before = times.filter(published_at__lt=start).order_by("-published_at").first()
    after = times.filter(published_at__gte=end).order_by("published_at").first()
    context = {
        "date": date,
        "by_section": sorted(by_section.items(), key=lambda pair: pair[0].position),
        "before": timezone.localtime(before).date() if before else None,
        "after": timezone.localtime(after).date() if after else None,
        "total": sum(len(rows) for rows in by_section.values()),
    }
    return render(request, "articles/archive_day.html", context)


def _latest(exclude: Section | None = None) -> list[Article]:
    """The newest pieces of the site, for the rail."""
    public = Article.objects.published().in_visible_sections().newest()
    if exclude is not None:
        public = public.exclude(section=exclude)
    return list(public.for_lists()[:LATEST])
