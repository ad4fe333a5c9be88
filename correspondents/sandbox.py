"""Work on files of strangers in a process apart, with limits that the kernel keeps.

What reads pictures and Word files is large code in C or over XML; a hostile file may loop, eat
memory or crash it. It then takes nothing along but its own process (DECISIONS: limits).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEBIBYTE = 1024 * 1024
LARGEST_FILE = 200 * MEBIBYTE
LAUNCHER = "correspondents.sandbox_launcher"


class Overrun(Exception):
    """The process went over a limit, or crashed."""


def run_sandboxed(
    module: str,
    arguments: Sequence[str],
    *,
    cpu_seconds: int,
    memory: int,
    wall_seconds: int,
) -> str:
    """Run ``python -m module`` with limits and return the little that it prints.

    ``memory`` is the address space in bytes. Raises :class:`Overrun` when it ends in any way but
    well. It inherits nothing of our environment: no secrets, no database.
    """

    limits = (cpu_seconds, memory, LARGEST_FILE)
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
        # One thread each: a library that asks for as many as there are cores reserves their stacks.
        "OMP_NUM_THREADS": "1",
    }
    try:
        done = subprocess.run(  # noqa: S603 -- our own modules, no shell
            [sys.executable, "-m", LAUNCHER, *map(str, limits), module, *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Overrun("time") from error
    if done.returncode:
        raise Overrun(f"exit {done.returncode}")
    return done.stdout[:4096].decode("utf-8", "replace")
