"""Revisions: every saved text of an article, kept for ever."""

from __future__ import annotations

import difflib
import hashlib
import itertools
import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

# Characters between the first and the last difference that are compared one by one.
COMPARED = 2_000


def fingerprint_of(content: dict[str, Any]) -> str:
    """Return the SHA-256 of an article's content."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def characters_changed(
    before: dict[str, Any], after: dict[str, Any], texts: Iterable[str]
) -> int | None:
    """Return how many characters of the ``texts`` differ; ``None`` when more than those differ."""
    texts = set(texts)
    if any(before.get(key) != after[key] for key in after if key not in texts):
        return None
    return sum(_distance(before.get(name, ""), after[name]) for name in texts)


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

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField("修订号")
    content = models.JSONField("内容")
    fingerprint = models.CharField(max_length=64)
    is_proof_correction = models.BooleanField("校对性修改", default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "修订"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="one_revision_per_number")
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 稿"
