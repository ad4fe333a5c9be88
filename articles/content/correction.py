"""Corrections 更正 — a dated note on the page of an article, and in the public list.

A correction is part of the text that the readings vouch for: it is written on the working copy
and shown when the copy is published.
"""

from __future__ import annotations

from django.db import models

from articles.text.typography import strip_paragraph
from correspondents.typed import SentenceField


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def shown(self) -> CorrectionQuerySet:
        """Those that readers see, the newest first."""
        return self.filter(shown_at__isnull=False).order_by("-shown_at", "-pk")


class Correction(models.Model):
    """One note: what was wrong and what is right."""

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="corrections")
    text = SentenceField(
        "更正说明",
        max_length=300,
        help_text="写明错在哪里、应为什么；印在文章末尾，并列入更正页，日期自动加。",
    )
    shown_at = models.DateTimeField("刊出时间", null=True, editable=False)
    # On a working copy: the one of the original that it stands for.
    copied_from = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.CASCADE, related_name="+"
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "更正"
        ordering = ["pk"]
        indexes = [models.Index(fields=["-shown_at", "-id"], name="correction_newest")]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: object, **kwargs: object) -> None:
        self.text = strip_paragraph(self.text)
        super().save(*args, **kwargs)  # type: ignore[arg-type]
