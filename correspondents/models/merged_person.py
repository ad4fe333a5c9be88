"""Two records of one person become one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from correspondents.lifecycle import Part, StepNotAllowed, record
from correspondents.merging import move_references, what_moves
from correspondents.models.leaving import CONTACT, OWN_WORDS
from correspondents.models.membership import Membership
from correspondents.models.sign_in_name import switch_off
from correspondents.models.steps import CLOSED
from correspondents.models.upload import Upload
from correspondents.signals import person_merged


class MergedPerson(Part):
    """What a person's record does when it is merged."""

    sign_in_mobile: Any
    since: Any
    user: Any

    def what_moves(self) -> list[tuple[str, int]]:
        """What a merge would move: (kind, number)."""
        this: Any = self
        return what_moves(this)

    def obstacle_to_merge(self, kept: Any, by: User) -> str:
        """Return why ``by`` cannot put this record into ``kept``, in Chinese; empty for nothing."""
        if by.pk in (self.user_id, kept.user_id):  # it would open somebody's drafts to the actor
            return "其中一份是您自己的档案，请由其他人合并。"
        if kept.pk == self.pk:
            return "不能把档案合并到它自己。"
        if self.merged_into_id or kept.merged_into_id:
            return "其中一份档案已经合并过，请重新选择。"
        if kept.state == CLOSED:
            return "要保留的档案已经注销，请反过来合并。"
        if kept.user_id and self.user and self.user.is_staff:
            return "要并入的档案连着编辑账号，请由管理员先取下账号。"
        return ""

    def merge_into(self, kept: Any, *, by: User) -> None:
        """Make two records of one person one: articles, manuscripts, units and counts go along.

        The account of this record moves where ``kept`` has none and is switched off otherwise.
        Raises :class:`StepNotAllowed`.
        """
        with transaction.atomic():
            both = type(self).objects.select_for_update().filter(pk__in=[self.pk, kept.pk])
            rows = {row.pk: row for row in both.order_by("pk")}
            merged, kept = rows[self.pk], rows[kept.pk]
            if reason := merged.obstacle_to_merge(kept, by):
                raise StepNotAllowed(reason)
            merged._move_memberships(kept)
            merged._end_doubled_charges(kept)
            moved = move_references(merged, kept, leave=[Membership])
            before = type(self).objects.get(pk=merged.pk)
            gives_number: dict[str, Any] = {} if kept.number else {"number": None}
            merged._transition(
                "absorb", by=by, note=f"并入“{kept}”", merged_into=kept, user=None,
                sign_in_mobile=None, claim_digest=None, public_consent_at=None,
                photo_consent_at=None, organisation=None, **gives_number,
            )  # fmt: skip
            kept._receive(before)
            record(kept, "merged", by=by, merged=merged.name, merged_id=merged.pk, moved=str(moved))
            person_merged.send(sender=type(self), kept=kept, merged=merged, by=by)
            kept.settle_membership()
        self.refresh_from_db()

    def _move_memberships(self, kept: Any) -> None:
        """One line of time out of two: what is dated wins over what is open."""
        for row in list(self.memberships.all()):
            row.correspondent = kept
            for other in kept.memberships.all():
                if not row.overlaps(other):
                    continue
                if other.since is None and row.until is not None:
                    other.since = row.until + dt.timedelta(days=1)
                    if other.until is None or other.until >= other.since:
                        other.save()
                elif other.since is not None and (row.since is None or row.since < other.since):
                    row.until = other.since - dt.timedelta(days=1)
            if any(row.overlaps(other) for other in kept.memberships.all()):
                row.delete()
            else:
                row.save()

    def _end_doubled_charges(self, kept: Any) -> None:
        units = kept.liaisons.filter(ended_at__isnull=True).values("organisation")
        doubled = self.liaisons.filter(ended_at__isnull=True, organisation__in=units)
        doubled.update(ended_at=timezone.now())

    def _receive(self, before: Any) -> None:
        """Fill what is blank here from the other record as it was before the merge."""
        for field in (*CONTACT, *OWN_WORDS, "number", "grade", "photo", "letter", "term_from",
                      "term_to", "certificate_number"):  # fmt: skip
            if not getattr(self, field):
                setattr(self, field, getattr(before, field))
        self.since = min((day for day in (self.since, before.since) if day), default=None)
        account = before.user
        if account is not None and self.user_id is None:
            self.user = account
        elif account is not None:
            Upload.objects.filter(owner=account).update(owner=self.user)
            switch_off(account)
        self.sign_in_mobile = self.sign_in_mobile or before.sign_in_mobile
        self.save()
