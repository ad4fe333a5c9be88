"""The index on PostgreSQL: the grams of an entry as a set of numbers under a GIN index.

The index tells which entries have all grams; whether they stand in a row is read in the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from articles.search.backend import COLUMNS, Ask, Row, values
from articles.search.grams import code, codes
from articles.search.query import Term

# Turns the code of a gram into the code of the same gram in a title.
IN_TITLE = 0x5BD1E995


class PostgresEngine:
    """``int4[]`` with GIN: no extension, no text-search configuration."""

    def create(self, table: str) -> None:
        """Add the column of grams to ``table``, and its index."""
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD COLUMN grams integer[]")
            # The planner has to know common grams from rare ones.
            cursor.execute(f"ALTER TABLE {table} ALTER COLUMN grams SET STATISTICS 1000")
            cursor.execute(f"CREATE INDEX {table}_grams ON {table} USING gin (grams)")

    def write(self, table: str, rows: Sequence[Row]) -> None:
        names = ", ".join((*COLUMNS, "grams"))
        marks = ", ".join("%s" for _ in (*COLUMNS, "grams"))
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",
                [(*values(row, row.at), _grams(row)) for row in rows],
            )

    def erase(self, table: str, ids: Iterable[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [list(ids)])

    def newest(self, table: str, ask: Ask) -> list[tuple[int, int | None]]:
        where = ask.where
        conditions: list[str] = []
        parameters: list[Any] = []
        told = [self._term(term, title_only=where.title_only) for term in ask.terms]
        conditions.append("(" + (" OR " if ask.any_of else " AND ").join(s for s, _ in told) + ")")
        parameters += [value for _, values_ in told for value in values_]
        for group in where.keys:
            conditions.append(
                "d.grams && %s::int[] AND (" + " OR ".join(_HAS_KEY for _ in group) + ")"
            )
            parameters += [[code(key) for key in group], *(f"{key} " for key in group)]
        for key in where.without:
            conditions.append(f"NOT {_HAS_KEY}")
            parameters.append(f"{key} ")
        if where.since is not None:
            conditions.append("d.id >= %s")
            parameters.append(where.since)
        if where.below is not None:
            conditions.append("d.id < %s")
            parameters.append(where.below)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT d.id, d.section_id FROM {table} d WHERE {' AND '.join(conditions)}"
                " ORDER BY d.id DESC LIMIT %s",
                [*parameters, ask.limit],
            )
            return list(cursor.fetchall())

    @staticmethod
    def _term(term: Term, *, title_only: bool) -> tuple[str, list[Any]]:
        wanted = _codes(term, title_only=title_only)
        fields = ["title"] if title_only else ["title", "body", "meta"]
        there = " OR ".join(f"strpos(d.{name}, %s) > 0" for name in fields)
        return f"(d.grams @> %s::int[] AND ({there}))", [sorted(wanted), *[term.text] * len(fields)]

    def often(self, table: str, ask: Ask) -> int:
        # By the index alone: an upper bound.
        where = ask.where
        wanted = set().union(*(_codes(term, title_only=where.title_only) for term in ask.terms))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE grams @> %s::int[] LIMIT %s) x",
                [sorted(wanted), ask.limit],
            )
            return int(cursor.fetchone()[0])

    def texts(self, table: str, ids: Sequence[int]) -> list[tuple[int, str, str, str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, title, body, meta FROM {table} WHERE id = ANY(%s)", [list(ids)]
            )
            return list(cursor.fetchall())

    def empty(self, table: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")

    def prepare(self, table: str) -> None:
        """Nothing: a bulk build is a row after the other."""

    def settle(self, table: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {table}")

    def count(self, table: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE grams IS NOT NULL")
            return int(cursor.fetchone()[0])


_HAS_KEY = "strpos(d.keys, %s) > 0"


def _codes(term: Term, *, title_only: bool) -> set[int]:
    """What an entry with the term has in its set."""
    return {
        code(gram) ^ (IN_TITLE if title_only else 0)
        for needle in term.needles
        for gram in (*needle.grams, *([needle.prefix] if needle.prefix else []))
    }


def _grams(row: Row) -> list[int]:
    found = codes(row.title) | codes(row.body) | codes(row.meta)
    found |= {number ^ IN_TITLE for number in codes(row.title)}
    return sorted(found | {code(key) for key in row.keys})
