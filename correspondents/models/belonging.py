"""The units a person belongs to, by dates."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from correspondents.lifecycle import Part, StepNotAllowed, record
from correspondents.models.membership import Membership
from correspondents.models.organisation import Organisation


class Belonging(Part):
    """What a person does with units."""

    department: Any
    organisation: Any
    post: Any
    unit_since: Any
    unit_text: Any

    def settle_membership(self) -> None:
        """Bring unit, department and post in line with the memberships: those of today.

        Charges as liaison end when the person is no longer in the unit.
        """
        held = self.memberships.on(timezone.localdate()).select_related("organisation").last()
        self.organisation = held.organisation if held else None
        if held or self.memberships.exists():  # what an applicant typed stays until it is settled
            self.department = held.department if held else ""
            self.post = held.post if held else ""
        type(self).objects.filter(pk=self.pk).update(
            organisation=self.organisation, department=self.department, post=self.post
        )
        for charge in self.liaisons.filter(ended_at__isnull=True).select_related("organisation"):
            if self.organisation is None or not charge.organisation.holds(self.organisation):
                charge.ended_at = timezone.now()
                charge.save()
        self._announce()

    def settle_unit(
        self,
        unit: Organisation,
        *,
        by: User | None,
        since: dt.date | None = None,
        department: str = "",
        post: str = "",
    ) -> None:
        """Put the person into a unit from ``since`` on; earlier work keeps its unit.

        Without ``since`` the unit holds from the beginning, which is for a first unit only. Raises
        :class:`StepNotAllowed` when the day does not come after the start of the present unit.
        """
        if unit.merged_into_id:
            unit = Organisation.objects.get(pk=unit.merged_into_id)
        with transaction.atomic():
            type(self).objects.select_for_update().get(pk=self.pk)
            present = self.memberships.filter(until__isnull=True).last()
            words = {"department": department, "post": post}
            if present is not None and present.organisation_id == unit.pk:
                for field, value in words.items():
                    setattr(present, field, value or getattr(present, field))
                present.save()
            else:
                self._end(present, since)
                self.memberships.create(organisation=unit, since=since, **words)
            type(self).objects.filter(pk=self.pk).update(unit_text="", unit_since=None)
            self.unit_text, self.unit_since = "", None
            day = f"{since}" if since else ""
            record(self, "unit_settled", by=by, unit=unit.name, since=day)
            self.settle_membership()

    def _end(self, present: Membership | None, since: dt.date | None) -> None:
        last = self.memberships.last()
        if last is None:
            return
        if since is None:
            raise StepNotAllowed("已有单位经历，请填写调入新单位的日期，以前的作品仍归原单位。")
        start = max((row.since for row in self.memberships.all() if row.since), default=None)
        if start is not None and since <= start:
            raise StepNotAllowed(f"调入日期要晚于现单位的开始日期（{start:%Y-%m-%d}）。")
        ended = max((row.until for row in self.memberships.all() if row.until), default=None)
        if present is None and ended is not None and since <= ended:
            raise StepNotAllowed(f"调入日期要晚于上一段单位经历的结束日期（{ended:%Y-%m-%d}）。")
        if present is not None:
            present.until = since - dt.timedelta(days=1)
            present.save()
