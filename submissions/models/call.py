"""Calls for papers 征文： a theme, a section, a deadline."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models import Section
from correspondents.typed import DayField, SentenceField


class CallQuerySet(models.QuerySet["CallForPapers"]):
    def open(self) -> CallQuerySet:
        """Calls that take manuscripts today."""
        today = timezone.localdate()
        return self.filter(
            Q(opens_on__isnull=True) | Q(opens_on__lte=today), closes_on__gte=today, is_visible=True
        )


class CallForPapers(models.Model):
    """One call; manuscripts name it, so that the desk finds them together."""

    title = SentenceField("征文主题", max_length=60, unique=True)
    description = models.TextField("说明", max_length=2000, blank=True, help_text="一段一行。")
    section = models.ForeignKey(
        Section, verbose_name="投到栏目", null=True, blank=True, on_delete=models.PROTECT
    )
    opens_on = DayField("开始", null=True, blank=True)
    closes_on = DayField("截止", help_text="当天仍可投稿。")
    is_visible = models.BooleanField("公开", default=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "征文"
        ordering = ["closes_on", "pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.opens_on and self.closes_on and self.closes_on < self.opens_on:
            raise ValidationError({"closes_on": "截止日期不能早于开始日期。"})

    @property
    def is_open(self) -> bool:
        """Does it take manuscripts today?"""
        today = timezone.localdate()
        begun = self.opens_on is None or self.opens_on <= today
        return self.is_visible and begun and self.closes_on >= today

    @property
    def days_left(self) -> int:
        """Days until the deadline; negative when it is over."""
        return (self.closes_on - timezone.localdate()).days
