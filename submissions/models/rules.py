"""The rules for manuscripts 投稿须知， in versions: a sending keeps the one it agreed to."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone

from articles.text.richtext import RichTextField


class SubmissionRules(models.Model):
    """One version of the rules. A version in force is not changed: a new one follows it."""

    version = models.PositiveSmallIntegerField("版本", unique=True)
    body = RichTextField("正文")
    in_force_since = models.DateTimeField("生效时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "投稿须知"
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"第 {self.version} 版（{timezone.localtime(self.in_force_since):%Y-%m-%d}）"

    def get_absolute_url(self) -> str:
        return reverse("submissions:rules_version", args=[self.version])

    @property
    def is_in_force(self) -> bool:
        """Has its time come? Then somebody may have agreed to it, and it stays as it is."""
        return self.in_force_since <= timezone.now()

    @classmethod
    def current(cls) -> SubmissionRules | None:
        """Return the newest version in force; ``None`` before there is any."""
        return cls.objects.filter(in_force_since__lte=timezone.now()).first()
