"""Run web server and task worker together; stop both when either stops."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from portal.checks import sqlite_in_use
from portal.schedule import arm

PATIENCE = 20  # seconds a process gets to finish what it is doing


class Command(BaseCommand):
    help = "同时启动网站和后台任务进程；按 Ctrl+C 一起停止。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"))
        parser.add_argument("--workers", default=os.environ.get("WORKERS", "2"))

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["port"].isdigit():
            raise CommandError("PORT 要是数字。")
        arm()
        manage = [sys.executable, "manage.py"]
        self.stdout.write(
            f"网站：http://{options['host']}:{options['port']}/   数据：{settings.DATA_DIR}   "
            f"{sqlite_in_use() or settings.DATABASES['default']['ENGINE']}   "
            f"Python {platform.python_version()}"
        )
        web = self._development(manage, options) if settings.DEBUG else self._production(options)
        worker = [*manage, "db_worker", "--no-reload", "--no-startup-delay"]
        supervise([web, worker])

    def _development(self, manage: list[str], options: dict[str, Any]) -> list[str]:
        return [*manage, "runserver", "--noreload", f"{options['host']}:{options['port']}"]

    def _production(self, options: dict[str, Any]) -> list[str]:
        return [
            # HTTP/1 alone, as proxies speak it: to find out which one it is costs every request.
            *[sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"],
            *["--host", options["host"], "--port", options["port"]],
            *["--workers", options["workers"], "--blocking-threads", "2"],
            *["--backpressure", "128", "--workers-kill-timeout", str(PATIENCE)],
            "portal.wsgi:application",
        ]


def supervise(commands: list[list[str]]) -> None:
    """Run the commands side by side until a signal comes or one of them ends; then end all.

    Exits with the status of the one that ended by itself.
    """
    stop = False

    def ask(signum: int, frame: FrameType | None) -> None:
        nonlocal stop
        stop = True

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, ask)
    # Own sessions: a Ctrl+C reaches this process alone, which ends the others in order.
    running = [subprocess.Popen(command, start_new_session=True) for command in commands]  # noqa: S603 -- our own commands
    while not stop and all(process.poll() is None for process in running):
        time.sleep(0.2)
    status = next((process.returncode for process in running if process.poll() is not None), 0)
    for process in running:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + PATIENCE
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
    if not stop:
        sys.exit(status or 1)
