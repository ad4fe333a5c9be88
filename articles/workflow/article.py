"""The article: what readers see, and its way through the readings."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import models, transaction

from articles.content.base_article import BaseArticle
from articles.content.section import may_read_section
from articles.content.snapshot import CONTENT, content_of, fingerprint_of
from articles.content.steps import (
    ARTICLE_STEPS,
    FINAL,
    FIRST,
    SECOND,
    SIGN_STEPS,
    SIGNED,
    stages_of,
)
from articles.signals import article_moved
from articles.workflow import chain
from articles.workflow.checklist import first_block
from articles.workflow.compared_text import ComparedText
from articles.workflow.duties import may_not_sign
from articles.workflow.editing import Editing
from articles.workflow.publication import WENT
from articles.workflow.publishing import Publishing
from articles.workflow.queries import ArticleQuerySet
from articles.workflow.revision import Revision
from articles.workflow.signing import Signing
from articles.workflow.taken_back import TakenBack
from correspondents.lifecycle import Step, record

# Before these somebody has looked at texts that are likely the same.
CONFIRMED_FIRST = frozenset({*SIGN_STEPS.values(), "publish", "schedule"})


# Whether they may be taken is told by the copy alone.
COPY_STEPS = frozenset({"give_up"})


class Article(Editing, Publishing, Signing, ComparedText, TakenBack, BaseArticle):
    """One piece: news, verse, pictures or paper, with its verbs."""

    STEPS = ARTICLE_STEPS
    VERSION = ("revision",)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "文章"
        ordering = ["-published_at", "-pk"]
        permissions = [
            ("sign_first", "签初审"),
            ("sign_second", "签复审"),
            ("sign_final", "签终审"),
            ("publish_article", "发布"),
            ("withdraw_article", "撤稿"),
            ("discard_article", "放入回收站"),
            ("override_separation", "破例签署两个审级"),
        ]
        indexes = [
            models.Index(fields=["section", "-published_at", "-id"], name="article_in_section"),
            models.Index(fields=["-published_at", "-id"], name="article_newest"),
            models.Index(fields=["state", "state_changed_at"], name="article_queue"),
            models.Index(
                fields=["expires_at"],
                name="article_expiry",
                condition=models.Q(expires_at__isnull=False),
            ),
        ]

    # --- what is asked of it ---------------------------------------------------------------

    @property
    def copy(self) -> Article | None:
        """Its working copy, if somebody has begun one."""
        return Article.objects.filter(copy_of=self.pk).first() if self.pk else None

    @property
    def told(self) -> list[tuple[str, str]]:
        """What stands with its label under the head of the page and in feeds."""
        shown = ((part.label, getattr(self, part.name)) for part in CONTENT if part.is_shown)
        return [(label, words) for label, words in shown if words]

    # --- readings ---------------------------------------------------------------------------

    @property
    def stages(self) -> tuple[str, ...]:
        """The readings its section asks for."""
        return stages_of(self.section.stages)

    def may(self, row: Step, user: User) -> bool:
        """Role and section: the right, and the section among those the person reads."""
        return super().may(row, user) and may_read_section(user, self.section_id)

    def target_of(self, row: Step) -> str:
        if row.name == "sign_first":
            return SECOND if SECOND in self.stages else FINAL
        if row.name == "pass_back_final":
            return SECOND if SECOND in self.stages else FIRST
        return super().target_of(row)

    def obstacle(self, row: Step, user: User | None, *, override: bool = False) -> str:
        if (
            row.name in CONFIRMED_FIRST
            and user is not None
            and (words := self.unconfirmed_words(user))
        ):
            return words
        if row.name in SIGN_STEPS.values() and user is not None:
            words = may_not_sign(self, self.state, user, override=override)
            return words or (first_block(self) if row.name == "sign_final" else "")
        if (words := self._obstacle_of_copy(row)) or row.name in COPY_STEPS:
            return words
        if row.name == "unschedule" and self.published_at is None:
            return "文章没有定时。"
        if row.name in ("schedule", "unschedule") and self.is_public:
            return "文章已经公开，不能再定时；要撤下请用“撤稿”。"
        if row.name in ("publish", "schedule"):
            return self.chain_broken() or (first_block(self) if user is not None else "")
        if row.name == "withdraw" and self.state == SIGNED and not self.is_public:
            return "文章还没有公开，请用“撤回签发”。"
        if row.name == "unsign" and self.is_public:
            return "文章已经公开，请用“撤稿”。"
        return ""

    def _obstacle_of_copy(self, row: Step) -> str:
        if self.copy_of_id is None:
            if row.name == "give_up":
                return "这不是修改稿。"
            if row.name == "reopen" and self.copy is not None:
                return "文章还有没办完的修改稿，请先放弃修改稿。"
            return ""
        if row.name == "discard":
            return "修改稿不进回收站，请用“放弃修改稿”。"
        moves_on = row.name in CONFIRMED_FIRST
        if moves_on and not (self.copy_of is not None and self.copy_of.is_released):
            return "原文已经撤稿，修改稿不能再用；请放弃修改稿，在原文上“重新编审”。"
        return ""

    def chain_broken(self) -> str:
        """Return why its text may not be public, in Chinese; empty where the chain is whole."""
        return chain.broken(self)

    def history(self) -> models.QuerySet[Revision]:
        """Its revisions, on a working copy with those of the original, the newest first."""
        return Revision.objects.filter(article__in=[self.pk, self.copy_of_id or self.pk])

    # --- verbs ------------------------------------------------------------------------------

    def discard(self, *, by: User, note: str) -> None:
        """Put it into the recycle bin; nothing is deleted."""
        self._transition("discard", by=by, note=note)

    def restore(self, *, by: User, note: str = "") -> None:
        """Take it out of the recycle bin; all readings start again."""
        self._pass_back("restore", by, note)

    def withdraw(self, *, by: User, note: str) -> None:
        """Take a public article off the site; the reason stays internal."""
        self._transition("withdraw", by=by, note=note)
        self.make_known(WENT)

    def reopen(self, *, by: User, note: str = "") -> None:
        """Start the readings of a withdrawn article again."""
        self._pass_back("reopen", by, note, published_at=None)

    def return_to_start(self, *, by: User, note: str) -> None:
        """Back to 待初审 with all readings void, because the author revises the text."""
        with transaction.atomic():
            self._transition("fall_back", by=by, note=note, target=FIRST, published_at=None)
            self.readings.revoke_from(FIRST)

    # --- the text as one value --------------------------------------------------------------

    def content(self) -> dict[str, Any]:
        """Return everything a reading vouches for, as plain values; read from the database."""
        return content_of(self)

    def fingerprint(self) -> str:
        """Return the SHA-256 of :meth:`content`; a reading keeps the one it signed."""
        return fingerprint_of(self.content())

    def _transition(self, name: str, *, by: User | None, **more: Any) -> None:
        """Take a step and announce the move within its transaction."""
        source = self.state
        with transaction.atomic():
            super()._transition(name, by=by, **more)
            self.make_findable()
            self.watch_expiry()
            article_moved.send(sender=Article, article=self, source=source)

    def _record(self, *, by: User | None, **facts: Any) -> None:
        """Steps of a working copy are told in the history of the original, which stays."""
        self.note_event("step", by=by, **facts)

    def note_event(self, event: str, *, by: User | None, **facts: Any) -> None:
        if self.copy_of_id is None:
            record(self, event, by=by, **facts)
        else:
            assert self.copy_of is not None  # noqa: S101 -- it has the number of one
            record(self.copy_of, event, by=by, **facts, on="修改稿")
