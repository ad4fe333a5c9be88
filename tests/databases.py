"""The databases of the tests: made once a run as templates, then copied.

``site`` is what ``setup_site`` makes, ``demo`` the demo newspaper with small pictures. On SQLite a
template is a file, on PostgreSQL a database. Whoever needs one first makes it, in a process of its
own (``python -m tests.databases NAME``); the others wait for it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.db import connection, connections

from portal.sqlite import use_bundled

use_bundled()
import sqlite3  # noqa: E402 -- the one that Django uses

ROOT = Path(__file__).parent.parent
# Pictures of the screens are taken.
LARGE = bool(os.environ.get("HANDBOOK_PICTURES") or os.environ.get("SITE_PICTURES"))
# Set by tests/environment.py, one for a whole run.
TEMPLATES = Path(os.environ["TEST_TEMPLATES"])


def folder_of(name: str) -> Path:
    """Return where a template's files are: the media of the demo, on SQLite the database too."""
    return TEMPLATES / f"{connection.vendor}-{name}"


def create() -> None:
    """Make this worker's database, a copy of ``site``."""
    _make("site")
    if connection.vendor == "sqlite":
        shutil.copyfile(_file("site"), connection.settings_dict["NAME"])
    else:
        _copy(_database("site"), connection.settings_dict["NAME"])


def restore(name: str) -> None:
    """Put this worker's database into the state of a template, whatever it has become.

    Other threads may keep their connections on SQLite; on PostgreSQL they lose them.
    """
    _make(name)
    if connection.vendor == "sqlite":
        with (
            contextlib.closing(sqlite3.connect(_file(name))) as template,
            contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"])) as own,
        ):
            template.backup(own)
    else:
        _copy(_database(name), connection.settings_dict["NAME"])


@contextlib.contextmanager
def empty(folder: Path) -> Iterator[dict[str, str]]:
    """Give the environment of another site whose database has not a table yet."""
    environment = os.environ | {"DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    if connection.vendor == "sqlite":
        yield environment
        return
    name = f"{connection.settings_dict['NAME']}_other"
    with _server() as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        try:
            yield environment | {"DATABASE_URL": address(name)}
        finally:
            _drop(server, name)


def drop() -> None:
    """Remove this worker's database."""
    connections.close_all()
    if connection.vendor == "postgresql":
        with _server() as server:
            _drop(server, connection.settings_dict["NAME"])


def forget() -> None:
    """Remove the templates of a PostgreSQL server that was there before the run."""
    if connection.vendor == "postgresql":
        with _server() as server:
            for name in ("demo", "site"):
                _drop(server, _database(name))


def _make(name: str) -> None:
    """Make a template unless it is there; one process makes it, the others wait."""
    folder = folder_of(name)
    with _locked(folder.with_suffix(".lock")):
        if folder.exists():
            return
        making = folder.with_suffix(".new")
        shutil.rmtree(making, ignore_errors=True)  # of one that failed
        making.mkdir()
        place = {"DATA_DIR": str(making), "DEBUG": "1"}
        if connection.vendor == "sqlite":
            if name != "site":
                shutil.copyfile(_file("site"), making / "site.sqlite3")
        else:
            place["DATABASE_URL"] = address(_database(name))
            with _server() as server:
                # template0: nobody is connected to it.
                origin = "template0" if name == "site" else _database("site")
                _drop(server, _database(name))
                server.execute(f'CREATE DATABASE "{_database(name)}" TEMPLATE "{origin}"')
        made = subprocess.run(
            [sys.executable, "-m", "tests.databases", name],
            cwd=ROOT,
            env=os.environ | place,
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        making.rename(folder)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _file(name: str) -> Path:
    return folder_of(name) / "site.sqlite3"


def _database(name: str) -> str:
    return f"test_{TEMPLATES.name[-8:]}_{name}"


def address(name: str = "") -> str:
    """Return DATABASE_URL of this worker's database, or of another on its PostgreSQL server."""
    own = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{own}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name or own}").geturl()


def _server() -> psycopg.Connection:
    return psycopg.connect(address("postgres"), autocommit=True)


def _drop(server: psycopg.Connection, name: str) -> None:
    assert name.startswith("test_"), name
    server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _copy(origin: str, target: str) -> None:
    connections.close_all()
    with _server() as server:
        _drop(server, target)
        server.execute(f'CREATE DATABASE "{target}" TEMPLATE "{origin}"')


def main(name: str) -> None:
    """Fill the database that DATABASE_URL names."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from django.core.management import call_command

    if name == "site":
        call_command("setup_site", verbosity=0)
    else:
        from django_tasks_db.models import DBTaskResult

        from correspondents.models import Upload
        from portal.demo import build
        from tests.scenes import draw

        if not LARGE:
            build.picture_file = lambda scene, seed: draw(scene, seed, (320, 200))
        call_command("make_demo", verbosity=0)
        for upload in Upload.objects.exclude(state=Upload.State.READY):
            upload.make_sizes()
        assert not Upload.objects.exclude(state=Upload.State.READY).exists()
        DBTaskResult.objects.all().delete()
    if connection.vendor == "sqlite":  # one file, without what waits beside it
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")
    connections.close_all()


if __name__ == "__main__":
    main(sys.argv[1])
