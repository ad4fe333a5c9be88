"""Texts that met a newer one: kept beside the draft until its author has chosen."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from articles.text.richtext import RichTextField
from correspondents.typed import SentenceField

# Windows whose texts are kept beside one manuscript; who has more open loses the oldest.
MOST = 20


class DraftCopyManager(models.Manager["DraftCopy"]):
    def keep(self, manuscript: Any, window: uuid.UUID | None, title: str, body: str) -> None:
        """Keep what a window held beside the manuscript, in the place of what it held before."""
        self.update_or_create(
            manuscript=manuscript,
            window=window or uuid.uuid4(),
            defaults={"title": title, "body": body, "saved_at": timezone.now()},
        )
        newest = self.filter(manuscript=manuscript).values_list("pk", flat=True)[:MOST]
        self.filter(manuscript=manuscript).exclude(pk__in=list(newest)).delete()


class DraftCopy(models.Model):
    """What one window held when another one had saved meanwhile. One for each window."""

    manuscript = models.ForeignKey("Manuscript", on_delete=models.CASCADE, related_name="copies")
    # The window it came from, by a key of its own.
    window = models.UUIDField()
    title = SentenceField("标题", max_length=200, blank=True)
    body = RichTextField("正文", blank=True)
    saved_at = models.DateTimeField("保存时间", default=timezone.now)

    objects = DraftCopyManager()

    class Meta:
        verbose_name = verbose_name_plural = "另一份文字"
        ordering = ["-saved_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["manuscript", "window"], name="one_copy_per_window")
        ]

    def __str__(self) -> str:
        return self.title or "另一份文字"

    def swap(self) -> None:
        """Make this the text of the draft, and keep what was the text in its place."""
        with transaction.atomic():
            manuscript = self.manuscript
            title, body = manuscript.title, manuscript.body
            manuscript.title, manuscript.body = self.title, self.body
            manuscript.save(update_fields=["title", "body", "updated_at"])
            manuscript.raise_version()
            self.title, self.body, self.saved_at = title, body, timezone.now()
            self.save()
