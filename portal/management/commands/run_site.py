"""Run web server and workers together: each is begun anew when it ends, none ends the others."""

from __future__ import annotations

import logging
import os
import platform
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from django.db import OperationalError

from correspondents.mailing import NETWORK
from portal.checks import sqlite_in_use
from portal.daily_backup import LONG
from portal.release import prepare
from portal.work import ANY_QUEUE

log = logging.getLogger(__name__)
PATIENCE = 20  # seconds a process gets to finish what it is doing
# Seconds before a process that has ended begins anew; from the first again once it has been steady.
PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)
STEADY = 60.0
HAND_OVER = 10.0  # after which a web server that was begun anew answers for itself


class Command(BaseCommand):
    help = "同时启动网站和后台任务进程；按 Ctrl+C 一起停止。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"))
        parser.add_argument("--workers", default=os.environ.get("WORKERS", "2"))

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["port"].isdigit():
            raise CommandError("PORT 要是数字。")
        self._require_free(options["host"], int(options["port"]))
        if not settings.DEBUG:
            self._prepare()
        manage = [sys.executable, "manage.py"]
        self.stdout.write(
            f"网站：http://{options['host']}:{options['port']}/   数据：{settings.DATA_DIR}   "
            f"{sqlite_in_use() or settings.DATABASES['default']['ENGINE']}   "
            f"Python {platform.python_version()}"
        )
        worker = [*manage, "work", "--no-reload", "--no-startup-delay", "--queue-name"]
        if settings.DEBUG:
            web, queues = self._development(manage, options), [ANY_QUEUE]
        else:  # a mail server that does not answer stops no other work
            web, queues = self._production(options), ["default", NETWORK]
            queues += [LONG] if settings.BACKUP_DIR else []
        address = options["host"], int(options["port"])
        supervise(web, [[*worker, queue] for queue in queues], lambda: listens(*address))

    def _prepare(self) -> None:
        try:
            if prepare():
                self.stdout.write("新版本已就绪：数据库和静态文件。")
        except OperationalError as error:
            raise CommandError(f"数据库现在不能用，稍后再启动：{error}") from error
        except OSError as error:
            raise CommandError(f"不能写入静态文件：{error}") from error

    def _require_free(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(
                    f"{host} 的 {port} 端口不能用，也许已被占用；请换一个：PORT=8001 make run。"
                ) from error

    def _development(self, manage: list[str], options: dict[str, Any]) -> list[str]:
        return [*manage, "runserver", "--noreload", f"{options['host']}:{options['port']}"]

    def _production(self, options: dict[str, Any]) -> list[str]:
        return [
            # HTTP/1 alone, as proxies speak it: to find out which one it is costs every request.
            *[sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"],
            *["--host", options["host"], "--port", options["port"]],
            # Threads that wait, one a request; those that work are counted in portal/lanes.py.
            *["--workers", options["workers"], "--blocking-threads", "256"],
            *["--backpressure", "512", "--workers-kill-timeout", str(PATIENCE)],
            *["--respawn-failed-workers", "--respawn-interval", "1"],
            "portal.wsgi:application",
        ]


class Child:
    """A process of the site: begun anew when it ends, after a pause that grows while it keeps ending."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.pauses = iter(PAUSES)
        self.left = 0  # the group of the process before, while some of it may still run
        self.start()

    def start(self) -> None:
        # Own session: a Ctrl+C reaches the parent alone, which ends the others in order.
        self.process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603 -- ours
        self.began, self.begin_at = time.monotonic(), 0.0

    def look(self) -> None:
        """Begin anew where it has ended and the pause is over.

        Web processes whose parent was killed go on answering until its successor does.
        """
        now = time.monotonic()
        if self.process.poll() is None:
            if self.left and now - self.began > HAND_OVER:
                self.end_left()
            return
        if not self.begin_at:
            if now - self.began > STEADY:
                self.pauses = iter(PAUSES)
            self.begin_at = now + next(self.pauses, PAUSES[-1])
            log.error(
                "%s ended with %s, begun anew in %.0f s",
                " ".join(self.command[1:4]), self.process.returncode, self.begin_at - now,
            )  # fmt: skip
        elif now >= self.begin_at:
            self.end_left()
            self.left = self.process.pid
            self.start()

    def end_left(self) -> None:
        """End what is left of the process before this one."""
        if self.left:
            with suppress(ProcessLookupError):
                os.killpg(self.left, signal.SIGTERM)
        self.left = 0


def listens(host: str, port: int) -> bool:
    """Does somebody take connections there?"""
    try:
        socket.create_connection((host, port), 1).close()
    except OSError:
        return False
    return True


def supervise(web: list[str], workers: list[list[str]], is_up: Callable[[], bool]) -> None:
    """Run the commands side by side until a signal comes; none of them ends the others.

    The workers begin when the web is up, or does not come up: readers do not wait for them.
    """
    stop = False

    def ask(signum: int, frame: FrameType | None) -> None:
        nonlocal stop
        stop = True

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, ask)
    children = [Child(web)]
    began = time.monotonic()
    while not stop:
        time.sleep(0.2)
        if len(children) == 1 and (is_up() or time.monotonic() - began > PATIENCE):
            children += [Child(command) for command in workers]
        for child in children:
            child.look()
    for child in children:
        child.end_left()
    running = [child.process for child in children if child.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + PATIENCE
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
