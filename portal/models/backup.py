"""What became of the backups that the site makes by itself."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Backup(models.Model):
    """One attempt: where it lies, how much it is; or why there is none."""

    made_at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    folder = models.CharField("文件夹", max_length=300)
    files = models.PositiveIntegerField("文件数", default=0)
    bytes = models.PositiveBigIntegerField("字节数", default=0)
    missing = models.PositiveIntegerField("缺失的文件", default=0)
    failure = models.CharField("没有成功的原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "自动备份"
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.made_at):%Y-%m-%d %H:%M}"
