"""From SQLite to PostgreSQL: every row copied, and every row compared, before anything counts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DataError, connection, connections, models, transaction
from django.db.migrations.executor import MigrationExecutor

from articles.models import DeskEntry, PublicEntry
from portal.backup import require_empty_database
from portal.database import BackupError
from portal.models import Release

ORIGIN = "origin"
AT_ONCE = 2000
# Made anew: the indexes, for each kind of database searches in its own way; and the mark of the
# release, so that the first start prepares what is not in the models.
MADE_ANEW = (PublicEntry, DeskEntry, Release)


def move(path: Path, progress: Any) -> int:
    """Fill this empty PostgreSQL database from a SQLite file; return how many rows it has.

    All in one transaction: where a row cannot be kept, or is not the same afterwards, nothing has
    happened. Uploaded files stay where they are. Raises ``BackupError`` with a sentence.
    """
    if connection.vendor != "postgresql":
        raise BackupError("请先把 DATABASE_URL 设为要搬去的 PostgreSQL。")
    if not path.is_file():
        raise BackupError(f"没有这个文件：{path}。")
    require_empty_database()
    _open(path)
    call_command("migrate", interactive=False, verbosity=0)
    kinds = [
        model for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model not in MADE_ANEW
    ]  # fmt: skip
    moved = 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            tables = ", ".join(connection.ops.quote_name(m._meta.db_table) for m in kinds)
            cursor.execute(f"TRUNCATE {tables} CASCADE")  # what migrations have put there
        for model in progress(kinds, "搬运"):
            moved += _copy(model)
        for model in progress(kinds, "逐行核对"):
            _compare(model)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), kinds):
                cursor.execute(statement)
    call_command("rebuild_search")
    return moved


def _open(path: Path) -> None:
    """Make the SQLite file known, for reading alone; it has to be of this release."""
    connections.databases[ORIGIN] = connections.databases["default"] | {
        "ENGINE": "portal.sqlite", "NAME": f"{path.resolve().as_uri()}?mode=ro",
        "OPTIONS": {"uri": True}, "CONN_MAX_AGE": None,
    }  # fmt: skip
    executor = MigrationExecutor(connections[ORIGIN])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise BackupError("这个 SQLite 库还没有升级到现在的版本，请先用它启动一次网站再搬。")


def _fields(model: Any) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def _rows(model: Any, alias: str) -> Iterator[tuple[Any, ...]]:
    names = [field.attname for field in _fields(model)]
    rows = model._base_manager.using(alias).order_by("pk").values_list(*names)
    return rows.iterator(AT_ONCE)  # type: ignore[no-any-return]


def _copy(model: Any) -> int:
    fields, quote = _fields(model), connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 -- our own names
    done = 0
    for rows in _batches(_rows(model, ORIGIN)):
        kept = [
            [
                field.get_db_prep_save(value, connection)
                for field, value in zip(fields, row, strict=True)
            ]
            for row in rows
        ]
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(sql, kept)
        except (DataError, ValueError):
            _name_the_row(model, sql, kept)
        done += len(kept)
    return done


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(itertools.islice(rows, AT_ONCE)):
        yield batch


def _name_the_row(model: type[models.Model], sql: str, rows: list[list[Any]]) -> None:
    """One of them cannot be kept: say which, and why."""
    for row in rows:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, row)
        except (DataError, ValueError) as error:
            label = f"{model._meta.verbose_name}（{model._meta.db_table}）第 {row[0]} 号"
            raise BackupError(f"{label}放不进 PostgreSQL：{str(error).splitlines()[0]}") from error


def _compare(model: Any) -> None:
    pairs = itertools.zip_longest(_rows(model, ORIGIN), _rows(model, "default"))
    for old, new in pairs:
        if old != new:
            key = (old or new or ("",))[0]
            raise BackupError(f"{model._meta.db_table} 第 {key} 号搬过去以后不一样，没有搬。")
