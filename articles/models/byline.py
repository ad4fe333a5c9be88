"""Bylines, in print 署名 — who wrote, photographed or supplied a piece, and for which unit that day."""

from __future__ import annotations

from typing import Any

from django.db import models

from correspondents.models import Correspondent, Organisation
from correspondents.names import squeeze


class Byline(models.Model):
    """One row of the byline; the order matters for the authors' own employers."""

    class Role(models.TextChoices):
        AUTHOR = "author", "作者"
        CORRESPONDENT = "correspondent", "通讯员"
        SPECIAL_CORRESPONDENT = "special_correspondent", "特约通讯员"
        SPECIAL_REPORTER = "special_reporter", "特约记者"
        REPORTER = "reporter", "记者"
        PHOTOGRAPHER = "photographer", "摄影"
        TEXT_PHOTO = "text_photo", "文/图"
        COMPILER = "compiler", "整理"
        CONTRIBUTOR = "contributor", "供稿"

    # Roles of the site's own people carry 本网 in print.
    OWN = frozenset({"correspondent", "special_correspondent", "special_reporter", "reporter"})

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="bylines")
    position = models.PositiveSmallIntegerField("次序", default=0)
    role = models.CharField("身份", max_length=24, choices=Role.choices, default=Role.AUTHOR)
    name = models.CharField("姓名", max_length=40, blank=True)
    unit_text = models.CharField(
        "单位", max_length=60, blank=True, help_text="按见报当日的写法，以后不随单位改名。"
    )
    correspondent = models.ForeignKey(
        Correspondent,
        verbose_name="通讯员档案",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name="单位档案",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "署名"
        ordering = ["position", "pk"]
        indexes = [
            models.Index(fields=["correspondent", "article"], name="byline_of_person"),
            models.Index(fields=["organisation", "article"], name="byline_of_unit"),
            models.Index(fields=["name"], name="byline_by_name"),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.unit_text, self.name) if part)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name, self.unit_text = squeeze(self.name), squeeze(self.unit_text)
        super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        """The word in front of the name."""
        return (
            f"本网{self.get_role_display()}" if self.role in self.OWN else (self.get_role_display())
        )
