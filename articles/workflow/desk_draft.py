"""What an editor has typed and not yet saved, and who else has the same piece open."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone

from articles.content.base_article import BaseArticle

# A page that is open tells so every half minute.
PRESENT = dt.timedelta(minutes=2)
# What is kept for somebody who did not come back.
KEPT = dt.timedelta(days=30)


class DeskDraftQuerySet(models.QuerySet["DeskDraft"]):
    def of(self, article: BaseArticle | None, user: User) -> DeskDraftQuerySet:
        """The draft of one person for one piece; ``None``: for a piece not made yet."""
        return self.filter(article=article, user=user)

    def others(self, article: BaseArticle, user: User) -> DeskDraftQuerySet:
        """Colleagues who have it open now, or have typed and not saved."""
        there = models.Q(seen_at__gte=timezone.now() - PRESENT) | ~models.Q(data={})
        rows = self.filter(there, article=article, taken_by=None).exclude(user=user)
        return rows.select_related("user").order_by("-seen_at")

    def see(self, article: BaseArticle, user: User) -> None:
        """Note that this person has it open."""
        own = self.filter(article=article, user=user)
        if not own.update(seen_at=timezone.now(), taken_by=None):
            self.get_or_create(article=article, user=user)

    def keep(
        self,
        article: BaseArticle | None,
        user: User,
        opened: int,
        data: dict[str, Any],
        window: str = "",
    ) -> DeskDraft:
        """Keep what was typed in the place of what was typed before."""
        now = timezone.now()
        values = {"data": data, "opened_revision": opened, "window": window}
        row, _ = self.update_or_create(
            article=article, user=user, defaults=values | {"saved_at": now, "seen_at": now}
        )
        return row

    def drop_old(self) -> int:
        """Delete what nobody came back for; return how many."""
        old = self.filter(seen_at__lt=timezone.now() - KEPT)
        return old.delete()[0]


class DeskDraft(models.Model):
    """One person's unsaved words for one piece."""

    article = models.ForeignKey(
        "Article", null=True, on_delete=models.CASCADE, related_name="drafts"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desk_drafts"
    )
    opened_revision = models.PositiveIntegerField(default=0)
    # The fields of the form as they were typed; empty while somebody only looks.
    data = models.JSONField(default=dict)
    # In which window of this person it was typed: another one's words are not written over.
    window = models.CharField(max_length=16, blank=True)
    saved_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = DeskDraftQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "没有保存的改动"
        constraints = [
            models.UniqueConstraint(fields=["article", "user"], name="one_draft_each"),
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(article=None), name="one_new_draft_each"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}：{self.article or '新文章'}"

    def is_there(self, user: User) -> bool:
        """Is it a colleague's of this person who has the piece open now, or has typed and not saved?"""
        here = self.seen_at >= timezone.now() - PRESENT or bool(self.data)
        return here and self.taken_by_id is None and self.user_id != user.pk
