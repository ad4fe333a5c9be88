"""What is done every day without anybody asking: terms, reminders, and the retention of data.

Each job is a row that knows when it is due. The worker does it and asks itself for the next
time; whenever it starts it asks for all, so that a lost queue or a downtime only delays a job.
Every job may be repeated at any time.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from correspondents.models import Clock
from correspondents.tasks import task
from portal.jobs import HOUR, JOBS
from portal.models import ScheduledJob

log = logging.getLogger(__name__)
DAY = dt.timedelta(days=1)


def next_time(after: dt.datetime, hour: int = HOUR) -> dt.datetime:
    """Return the next time of the day at which a job is done."""
    local = timezone.localtime(after)
    today = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today > local else today + dt.timedelta(days=1)


def arm() -> None:
    """Make a row for every job, and ask the worker for each at its time; repeatable."""
    for name in JOBS:
        job, _ = ScheduledJob.objects.get_or_create(
            name=name, defaults={"due_at": next_time(timezone.now(), JOBS[name].hour)}
        )
        if job.due_at > timezone.now() + 2 * DAY:  # set by a clock that was wrong
            job.due_at = timezone.now()
            job.save(update_fields=["due_at"])
        if not _asked(name).filter(status="RUNNING").exists():
            _ask(name, job.due_at)


def _asked(name: str) -> Any:
    return DBTaskResult.objects.filter(task_path=run_job.module_path, args_kwargs__args=[name])


def _ask(name: str, when: dt.datetime) -> None:
    """Ask the worker for a job, unless that has been done, or it is to be tried again."""
    when = max(when, timezone.now())
    waits = Q(run_after__lte=when) | ~Q(worker_ids=[])
    if not _asked(name).filter(waits, status="READY").exists():
        run_job.using(run_after=when).enqueue(name)


@task()
def run_job(name: str) -> int:
    """Do one job if it is due; return how many things were done. Repeatable.

    One that fails is due again, and so is done when the task is tried again.
    """
    if name not in JOBS:  # from an older version of the site
        return 0
    if not Clock.objects.is_trusted():  # nothing is deleted by a clock that has leapt by days
        return 0
    now, hour = timezone.now(), JOBS[name].hour
    with transaction.atomic():
        # Of two workers, or two requests for one time, one does it.
        mine = ScheduledJob.objects.filter(name=name, due_at__lte=now)
        if not mine.update(due_at=next_time(now, hour), started_at=now, failure=""):
            return 0
        _ask(name, next_time(now, hour))
    return do(name)


def do(name: str) -> int:
    """Do a job now, whether it is due or not, and keep what came of it."""
    try:
        done = JOBS[name].deed()
    except Exception as error:
        log.exception("The scheduled job %s failed", name)
        now, failure = timezone.now(), f"{type(error).__name__}：{error}"[:300]
        ScheduledJob.objects.filter(name=name).update(due_at=now, finished_at=now, failure=failure)
        raise
    ScheduledJob.objects.filter(name=name).update(finished_at=timezone.now(), done=done, failure="")
    return done
