"""Serials 连载 — the chapters of one work, in order, with a page of contents."""

from __future__ import annotations

from typing import Any

from django.db import models

from articles.content.base_article import BaseArticle
from articles.content.edition import PublicQuerySet, PublicThing
from correspondents.links import reverse_cached
from correspondents.typed import LineField, SentenceField


class Series(PublicThing):
    """One serial; its chapters are articles that name it and have a number in it."""

    title = SentenceField("连载名", max_length=60)
    slug = models.SlugField("地址", max_length=60, unique=True, help_text="用拼音。")
    author = LineField("作者", max_length=60, blank=True)
    lead = SentenceField("简介", max_length=200, blank=True)
    is_finished = models.BooleanField("已完结", default=False)
    position = models.PositiveSmallIntegerField("次序", default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "连载"
        ordering = ["position", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse_cached("articles:series", self.slug)

    def public_chapters(self) -> Any:
        """Return the chapters that readers may see, in order."""
        articles: Any = self._meta.get_field("chapters").related_model
        rows = articles.objects.published().filter(series=self, chapter__isnull=False)
        return rows.order_by("chapter", "pk")

    def contents(self, current: BaseArticle | None = None) -> dict[str, Any]:
        """Return what the box beside a chapter shows: all chapters, the one before, the next.

        Nothing about the order of publication: a chapter that comes late stands in its place.
        """
        chapters = list(self.public_chapters().only("title", "chapter", "published_at"))
        number = current.chapter if current is not None and current.chapter else 0
        before = [one for one in chapters if one.chapter < number]
        after = [one for one in chapters if one.chapter > number]
        return {
            "series": self,
            "chapters": chapters,
            "number": number,
            "before": before[-1] if before else None,
            "after": after[0] if after else None,
        }
