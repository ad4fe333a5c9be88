"""What is asked about many correspondents, in the newsroom's words."""

from __future__ import annotations

import datetime as dt
from typing import Self, TypeVar

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.db.models.functions import Concat
from django.utils import timezone

from correspondents.models.membership import Membership
from correspondents.models.organisation import Organisation
from correspondents.models.steps import CLOSED, ENGAGED, PENDING, SHOWN
from correspondents.names import key

_Person = TypeVar("_Person", bound=models.Model)


class CorrespondentQuerySet(models.QuerySet[_Person]):
    def engaged(self) -> Self:
        """People who may send manuscripts now."""
        return self.filter(state=ENGAGED)

    def public(self) -> Self:
        """People with a public profile: separate consent, and once appointed."""
        return self.filter(public_consent_at__isnull=False, state__in=SHOWN)

    def current(self) -> Self:
        """Records that have not been merged into another."""
        return self.filter(merged_into__isnull=True)

    def named(self, name: str) -> Self:
        """People of that name, with or without the pad that print puts between two characters."""
        return self.current().filter(name_key=key(name)) if key(name) else self.none()

    def who_signed(self, name: str, unit_text: str, day: dt.date) -> list[_Person]:
        """People a byline of that day may mean: of that name, and of that unit where one is given.

        Two people of one name in two units stay two: the unit of the day decides between them. A
        unit that the registry does not know decides nothing.
        """
        people = list(self.named(name).exclude(state=PENDING))
        unit = Organisation.objects.resolve(unit_text) if unit_text else None
        if unit is None or not people:
            return people
        related = [
            *unit.full_path,
            *Organisation.objects.beneath(unit).values_list("pk", flat=True),
        ]
        there = Membership.objects.on(day).filter(
            correspondent__in=[person.pk for person in people]
        )
        held = set(there.filter(organisation__in=related).values_list("correspondent", flat=True))
        return [person for person in people if person.pk in held]

    def called(self, text: str) -> Self:
        """People whose name begins so, padded or not, by name."""
        wanted = key(text)
        found = self.filter(name_key__startswith=wanted) if wanted else self.none()
        return found.order_by("name_key", "pk")

    def search(self, text: str) -> Self:
        """People by part of their name, by their number, or by a unit they are in now.

        A unit found by any of its names stands for everything under it.
        """
        wanted = key(text)
        if not wanted:
            return self.none()
        hit = Q(name_key__contains=wanted) | Q(number__iexact=text.strip())
        for path in Organisation.objects.mentioning(text).values_list("path", flat=True)[:50]:
            hit |= Q(organisation__path__startswith=path)
        return self.filter(hit)

    def with_colleagues_name(self) -> Self:
        """With ``colleague``: the name of somebody at the desk who is called or signs the same."""
        staff = User.objects.filter(is_staff=True, is_active=True)
        staff = staff.annotate(whole=Concat("last_name", "first_name")).exclude(whole="")
        same = Q(whole=models.OuterRef("name")) | Q(whole=models.OuterRef("usual_byline"))
        others = staff.filter(same).exclude(correspondent=models.OuterRef("pk"))
        return self.annotate(colleague=models.Subquery(others.values("whole")[:1]))

    def in_unit(self, unit: Organisation) -> Self:
        """People who are in this unit, or in one under it, today."""
        return self.filter(organisation__path__startswith=unit.path)

    def ending_within(self, days: int) -> Self:
        """Engaged people whose term ends within so many days, or has ended: the expiry list."""
        limit = timezone.localdate() + dt.timedelta(days=days)
        return self.engaged().filter(term_to__lte=limit).order_by("term_to", "pk")

    def overdue(self) -> Self:
        """Engaged people whose term is over."""
        return self.engaged().filter(term_to__lt=timezone.localdate())

    def to_remind(self) -> Self:
        """People who have not been told yet that this term of theirs is ending."""
        told = Q(reminded_for=models.F("term_to"))
        return self.ending_within(settings.TERM_REMINDER_DAYS).exclude(told)

    def lapsed(self) -> Self:
        """Registrations that were never approved and whose time of keeping is over."""
        before = timezone.now() - dt.timedelta(days=settings.KEEP_UNAPPROVED_DAYS)
        never = self.current().filter(since__isnull=True, erased_at__isnull=True)
        return never.filter(state__in=[PENDING, CLOSED], state_changed_at__lt=before)

    def waiting_for_unit(self) -> Self:
        """People who typed a unit that the desk has still to settle."""
        return self.current().exclude(unit_text="").exclude(state=CLOSED)
