"""The database as one file, at one moment: taken while the site writes, and put into an empty one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django_tasks_db.models import DBTaskResult
from psycopg.pq import Conninfo

from correspondents.mailing import post_mail
from correspondents.models import Letter, Upload

HELD = "从备份恢复的信，可能早已寄出；确认没有收到再重寄。"


class BackupError(Exception):
    """The message is a Chinese sentence for the administrator."""


def dump(target: Path) -> set[str]:
    """Write the database as it is at one moment; return the stored files it names then.

    SQLite's online backup, or ``pg_dump`` of a snapshot that the names are read from too.
    """
    target.unlink(missing_ok=True)
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(_driver().connect(str(target))) as copy:
            connection.connection.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
            state = copy.execute("PRAGMA integrity_check").fetchone()[0]
            named = set(_named(lambda sql: copy.execute(sql).fetchall()))
        if state != "ok":
            raise BackupError(f"数据库自检没有通过：{state}")
        return named
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        words = ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"]
        _run("pg_dump", *words, f"--snapshot={cursor.fetchone()[0]}")

        def ask(sql: str) -> list[Any]:
            cursor.execute(sql)
            return cursor.fetchall()

        return set(_named(ask))


def _named(ask: Any) -> Iterator[str]:
    """The stored files that rows name: every file field of the site, and the sizes of pictures."""
    quote = connection.ops.quote_name
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                table, column = quote(model._meta.db_table), quote(field.column or "")
                rows = ask(f"SELECT {column} FROM {table} WHERE {column} <> ''")  # noqa: S608 -- our own names
                yield from (name for (name,) in rows)
    for (sizes,) in ask(f"SELECT renditions FROM {quote(Upload._meta.db_table)}"):  # noqa: S608 -- our own name
        sizes = json.loads(sizes) if isinstance(sizes, str) else sizes
        yield from (size["path"] for size in sizes or [])


def _driver() -> Any:
    """The SQLite module in use: the copy's connection must come from the same one."""
    return connection.Database  # type: ignore[attr-defined]


def load(folder: Path) -> None:
    """Put the database of a backup in the place of this one."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        try:
            with closing(_driver().connect(str(folder / "database.sqlite3"))) as source:
                source.backup(connection.connection)
        except _driver().Error as error:
            raise BackupError(f"备份里的数据库读不出来：{error}") from error
        connection.close()
        return
    connection.close()
    _run(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges",
        "--single-transaction", "--exit-on-error", str(folder / "database.dump"),
    )  # fmt: skip


def hold_letters() -> None:
    """What waited to be sent when the backup was made may have been sent since: a person decides."""
    waiting = [Letter.State.WAITING, Letter.State.SENDING]
    try:
        with transaction.atomic():
            Letter.objects.filter(standing__in=waiting).update(
                standing=Letter.State.UNSURE, failure=HELD
            )
            links = DBTaskResult.objects.filter(task_path=post_mail.module_path)
            links.filter(status__in=["READY", "RUNNING"]).delete()
    except DatabaseError as error:  # the tables of an older release: nothing of this was there
        raise BackupError(f"数据已恢复，但待寄的信没有标记，启动前请先核对：{error}") from error


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs with the site's connection, all its options included."""
    if shutil.which(program) is None:
        raise BackupError(f"没有找到 {program}，请安装 PostgreSQL 的客户端程序。")
    given: dict[str, Any] = connection.get_connection_params()
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    words = {name: str(value) for name, value in given.items() if name in known and value}
    secret = words.pop("password", "")
    told = " ".join(f"{name}='{_escaped(value)}'" for name, value in words.items())
    done = subprocess.run(  # noqa: S603 -- fixed program, our own arguments
        [program, f"--dbname={told}", *arguments],
        # Not among the arguments, which every user of the machine can see.
        env=os.environ | ({"PGPASSWORD": secret} if secret else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{program} 没有成功：{done.stderr.strip()[-500:]}")


def _escaped(value: str) -> str:
    """https://www.postgresql.org/docs/current/libpq-connect.html: keyword/value strings."""
    return value.replace("\\", "\\\\").replace("'", "\\'")
