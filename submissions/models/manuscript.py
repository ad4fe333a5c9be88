"""The manuscript 稿件 — from a correspondent's draft to the desk's decision."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import F

from articles.content.section import may_read_section
from articles.indexes.shingles import SHORTEST
from articles.models import (
    MANUSCRIPT,
    Article,
    Likeness,
    likenesses_of,
)
from articles.text.richtext import to_text
from correspondents.lifecycle import Step
from correspondents.models import Correspondent
from submissions.models.base_manuscript import BaseManuscript
from submissions.models.byline import first_byline
from submissions.models.content import content_of
from submissions.models.conversation import Conversation
from submissions.models.findable import sent_text
from submissions.models.queries import ManuscriptQuerySet
from submissions.models.round import Round
from submissions.models.sending import Sending
from submissions.models.steps import (
    ASSIGN,
    ENTER,
    MANUSCRIPT_STEPS,
    OWN_STEPS,
    TOLD,
)
from submissions.models.taken_back import TakenBack
from submissions.models.triage import Triage
from submissions.models.unit_approval import UnitApproval


class ManuscriptManager(models.Manager.from_queryset(ManuscriptQuerySet)):  # type: ignore[misc]
    def start(self, author: Correspondent, **fields: Any) -> Manuscript:
        """Begin a manuscript with what is known of its author: byline, unit, phone."""
        fields.setdefault("phone", author.mobile)
        with transaction.atomic():
            manuscript = self.create(author=author, **fields)
            row = first_byline(author)
            row.manuscript = manuscript
            row.save()
        return manuscript


class Manuscript(Sending, Triage, Conversation, UnitApproval, TakenBack, BaseManuscript):
    """One manuscript through all its rounds."""

    STEPS, VERSION = MANUSCRIPT_STEPS, ("round_number",)
    OWN_STEPS = OWN_STEPS

    objects = ManuscriptManager()

    class Meta:
        verbose_name = verbose_name_plural = "来稿"
        ordering = ["-updated_at"]
        permissions = [
            ("review_manuscript", "处理来稿"),
            ("assign_manuscript", "分派来稿"),
            ("enter_manuscript", "代投来稿"),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="manuscript_queue"),
            models.Index(fields=["author", "-updated_at"], name="manuscript_of_author"),
            models.Index(fields=["organisation", "-first_submitted_at"], name="manuscript_of_unit"),
        ]

    # --- what is asked of it ----------------------------------------------------------------

    @property
    def last_round(self) -> Round | None:
        """What was sent last; uses the prefetch of lists."""
        return next(iter(self.rounds.all()), None)

    def likenesses(self, user: User | None = None) -> list[Likeness]:
        """Other pieces with the wording or the title that was sent, as one may be told of them."""
        return self._alike(self.sent_title, sent_text(self), user)

    def likenesses_of_draft(self) -> list[Likeness]:
        """The author's own earlier pieces that what is being written equals."""
        if len(self.body) < SHORTEST:
            return []
        alike = self._alike(self.title, to_text(self.body), None)
        return [one for one in alike if one.match.is_same and one.same_people]

    def _alike(self, title: str, text: str, user: User | None) -> list[Likeness]:
        own = (MANUSCRIPT, self.pk)
        people = frozenset({self.author_id})
        return likenesses_of(own, self.piece, title, text, people=people, user=user)

    def content(self) -> dict[str, Any]:
        """Return what belongs to a round besides its text, as it is now."""
        return content_of(self)

    # --- rules ------------------------------------------------------------------------------

    def may(self, row: Step, user: User) -> bool:
        """The author's own steps belong to the author; the rest to the desk of the section."""
        if row.name in self.OWN_STEPS:
            own = user.is_active and self.author.user_id == user.pk
            # Who enters a manuscript for somebody sends it for him too.
            behalf = row.name == "submit" and self.entered_by_id == user.pk
            return own or (behalf and user.is_active and user.has_perm(ENTER))
        return super().may(row, user) and self.is_read_by(user)

    def is_written_by(self, user: User) -> bool:
        """Is this person its author, or named on it beside him?"""
        return user.pk in self.accounts_of_writers()

    def accounts_of_writers(self) -> set[int]:
        """Return the accounts of its author and of who is named on it beside him."""
        people = [self.author, *(row.person() for row in self.bylines.all())]
        return {person.user_id for person in people if person and person.user_id}

    def is_read_by(self, user: User) -> bool:
        """Does this person read the section it was sent to?"""
        return may_read_section(user, self.sent_section_id or 0)

    def obstacle(self, row: Step, user: User | None, *, override: bool = False) -> str:
        if row.name == "submit":
            return self._not_complete()
        moved_on = self.article is not None and self.article.state != Article.State.FIRST
        if row.name == "accept" and moved_on:
            return "文章已在后续审读或已发布，请先把文章退回初审，再采用作者的新稿。"
        decides = ("accept", "decline", "send_back", "resume", "ask_resume")
        if row.name in decides and user is not None and self.is_written_by(user):
            return "这是您自己的稿件，请由其他编辑处理。"
        if row.name == "recall" and self.article is not None and not self.article.is_editable:
            return "文章已经发布或撤稿，不能再退作者修改。"
        if words := self.obstacle_of_taking_back(row, user):
            return words
        if row.name == "pass_on" and user is not None:
            foreign = self.handler_id not in (None, user.pk)
            if foreign and not user.has_perm(ASSIGN):
                return "这篇稿件由别人处理，只有主编可以改派。"
        return ""

    # --- moving and telling -----------------------------------------------------------------

    def _transition(self, name: str, *, by: User | None, note: str = "", **more: Any) -> None:
        """Take a step and tell the author, in one transaction."""
        with transaction.atomic():
            super()._transition(name, by=by, note=note, **more)
            if event := TOLD.get(name):
                self.tell(event, note, held=self.decision)

    # --- the desk's verbs -------------------------------------------------------------------

    def raise_version(self) -> None:
        """Count a saving by the author, so that older forms are told apart."""
        Manuscript.objects.filter(pk=self.pk).update(version=F("version") + 1)
        self.refresh_from_db(fields=["version"])
