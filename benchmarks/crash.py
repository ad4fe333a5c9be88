"""Kill the whole site while people write, again and again; then count what is missing.

``python -m benchmarks.crash [cycles on SQLite] [cycles on PostgreSQL]`` (25 and 10 unless said
otherwise). Writers save, send and attach pictures over HTTP; what the site has acknowledged is
noted after its answer. Every few seconds all its processes are killed at once (on PostgreSQL the
server too). In the end everything has to be there and whole, nothing may be stuck, no letter sent
twice. The control notes before the request: it has to show losses, or the count proves nothing.
Traffic goes to this machine alone.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.mail_server import MailServer
from tests.processes import Cluster, NotInstalled, Site

WRITERS, A_SECOND, WANTED = 4, 20.0, "acknowledged writes a second"
SECONDS = 4.0  # of writing before each kill
SETTLED = 180.0  # seconds after which nothing may be stuck


@dataclass
class Notes:
    """What was asked for, and what of it was acknowledged: titles of manuscripts that were sent."""

    asked: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    unanswered: int = 0
    seconds: float = 0.0


PEOPLE = """
import json
from urllib.parse import urlencode
people = []
for number in range({writers}):
    li = f.correspondent(f'w{{number}}', f'写手{{number}}')
    type(li).objects.filter(pk=li.pk).update(email=f'w{{number}}@example.com')
    people.append(f.signed_in(li.user).cookies['sessionid'].value)
    form = f.typed(title='TITLE', form_key='KEY', action='submit', text='TEXT')
print(json.dumps([people, urlencode(form, doseq=True)]))
"""
FOUND = """
import json
from django_tasks_db.models import DBTaskResult
from django.utils import timezone
from submissions.models import Manuscript, Round
from correspondents.models import Letter, Upload
sent = list(Manuscript.objects.filter(state='submitted').values_list('title', flat=True))
half = Manuscript.objects.filter(state='submitted', rounds__isnull=True).count()
half += sum(not u.original.storage.exists(u.original.name) for u in Upload.objects.all())
waiting = DBTaskResult.objects.ready().count() + DBTaskResult.objects.running().count()
print(json.dumps({
    'sent': sent, 'half': half, 'waiting': waiting,
    'failed': DBTaskResult.objects.failed().count(),
    'pictures': Upload.objects.filter(state='waiting').count(),
    'letters': dict((s, Letter.objects.filter(standing=s).count())
                    for s in ('waiting', 'sending', 'sent', 'failed', 'unsure')),
}))
"""


def kill(site: Site) -> None:
    """End every process of the site at one moment, as a power cut does."""
    found = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True).stdout
    children: dict[int, list[int]] = {}
    for line in found.splitlines():
        number, parent = map(int, line.split())
        children.setdefault(parent, []).append(number)
    tree = [site.process.pid]
    for number in tree:
        tree += children.get(number, [])
    for number in tree:
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            continue
    site.process.wait()


def write(site: Site, session: str, form: str, notes: Notes, over: threading.Event) -> None:
    """Send one new manuscript after the other, at this writer's share of the pace."""
    heads = {"Cookie": f"sessionid={session}; csrftoken={'t' * 32}", "X-CSRFToken": "t" * 32}
    while not over.is_set():
        began = time.monotonic()
        title = uuid.uuid4().hex
        text = urllib.parse.quote_plus(" ".join(uuid.uuid4().hex for _ in range(8)))
        body = form.replace("TITLE", title).replace("KEY", str(uuid.uuid4())).replace("TEXT", text)
        notes.asked.add(title)
        status = site.get("/tougao/", body.encode(), **heads)[0]
        if status == 302:
            notes.acknowledged.add(title)
        elif not over.is_set() or status == 0:
            notes.unanswered += 1
        over.wait(max(0.0, WRITERS / A_SECOND - (time.monotonic() - began)))


def run(cycles: int, *, postgres: bool, seconds: float = SECONDS) -> dict[str, object]:
    """Do it, and return the figures; raises ``NotInstalled`` without PostgreSQL."""
    notes = Notes()
    with (
        tempfile.TemporaryDirectory(prefix="newsroom-crash-") as place,
        MailServer().serving() as mail,
    ):
        folder = Path(place)
        cluster = Cluster() if postgres else None
        variables = {"EMAIL_URL": mail.url, "WORKERS": "2", "OPEN_MANUSCRIPTS_A_DAY": "100000"}
        if cluster is not None:
            variables["DATABASE_URL"] = cluster.url
        site = Site(folder / "data", **variables)
        try:
            people, form = json.loads(site.do(PEOPLE.format(writers=WRITERS)))
            for number in range(cycles):
                over = threading.Event()
                began = time.monotonic()
                threads = [
                    threading.Thread(target=write, args=(site, session, form, notes, over))
                    for session in people
                ]
                for thread in threads:
                    thread.start()
                time.sleep(seconds)
                notes.seconds += time.monotonic() - began
                if cluster is not None:
                    cluster.kill()
                kill(site)
                over.set()
                for thread in threads:
                    thread.join()
                if cluster is not None:
                    cluster.start()
                site.start()
                print(
                    f"  {number + 1}/{cycles}: {len(notes.acknowledged)} acknowledged", flush=True
                )
            deadline = time.monotonic() + SETTLED
            while True:
                found = json.loads(site.do(FOUND))
                done = not (found["waiting"] or found["pictures"])
                if done or time.monotonic() > deadline:
                    break
                time.sleep(2)
            checked = subprocess.run(
                [sys.executable, "manage.py", "check_search"], env=site.environment, cwd=site_root(),
                capture_output=True,
            ).returncode  # fmt: skip
        finally:
            site.stop()
            if cluster is not None:
                cluster.stop()
    there = Counter(found["sent"])
    letters = Counter((envelope.rcpt_tos[0], _about(envelope)) for envelope in mail.taken)
    return {
        "cycles": cycles,
        "acknowledged": len(notes.acknowledged),
        WANTED: round(len(notes.acknowledged) / notes.seconds, 1),
        "acknowledged and missing": len(notes.acknowledged - set(there)),
        "twice": sum(number > 1 for number in there.values()),
        "half-written": found["half"],
        "stuck after three minutes": found["waiting"] + found["pictures"],
        "given up": found["failed"],
        "letters": found["letters"],
        "letters sent twice": sum(number > 1 for number in letters.values()),
        "index equal to a rebuild": checked == 0,
        "unanswered when it was killed": notes.unanswered,
        "control (noted before the request): missing": len(notes.asked - set(there)),
    }


def _about(envelope: object) -> bytes:
    """The letter's own words, which name the manuscript."""
    return envelope.content.split(b"\r\n\r\n", 1)[1]  # type: ignore[attr-defined]


def site_root() -> Path:
    """Where manage.py lies."""
    return Path(__file__).parent.parent


def main(arguments: list[str]) -> int:
    """Run both kinds of database and print the figures; 1 where something is missing or stuck."""
    wanted = [int(one) for one in arguments] or [25, 10]
    bad = 0
    for cycles, postgres in itertools.zip_longest(wanted, (False, True), fillvalue=0):
        if not cycles:
            continue
        print("PostgreSQL" if postgres else "SQLite", flush=True)
        try:
            found = run(int(cycles), postgres=bool(postgres))
        except NotInstalled as missing:
            print(f"  {missing}")
            continue
        for name, value in found.items():
            print(f"  {name:44} {value}")
        bad += any(
            found[name]
            for name in ("acknowledged and missing", "twice", "half-written",
                         "stuck after three minutes", "letters sent twice")
        )  # fmt: skip
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
