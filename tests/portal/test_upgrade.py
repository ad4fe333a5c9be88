"""A site as the first release left it becomes one of today.

``tests/releases`` holds what the repository's first commit made with its demo, as SQL, and what the
last release before signatures pointed at their texts made: pieces signed, scheduled, published,
corrected on a copy, and being changed.
"""

from __future__ import annotations

import datetime as dt
import gzip
import importlib
import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import Article
from articles.workflow.publication import publish_due
from tests import databases
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ROOT = Path(settings.BASE_DIR)
RELEASES = ROOT / "tests" / "releases"
TOLD = """
import django
django.setup()
import json
import re
from articles.models import Article, Byline, PublicEntry
from correspondents.models import Correspondent
from submissions.models import Manuscript
from django.contrib.auth.models import User
from django.test import Client
from tests.portal.test_upgrade import shape
public = list(Article.objects.published())
answers = [Client().get(one.get_absolute_url()).status_code for one in public]
print(json.dumps({
    "public": len(public), "answers": sorted(set(answers)),
    "found": "苏有才" in Client().get("/search/?q=苏有才").content.decode(),
    "states": sorted(set(Manuscript.objects.values_list("state", flat=True))),
    "units": Correspondent.objects.filter(memberships__isnull=False).count() > 5,
    "entries": PublicEntry.objects.count(), "bylines": Byline.objects.count(),
    "chief": User.objects.get(username="zongbian").groups.count(), "shape": shape(),
}))
"""


def shape() -> dict[str, list[list[str]]]:
    """Every table: its columns, its constraints and indexes, whatever they are called."""
    tables = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.get_table_list(cursor):
            if table.name in ("sqlite_sequence", "site_cache"):  # the machine's, not the release's
                continue
            columns = connection.introspection.get_table_description(cursor, table.name)
            rules = connection.introspection.get_constraints(cursor, table.name).values()
            tables[table.name] = [
                sorted(f"{c.name} {c.type_code} {c.null_ok} {c.display_size}" for c in columns),
                sorted(
                    f"{rule['columns']} {rule['unique']} {rule['index']} {rule['check']}"
                    f" {rule['foreign_key']} {rule.get('type')} {rule.get('orders')}"
                    for rule in rules
                ),
            ]
        # ... and what introspection leaves out: which rows an index is for.
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
            if connection.vendor == "sqlite"
            else "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
            " AND indexdef LIKE '% WHERE %'"
        )
        tables["partial indexes"] = [sorted(_as_plain(sql) for (sql,) in cursor.fetchall())]
    return tables


def _as_plain(sql: str) -> str:
    """An index without its name, its condition as Django has written it until version 6."""
    sql = re.sub(r"INDEX \S+ ON", "INDEX ON", sql)
    return re.sub(r'("\w+") = 1\b', r"\1", re.sub(r'("\w+") = 0\b', r"NOT \1", sql))


def as_released(release: str, environment: dict[str, str]) -> None:
    """Put the database of that release there."""
    whole, path = (
        RELEASES / f"{release}-sqlite.db.gz",
        RELEASES / f"{release}-{connection.vendor}.sql.gz",
    )
    if connection.vendor == "sqlite":
        folder = Path(environment["DATA_DIR"])
        folder.mkdir()
        if whole.exists():  # tables of the search are no SQL that could be read again
            (folder / "site.sqlite3").write_bytes(gzip.decompress(whole.read_bytes()))
            return
    sql = gzip.decompress(path.read_bytes()).decode()
    if connection.vendor == "sqlite":
        with sqlite3.connect(folder / "site.sqlite3") as old:
            old.executescript(sql)
        old.close()
    else:
        lines = [line for line in sql.splitlines() if not line.startswith("\\")]
        with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as old:
            old.execute("\n".join(lines))


