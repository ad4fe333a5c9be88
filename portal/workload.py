"""What each editor did in a period, told by the audit log: for the chief."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import Count, F
from django.db.models.fields.json import KT
from django.utils import timezone

from submissions.models import Manuscript

# Steps that are counted, by column.
COLUMNS = {
    "采用": ("accept",),
    "退改": ("send_back", "recall"),
    "不采用": ("decline",),
    "初审": ("sign_first",),
    "复审": ("sign_second",),
    "终审": ("sign_final",),
    "退回": ("pass_back_second", "pass_back_final", "unsign"),
    "发布": ("publish",),
}
_COLUMN = {step: label for label, steps in COLUMNS.items() for step in steps}
# So many decisions are looked at for the time they took.
MOST = 5_000


@dataclass
class Row:
    """One editor's line; ``hours`` is the median from sending to the decision."""

    name: str
    numbers: dict[str, int] = field(default_factory=dict)
    hours: float | None = None

    @property
    def cells(self) -> list[int]:
        """The numbers in the order of the columns."""
        return [self.numbers.get(label, 0) for label in COLUMNS]


def between(since: dt.date, until: dt.date) -> list[Row]:
    """Return a line for everybody who did something in those days, both included."""
    start = timezone.make_aware(dt.datetime.combine(since, dt.time()))
    end = timezone.make_aware(dt.datetime.combine(until + dt.timedelta(days=1), dt.time()))
    steps = LogEntry.objects.filter(
        timestamp__gte=start, timestamp__lt=end, actor__isnull=False, actor__is_staff=True,
        additional_data__event="step",
    )  # fmt: skip
    told = steps.order_by().annotate(step=KT("additional_data__step")).values("actor", "step")
    rows: dict[int, Row] = {}
    people = User.objects.in_bulk([row["actor"] for row in told])
    for one in told.annotate(number=Count("pk")):
        label = _COLUMN.get(one["step"])
        if label is None:
            continue
        user = people[one["actor"]]
        row = rows.setdefault(user.pk, Row(user.get_full_name() or user.get_username()))
        row.numbers[label] = row.numbers.get(label, 0) + one["number"]
    for user_id, hours in _hours(start, end).items():
        if user_id in rows:
            rows[user_id].hours = statistics.median(hours)
    return sorted(rows.values(), key=lambda row: -sum(row.cells))


def _hours(start: dt.datetime, end: dt.datetime) -> dict[int, list[float]]:
    """Hours from the last sending to the decision, by who decided."""
    decided = Manuscript.objects.filter(
        state__in=["accepted", "declined"], state_changed_at__gte=start, state_changed_at__lt=end,
        handler__isnull=False, submitted_at__isnull=False,
    )  # fmt: skip
    took = decided.annotate(took=F("state_changed_at") - F("submitted_at"))
    found: dict[int, list[float]] = defaultdict(list)
    rows: Any = took.order_by("-state_changed_at").values_list("handler_id", "took")[:MOST]
    for handler, length in rows:
        found[handler].append(length.total_seconds() / 3600)
    return found
