"""What author and desk say to each other about a manuscript, and what the desk keeps to itself.

Internal notes have a table of their own: no query for messages can ever return one.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone


class MessageQuerySet(models.QuerySet["Message"]):
    def written_today(self, writer: User) -> int:
        """How many messages this person has written as an author since midnight."""
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return self.filter(writer=writer, from_desk=False, written_at__gte=midnight).count()


class Message(models.Model):
    """A message, or a remark of the desk on a passage of the text."""

    class Standing(models.TextChoices):
        PLAIN = "", "留言"
        OPEN = "open", "待修改"
        CHANGED = "changed", "作者已改"
        SETTLED = "settled", "已解决"

    manuscript = models.ForeignKey("Manuscript", on_delete=models.CASCADE, related_name="messages")
    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="写的人",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    from_desk = models.BooleanField("编辑部写的")
    quote = models.CharField("原文", max_length=300, blank=True)
    body = models.TextField("内容", max_length=1000)
    round_number = models.PositiveSmallIntegerField("第几稿", default=0)
    standing = models.CharField("状态", max_length=8, choices=Standing.choices, blank=True)
    written_at = models.DateTimeField("时间", default=timezone.now)
    # When the other side has opened the page with it.
    read_at = models.DateTimeField("已读时间", null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "往来留言"
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return self.body[:30]

    @property
    def is_remark(self) -> bool:
        """Is it about a passage, to be dealt with?"""
        return bool(self.standing)

    @property
    def signed(self) -> str:
        """The name under it."""
        return name_of(self.writer)

    def mark(self, standing: str, *, by_desk: bool) -> bool:
        """Say how it stands: the author may say "changed", the desk anything; false if refused."""
        allowed = set(self.Standing.values) if by_desk else {self.Standing.CHANGED}
        if not self.standing or standing not in allowed - {""}:
            return False
        rows = Message.objects.filter(pk=self.pk)
        if not by_desk:  # what the desk has settled stays settled
            rows = rows.exclude(standing=self.Standing.SETTLED)
        return bool(rows.update(standing=standing))


class InternalNote(models.Model):
    """A note among editors. No author, letter, feed or export ever shows one."""

    manuscript = models.ForeignKey("Manuscript", on_delete=models.CASCADE, related_name="notes")
    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="写的人",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    body = models.TextField("内容", max_length=1000)
    written_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "内部备注"
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return self.body[:30]


def unread(messages: models.QuerySet[Message], *, by_desk: bool) -> models.QuerySet[Message]:
    """Messages of the other side that this side has not opened yet."""
    return messages.filter(read_at__isnull=True, from_desk=not by_desk)


def name_of(user: User | None) -> str:
    """The name a person signs a message with."""
    return (user.get_full_name() or user.username) if user else "已离任"
