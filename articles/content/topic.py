"""Topics 专题 — a page of its own with a lead, a picture, and blocks of articles."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from taggit.models import Tag

from articles.content.base_article import BaseArticle
from articles.content.edition import PublicQuerySet, PublicThing
from articles.text.richtext import RichTextField
from correspondents.links import reverse_cached
from correspondents.models import Upload
from correspondents.typed import SentenceField

PER_BLOCK = 12


class TopicQuerySet(PublicQuerySet):
    def shown(self) -> TopicQuerySet:
        """Those that readers may open now."""
        now = timezone.now()
        begun = Q(since__isnull=True) | Q(since__lte=now)
        return self.filter(begun, Q(until__isnull=True) | Q(until__gt=now), is_visible=True)


class Topic(PublicThing):
    """One topic."""

    IN_TEXTS = False

    title = SentenceField("专题名", max_length=40)
    slug = models.SlugField("地址", max_length=40, unique=True, help_text="用拼音，如 anquanyue。")
    lead = RichTextField("导语", blank=True)
    picture = models.ForeignKey(
        Upload, verbose_name="题图", null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    picture_alt = SentenceField("题图说明", max_length=120, blank=True)
    is_visible = models.BooleanField("显示", default=True)
    since = models.DateTimeField("开始", null=True, blank=True)
    until = models.DateTimeField("结束", null=True, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "专题"
        ordering = ["position", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse_cached("articles:topic", self.slug)

    def clean(self) -> None:
        if self.since and self.until and self.until <= self.since:
            raise ValidationError({"until": "结束要晚于开始。"})

    def articles(self) -> list[BaseArticle]:
        """Return all its public articles, the newest first, each once."""
        found = {article.pk: article for block in self.blocks.all() for article in block.articles()}
        return sorted(found.values(), key=lambda one: (one.published_at, one.pk), reverse=True)


class TopicBlock(PublicThing):
    """One block: articles chosen by hand, then the newest of a keyword."""

    IN_TEXTS = False

    topic = models.ForeignKey(
        Topic, verbose_name="专题", on_delete=models.CASCADE, related_name="blocks"
    )
    heading = SentenceField("小标题", max_length=30)
    tag = models.ForeignKey(
        Tag, verbose_name="关键词", null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+", help_text="选了关键词，手选的文章之后自动列出最新的。",
    )  # fmt: skip
    position = models.PositiveSmallIntegerField("次序", default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "专题板块"
        ordering = ["topic", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.topic} · {self.heading}"

    def articles(self) -> list[BaseArticle]:
        """Return its public articles: those chosen, in their order, then those of the keyword."""
        chosen = list(self.items.values_list("article_id", flat=True))
        articles: Any = TopicItem._meta.get_field("article").related_model
        public = articles.objects.published()
        public = public.in_visible_sections()
        there = public.for_lists().in_bulk(chosen)
        found = [there[key] for key in chosen if key in there]
        if self.tag_id and len(found) < PER_BLOCK:
            more = public.filter(tags=self.tag_id).exclude(pk__in=chosen).newest().for_lists()
            found += more[: PER_BLOCK - len(found)]
        return found


class TopicItem(PublicThing):
    """One article chosen for a block."""

    IN_TEXTS = False

    block = models.ForeignKey(
        TopicBlock, verbose_name="栏", on_delete=models.CASCADE, related_name="items"
    )
    article = models.ForeignKey(
        "Article", verbose_name="文章", on_delete=models.CASCADE, related_name="+"
    )
    position = models.PositiveSmallIntegerField("次序", default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "手选文章"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["block", "article"], name="in_a_block_once")]

    def __str__(self) -> str:
        return str(self.article)
