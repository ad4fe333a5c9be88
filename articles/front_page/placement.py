"""Placements 版面 — what stands where on the front page and on top of a section, and for how long.

A placement that has run out leaves by itself; a place that nobody has filled is filled from its
section.
"""

from __future__ import annotations

import datetime as dt
from copy import copy

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.content.edition import PublicQuerySet, PublicThing
from articles.content.section import Section
from articles.workflow.article import Article
from correspondents.typed import SentenceField


class PlacementQuerySet(PublicQuerySet):
    def at(self, moment: dt.datetime | None = None) -> PlacementQuerySet:
        """Those whose time it is, in their order."""
        now = moment or timezone.now()
        begun = Q(since__isnull=True) | Q(since__lte=now)
        return self.filter(begun, Q(until__isnull=True) | Q(until__gt=now)).order_by(
            "position", "-pk"
        )

    def laid_out(self, moment: dt.datetime | None = None) -> dict[str, list[Article]]:
        """Return the public articles of all places by their kind, in order.

        Advertising that stands where news belongs is left out: it would not be marked there.
        """
        found: dict[str, list[Article]] = {}
        for kind, article in self._shown(self.at(moment)):
            if kind not in Placement.AS_NEWS or not article.is_advertisement:
                found.setdefault(kind, []).append(article)
        return found

    def on_top_of(self, section: Section) -> list[Article]:
        """Return the public articles that stand on top of a section."""
        rows = self.at().filter(kind=Placement.Kind.TOP, article__section=section)
        return [article for _, article in self._shown(rows)]

    def _shown(self, rows: PlacementQuerySet) -> list[tuple[str, Article]]:
        """Each public article with its kind of place, the title and the crop it has there."""
        placed = list(rows)
        public = Article.objects.published().in_visible_sections().for_lists()
        there = public.in_bulk([row.article_id for row in placed]) if placed else {}
        found = []
        for row in placed:
            if row.article_id in there:
                article = copy(there[row.article_id])  # one article may have several places
                article.placed_as, article.placed_crop = row.title, row.crop
                found.append((row.kind, article))
        return found


class Placement(PublicThing):
    """One article in one place."""

    IN_TEXTS = False

    class Kind(models.TextChoices):
        HEADLINE = "headline", "头条"
        NEWS = "news", "要闻"
        SLIDE = "slide", "焦点图"
        CARD = "card", "图片新闻"
        TOP = "top", "栏目置顶"
        NOTICE = "notice", "公告"
        STRIP = "strip", "影像"
        ESSAY = "essay", "副刊文章"
        VERSE = "verse", "副刊诗词"

    # Where a piece is read as news, and where it is shown by its picture.
    AS_NEWS = frozenset(
        {Kind.HEADLINE, Kind.NEWS, Kind.SLIDE, Kind.CARD, Kind.STRIP, Kind.ESSAY, Kind.VERSE}
    )
    PICTURED = frozenset({Kind.SLIDE, Kind.CARD, Kind.STRIP})

    class Crop(models.TextChoices):
        FOCUS = "", "按图片的焦点"
        TOP = "t", "上部"
        BOTTOM = "b", "下部"
        LEFT = "l", "左侧"
        RIGHT = "r", "右侧"

    kind = models.CharField(
        "位置", max_length=8, choices=Kind.choices,
        help_text="“栏目置顶”的文章也排在首页这个栏目的第一条；没有人排的位置，由各栏目最新的文章补上。",
    )  # fmt: skip
    article = models.ForeignKey(
        Article, verbose_name="文章", on_delete=models.CASCADE, related_name="placements"
    )
    title = SentenceField("短标题", max_length=30, blank=True, help_text="不填则用文章的标题。")
    crop = models.CharField(
        "图片裁剪", max_length=1, choices=Crop.choices, blank=True,
        help_text="焦点图按版面裁剪时，保留哪一部分。",
    )  # fmt: skip
    position = models.PositiveSmallIntegerField("次序", default=0, help_text="小的在前。")
    since = models.DateTimeField("开始", null=True, blank=True, help_text="不填则立即。")
    until = models.DateTimeField("结束", null=True, blank=True, help_text="到时自己撤下。")

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "版面"
        ordering = ["kind", "position", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "article"], name="placed_once",
                violation_error_message="这篇文章已经在这个位置上。",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.title or self.article}"

    def clean(self) -> None:
        if self.since and self.until and self.until <= self.since:
            raise ValidationError({"until": "结束要晚于开始。"})
        if self.article_id is None:
            return
        if self.kind in self.AS_NEWS and self.article.is_advertisement:
            raise ValidationError({"kind": "广告不能放在新闻的位置上，那里不标“广告”。"})
        if self.kind in self.PICTURED and not self.article.images.exists():
            raise ValidationError({"article": "这个位置要用图片，这篇文章还没有配图。"})
