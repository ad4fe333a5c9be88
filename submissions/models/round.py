"""Rounds: the text of a manuscript as it was each time the author sent it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils import timezone

from articles.text.richtext import RichTextField
from correspondents.models import Upload
from correspondents.typed import SentenceField
from submissions.models.acceptance import PLACED


@dataclass(frozen=True)
class SentPicture:
    """A picture as it was sent; ``upload`` is ``None`` when the author has taken it out since."""

    upload: Upload | None
    caption: str
    photographer: str


class Round(models.Model):
    """One sending: kept as it came, whatever the author or the desk changes later."""

    manuscript = models.ForeignKey("Manuscript", on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField("第几稿")
    title = SentenceField("标题", max_length=60)
    subtitle = SentenceField("副题", max_length=60, blank=True)
    body = RichTextField("正文")
    # Section, bylines, pictures and declarations as they were: ``Manuscript.content()``.
    content = models.JSONField(default=dict, editable=False)
    sent_at = models.DateTimeField("投稿时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "轮次"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["manuscript", "number"], name="one_round_per_number")
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 稿"

    def loose_pictures(self) -> list[SentPicture]:
        """Return the pictures sent with it that do not stand in its text, with their words."""
        placed = set(PLACED.findall(self.body))
        there = {
            row.upload.key: row.upload for row in self.manuscript.pictures.select_related("upload")
        }
        return [
            SentPicture(there.get(key), caption, photographer)
            for key, caption, photographer in self.content.get("pictures", [])
            if key not in placed
        ]
