"""What the desk puts before readers who search: words others look for, and results it vouches for."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.content.edition import PublicQuerySet, PublicThing, once_an_edition
from articles.content.tags import split
from articles.indexes.shingles import plain
from articles.search.folding import fold
from correspondents.typed import DayField, LineField, SentenceField


class HotWord(PublicThing):
    """A word that the search page offers."""

    IN_TEXTS = False

    text = LineField("热词", max_length=20, unique=True)
    is_visible = models.BooleanField("显示", default=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "搜索热词"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class PromotedResult(PublicThing):
    """A result that stands above the others when one of its words is searched for."""

    IN_TEXTS = False

    words = LineField(
        "搜索词", max_length=200, help_text="搜索的正好是其中一个词时出现，用逗号或顿号隔开。"
    )
    title = SentenceField("标题", max_length=60)
    address = models.CharField("地址", max_length=300, help_text="如 /zonglan/ 或完整网址。")
    note = SentenceField("一句话说明", max_length=100, blank=True)
    until = DayField("截止", null=True, blank=True, help_text="当天仍出现；不填则一直出现。")
    position = models.PositiveSmallIntegerField("次序", default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推荐结果"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if not any(plain(word) for word in split(fold(self.words))):
            raise ValidationError({"words": "请填写至少一个搜索词。"})
        if not self.address.startswith(("/", "https://", "http://")) or self.address.startswith(
            "//"
        ):
            raise ValidationError({"address": "地址要以 / 或 https:// 开头。"})


@once_an_edition
def hot_words() -> tuple[HotWord, ...]:
    """Return the words that the search page offers, in their order."""
    return tuple(HotWord.objects.filter(is_visible=True))


@once_an_edition
def _promoted_today() -> dict[str, list[PromotedResult]]:
    found: dict[str, list[PromotedResult]] = {}
    today = timezone.localdate()
    for row in PromotedResult.objects.filter(Q(until__isnull=True) | Q(until__gte=today)):
        for word in {plain(word) for word in split(row.words)} - {""}:
            found.setdefault(word, []).append(row)
    return found


def promoted_for(typed: str) -> list[PromotedResult]:
    """Return what is promoted today for exactly this query, whatever its script and marks."""
    return _promoted_today().get(plain(typed), [])
