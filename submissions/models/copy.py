"""Texts that met a newer one: kept beside the draft until its author has chosen."""

from __future__ import annotations

from django.db import models, transaction
from django.utils import timezone

from articles.richtext import RichTextField


class DraftCopy(models.Model):
    """What one window held when another one had saved meanwhile. One for each window."""

    manuscript = models.ForeignKey("Manuscript", on_delete=models.CASCADE, related_name="copies")
    # The window it came from, by a key of its own.
    window = models.UUIDField()
    title = models.CharField("标题", max_length=200, blank=True)
    body = RichTextField("正文", blank=True)
    saved_at = models.DateTimeField("保存时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "另一份文字"
        ordering = ["-saved_at"]
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
