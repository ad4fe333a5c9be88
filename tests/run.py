"""Run every test with what this machine has: ``make test``, ``make test-all``.

Real services only: a PostgreSQL cluster and a Redis server of our own are started on loopback
and thrown away afterwards; Chromium is the distribution's. Rounds run side by side; on PostgreSQL
what is marked ``database``, with ``--all`` everything, and once more on the newest Django. What is missing is skipped, and the summary
says why. With ``TEST_NO_SKIP=1`` (CI) every skip is a failure.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
# The environment with the newest Django, which the next long-supported one will be like: ``make next``.
NEXT = ROOT / ".venv-next/bin/python"
STRICT = os.environ.get("TEST_NO_SKIP") == "1"
JOBS = int(os.environ.get("TEST_JOBS") or min(8, len(os.sched_getaffinity(0))))
# Two cores are full with one round.
SIDE_BY_SIDE = max(1, JOBS // 2)
NOTHING_CHOSEN = 5  # pytest's status when none of a round's tests was asked for by arguments


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def postgres_programs() -> Path | None:
    """Where initdb and pg_ctl are; Debian keeps them off the PATH."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((home for home in homes if (home / "initdb").exists()), None)


@contextlib.contextmanager
def postgres() -> Iterator[str | None]:
    """Give the address of a throw-away cluster, or ``None`` where there is no PostgreSQL."""
    programs = postgres_programs()
    if programs is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="newsroom-pg-"))
    user: dict[str, object] = {}
    if os.geteuid() == 0:  # PostgreSQL does not run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        user = {"user": account.pw_uid, "group": account.pw_gid, "cwd": folder}
    port, data = free_port(), folder / "data"
    run = {"check": True, "stdout": subprocess.DEVNULL, **user}
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "newsroom", "-A", "trust", "-E", "UTF8",
         "--locale=C.UTF-8", "--no-sync"], **run,
    )  # fmt: skip
    # Nothing of it is kept: no care for power cuts, no vacuum; a plan compiled costs more than it gives.
    careless = ["fsync", "synchronous_commit", "full_page_writes", "autovacuum", "jit"]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 "
    options += f"-c max_connections={100 + 60 * JOBS} " + " ".join(
        f"-c {name}=off" for name in careless
    )
    subprocess.run(
        [programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"], **run
    )
    os.environ["PATH"] = f"{programs}:{os.environ['PATH']}"
    try:
        yield f"postgres://newsroom:x@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **run)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis() -> Iterator[str | None]:
    """Give the address of a throw-away Redis, or ``None`` where there is none."""
    program = shutil.which("redis-server")
    if program is None:
        yield None
        return
    port = free_port()
    server = subprocess.Popen(
        [
            program,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--databases",
            str(JOBS + 1),
        ],
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.1):
                break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


@dataclass
class Round:
    """One run of pytest: what is chosen, and what it runs on."""

    title: str
    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    waits: int = 0  # workers more than cores, where tests wait more than they work
    python: str = sys.executable
    process: subprocess.Popen[bytes] | None = None

    def start(self, arguments: list[str]) -> None:
        """Begin it; of several side by side, what each says is kept until it has ended."""
        print(f"\n=== {self.title} ===", flush=True)
        # Workers take the next test when they are free: some take a second, some a minute.
        workers = str(JOBS + self.waits)
        spread = ["-n", workers, "--dist", "worksteal", "--durations=15", "--durations-min=1"]
        self.process = subprocess.Popen(
            [self.python, "-m", "pytest", *spread, *self.arguments, *arguments],
            cwd=ROOT,
            env=os.environ | self.environment,
            stdout=self.output.open("w") if SIDE_BY_SIDE > 1 else None,
            stderr=subprocess.STDOUT if SIDE_BY_SIDE > 1 else None,
        )

    def stop(self) -> None:
        """End it before its time, and show what it has said."""
        assert self.process
        self.process.send_signal(signal.SIGINT)  # it cleans up after itself
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        print(self.said())

    @property
    def status(self) -> int | None:
        """The exit status of a round that has ended."""
        return self.process.poll() if self.process else None

    @property
    def output(self) -> Path:
        """Where what it says is kept."""
        return Path(os.environ["TEST_TEMPLATES"], f"{self.title}.log")

    def said(self) -> str:
        """All that was kept of what it has printed."""
        return self.output.read_text(errors="replace") if SIDE_BY_SIDE > 1 else ""

    def progress(self) -> str:
        """How far it is, as pytest says it."""
        shares = re.findall(r"\[ *(\d+)%\]", self.said())
        return f"{self.title} {shares[-1] if shares else 0} %"


def run(rounds: list[Round], arguments: list[str]) -> list[str]:
    """Run the rounds, as many side by side as there are cores for; return what failed."""
    waiting, running, failed = list(rounds), list[Round](), list[str]()
    allowed = {0, NOTHING_CHOSEN} if arguments else {0}
    told = time.monotonic()
    try:
        while waiting or running:
            while waiting and len(running) < SIDE_BY_SIDE:
                running.append(waiting.pop(0))
                running[-1].start(arguments)
            time.sleep(0.2)
            for one in [one for one in running if one.status is not None]:
                running.remove(one)
                if SIDE_BY_SIDE > 1:
                    print(f"\n=== {one.title} ===\n{one.said()}", flush=True)
                if one.status not in allowed:
                    failed.append(one.title)
            if SIDE_BY_SIDE > 1 and running and time.monotonic() - told > 60:
                told = time.monotonic()
                print("……" + "，".join(one.progress() for one in running), flush=True)
    finally:
        for one in running:
            one.stop()
    if all(one.status == NOTHING_CHOSEN for one in rounds):
        failed.append("没有一个测试被选中")
    return failed


def main(arguments: list[str]) -> int:
    """Run all rounds; ``--all``: the whole on PostgreSQL and on Django 6 too, and what is slow."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers are ended then, too
    whole = "--all" in arguments
    arguments = [one for one in arguments if one != "--all"]
    missing, quick = [], "" if whole else " and not slow"
    with (
        tempfile.TemporaryDirectory(prefix="newsroom-templates-") as templates,
        postgres() as database,
        redis() as cache,
    ):
        os.environ["TEST_TEMPLATES"] = templates
        for name in ("DATABASE_URL", "CACHE_URL"):  # of whoever calls: his rounds are ours
            os.environ.pop(name, None)
        rounds = [
            Round("Chromium", ["-m", "browser"], waits=1),
            Round("SQLite", ["-m", "not browser" + quick]),
        ]
        if cache is None:
            missing.append("Redis：没有找到 redis-server，PostgreSQL 一轮改用数据库缓存")
        if database is None:
            missing.append("PostgreSQL：没有找到 initdb，全部测试只在 SQLite 上跑过")
        else:
            chosen = "not browser and not once" + ("" if whole else " and database" + quick)
            title = "PostgreSQL" + (" + Redis" if cache else "")
            extra = {"TEST_REDIS": cache} if cache else {}
            rounds.append(Round(title, ["-m", chosen], {"DATABASE_URL": database, **extra}))
        if whole and NEXT.exists():
            rounds.append(Round("Django 6", ["-m", "not browser and not slow"], python=str(NEXT)))
        elif whole:
            missing.append("Django 6：没有环境（make next 可以装上）")
        failed = run(rounds, arguments)
    print("\n=== 总结 ===")
    for reason in missing:
        print(f"跳过 {reason}")
    if STRICT and missing:
        failed.append("有跳过")
    print("没有通过：" + "、".join(failed) if failed else "全部通过。")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
