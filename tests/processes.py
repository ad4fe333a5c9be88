"""The site and a PostgreSQL server in processes of their own, which can be stopped, killed, begun anew."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import weakref
from contextlib import suppress
from pathlib import Path

from tests.run import free_port, postgres_programs

ROOT = Path(__file__).parent.parent
# Seconds after which something that was waited for is taken not to come, on a busy machine too.
PATIENCE = 300.0


NOT_RUNNING = 3  # what "pg_ctl status" ends with


class NotInstalled(Exception):
    """A program that is not on this machine."""


class Cluster:
    """A PostgreSQL server of the test's own, which can be stopped and begun again."""

    def __init__(self) -> None:
        programs = postgres_programs()
        if programs is None:
            raise NotInstalled("PostgreSQL is not installed")
        # Not among pytest's folders, which the next session on the machine closes to other accounts.
        folder = Path(tempfile.mkdtemp(prefix="newsroom-cluster-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.program, self.folder, self.port = programs / "pg_ctl", folder, free_port()
        self.as_owner: dict[str, object] = {"cwd": "/"}
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
            self.as_owner |= {"user": account.pw_uid, "group": account.pw_gid}
        words = ["-U", "newsroom", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        self.run(programs / "initdb", "-D", folder / "data", *words)
        self.start()

    def run(self, *words: object) -> None:
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, **self.as_owner)

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        log = ["-l", self.folder / "log", "-o", options]
        words = [
            self.program,
            "-D",
            self.folder / "data",
            "-t",
            str(int(PATIENCE)),
            "-w",
            *log,
            "start",
        ]
        for _ in range(60):  # what was killed lets go of its memory in its own time
            if not subprocess.run(words, capture_output=True, **self.as_owner).returncode:
                return
            time.sleep(0.5)
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def restart(self) -> None:
        self.stop()
        self.start()

    def stop(self) -> None:
        words = [
            self.program,
            "-D",
            self.folder / "data",
            "-m",
            "fast",
            "-t",
            str(int(PATIENCE)),
            "-w",
            "stop",
        ]
        subprocess.run(words, capture_output=True, **self.as_owner)
        status = [self.program, "-D", self.folder / "data", "status"]
        assert (
            subprocess.run(status, capture_output=True, **self.as_owner).returncode == NOT_RUNNING
        )

    def kill(self) -> None:
        """End it as a power cut does, as far as a process can tell: every part at once."""
        self.signal(signal.SIGKILL)

    def signal(self, number: int) -> None:
        """Send every process of the server a signal: SIGSTOP hangs it, SIGCONT lets it go on."""
        first = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        for process in [first, *children(first)]:
            with suppress(ProcessLookupError):
                os.kill(process, number)

    @property
    def url(self) -> str:
        return f"postgres://newsroom:x@127.0.0.1:{self.port}/postgres"


class Redis:
    """A server of the test's own, which can be hung, killed and begun again."""

    def __init__(self) -> None:
        if shutil.which("redis-server") is None:
            raise NotInstalled("redis-server is not installed")
        self.port = free_port()
        self.start()

    def start(self) -> None:
        words = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), *words], stdout=subprocess.DEVNULL
        )
        until(self.listens)

    def listens(self) -> bool:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 0.2).close()
            return True
        return False

    def stop(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"


class Site:
    """The site as it runs in production, in processes of its own."""

    def __init__(self, folder: Path, **variables: str) -> None:
        kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "CACHE_URL")}
        self.environment = kept | {
            "DATA_DIR": str(folder), "TESTING": "0", "SECRET_KEY": "not-a-secret-of-anybody-0123456789-" * 2, "WORKERS": "1",
            "ALLOWED_HOSTS": "127.0.0.1", "SECURE_HTTPS": "0", **variables,
        }  # fmt: skip
        self.port = free_port()
        self.start()

    def start(self) -> None:
        words = ["run_site", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.until(lambda: self.get("/")[0] == 200)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)

    def do(self, words: str) -> str:
        """What a few lines of Python say within the site."""
        begin = "import django; django.setup(); from tests import factories as f; "
        done = subprocess.run(
            [sys.executable, "-c", begin + words], cwd=ROOT, check=True, capture_output=True,
            env=self.environment | {"DJANGO_SETTINGS_MODULE": "portal.settings"}, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    def get(self, path: str, data: bytes | None = None, **heads: str):
        """(status, head lines, page) of one request; status 0 where nobody answers."""
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, heads)
        try:
            with urllib.request.build_opener(Stay).open(asked, timeout=PATIENCE) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()
        except OSError:
            return 0, {}, ""

    def until(self, true) -> None:
        until(true)


def until(true) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


def pids(process: subprocess.Popen) -> list[int]:
    return children(process.pid)


def children(number: int) -> list[int]:
    """The processes that one has begun itself."""
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(number)], capture_output=True, text=True
    ).stdout
    return [int(one) for one in found.split()]
