"""``make run`` in a new folder: CPU seconds from the command to the first page.

``python -m benchmarks.first_start [CHECKOUT]``: with another checkout of the project both are
started in turn, and the ratio is printed. Packages are installed before, and not counted.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SEED = "刍议"  # the one real article, by what its title says
TURNS = 2
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_of(root: int) -> float:
    """Return the CPU seconds of a process, of those below it, and of those that have ended."""
    parents, spent = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        number = int(path.parent.name)
        parents[number], spent[number] = int(fields[1]), sum(map(int, fields[11:15]))
    below = {root}
    while more := {one for one, parent in parents.items() if parent in below} - below:
        below |= more
    return sum(spent[one] for one in below) / TICKS


def first_page(port: int) -> bool:
    """Does the site answer with the seed's article?"""
    try:
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/lunwen/", timeout=20).read()
    except OSError:
        return False
    return SEED in page.decode()


def start(checkout: Path, python: str) -> tuple[float, float]:
    """Return CPU seconds and wall seconds that the first page took."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="newsroom-start-") as folder:
        begun = time.monotonic()
        steps = (
            f"{python} manage.py setup_site && {python} manage.py make_demo --once"
            f" && exec {python} manage.py run_site --port {port}"
        )
        shell = subprocess.Popen(
            ["sh", "-c", steps],
            cwd=checkout,
            env=os.environ | {"DEBUG": "1", "DATA_DIR": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            while not first_page(port):
                assert shell.poll() is None, "the site ended"
                assert time.monotonic() - begun < 900
                time.sleep(0.1)
            return cpu_of(shell.pid), time.monotonic() - begun
        finally:
            os.killpg(shell.pid, signal.SIGTERM)
            shell.wait(60)


def main() -> None:
    """Measure this checkout, and another one beside it."""
    checkouts = [HERE, *map(Path, sys.argv[1:])]
    python = sys.executable
    spent: dict[Path, list[float]] = {checkout: [] for checkout in checkouts}
    for _ in range(TURNS):
        for checkout in checkouts:
            cpu, wall = start(checkout, python)
            spent[checkout].append(cpu)
            print(f"{checkout.name}: {cpu:.1f} s of CPU, {wall:.1f} s", flush=True)
    if len(checkouts) > 1:
        print(f"ratio {min(spent[checkouts[0]]) / min(spent[checkouts[1]]):.2f}")


if __name__ == "__main__":
    main()
