"""Runs of the import of the old site: what came with which, so that nothing else passes for it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class LegacyRun(models.Model):
    """One run of the import."""

    started_at = models.DateTimeField("开始时间", default=timezone.now)
    source = models.CharField("来自", max_length=200, blank=True)
    # Texts that came before runs were noted have no fingerprint to be compared with.
    keeps_fingerprints = models.BooleanField(default=True)

    class Meta:
        verbose_name = verbose_name_plural = "旧站导入"
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.started_at):%Y-%m-%d %H:%M} {self.source}".strip()
