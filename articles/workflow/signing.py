"""The three readings of an article: signing them, and handing back."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from articles.content.snapshot import fingerprint_of
from articles.content.steps import FINAL, FIRST, SECOND, SIGN_STEPS
from articles.workflow.duties import may_not_sign
from articles.workflow.proof_pass import done_before, finish_pass, pass_due, pass_signed
from articles.workflow.wording import counted, hints_of
from articles.workflow.working_copy import keep_base
from correspondents.lifecycle import Part, StepNotAllowed


class Signing(Part):
    """What an article does at its readings."""

    def sign(self, *, by: User, note: str = "", override: bool = False) -> None:
        """Sign the reading that is due, whichever of the three it is.

        ``override``: although the same person has signed before, or began the piece; needs the
        right to do so and a reason in ``note``, and is told in every record of the article.
        """
        this: Any = self
        stage = self.state
        if stage not in SIGN_STEPS:
            raise StepNotAllowed(f"当前状态是“{self.get_state_display()}”，没有待签的审级。")
        if override:
            if not by.has_perm("articles.override_separation"):
                raise StepNotAllowed("您没有破例签署的权限。")
            if not note.strip():
                raise StepNotAllowed("破例签署要写明原因。")
            override = bool(may_not_sign(this, stage, by))  # nothing to override: an ordinary one
            note = f"破例：{note}"[:500] if override else note
        with transaction.atomic():
            proof = pass_due(this)
            self._transition(SIGN_STEPS[stage], by=by, note=note, override=override)
            read = keep_base(this, self.content())
            try:
                with transaction.atomic():
                    reading = self.readings.create(
                        stage=stage,
                        signed_by=by,
                        note=note,
                        revision=read,
                        stages=self.section.stages,
                        fingerprint=fingerprint_of(read.content),
                        report=counted(hints_of(this)),
                        is_override=override,
                    )
            except IntegrityError as error:
                raise StepNotAllowed("同一人不能签两个审级。") from error
            pass_signed(this, proof, reading, by=by)
            if self.decision is not None:
                self.decision.follow(signed=[reading.pk])

    def proofread(self, *, by: User) -> str:
        """Record the proof pass of the reading that is due, without signing; return its name."""
        this: Any = self
        number = pass_due(this)
        if not number:
            raise StepNotAllowed("这一步不记校次。")
        read = keep_base(this, self.content())
        done = done_before(this, number, read) or finish_pass(this, number, read, by=by)
        self.note_event("proofread", by=by, note=done.get_number_display())
        return str(done.get_number_display())

    def is_signed(self, step: str, *, by: User) -> bool:
        """Has this person signed what that step signs? Of a button pressed twice, the first did."""
        stages = [stage for stage, name in SIGN_STEPS.items() if name == step]
        return self.readings.valid().filter(signed_by=by, stage__in=stages).exists()  # type: ignore[no-any-return]

    def sign_first(self, *, by: User, note: str = "", override: bool = False) -> None:
        """Sign the first reading; refused in any other state."""
        self._sign_at(FIRST, by, note, override)

    def sign_second(self, *, by: User, note: str = "", override: bool = False) -> None:
        """Sign 复审."""
        self._sign_at(SECOND, by, note, override)

    def sign_final(self, *, by: User, note: str = "", override: bool = False) -> None:
        """Sign 终审 and release for publication."""
        self._sign_at(FINAL, by, note, override)

    def _sign_at(self, stage: str, by: User, note: str, override: bool) -> None:
        if self.state != stage:
            label = self.step_named(SIGN_STEPS[stage]).label
            raise StepNotAllowed(f"当前状态是“{self.get_state_display()}”，不能“{label}”。")
        self.sign(by=by, note=note, override=override)

    def pass_back_second(self, *, by: User, note: str) -> None:
        """Hand back from 复审 to 初审."""
        self._pass_back("pass_back_second", by, note)

    def pass_back_final(self, *, by: User, note: str) -> None:
        """Hand back from 终审 to the stage before."""
        self._pass_back("pass_back_final", by, note)

    def unsign(self, *, by: User, note: str) -> None:
        """Take the release back before publication."""
        self._pass_back("unsign", by, note, published_at=None)

    def _pass_back(self, name: str, by: User, note: str, **stamps: Any) -> None:
        with transaction.atomic():
            self._transition(name, by=by, note=note, **stamps)
            before = set(self.readings.valid().values_list("pk", flat=True))
            self.readings.revoke_from(self.state)
            if self.decision is not None:
                left = set(self.readings.valid().values_list("pk", flat=True))
                self.decision.follow(revoked=sorted(before - left))
