"""What the writing screen asks of the database and the processor, beside another checkout's.

``python -m benchmarks.writing [ROWS] [FOLDER]``: an archive of ROWS articles (20,000 by default) in a
throw-away SQLite database, a piece at 待初审 with two bylines, two pictures and some hints; an editor opens
its screens. FOLDER is another checkout of this project, before a change, whose own code is measured in the
same run. Times are milliseconds of processor time, the median of nine; queries are counted once all caches
are warm.
"""

from __future__ import annotations

import atexit
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

# Never the data of a site: the import makes a folder of its own, which is thrown away.
os.environ.pop("DATA_DIR", None)
os.environ.update(LOG_LEVEL="ERROR")

from benchmarks.searching import Archive, fill

atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client

from articles import reindexing
from articles.models import Article, Byline
from correspondents.models import Correspondent, Upload
from tests import factories as f

ROWS, LENGTH, TIMES = 20_000, 700, 9
BODY = (
    "<p>近日，社区修建了建身广场，此举皆在方便职工。</p>"
    + "<p>工程历时两个月，比计划提前七天。</p>" * 12
)
PAGES = {"审读页": "review", "写稿页": "change", "随写随看": "checks"}


def piece(desk: User) -> Article:
    """What is opened: with two bylines of the registry, two pictures, and hints."""
    made = f.article(by=desk, body=BODY)
    for number in range(2):
        person: Correspondent = f.person(f"作者{number}", f"第{number}煤矿")
        row: Byline = made.bylines.create(name=person.name, correspondent=person)
        row.credit(person)
        upload = Upload.objects.accept(f.photo(f"{number}.jpg"), owner=desk, make_now=True)
        made.images.create(upload=upload, caption="近日，职工在广场上。", photographer="周砚秋")
    return made


def measured(client: Client, address: str) -> tuple[int, float]:
    """Queries of one request, and its processor time."""
    for _ in range(3):
        answer: Any = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    asked: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        client.get(address)
    begun: list[float] = []
    for _ in range(TIMES):
        start = time.process_time()
        client.get(address)
        begun.append(1000 * (time.process_time() - start))
    return len(asked), statistics.median(begun)


def figures(rows: int) -> dict[str, tuple[int, float]]:
    """Every screen that this checkout has."""
    call_command("migrate", verbosity=0)
    call_command("setup_site", verbosity=0)
    fill(Archive(7), rows, LENGTH)
    reindexing.rebuild(lambda number: None)
    desk = f.editor()
    client, base = f.signed_in(desk), f"/admin/articles/article/{piece(desk).pk}"
    found = {}
    for name, part in PAGES.items():
        if client.get(f"{base}/{part}/").status_code == 200:
            found[name] = measured(client, f"{base}/{part}/")
    return found


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    now = figures(rows)
    for name, (queries, spent) in now.items():
        print(f"{name}\t{queries} 次查询\t{spent:.0f} 毫秒")
    if len(sys.argv) > 2:
        folder = Path(sys.argv[2]).resolve()
        print(f"另一份代码（{folder.name}）：", flush=True)
        subprocess.run(
            [sys.executable, __file__, str(rows)], cwd=folder, check=True,
            env={**os.environ, "PYTHONPATH": str(folder)},
        )  # fmt: skip


if __name__ == "__main__":
    main()
