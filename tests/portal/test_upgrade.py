"""A site as the first release left it becomes one of today.

``tests/releases`` holds what the repository's first commit made with its demo, as SQL.
"""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tests import databases

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
        partial = (re.sub(r"INDEX \S+ ON", "INDEX ON", sql) for (sql,) in cursor.fetchall())
        tables["partial indexes"] = [sorted(partial)]
    return tables


def as_first_released(environment: dict[str, str]) -> None:
    """Put the database of the first release there."""
    sql = gzip.decompress((RELEASES / f"first-{connection.vendor}.sql.gz").read_bytes()).decode()
    if connection.vendor == "sqlite":
        folder = Path(environment["DATA_DIR"])
        folder.mkdir()
        with sqlite3.connect(folder / "site.sqlite3") as old:
            old.executescript(sql)
        old.close()
    else:
        lines = [line for line in sql.splitlines() if not line.startswith("\\")]
        with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as old:
            old.execute("\n".join(lines))


def test_the_first_release_is_brought_to_today_and_nothing_of_it_is_lost(tmp_path):
    with databases.empty(tmp_path / "old") as environment:
        as_first_released(environment)
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
