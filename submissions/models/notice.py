"""Notices in the site: each change of state of a manuscript, told to its author once."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone

from correspondents.models import Correspondent


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, user: User) -> NoticeQuerySet:
        """What this person has been told by now."""
        return self.told().filter(person__user=user)

    def told(self) -> NoticeQuerySet:
        """Without those that wait, because what they tell may still be taken back."""
        return self.filter(created_at__lte=timezone.now())

    def unread(self) -> NoticeQuerySet:
        """Those not opened yet."""
        return self.filter(read_at__isnull=True)

    def mark_read(self) -> int:
        """Mark them as read; return how many were new."""
        return self.unread().update(read_at=timezone.now())


class Notice(models.Model):
    """One sentence to one correspondent about one manuscript."""

    person = models.ForeignKey(
        Correspondent, verbose_name="通讯员", on_delete=models.CASCADE, related_name="+"
    )
    manuscript = models.ForeignKey("Manuscript", on_delete=models.CASCADE, related_name="notices")
    event = models.SlugField("事项", max_length=40)
    text = models.CharField("内容", max_length=300)
    created_at = models.DateTimeField("时间", default=timezone.now)
    read_at = models.DateTimeField("已读时间", null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "站内通知"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["person", "-created_at"], name="notice_of_person")]

    def __str__(self) -> str:
        return self.text
