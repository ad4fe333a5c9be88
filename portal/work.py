"""Background work that arrives: leased to a process that lives, tried again, seen while it waits.

django-tasks keeps each task in the database, in the transaction that asks for it, and marks it as
running before it is done. What happens when that process dies or the task fails is told here:
workers say every few seconds that they live (:class:`portal.models.TaskWorker`); what a dead one
had in hand waits again; what failed is tried again after growing pauses, and given up after
``LIMIT`` attempts with a sentence on the row that waits. Every task may be repeated; a letter that
may have left says so itself.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import Article
from articles.receivers import relate_article
from articles.reindexing import make_findable
from articles.workflow.publication import announce, publish_due, take_out_expired
from correspondents.keeping_files import delete_files
from correspondents.mailing import LOST, post_mail
from correspondents.models import Clock, Letter, RegistryImport, Upload
from correspondents.models.letter import post_letter
from correspondents.models.registry_import import look_at_import, run_import
from correspondents.models.upload import make_sizes
from correspondents.tasks import TaskResultStatus, task_finished
from correspondents.uploads import BROKEN
from portal.daily_backup import back_up
from portal.models import ScheduledJob, TaskWorker
from portal.pushing import push
from portal.schedule import run_job
from submissions.models import Document
from submissions.models.document import read_document
from submissions.receivers import make_findable as make_manuscripts_findable

log = logging.getLogger(__name__)

BEAT = 10  # seconds between two signs of life
LEASE = dt.timedelta(seconds=60)
# Before the second attempt, the third, and so on; after the last one it is given up.
PAUSES = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)]
LIMIT = len(PAUSES) + 1
HOUR = dt.timedelta(hours=1)
ANY_QUEUE = "*"


@dataclass(frozen=True)
class Kind:
    """One kind of background work.

    ``waiting`` returns the arguments of what waits for it by its own rows; ``give_up`` tells the
    row that it was tried often enough, and why it did not work.
    """

    task: Any
    label: str
    waiting: Callable[[], Iterable[list[Any]]] = list
    give_up: Callable[[list[Any], str], None] = lambda arguments, reason: None
    # Has the row that was given up wait anew, before its task begins anew.
    revive: Callable[[list[Any]], object] = lambda arguments: None


def _row(model: Any, what: str = "") -> Callable[[list[Any], str], None]:
    """The row that the first argument names; ``what`` instead of the reason, for its author."""

    def give_up(arguments: list[Any], reason: str) -> None:
        for row in model._default_manager.filter(pk=arguments[0]):
            row.give_up(what or reason)

    return give_up


def _anew(model: Any, field: str) -> Callable[[list[Any]], object]:
    """The row that the first argument names waits again, where it has failed."""

    def revive(arguments: list[Any]) -> object:
        rows = model._default_manager.filter(pk=arguments[0], **{field: "failed"})
        return rows.update(**{field: "waiting", "failure": ""})

    return revive


def _keys(rows: Any) -> list[list[Any]]:
    return [[key] for key in rows.values_list("pk", flat=True)]


def _letters() -> list[list[Any]]:
    due = Q(not_before__isnull=True) | Q(not_before__lte=timezone.now())
    here = [Letter.State.WAITING, Letter.State.SENDING]
    return _keys(Letter.objects.filter(due, standing__in=here))


def _unread_imports() -> list[list[Any]]:
    return _keys(RegistryImport.objects.filter(state=RegistryImport.State.READING))


def _imports() -> list[list[Any]]:
    begun = RegistryImport.objects.filter(state=RegistryImport.State.RUNNING)
    return [list(pair) for pair in begun.values_list("pk", "uploaded_by")]


def _jobs() -> list[list[Any]]:
    if Clock.objects.leap() is not None:  # they wait for a person
        return []
    due = ScheduledJob.objects.filter(due_at__lte=timezone.now())
    return [[name] for name in due.values_list("name", flat=True)]


def _once(rows: Callable[[], Any]) -> Callable[[], list[list[Any]]]:
    """One task does whatever there is."""
    return lambda: [[]] if Clock.objects.leap() is None and rows().exists() else []


KINDS: dict[str, Kind] = {
    kind.task.module_path: kind
    for kind in (
        Kind(post_letter, "寄信", _letters, _row(Letter), _anew(Letter, "standing")),
        Kind(post_mail, "寄确认邮箱、重设密码的信"),
        Kind(
            make_sizes,
            "制作图片",
            lambda: _keys(Upload.objects.filter(state=Upload.State.WAITING)),
            _row(Upload, BROKEN),
            _anew(Upload, "state"),
        ),
        Kind(
            read_document,
            "读取 Word 稿",
            lambda: _keys(Document.objects.filter(standing=Document.Standing.WAITING)),
            _row(Document),
            _anew(Document, "standing"),
        ),
        Kind(delete_files, "删除文件"),
        Kind(look_at_import, "读取档案表", _unread_imports, _row(RegistryImport)),
        Kind(run_import, "导入档案", _imports, _row(RegistryImport)),
        Kind(publish_due, "定时发布", _once(lambda: Article.objects.due())),
        Kind(take_out_expired, "到期下线", _once(lambda: Article.objects.expired_in_index())),
        Kind(announce, "发布和撤下之后的事"),
        Kind(relate_article, "选相关阅读"),
        Kind(make_findable, "更新文章的检索"),
        Kind(make_manuscripts_findable, "更新来稿的检索"),
        Kind(push, "推送给搜索引擎"),
        Kind(back_up, "自动备份"),
        Kind(run_job, "定期任务", _jobs),
    )
}


# --- workers --------------------------------------------------------------------------------


def sign_of_life(name: str, queue: str) -> None:
    """Note that the worker of that name lives, in this process."""
    facts = {
        "queue": queue, "host": socket.gethostname(), "pid": os.getpid(), "seen_at": timezone.now(),
    }  # fmt: skip
    TaskWorker.objects.update_or_create(name=name, defaults=facts)


def _is_gone(worker: TaskWorker) -> bool:
    silent = timezone.now() - worker.seen_at
    if worker.host != socket.gethostname() or worker.pid == os.getpid():
        return silent > LEASE
    try:
        os.kill(worker.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # somebody else's
        pass
    # It lives, or another process has its number by now.
    return silent > 10 * LEASE


def take_back() -> int:
    """Have what dead workers had in hand wait again; return how much it was. Repeatable."""
    gone = {worker.name for worker in TaskWorker.objects.all() if _is_gone(worker)}
    TaskWorker.objects.filter(name__in=gone).delete()
    alive = set(TaskWorker.objects.values_list("name", flat=True))
    done = 0
    for one in DBTaskResult.objects.running():
        holder = one.worker_ids[-1] if one.worker_ids else ""
        begun = one.started_at or one.enqueued_at
        if holder in alive or (holder not in gone and begun > timezone.now() - LEASE):
            continue
        held = DBTaskResult.objects.running().filter(pk=one.pk, started_at=one.started_at)
        if len(one.worker_ids) >= LIMIT:
            ended = {"status": "FAILED", "finished_at": timezone.now(), "traceback": LOST}
            if held.update(**ended):
                _given_up(one, LOST)
        else:
            done += held.update(status="READY", run_after=timezone.now(), traceback=LOST)
    # Failed, and its worker died before it could be put back.
    lately = DBTaskResult.objects.failed().filter(finished_at__gt=timezone.now() - HOUR)
    for one in lately:
        if len(one.worker_ids) < LIMIT:
            failed = DBTaskResult.objects.failed().filter(pk=one.pk)
            done += failed.update(status="READY", run_after=timezone.now())
    return done


# --- trying again -----------------------------------------------------------------------------


def connect() -> None:
    """Listen to what has become of tasks."""
    task_finished.connect(on_finished, dispatch_uid="task-again")


def on_finished(sender: Any, task_result: Any, **_: Any) -> None:
    """What has failed is tried again later, as often as it is tried."""
    if task_result.status != TaskResultStatus.FAILED:
        return
    failed = DBTaskResult.objects.failed().filter(pk=task_result.id).first()
    if failed is None:
        return
    attempts = len(failed.worker_ids)
    if attempts >= LIMIT:
        _given_up(failed, reason_of(failed))
        return
    when = timezone.now() + PAUSES[attempts - 1]
    DBTaskResult.objects.failed().filter(pk=failed.pk).update(status="READY", run_after=when)


def try_again(rows: Any) -> int:
    """Begin anew with tasks that were given up, attempts counted from one; return how many."""
    done = 0
    for one in rows.filter(status="FAILED"):
        with transaction.atomic():
            if kind := KINDS.get(one.task_path):
                kind.revive(one.args_kwargs["args"])
            again = DBTaskResult.objects.failed().filter(pk=one.pk)
            done += again.update(status="READY", run_after=timezone.now(), worker_ids=[])
    return done


def _given_up(one: DBTaskResult, reason: str) -> None:
    log.error("The task %s was given up after %s attempts: %s", one.task_path, LIMIT, reason)
    if kind := KINDS.get(one.task_path):
        kind.give_up(one.args_kwargs["args"], reason)


def sweep() -> int:
    """Ask anew for whatever waits by its own row and has no task; return for how much.

    Nothing of the site itself leaves such rows; a queue that was emptied by hand does, and what
    an older version of the site left behind.
    """
    asked = 0
    for path, kind in KINDS.items():
        waiting = list(kind.waiting())
        if not waiting:
            continue
        there = DBTaskResult.objects.filter(task_path=path, status__in=["READY", "RUNNING"])
        known = [args_kwargs["args"] for args_kwargs in there.values_list("args_kwargs", flat=True)]
        for arguments in waiting:
            if arguments not in known:
                kind.task.enqueue(*arguments)
                asked += 1
    return asked


# --- in words ----------------------------------------------------------------------------------


def label_of(path: str) -> str:
    """Return what the desk calls a task."""
    return KINDS[path].label if path in KINDS else path.rsplit(".", 1)[-1]


def reason_of(one: DBTaskResult) -> str:
    """Return in one line what went wrong the last time; empty where nothing did."""
    lines = one.traceback.strip().splitlines()
    text = lines[-1].strip() if lines else ""
    return text.removeprefix("correspondents.mailing.NotNow: ")[:200]
