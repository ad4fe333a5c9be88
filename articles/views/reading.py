"""The article page."""

from __future__ import annotations

import datetime as dt
import io
from functools import partial
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from taggit.models import Tag

from articles.headlines import HEADLINE, dress, give_sections, headlines
from articles.models import (
    Article,
    ArticleImage,
    ArticleReads,
    Byline,
    Correction,
    RelatedArticle,
    Section,
    chain_of,
    code_of,
    shared_by_pages,
)
from articles.most_read import hot
from articles.prepared import Prepared, give

RELATED = 6
RAIL = 6
# So many of what goes with an article are looked at in one query for those that may be shown.
CANDIDATES = 12


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one public article; a withdrawn one answers 410 and says so."""
    if not (found := _PIECE(pk)):
        raise Http404("没有这篇文章")
    article: Article = found[0]
    give_sections([article])
    if article.state == Article.State.WITHDRAWN:
        return render(request, "articles/withdrawn.html", {"article": article}, status=410)
    if not article.is_public:
        raise Http404("没有这篇文章")
    _complete(article)
    return render(request, "articles/article_detail.html", page_of(article))


# What every layout prints; what only some have (series, satellites) is asked for by those.
_PIECE = Prepared(lambda pk: Article.objects.filter(pk=pk), int)
_BYLINES = Prepared(
    lambda pk: Byline.objects.filter(article=pk).select_related(
        "correspondent__organisation", "correspondent__photo"
    ),
    int,
)
_PICTURES = Prepared(
    lambda pk: ArticleImage.objects.filter(article=pk).select_related("upload"), int
)
_CORRECTIONS = Prepared(lambda pk: Correction.objects.filter(article=pk), int)
_TAGS = Prepared(lambda pk: Article(pk=pk).tags.get_queryset(), int)


def _complete(article: Article) -> None:
    """Give an article what every page prints of its own."""
    pk = article.pk
    give(article, "bylines", Byline, _BYLINES(pk))
    give(article, "images", ArticleImage, _PICTURES(pk))
    give(article, "corrections", Correction, _CORRECTIONS(pk))
    give(article, "tags", Tag, _TAGS(pk))


def code(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the QR code of a public article's address: made here, by no third party."""
    article = get_object_or_404(Article.objects.published().only("pk"), pk=pk)
    out = io.BytesIO()
    made = segno.make(settings.SITE_URL + article.get_absolute_url(), error="m")
    made.save(out, kind="svg", border=1, omitsize=True)
    return HttpResponse(out.getvalue(), "image/svg+xml")


def page_of(article: Article) -> dict[str, Any]:
    """Return what the article's template needs; the desk's preview uses it too."""
    newer, older = _neighbours(article)
    address = settings.SITE_URL + article.get_absolute_url()
    ready = [image for image in article.images.all() if image.upload.is_ready]
    reports = _reports(article)
    portrait = next((image for image in ready if image.is_portrait), None)
    return {
        "article": article,
        "preview": False,
        "section": article.section,
        "layout": article.page_layout,
        "portrait": portrait,
        # What stands in the text already, or at the head, is not shown a second time.
        "images": [
            image
            for image in ready
            if image is not portrait and f"/pictures/{image.upload.key}/" not in article.body
        ],
        "serial": article.series.contents(article) if article.series else None,
        "reports": reports,
        "newer": newer,
        "older": older,
        "newest": _newest(article),
        "related": _related(article, reports),
        "corrections": [note for note in article.corrections.all() if note.shown_at],
        "hot": [other for other in hot(RAIL + 1) if other.pk != article.pk][:RAIL],
        # Asked for by the template, where the site shows figures at all.
        "reads": partial(_reads, article),
        "address": address,
        "check_code": partial(code_of, article),
        "check_address": settings.SITE_URL + reverse("articles:check"),
        "shown_at": article.published_at or timezone.now(),
        "current_entry": article.section.get_absolute_url(),
    }


