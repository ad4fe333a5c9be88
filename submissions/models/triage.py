"""The desk's verbs about a manuscript."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from articles.models import Article
from correspondents.lifecycle import Part, StepNotAllowed, record
from submissions.models.acceptance import open_article, renew_article
from submissions.models.steps import CLAIMED, REVIEW, SUBMITTED


class Triage(Part):
    """What a manuscript does at the desk."""

    article: Any

    def claim(self, *, by: User, note: str = "") -> None:
        """Take it in hand; the author reads 审稿中."""
        self._transition("claim", by=by, note=note, handler=by)

    def release(self, *, by: User, note: str = "") -> None:
        """Put it back for others."""
        self._transition("release", by=by, note=note, handler=None)

    def pass_on(self, *, by: User, to: User | None, note: str = "") -> None:
        """Give it to a colleague who reads this section; the author is told when it is new to him."""
        if to is None or not (to.is_active and to.has_perm(REVIEW)):
            raise StepNotAllowed("请选择一位能处理来稿的同事。")
        if not self.is_read_by(to):
            raise StepNotAllowed(f"“{to.get_full_name()}”不负责这个栏目。")
        if self.author.user_id == to.pk:
            raise StepNotAllowed("不能交给作者本人处理。")
        if self.handler_id == to.pk:
            raise StepNotAllowed(f"稿件已经在“{to.get_full_name()}”手里。")
        news = self.state == SUBMITTED
        with transaction.atomic():
            self._transition("pass_on", by=by, note=note or f"交给{to.get_full_name()}", handler=to)
            if news:
                self.tell("claimed")

    def plan(self, *, by: User, due_at: dt.datetime | None, priority: int) -> None:
        """Set until when it is to be decided, and how urgent it is."""
        if not (by.has_perm(REVIEW) and self.is_read_by(by)):
            raise StepNotAllowed("您没有安排这篇稿件的权限。")
        if priority not in self.Priority.values:
            raise StepNotAllowed("请选择轻重缓急。")
        here = type(self).objects.filter(pk=self.pk, state__in=[SUBMITTED, CLAIMED])
        if not here.update(due_at=due_at, priority=priority):
            raise StepNotAllowed("稿件已经处理，不用再安排。")
        self.refresh_from_db()
        until = f"{timezone.localtime(due_at):%Y-%m-%d %H:%M}" if due_at else ""
        record(self, "planned", by=by, due_at=until, priority=self.get_priority_display())

    def send_back(self, *, by: User, note: str) -> None:
        """Ask the author to revise; the note is what the author reads."""
        self._transition("send_back", by=by, note=note, handler=by, remark=note[:500])

    def decline(self, *, by: User, note: str) -> None:
        """Do not use it; the note is the reason the author reads."""
        self._transition("decline", by=by, note=note, handler=by, remark=note[:500])

    def recall(self, *, by: User, note: str) -> None:
        """After acceptance, ask the author for a new round; the article waits at 待初审."""
        with transaction.atomic():
            self._transition("recall", by=by, note=note, handler=by, remark=note[:500])
            article = self.article
            if article is not None and article.state != Article.State.FIRST:
                article.return_to_start(by=by, note=note)

    def accept(self, *, by: User, note: str = "") -> Article:
        """Accept it: triage, not a reading. Opens the article at 待初审 and returns it.

        A later round of an accepted manuscript puts its text onto the same article.
        """
        this: Any = self
        with transaction.atomic():
            self._transition("accept", by=by, note=note, handler=by, remark=note[:500])
            facts = {"renewed": self.article is not None}
            if self.article is not None:
                facts |= self.article.as_it_is()
            if self.article is None:
                self.article = open_article(this, by=by)
                type(self).objects.filter(pk=self.pk).update(article=self.article)
            else:
                renew_article(this, by=by)
            assert self.decision is not None and self.article is not None  # noqa: S101
            version = self.article.version_token
            self.decision.follow(article=self.article.pk, version=version, **facts)
        return self.article

    def free(self) -> bool:
        """Tell the author that the promised time is over, once for each sending; false if told."""
        here = type(self).objects.filter(
            pk=self.pk, state__in=[SUBMITTED, CLAIMED], released_at__isnull=True
        )
        with transaction.atomic():
            if not here.update(released_at=timezone.now()):
                return False
            self.refresh_from_db()
            record(self, "released", by=None)
            self.tell("released")
        return True
