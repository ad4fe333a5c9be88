"""Run every test, on SQLite and on PostgreSQL, with what this machine has.

Real services only: a PostgreSQL cluster and a Redis server of our own are started on loopback
and thrown away afterwards; Chromium is the distribution's. What is missing is skipped, and the
summary says why. With ``TEST_NO_SKIP=1`` (CI) every skip is a failure.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
STRICT = os.environ.get("TEST_NO_SKIP") == "1"
JOBS = os.environ.get("TEST_JOBS", "2")


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
    if address := os.environ.get("TEST_POSTGRES_URL"):
        yield address
        return
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
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
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
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.1):
                break
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)


def pytest(title: str, *arguments: str, **environment: str) -> int:
    print(f"\n=== {title} ===", flush=True)
    command = [sys.executable, "-m", "pytest", *arguments, *sys.argv[1:]]
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=False).returncode


def main() -> int:
    failed, missing = [], []
    parallel = ["-n", JOBS]
    if pytest("SQLite", *parallel, "-m", "not browser"):
        failed.append("SQLite")
    if pytest("Chromium", *parallel, "-m", "browser"):
        failed.append("Chromium")
    with postgres() as database, redis() as cache:
        if cache is None:
            missing.append("Redis：没有找到 redis-server，PostgreSQL 一轮改用数据库缓存")
        if database is None:
            missing.append("PostgreSQL：没有找到 initdb，全部测试只在 SQLite 上跑过")
        else:
            extra = {"CACHE_URL": cache} if cache else {}
            title = "PostgreSQL" + (" + Redis" if cache else "")
            chosen = "not browser and not once"
            if pytest(title, *parallel, "-m", chosen, DATABASE_URL=database, **extra):
                failed.append(title)
    print("\n=== 总结 ===")
    for reason in missing:
        print(f"跳过 {reason}")
    if STRICT and missing:
        failed.append("有跳过")
    print("没有通过：" + "、".join(failed) if failed else "全部通过。")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