def test_the_first_release_is_brought_to_today_and_nothing_of_it_is_lost(tmp_path):
    with databases.empty(tmp_path / "old") as environment:
        as_released("first", environment)
        subprocess.run(
            [sys.executable, "manage.py", "setup_site"], cwd=ROOT, env=environment, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", TOLD], cwd=ROOT, env=environment, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        told = json.loads(done.stdout)
        assert told.pop("shape") == shape()
        assert told == {
            "public": 20, "answers": [200], "found": True, "units": True,
            "states": ["accepted", "claimed", "declined", "draft", "returned", "submitted"],
            "entries": 20, "bylines": 22, "chief": 1,
        }  # fmt: skip


SIGNED = """
import django
django.setup()
import json
import re
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from articles.models import Article, Reading
pieces = {one.title: one for one in Article.objects.filter(copy_of=None)}
timed = pieces["定时发布的甲乙丙丁戊己庚辛子丑寅卯辰巳午未稿件"]
copy = Article.objects.exclude(copy_of=None).get()
sheets = [[3, "PF72S-4TR8Y"], [4, "DMSR7-R1JA1"], [4, "XDGY4-1F2FK"], [3, "DMSR7-R1JA1"]]
def checked(number, code):
    page = Client().get("/heyan/", {"bianhao": number, "jiaoyanma": code}).content.decode()
    return re.search("相符|后来改动过|校验码不符", page.split("<main")[1].split("<form")[0])[0]
told = {
    "states": {title: one.state for title, one in pieces.items()} | {"copy": copy.state},
    "broken": [one.title for one in Article.objects.answerable() if one.chain_broken()],
    "without_text": Reading.objects.filter(revision=None).count(),
    "signatures": Reading.objects.valid().count(),
    "time": timed.published_at.isoformat(),
    "sheets": [checked(*sheet) for sheet in sheets],
}
call_command("check_readings", stdout=open("/dev/null", "w"))
sun = User.objects.get(username="sun")
for one in (timed, pieces["签发待用的稿件"], copy):
    one.publish(by=sun)
told["published"] = Article.objects.published().count()
call_command("check_readings", stdout=open("/dev/null", "w"))
print(json.dumps(told))
"""


def test_signatures_times_and_printed_codes_of_the_release_before_stay_good(tmp_path):
    with databases.empty(tmp_path / "old") as environment:
        as_released("second", environment)
        subprocess.run(
            [sys.executable, "manage.py", "setup_site"], cwd=ROOT, env=environment, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", SIGNED], cwd=ROOT, env=environment, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        assert json.loads(done.stdout) == {
            "states": {
                "签发待用的稿件": "signed",
                # Sixteen characters of proof corrections, eight after each of two signatures.
                "定时发布的甲乙丙丁戊己庚辛子丑寅卯辰巳午未稿件": "signed",
                "已经发布的稿件": "published",
                "更正以后的标题": "published",
                "正在修改的稿件": "published",
                "copy": "signed",
            },
            "broken": [],
            "without_text": 0,
            "signatures": 18,
            "time": "2199-01-01T00:00:00+00:00",
            "sheets": ["相符", "相符", "后来改动过", "校验码不符"],
            "published": 5,
        }


@pytest.mark.parametrize("older", ["articles.models.article", "articles.models.publication"])
def test_what_an_older_site_queued_is_done_by_the_new_one(older):
    readers = [f.editor(), f.managing(), f.chief()]
    waiting = f.article_in("signed", readers)
    waiting.schedule(by=readers[0], at=timezone.now() + dt.timedelta(hours=1))
    Article.objects.update(published_at=timezone.now() - dt.timedelta(minutes=1))
    DBTaskResult.objects.all().delete()
    publish_due.enqueue()
    DBTaskResult.objects.filter(task_path=publish_due.module_path).update(
        task_path=f"{older}.publish_due"
    )
    importlib.import_module("articles.migrations.0029_task_paths").rename(apps, None)
    f.work()
    waiting.refresh_from_db()
    assert waiting.state == "published"
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}
