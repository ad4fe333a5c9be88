"""Memberships 单位经历 — for which unit a person wrote, from which day to which."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from correspondents.models.organisation import Organisation
from correspondents.typed import DayField, LineField


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: dt.date) -> MembershipQuerySet:
        """Memberships that hold on that day; an empty end is open."""
        return self.filter(
            Q(since__isnull=True) | Q(since__lte=day), Q(until__isnull=True) | Q(until__gte=day)
        )


class Membership(models.Model):
    """One person in one unit for a time. No two of one person overlap."""

    correspondent = models.ForeignKey(
        "Correspondent", verbose_name="通讯员", on_delete=models.CASCADE, related_name="memberships"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name="单位", on_delete=models.PROTECT, related_name="+"
    )
    department = LineField("部门", max_length=40, blank=True)
    post = LineField("职务", max_length=40, blank=True)
    since = DayField("从", null=True, blank=True, help_text="不填：从一开始。")
    until = DayField("到", null=True, blank=True, help_text="不填：至今。当天仍属这个单位。")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位经历"
        ordering = [F("since").asc(nulls_first=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="membership_ends_after_its_start",
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.UniqueConstraint(
                fields=["correspondent"],
                condition=Q(until__isnull=True),
                name="one_present_unit_per_person",
                violation_error_message="一个人同时只能有一个“至今”的单位。",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "since"], name="members_of_unit")]

    def __str__(self) -> str:
        since = f"{self.since:%Y-%m-%d}" if self.since else ""
        until = f"{self.until:%Y-%m-%d}" if self.until else "至今"
        return (
            f"{self.organisation}　{since} 至 {until}" if since else f"{self.organisation}　{until}"
        )

    def holds_on(self, day: dt.date) -> bool:
        """The rule of ``on()`` for one row."""
        begun = self.since is None or self.since <= day
        return begun and (self.until is None or self.until >= day)

    def overlaps(self, other: Membership) -> bool:
        """Do the two share a day?"""
        begins = self.since is None or other.until is None or self.since <= other.until
        return begins and (other.since is None or self.until is None or other.since <= self.until)
