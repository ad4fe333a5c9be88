"""The index on SQLite: an FTS5 table without content of its own (https://sqlite.org/fts5.html)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from articles.search.backend import COLUMNS, Ask, Filter, Row, values
from articles.search.grams import Needle, stream
from articles.search.query import Term

PARTS = 500
# Parts of an index that may wait for the merge at the end of a build.
MOST_PARTS = 1990
# Pages of four kilobytes merged at a time: a quarter of a second, then others may write.
MERGED = 1000


class SqliteEngine:
    """FTS5 with the tokenizer ``ascii``: the grams come ready, parted by blanks."""

    def create(self, table: str) -> None:
        """Make the full-text table beside ``table``."""
        self._run(
            f"CREATE VIRTUAL TABLE {table}_fts USING fts5(title, body, meta, keys,"
            " content='', tokenize='ascii')"
        )

    def reserve(self) -> None:
        """Nothing: a transaction that writes is the only one already."""

    def write(self, table: str, rows: Sequence[Row]) -> None:
        marks = ", ".join("%s" for _ in COLUMNS)
        names = ", ".join(COLUMNS)
        adapt = connection.ops.adapt_datetimefield_value
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",
                [values(row, adapt(row.at)) for row in rows],
            )
            cursor.executemany(
                f"INSERT INTO {table}_fts (rowid, title, body, meta, keys)"
                " VALUES (%s, %s, %s, %s, %s)",
                [
                    (
                        row.id,
                        stream(row.title),
                        stream(row.body),
                        stream(row.meta),
                        " ".join(row.keys),
                    )
                    for row in rows
                ],
            )

    def erase(self, table: str, ids: Iterable[int]) -> None:
        wanted = list(ids)
        with connection.cursor() as cursor:
            for place in range(0, len(wanted), PARTS):
                part = wanted[place : place + PARTS]
                marks = ", ".join("%s" for _ in part)
                cursor.execute(
                    f"SELECT id, title, body, meta, keys FROM {table} WHERE id IN ({marks})", part
                )
                # The full-text table keeps no texts: it is told what it has to forget.
                gone = [
                    (number, stream(title), stream(body), stream(meta), keys.strip())
                    for number, title, body, meta, keys in cursor.fetchall()
                ]
                cursor.executemany(
                    f"INSERT INTO {table}_fts ({table}_fts, rowid, title, body, meta, keys)"
                    " VALUES ('delete', %s, %s, %s, %s, %s)",
                    gone,
                )
                cursor.execute(f"DELETE FROM {table} WHERE id IN ({marks})", part)

    def newest(self, table: str, ask: Ask) -> list[tuple[int, int | None]]:
        conditions = [f"{table}_fts MATCH %s"]
        parameters: list[Any] = [_match(ask)]
        where = ask.where
        if where.since is not None:
            conditions.append("f.rowid >= %s")
            parameters.append(where.since)
        if where.below is not None:
            conditions.append("f.rowid < %s")
            parameters.append(where.below)
        unsure = [term.text for term in ask.terms if not term.is_certain]
        if unsure and not ask.any_of:
            fields = ["title"] if where.title_only else ["title", "body", "meta"]
            for text in unsure:
                told = " OR ".join(f"instr(d.{name}, %s) > 0" for name in fields)
                conditions.append(f"({told})")
                parameters += [text] * len(fields)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT f.rowid, d.section_id FROM {table}_fts f JOIN {table} d ON d.id = f.rowid"
                f" WHERE {' AND '.join(conditions)} ORDER BY f.rowid DESC LIMIT %s",
                [*parameters, ask.limit],
            )
            return list(cursor.fetchall())

    def often(self, table: str, ask: Ask) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM {table}_fts WHERE {table}_fts MATCH %s"
                " LIMIT %s)",
                [_match(ask), ask.limit],
            )
            return int(cursor.fetchone()[0])

    def texts(self, table: str, ids: Sequence[int]) -> list[tuple[int, str, str, str]]:
        # Hundreds of numbers, which cost more as parameters; none of them was typed.
        wanted = ", ".join(str(int(number)) for number in ids)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, title, body, meta FROM {table} WHERE id IN ({wanted})")
            return list(cursor.fetchall())

    def empty(self, table: str) -> None:
        self._run(f"INSERT INTO {table}_fts ({table}_fts) VALUES ('delete-all')")
        self._run(f"DELETE FROM {table}")

    def prepare(self, table: str) -> None:
        # A part for each transaction instead of one for each megabyte, and few, large merges.
        self._configure(table, hashsize=64 << 20, automerge=16, crisismerge=MOST_PARTS)

    def settle(self, table: str) -> None:
        # Parts left unmerged would make some later insert wait for seconds.
        self._configure(table, hashsize=1 << 20, automerge=4, crisismerge=16)
        command = f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES ('merge', %s)"
        pages = -MERGED  # negative: begin with everything there is
        with connection.cursor() as cursor:
            for _ in range(100_000):
                before = self._changes(cursor)
                cursor.execute(command, [pages])
                if self._changes(cursor) - before < 2:
                    break
                pages = MERGED

    def _configure(self, table: str, **options: int) -> None:
        with connection.cursor() as cursor:
            for name, value in options.items():
                command = f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES (%s, %s)"
                cursor.execute(command, [name, value])

    def count(self, table: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}_fts_docsize")
            return int(cursor.fetchone()[0])

    @staticmethod
    def _changes(cursor: Any) -> int:
        cursor.execute("SELECT total_changes()")
        return int(cursor.fetchone()[0])

    @staticmethod
    def _run(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)


def _match(ask: Ask) -> str:
    """The expression for the full-text table, made of grams and keys alone."""
    words = (" OR " if ask.any_of else " AND ").join(_term(term) for term in ask.terms)
    text = f"{{title}} : ({words})" if ask.where.title_only else f"({words})"
    return _limited(text, ask.where)


def _limited(text: str, where: Filter) -> str:
    for group in where.keys:
        text = f"({text}) AND ({' OR '.join(_quoted(key) for key in group)})"
    if where.without:
        text = f"({text}) NOT ({' OR '.join(_quoted(key) for key in where.without)})"
    return text


def _term(term: Term) -> str:
    return "(" + " AND ".join(_needle(needle) for needle in term.needles) + ")"


def _needle(needle: Needle) -> str:
    if needle.prefix:
        return f"{_quoted(needle.prefix)} *"
    return _quoted(" ".join(needle.grams))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