def _reads(article: Article) -> int:
    """How often it was read; of accidents and advertising no figure is shown."""
    if article.page_layout in (Section.Layout.ACCIDENT, Section.Layout.VENDOR):
        return 0
    return ArticleReads.objects.total_of(article)


def _newest(article: Article) -> list[Article]:
    """The newest of its section without itself; every page of the section shares them."""
    section = article.section

    def found() -> list[Article]:
        public = Article.objects.published().in_section(section)
        return headlines(public.newest(), RAIL + 1, section)

    rows = shared_by_pages(("newest", section.pk), found)
    return [other for other in rows if other.pk != article.pk][:RAIL]


def _in_section(section: int) -> Any:
    public = Article.objects.published(now=Prepared.now).filter(section=section)
    return public.only(*HEADLINE)


# Values: the section, when the article was published, and its number.
_NEWER = Prepared(
    lambda section, when, pk: (
        _in_section(section)
        .filter(published_at__gte=when)
        .exclude(pk=pk)
        .order_by("published_at", "pk")[:1]
    ),
    int, dt.datetime, int,
)  # fmt: skip
_OLDER = Prepared(
    lambda section, when: _in_section(section).filter(published_at__lt=when).newest()[:1],
    int, dt.datetime,
)  # fmt: skip


def _neighbours(article: Article) -> tuple[Article | None, Article | None]:
    """The public articles just after and just before it in its section."""
    when, section = article.published_at, article.section
    if when is None:
        return None, None
    newer, older = _NEWER(section.pk, when, article.pk), _OLDER(section.pk, when)
    for rows in (newer, older):
        dress(rows, section)
    return newer[0] if newer else None, older[0] if older else None


def _reports(article: Article) -> list[Article]:
    """All public reports of the accident it tells of, the newest first; none where it is alone."""
    if article.page_layout != Section.Layout.ACCIDENT:
        return []
    public = Article.objects.published().filter(pk__in=chain_of(article))
    rows = list(public.select_related("section", "accident").newest())
    return rows if len(rows) > 1 else []


def _related(article: Article, reports: list[Article]) -> list[Article]:
    """What the desk chose and what was found when it was published; else by tag.

    Chapters of its serial and reports of its accident have a place of their own on the page.
    """
    numbers = [number for (number,) in _UNDER_IT(article.pk)]
    elsewhere = {report.pk for report in reports}
    found: list[Article] = []
    for start in range(0, len(numbers), CANDIDATES):
        some = numbers[start : start + CANDIDATES]
        rows = _OF_THESE(*some, *some[:1] * (CANDIDATES - len(some)))
        there = {row.pk: row for row in rows if row.pk not in elsewhere}
        if article.series_id is not None:
            there = {pk: row for pk, row in there.items() if row.series_id != article.series_id}
        found += [there[number] for number in some if number in there]
        if len(found) >= RELATED:
            break
    dress(found[:RELATED])
    return found[:RELATED] or _with_its_tags(article, elsewhere)


# In two steps: which of a million articles are public is asked of these few alone.
_UNDER_IT = Prepared(
    lambda pk: RelatedArticle.objects.filter(article=pk, is_barred=False).values_list("other"), int
)
_OF_THESE = Prepared(
    lambda *numbers: (
        Article.objects.published(now=Prepared.now)
        .in_visible_sections()
        .filter(pk__in=numbers)
        .only(*HEADLINE, "series_id")
    ),
    *[int] * CANDIDATES,
)


def _with_its_tags(article: Article, elsewhere: set[int]) -> list[Article]:
    tags = [tag.pk for tag in article.tags.all()]
    if not tags:
        return []
    others = Article.objects.published().in_visible_sections().filter(tags__in=tags)
    if article.series_id is not None:
        others = others.exclude(series=article.series_id)
    others = others.exclude(pk__in={article.pk, *elsewhere})
    return headlines(others.distinct().newest(), RELATED)
