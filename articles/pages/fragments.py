"""Parts of pages that an article prints of itself, kept until it changes (``{% cache %}``)."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches
from django.db import connection
from django.db.models import Prefetch, prefetch_related_objects

from articles.models import Article, ArticleImage, Section, edition_in_view

# What tells whether an article is still what it was when a part of it was printed.
STAMP = ("revision", "updated_at", "state_changed_at", "changed_at", "series_id")
Key = tuple[Any, ...] | None


def kept_as(article: Article) -> Key:
    """Return under what key parts of an article are kept.

    What it prints is told by its row and by the edition of texts (names, units, keywords, pictures).
    ``None``, nothing is kept: it shows others too (a serial, reports of one accident), or nobody
    looked at the edition.
    """
    seen = edition_in_view()
    if seen is None or connection.in_atomic_block:
        return None  # it may see what is not committed, and never will be
    if article.series_id or article.page_layout == Section.Layout.ACCIDENT:
        return None
    changed = (article.updated_at, article.state_changed_at, article.changed_at)
    return (
        article.pk,
        seen.texts,
        article.revision,
        *(when and when.timestamp() for when in changed),
    )


def place(name: str, key: tuple[Any, ...]) -> str:
    """Return the key of one part in the cache ``fragments``."""
    return ":".join((name, *map(str, key)))


def complete(articles: list[Article], name: str, first: str = "") -> None:
    """Fetch bylines and pictures of those whose part ``name`` is not kept, in a few queries.

    ``first``: the name of the part of the first of them, where that is another.
    """
    names = [first or name, *(name for _ in articles[1:])]
    keys = [kept_as(article) for article in articles]
    places = [key and place(part, key) for part, key in zip(names, keys, strict=False)]
    there = caches["fragments"].get_many([one for one in places if one])
    missing = [one for one, at in zip(articles, places, strict=True) if at not in there]
    if missing:
        images = Prefetch("images", ArticleImage.objects.select_related("upload"))
        prefetch_related_objects(missing, "bylines__correspondent", images)
