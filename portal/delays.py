"""Background work that waits too long or was given up, as the desk's first page tells it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from portal import work
from portal.models import TaskWorker

LATE = dt.timedelta(minutes=10)
LATELY = dt.timedelta(days=7)


@dataclass(frozen=True)
class Delay:
    """Tasks of one kind that wait too long: how many, since when, and why."""

    label: str
    number: int
    since: dt.datetime
    reason: str


def delays() -> list[Delay]:
    """Return what waits, or is in hand, for more than ten minutes after its time."""
    before = timezone.now() - LATE
    never = Q(run_after=get_date_max(), enqueued_at__lt=before) | Q(run_after__lt=before)
    # Tried already, and waits for the next attempt.
    again = Q(enqueued_at__lt=before) & ~Q(worker_ids=[])
    waiting = DBTaskResult.objects.filter(never | again, status="READY")
    running = DBTaskResult.objects.running().filter(started_at__lt=before)
    queues = set(TaskWorker.objects.filter(seen_at__gt=before).values_list("queue", flat=True))
    number: Counter[tuple[str, str]] = Counter()
    since: dict[tuple[str, str], dt.datetime] = {}
    for one in (waiting | running).order_by("enqueued_at"):
        key = work.label_of(one.task_path), _why(one, queues)
        number[key] += 1
        due = one.started_at if one.status == "RUNNING" else min(one.run_after, one.enqueued_at)
        since.setdefault(key, due or one.enqueued_at)
    return [Delay(label, count, since[label, why], why) for (label, why), count in number.items()]


def _why(one: DBTaskResult, queues: set[str]) -> str:
    if one.status == "RUNNING":
        return "正在办理，还没有做完"
    if one.run_after > timezone.now() and (reason := work.reason_of(one)):
        return reason
    if one.queue_name not in queues and work.ANY_QUEUE not in queues:
        return "任务进程没有在运行"
    return "前面的任务还没有做完"


def given_up() -> int:
    """Return how many tasks were given up lately, and wait for a person."""
    return DBTaskResult.objects.failed().filter(finished_at__gt=timezone.now() - LATELY).count()
