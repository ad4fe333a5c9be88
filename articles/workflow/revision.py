"""Revisions: every saved text of an article, kept for ever."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from articles.content.snapshot import said

# Characters between the first and the last difference that are compared one by one.
COMPARED = 2_000


def characters_changed(
    before: dict[str, Any], after: dict[str, Any], texts: Iterable[str]
) -> int | None:
    """Return how many characters of the ``texts`` differ; ``None`` when more than those differ."""
    texts = set(texts)
    old, new = said(before), said(after)
    if any(old.get(key) != new.get(key) for key in (old.keys() | new.keys()) - texts):
        return None
    return sum(_distance(before.get(name, ""), after.get(name, "")) for name in texts)


def _distance(old: str, new: str) -> int:
    if old == new:
        return 0
    start = _alike(old, new)
    old, new = old[start:], new[start:]
    end = _alike(old[::-1], new[::-1])
    old, new = old[: len(old) - end], new[: len(new) - end]
    if max(len(old), len(new)) > COMPARED:  # a rewrite; how large exactly does not matter
        return max(len(old), len(new))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return sum(
        max(old_end - old_start, new_end - new_start)
        for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes()
        if tag != "equal"
    )


def _alike(one: str, other: str) -> int:
    """Return how many characters both begin with."""
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _ in same)


class Revision(models.Model):
    """The content of an article as one save left it."""

    class Kind(models.TextChoices):
        SAVED = "saved", "保存"
        BASE = "base", "开始修改时的文字"
        ROUND = "round", "作者的新稿"
        RESTORED = "restored", "恢复"
        ASIDE = "aside", "没有存入的文字"
        DROPPED = "dropped", "放弃的修改稿"

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="revisions")
    # What met a newer text and was kept beside it has no number.
    number = models.PositiveIntegerField("修订号", null=True)
    kind = models.CharField("由来", max_length=8, choices=Kind.choices, default=Kind.SAVED)
    note = models.CharField("说明", max_length=200, blank=True)
    published_at = models.DateTimeField("刊出时间", null=True)
    content = models.JSONField("内容")
    fingerprint = models.CharField(max_length=80)
    is_proof_correction = models.BooleanField("校对性修改", default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "修订"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="one_revision_per_number")
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 稿" if self.number is not None else self.get_kind_display()


# What no article says, nor has said to its readers.
NOT_TEXTS = (Revision.Kind.ASIDE, Revision.Kind.DROPPED)
