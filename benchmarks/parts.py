"""What readers and writers meet while a part of the newspaper is away, and when it is back.

``python -m benchmarks.parts``; needs PostgreSQL and Redis. A site as in production, two web
processes; eight people ask all the time: pages that are kept, pages that are made, drafts that are
saved. One part after the other is stopped, hung or killed, and put back. Printed for each: pages
that failed, the slowest refusal, requests that were in hand and got no answer (named), and seconds
until everything is right after the part is back. Traffic goes to this machine alone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.processes import Cluster, NotInstalled, Redis, Site, children

AWAY = 8.0  # seconds
KEPT, MADE, SAVED = "kept", "made", "saved"
PAGES = """
import json
li = f.correspondent(); from submissions.models import Manuscript
from urllib.parse import urlencode
c = f.signed_in(li.user)
drafts = [Manuscript.objects.start(li, title=f'稿{n}') for n in range(2)]
form = urlencode(f.typed(text='井下三号皮带恢复运行。' * 5, action='save', version='VERSION'), doseq=True)
print(json.dumps({'article': f.published('一直在').get_absolute_url(),
  'session': c.cookies['sessionid'].value, 'form': form,
  'drafts': [[m.pk, str(m.version)] for m in drafts]}))
"""


@dataclass
class Case:
    """What was met while one part was away."""

    name: str
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    refusals: list[float] = field(default_factory=list)
    unanswered: Counter[str] = field(default_factory=Counter)
    right_after: float = 0.0

    def tell(self) -> None:
        """Print it in a few lines."""
        statuses = "  ".join(
            f"{kind} {status}: {number}"
            for (kind, status), number in sorted(self.statuses.items())
            if status
        )
        print(f"{self.name}\n  {statuses}")
        if self.refusals:
            print(f"  slowest 503: {max(self.refusals):.2f} s of {len(self.refusals)}")
        print(f"  in hand without an answer: {dict(self.unanswered) or 0}")
        print(f"  right again after {self.right_after:.1f} s", flush=True)


class Load:
    """People who ask all the time; what they meet is noted under the case of the moment."""

    def __init__(self, site: Site) -> None:
        told = json.loads(site.do(PAGES))
        self.site, self.case, self.over = site, Case("before"), threading.Event()
        heads = {"Cookie": f"sessionid={told['session']}; csrftoken={'t' * 32}"}
        self.heads = heads | {"X-CSRFToken": "t" * 32}
        self.form = told["form"].encode()
        kept = [(KEPT, path) for path in ("/", told["article"]) * 2]
        made = [(MADE, f"/search/?q=%E7%9A%AE{number}") for number in range(2)]
        saved = [(SAVED, f"/tougao/{pk}/xiugai/") for pk, _ in told["drafts"]]
        self.asked = kept + made + saved
        self.threads = [threading.Thread(target=self.ask, args=one) for one in self.asked]
        for thread in self.threads:
            thread.start()

    def once(self, kind: str, path: str) -> tuple[int, float]:
        """Ask once; return the status and the seconds it took."""
        began = time.monotonic()
        if kind == SAVED:
            status = self.site.get(path, self.form, **self.heads)[0]
        else:
            status = self.site.get(path)[0]
        return status, time.monotonic() - began

    def ask(self, kind: str, path: str) -> None:
        """Ask again and again until it is over."""
        while not self.over.is_set():
            case = self.case
            status, took = self.once(kind, path)
            case.statuses[kind, status] += 1
            if status == 503:
                case.refusals.append(took)
            elif not status:
                case.unanswered[f"{kind} {path.split('?')[0]}"] += 1
            self.over.wait(0.1)

    def is_right(self) -> bool:
        """Are pages made and drafts saved?"""
        return all(self.once(kind, path)[0] in (200, 302, 409) for kind, path in self.asked[3:])

    def during(self, name: str, away: Callable[[], object], back: Callable[[], object]) -> Case:
        """Take one part away for a while and put it back; return what was met."""
        self.case = case = Case(name)
        away()
        time.sleep(AWAY)
        back()
        began = time.monotonic()
        while not self.is_right():
            if time.monotonic() - began > 60:
                raise SystemExit(f"{name}: not right again after a minute")
        case.right_after = time.monotonic() - began
        self.case = Case("between")
        time.sleep(6)  # memories forget that something was away
        case.tell()
        return case


def kill_first(pids: list[int]) -> None:
    """Kill the first of some processes."""
    os.kill(pids[0], signal.SIGKILL)


def main() -> int:
    """Take away one part after the other; 1 where a kept page failed or a refusal took long."""
    with tempfile.TemporaryDirectory(prefix="newsroom-parts-") as place:
        folder = Path(place)
        try:
            cluster, redis = Cluster(), Redis()
        except NotInstalled as missing:
            raise SystemExit(str(missing)) from missing
        variables = {"CACHE_URL": redis.url, "WORKERS": "2", "SEARCHES_A_MINUTE": "0"}
        site = Site(folder / "data", DATABASE_URL=cluster.url, **variables)
        load = Load(site)
        try:
            time.sleep(5)

            def web() -> int:
                return children(site.process.pid)[0]

            def one_task() -> None:
                kill_first(children(site.process.pid)[1:])

            found = [
                load.during("PostgreSQL stopped", cluster.stop, cluster.start),
                load.during("PostgreSQL restarted", cluster.restart, lambda: None),
                load.during(
                    "PostgreSQL hung",
                    lambda: cluster.signal(signal.SIGSTOP),
                    lambda: cluster.signal(signal.SIGCONT),
                ),
                load.during(
                    "Redis hung",
                    lambda: redis.process.send_signal(signal.SIGSTOP),
                    lambda: redis.process.send_signal(signal.SIGCONT),
                ),
                load.during("Redis killed", redis.stop, redis.start),
                load.during("a task process killed", one_task, lambda: None),
                load.during(
                    "a web process killed", lambda: kill_first(children(web())), lambda: None
                ),
                load.during("the web server killed", lambda: kill_first([web()]), lambda: None),
            ]
        finally:
            load.over.set()
            for thread in load.threads:
                thread.join()
            site.stop()
            redis.stop()
            cluster.stop()
    failed = sum(
        number
        for case in found
        for (kind, status), number in case.statuses.items()
        if kind == KEPT and status >= 400
    )
    slowest = max((wait for case in found for wait in case.refusals), default=0.0)
    print(f"kept pages that failed: {failed}; slowest refusal: {slowest:.2f} s")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
