"""Do background work: django-tasks' worker, which says that it lives and looks after the rest."""

from __future__ import annotations

import logging
import os
import threading
import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import connection
from django_tasks_db.management.commands import db_worker

from correspondents.models import Clock
from correspondents.tasks import task_finished, task_started
from portal import work
from portal.daily_backup import LONG
from portal.schedule import arm

log = logging.getLogger(__name__)
LONG_MINUTES = 12 * 60  # what has a queue of its own because it takes long
LOOK_EVERY = 60  # seconds between two looks at what others left behind


class Command(db_worker.Command):
    help = "办理后台任务；站点启动时自动运行，忙不过来可以再开几个。"

    def handle(self, **options: Any) -> None:
        guard = Guard(options["worker_id"], options["queue_name"])
        guard.look()
        threading.Thread(target=guard.run, name="guard", daemon=True).start()
        super().handle(**options)


class Guard:
    """Beside the worker, in a thread with a connection of its own.

    Says that the worker lives, takes back what dead ones had in hand, asks anew for what waits,
    and ends a worker whose task takes for ever: the next one begins with it again.
    """

    def __init__(self, name: str, queue: str) -> None:
        self.name, self.queue = name, queue
        self._minutes = LONG_MINUTES if queue == LONG else settings.TASK_MINUTES
        self._began: float | None = None
        self._looked = 0.0
        task_started.connect(self._on_start)
        task_finished.connect(self._on_finish)

    def _on_start(self, **_: Any) -> None:
        self._began = time.monotonic()

    def _on_finish(self, **_: Any) -> None:
        self._began = None

    def look(self) -> None:
        """Say that the worker lives; now and then look after what others left."""
        work.sign_of_life(self.name, self.queue)
        if time.monotonic() - self._looked < LOOK_EVERY and self._looked:
            return
        self._looked = time.monotonic()
        if taken := work.take_back():
            log.warning("%s tasks of workers that are gone wait again", taken)
        if Clock.objects.is_trusted():
            arm()
        work.sweep()

    def run(self) -> None:
        """Look every few seconds, whatever the database does meanwhile."""
        while True:
            time.sleep(work.BEAT)
            began = self._began
            if began is not None and time.monotonic() - began > self._minutes * 60:
                log.critical("A task took more than %s minutes", self._minutes)
                os._exit(1)
            try:
                connection.close_if_unusable_or_obsolete()
                self.look()
            except Exception:  # whatever it is, the next look comes: without one its work is taken
                log.exception("The worker could not say that it lives")
                with suppress(Exception):
                    connection.close()
