"""The article page."""

from __future__ import annotations

import datetime as dt
import io
from functools import partial
from typing import Any, cast

import segno
from django.conf import settings
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from taggit.models import Tag

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
from articles.pages.fragments import kept_as
from articles.pages.headlines import HEADLINE, attach_sections, headlines, prepare_headlines
from articles.pages.prepared import PreparedQuery
from articles.statistics.most_read import hot
from correspondents.public_pages import public_page

RELATED = 6
RAIL = 6
# So many of what goes with an article are looked at for those that may be shown.
CANDIDATES = 24


@public_page()
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one public article; a withdrawn one answers 410 and says so."""
    if not (found := _PIECE(pk)):
        raise Http404("没有这篇文章")
    article = found[0]
    attach_sections([article])
    if article.state == Article.State.WITHDRAWN:
        return render(request, "articles/withdrawn.html", {"article": article}, status=410)
    if not article.is_public:
        raise Http404("没有这篇文章")
    return render(request, "articles/article_detail.html", page_of(article))


_PIECE = PreparedQuery(lambda pk: Article.objects.filter(pk=pk), int)


@public_page()
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the QR code of a public article's address: made here, by no third party."""
    article = get_object_or_404(Article.objects.published().only("pk"), pk=pk)
    out = io.BytesIO()
    made = segno.make(settings.SITE_URL + article.get_absolute_url(), error="m")
    made.save(out, kind="svg", border=1, omitsize=True)
    return HttpResponse(out.getvalue(), "image/svg+xml")


def page_of(article: Article, *, preview: bool = False) -> dict[str, Any]:
    """Return what the article's template needs; the desk's preview uses it too."""
    newer, older = _neighbours(article)
    reports = _reports(article)
    return {
        "article": article,
        "own": SimpleLazyObject(lambda: Own(article)),
        "preview": preview,
        "kept_as": None if preview else kept_as(article),
        "section": article.section,
        "layout": article.page_layout,
        "serial": article.series.contents(article) if article.series else None,
        "reports": reports,
        "newer": newer,
        "older": older,
        "newest": _newest(article),
        "related": _related(article, reports),
        "hot": [other for other in hot(RAIL + 1) if other.pk != article.pk][:RAIL],
        "reads": partial(_reads, article),
        "address": settings.SITE_URL + article.get_absolute_url(),
        "check_address": settings.SITE_URL + reverse("articles:check"),
        "shown_at": article.published_at or timezone.now(),
        "current_entry": article.section.get_absolute_url(),
    }


class Rows(list[Any]):
    """Rows of a relation that are there already, asked for like those of a manager."""

    def all(self) -> list[Any]:
        """Return them."""
        return self


class Own:
    """An article with what its page prints of its own, read by a few compiled queries.

    Its fields and properties are those of the article.
    """

    def __init__(self, article: Article) -> None:
        pk = article.pk
        self.article = article
        self.bylines = Rows(_BYLINES(pk))
        if any(row.correspondent_id for row in self.bylines):
            people = "correspondent__organisation", "correspondent__photo"
            prefetch_related_objects(self.bylines, *people)
        self.images = Rows(_IMAGES(pk))
        if self.images:
            prefetch_related_objects(self.images, "upload")
        self.tags = Rows(_TAGS(pk))
        ready = [image for image in self.images if image.upload.is_ready]
        self.lead_image = ready[0] if ready else None
        self.portrait = next((image for image in ready if image.is_portrait), None)
        # What stands in the text already, or at the head, is not shown a second time.
        self.shown = [
            image
            for image in ready
            if image is not self.portrait and f"/pictures/{image.upload.key}/" not in article.body
        ]
        self.corrections = Rows(_CORRECTIONS(pk))

    @property
    def corrections_shown(self) -> list[Correction]:
        """What was corrected for readers."""
        return [note for note in self.corrections if note.shown_at]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.article, name)

    @property
    def check_code(self) -> str:
        """The code of what is printed."""
        return code_of(cast(Article, self))


_BYLINES = PreparedQuery(lambda pk: Byline.objects.filter(article=pk), int)
_IMAGES = PreparedQuery(lambda pk: ArticleImage.objects.filter(article=pk), int)
_CORRECTIONS = PreparedQuery(lambda pk: Correction.objects.filter(article=pk), int)
_TAGS = PreparedQuery(
    lambda pk: Tag.objects.filter(
        taggit_taggeditem_items__content_type__app_label="articles",
        taggit_taggeditem_items__content_type__model="article",
        taggit_taggeditem_items__object_id=pk,
    ).order_by("taggit_taggeditem_items__pk"),
    int,
)


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
    return Article.objects.published(now=PreparedQuery.now).filter(section=section).only(*HEADLINE)


# Values: the section, when the article was published, and its number.
_NEWER = PreparedQuery(
    lambda section, when, pk: (
        _in_section(section)
        .filter(published_at__gte=when)
        .exclude(pk=pk)
        .order_by("published_at", "pk")[:1]
    ),
    int, dt.datetime, int,
)  # fmt: skip
_OLDER = PreparedQuery(
    lambda section, when: _in_section(section).filter(published_at__lt=when).newest()[:1],
    int, dt.datetime,
)  # fmt: skip


def _neighbours(article: Article) -> tuple[Article | None, Article | None]:
    """The public articles just after and just before it in its section."""
    when, section = article.published_at, article.section
    if when is None:
        return None, None
    newer, older = _NEWER(section.pk, when, article.pk), _OLDER(section.pk, when)
    prepare_headlines([*newer, *older], section)
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
    elsewhere = {report.pk for report in reports}
    found = [
        one
        for one in _RELATED(article.pk)
        if one.pk not in elsewhere and (one.series_id is None or one.series_id != article.series_id)
    ][:RELATED]
    prepare_headlines(found)
    return found or _with_its_tags(article, elsewhere)


def _related_to(pk: int) -> Any:
    public = Article.objects.published(now=PreparedQuery.now).in_visible_sections()
    rows = public.filter(related_to__article=pk, related_to__is_barred=False)
    ordering: Any = RelatedArticle._meta.ordering
    order = (
        f"-related_to__{name[1:]}" if name.startswith("-") else f"related_to__{name}"
        for name in ordering
    )
    return rows.order_by(*order).only(*HEADLINE, "series_id")[:CANDIDATES]


_RELATED = PreparedQuery(_related_to, int)


def _with_its_tags(article: Article, elsewhere: set[int]) -> list[Article]:
    tags = [tag.pk for tag in _TAGS(article.pk)]
    if not tags:
        return []
    others = Article.objects.published().in_visible_sections().filter(tags__in=tags)
    if article.series_id is not None:
        others = others.exclude(series=article.series_id)
    others = others.exclude(pk__in={article.pk, *elsewhere})
    return headlines(others.distinct().newest(), RELATED)
