"""Signatures and times that are taken back: by who gave them, or because the chain does not hold."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from articles.content.edition import new_edition
from articles.content.steps import FINAL, SIGNED
from articles.workflow.proof_pass import signatures_void
from articles.workflow.revision import Revision
from articles.workflow.working_copy import BYLINE, put_bylines, put_content
from correspondents.lifecycle import Decision, Part, StepNotAllowed


class TakenBack(Part):
    """What an article does when the desk, or its own chain, thinks better of it."""

    def check_undo(self, decision: Decision) -> None:
        """Refuse where it has become public meanwhile."""
        if self.is_public:
            raise StepNotAllowed("文章已经公开，要撤下请用“撤稿”。")

    def undone(self, decision: Decision, *, by: User) -> None:
        """Signatures given with the step are void, those it voided stand again."""
        now, effects = timezone.now(), decision.effects
        self.readings.filter(pk__in=effects.get("signed", [])).update(revoked_at=now)
        signatures_void(effects.get("signed", []))
        self.readings.filter(pk__in=effects.get("revoked", [])).update(revoked_at=None)
        if self.state == SIGNED and (reason := self.chain_broken()):
            raise StepNotAllowed(f"不能撤销：{reason}")
        self.make_findable()
        if self.state == SIGNED and self.published_at is not None:
            if self.published_at <= now:
                raise StepNotAllowed("定时的时间已过，不能撤销；请重新定时或立即发布。")
            self.schedule_task(self.published_at)
        new_edition(texts=False)

    def as_it_is(self) -> dict[str, Any]:
        """Return what :meth:`forget_round` wants to know of it before a new round comes."""
        rows = [{name: getattr(row, name) for name in BYLINE} for row in self.bylines.all()]
        return {"revision": self.revision, "bylines": rows}

    def forget_round(self, before: dict[str, Any], *, by: User) -> None:
        """Say again what it said before the author's new round came, its bylines with their links."""
        this: Any = self  # an article
        earlier = self.history().filter(number=before["revision"]).first()
        if earlier is None or self.revision == before["revision"]:
            return
        now = self.content()
        put_content(this, earlier.content)
        put_bylines(this, before["bylines"])
        kind, note = Revision.Kind.RESTORED, "撤销采用"
        self.settle_edit(by=by, before=now, kind=kind, note=note)

    def take_back_broken(self) -> str:
        """Move a signed piece back whose chain does not hold any more, its time with it.

        Returns why; empty where it holds. What readers saw by the clock alone they see no more.
        """
        self.refresh_from_db()
        if self.state != SIGNED or not (reason := self.chain_broken()):
            return ""
        stage = self.first_unsigned()
        stage = FINAL if stage == SIGNED else stage
        with transaction.atomic():
            when = self.published_at
            self._transition("fall_back", by=None, note=reason, target=stage, published_at=None)
            self.readings.revoke_from(stage)
            if when is not None:
                at = f"{timezone.localtime(when):%Y-%m-%d %H:%M}"
                self.note_event("schedule_lifted", by=None, note=reason, due_at=at)
            new_edition(texts=False)
        return reason

    def first_unsigned(self) -> str:
        """The first stage without a valid reading; a move to another section may add one."""
        signed = set(self.readings.valid().values_list("stage", flat=True))
        return next((stage for stage in self.stages if stage not in signed), SIGNED)
