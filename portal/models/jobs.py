"""What is known of daily jobs, and of the processes that do the background work."""

from __future__ import annotations

from django.db import models


class ScheduledJob(models.Model):
    """What is known of one daily job (``portal/jobs.py``): when it is due, what it did last."""

    name = models.CharField("代号", max_length=40, unique=True)
    due_at = models.DateTimeField("下次时间")
    started_at = models.DateTimeField("上次开始", null=True)
    finished_at = models.DateTimeField("上次结束", null=True)
    done = models.PositiveIntegerField("上次处理", default=0)
    failure = models.CharField("上次出错", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "定期任务"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Release(models.Model):
    """The release that the database was prepared for (:mod:`portal.release`); one row."""

    digest = models.CharField(max_length=64)
    prepared_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "版本"

    def __str__(self) -> str:
        return self.digest[:12]


class TaskWorker(models.Model):
    """A process that does background work; it says every few seconds that it lives.

    What it has in hand is leased: once it is gone, another one takes it (:mod:`portal.work`).
    """

    name = models.CharField(max_length=64, unique=True)
    queue = models.CharField(max_length=32)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "任务进程"

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"
