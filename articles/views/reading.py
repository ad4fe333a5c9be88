"""The article page."""

from __future__ import annotations

from functools import partial
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from articles.models import Article, ArticleReads, Section
from articles.most_read import hot

RELATED = 6
RAIL = 6


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one public article; a withdrawn one answers 410 and says so."""
    article = get_object_or_404(
        # taggit's manager prefetches like a relation, whatever the type checker says
        Article.objects.select_related("section").prefetch_related(  # type: ignore[misc]
            "bylines__correspondent__organisation",
            "bylines__correspondent__photo",
            "images__upload",
            "corrections",
            "tags",
        ),
        pk=pk,
    )
    if article.state == Article.State.WITHDRAWN:
        return render(request, "articles/withdrawn.html", {"article": article}, status=410)
    if not article.is_public:
        raise Http404("没有这篇文章")
    return render(request, "articles/article_detail.html", page_of(article))


def page_of(article: Article) -> dict[str, Any]:
    """Return what the article's template needs; the desk's preview uses it too."""
    public = Article.objects.published().in_section(article.section)
    newest = list(
        public.exclude(pk=article.pk)
        .newest()
        .select_related("section")
        .prefetch_related("bylines")[:RAIL]
    )
    newer, older = _neighbours(article)
    address = settings.SITE_URL + article.get_absolute_url()
    return {
        "article": article,
        "section": article.section,
        # What stands in the text already is not shown a second time.
        "images": [
            image
            for image in article.images.all()
            if image.upload.is_ready and f"/pictures/{image.upload.key}/" not in article.body
        ],
        "newer": newer,
        "older": older,
        "newest": newest,
        "related": _related(article),
        "corrections": [note for note in article.corrections.all() if note.shown_at],
        "hot": [other for other in hot(RAIL + 1) if other.pk != article.pk][:RAIL],
        # Asked for by the template, where the site shows figures at all.
        "reads": partial(_reads, article),
        "address": address,
        "shown_at": article.published_at or timezone.now(),
        "qr": segno.make(address, error="m").svg_data_uri(border=1, omitsize=True),
        "current_entry": article.section.get_absolute_url(),
    }


def _reads(article: Article) -> int:
    """How often it was read; of accidents and advertising no figure is shown."""
    if article.page_layout in (Section.Layout.ACCIDENT, Section.Layout.VENDOR):
        return 0
    return ArticleReads.objects.total_of(article)


def _neighbours(article: Article) -> tuple[Article | None, Article | None]:
    """The public articles just after and just before it in its section."""
    if article.published_at is None:
        return None, None
    public = Article.objects.published().in_section(article.section).exclude(pk=article.pk)
    later = public.filter(published_at__gte=article.published_at).order_by("published_at", "pk")
    earlier = public.filter(published_at__lt=article.published_at).newest()
    return (
        later.select_related("section").prefetch_related("bylines").first(),
        earlier.select_related("section").prefetch_related("bylines").first(),
    )


def _related(article: Article) -> list[Article]:
    """What the desk chose and what was found when it was published; else by tag."""
    public = Article.objects.published().in_visible_sections()
    public = public.select_related("section").prefetch_related("bylines")
    keys = list(
        article.related.filter(is_barred=False).values_list("other", flat=True)[: 2 * RELATED]
    )
    there = public.in_bulk(keys)
    found = [there[key] for key in keys if key in there][:RELATED]
    return found or _with_its_tags(article, public)


def _with_its_tags(article: Article, public: Any) -> list[Article]:
    tags = [tag.pk for tag in article.tags.all()]
    if not tags:
        return []
    others = public.filter(tags__in=tags).exclude(pk=article.pk)
    return list(others.distinct().newest()[:RELATED])
