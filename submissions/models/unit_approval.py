"""经本单位审核 — what the liaison of the author's unit says about a round."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from correspondents.lifecycle import Part, StepNotAllowed, record
from correspondents.models import Liaison
from submissions.models.steps import CLAIMED, SUBMITTED


class UnitApproval(Part):
    """What a manuscript knows of its unit's approval."""

    @property
    def is_confirmed(self) -> bool:
        """Has the author's unit confirmed the round that was sent last?"""
        return self.unit_confirmed_at is not None and self.unit_confirmed_round == self.round_number

    @property
    def unit_word(self) -> str:
        """Whether the unit has approved it, in words; empty where nobody asks."""
        if self.is_confirmed:
            return "单位已审核"
        section = self.sent_section
        asked = section is not None and section.needs_unit_approval
        return "待单位审核" if asked else ""

    # --- the unit's verbs -------------------------------------------------------------------

    def confirm_for_unit(self, *, by: User) -> None:
        """Say for the author's unit that it has approved this round; raises ``StepNotAllowed``."""
        if self.sent_section is None or not self.sent_section.needs_unit_approval:
            raise StepNotAllowed("这个栏目不要求单位审核。")
        if not self._looked_after_by(by):
            raise StepNotAllowed("您不是这个单位的通联负责人。")
        if self.author.user_id == by.pk:
            raise StepNotAllowed("这是您自己的稿件，请由单位的另一位负责人确认。")
        rows: Any = type(self)._default_manager
        here = rows.filter(
            pk=self.pk, state__in=[SUBMITTED, CLAIMED], round_number=self.round_number
        )
        fresh = here.exclude(unit_confirmed_round=self.round_number)
        done = fresh.update(
            unit_confirmed_by=by,
            unit_confirmed_at=timezone.now(),
            unit_confirmed_round=self.round_number,
        )
        if not done:
            raise StepNotAllowed("稿件已经确认过，或者不在等待审稿。")
        self.refresh_from_db()
        record(self, "unit_confirmed", by=by)

    def withdraw_confirmation(self, *, by: User) -> None:
        """Take the confirmation back while the desk has not decided."""
        if not self._looked_after_by(by):
            raise StepNotAllowed("您不是这个单位的通联负责人。")
        rows: Any = type(self)._default_manager
        here = rows.filter(pk=self.pk, state__in=[SUBMITTED, CLAIMED], unit_confirmed_round__gt=0)
        if not here.update(unit_confirmed_by=None, unit_confirmed_at=None, unit_confirmed_round=0):
            raise StepNotAllowed("没有可以收回的确认，或者稿件已经处理。")
        self.refresh_from_db()
        record(self, "unit_confirmation_withdrawn", by=by)

    def _looked_after_by(self, user: User) -> bool:
        unit = self.organisation
        if unit is None:
            return False
        return any(charge.organisation.holds(unit) for charge in Liaison.objects.of(user))
