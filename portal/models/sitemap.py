"""Months of the sitemap."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class SitemapMonth(models.Model):
    """When something that was published in a month changed, or went: for the sitemap's index."""

    month = models.CharField(max_length=7, unique=True)  # 2014-05
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "站点地图的月份"
        ordering = ["month"]

    def __str__(self) -> str:
        return self.month
