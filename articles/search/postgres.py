"""The index on PostgreSQL: the grams of an entry as a set of numbers under a GIN index.

The index tells which entries have all grams; whether they stand in a row is read in the text.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from articles.search.backend import COLUMNS, Ask, Row, values
from articles.search.grams import code, codes, title_code, title_codes
from articles.search.query import Term

# The advisory lock under which numbers are chosen; any number of our own.
NUMBERS = 0x6D656974616E
# Seconds that the database's statistics are believed.
KNOWN_FOR = 900
# What reading one text takes, in entries gathered by the inverted index.
WALK = 0.6

# For the connection that builds.
BUILDING = {"gin_pending_list_limit": 64, "work_mem": 256, "maintenance_work_mem": 256}


class PostgresEngine:
    """``int4[]`` with GIN: no extension, no text-search configuration."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, dict[int, float], float]] = {}

    def create(self, table: str) -> None:
        """Add the column of grams to ``table``, and its index."""
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD COLUMN grams integer[]")
            # The planner has to know common grams from rare ones.
            cursor.execute(f"ALTER TABLE {table} ALTER COLUMN grams SET STATISTICS 300")
            cursor.execute(f"CREATE INDEX {table}_grams ON {table} USING gin (grams)")

    def reserve(self) -> None:
        # One lock for all indexes: two would be taken in either order.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERS])

    def tokens(self, row: Row) -> str:
        """The set of an entry, as PostgreSQL writes an array: lists are sent number by number."""
        found = codes(row.title) | codes(row.body) | codes(row.meta) | title_codes(row.title)
        found.update(code(key) for key in row.keys)
        return f"{{{repr(sorted(found))[1:-1]}}}"

    def write(self, table: str, rows: Sequence[Row]) -> None:
        names = ", ".join((*COLUMNS, "grams"))
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row((*values(row, row.at), row.tokens or self.tokens(row)))

    def erase(self, table: str, ids: Iterable[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [list(ids)])

    def newest(self, table: str, ask: Ask) -> list[tuple[int, int | None]]:
        is_common = self._is_common(table, ask)
        keys, values_ = self._keys(ask, by_index=not is_common)
        bounds, more = self._bounds(ask)
        checks, texts = self._checks(ask, whole=is_common)
        rows = f"SELECT d.id, d.section_id FROM {table} d WHERE"
        if is_common:
            # The newest hits are soon found one after the other. Only by the texts: a set is
            # longer than the text it was made of, and stored elsewhere.
            everything = " AND ".join([*keys, *bounds, *checks])
            statement = f"{rows} {everything} ORDER BY d.id DESC LIMIT %s"
            with connection.cursor() as cursor:
                cursor.execute(statement, [*values_, *more, *texts, ask.limit])
                return list(cursor.fetchall())
        grams, codes_ = self._by_grams(ask)
        inside = " AND ".join([grams, *keys, *bounds])
        values_ = [*codes_, *values_]
        if not checks:
            statement = (
                f"WITH f AS MATERIALIZED ({rows} {inside})"
                " SELECT id, section_id FROM f ORDER BY id DESC LIMIT %s"
            )
        else:
            # What the grams name is put in order first; texts are read until there are enough.
            statement = (
                f"WITH f AS MATERIALIZED ({rows} {inside})"
                " SELECT s.id, s.section_id FROM (SELECT * FROM f ORDER BY id DESC OFFSET 0) s"
                f" CROSS JOIN LATERAL (SELECT 1 FROM {table} d WHERE d.id = s.id AND"
                f" {' AND '.join(checks)} OFFSET 0) x LIMIT %s"
            )
        with connection.cursor() as cursor:
            cursor.execute(statement, [*values_, *more, *texts, ask.limit])
            return list(cursor.fetchall())

    @staticmethod
    def _by_grams(ask: Ask) -> tuple[str, list[Any]]:
        """The condition that the inverted index answers."""
        sets = [sorted(_codes(term, title_only=ask.where.title_only)) for term in ask.terms]
        if not ask.any_of:
            return "d.grams @> %s::int[]", [sorted({number for one in sets for number in one})]
        if all(len(one) == 1 for one in sets):
            return "d.grams && %s::int[]", [[one[0] for one in sets]]
        return "(" + " OR ".join("d.grams @> %s::int[]" for _ in sets) + ")", list(sets)

    @staticmethod
    def _keys(ask: Ask, *, by_index: bool) -> tuple[list[str], list[Any]]:
        """Of every group of keys one; looked up in the inverted index besides, or read alone."""
        conditions: list[str] = []
        values_: list[Any] = []
        for group in ask.where.keys:
            if by_index:
                conditions.append("d.grams && %s::int[]")
                values_.append([code(key) for key in group])
            conditions.append(f"({' OR '.join(_HAS_KEY for _ in group)})")
            values_ += [f"{key} " for key in group]
        return conditions, values_

    @staticmethod
    def _bounds(ask: Ask) -> tuple[list[str], list[Any]]:
        """What it must not have, and from when to when: short columns, read with the row."""
        where = ask.where
        conditions: list[str] = []
        values_: list[Any] = []
        for key in where.without:
            conditions.append(f"NOT {_HAS_KEY}")
            values_.append(f"{key} ")
        for number, sign in ((where.since, ">="), (where.below, "<")):
            if number is not None:
                conditions.append(f"d.id {sign} %s")
                values_.append(number)
        return conditions, values_

    @staticmethod
    def _checks(ask: Ask, *, whole: bool) -> tuple[list[str], list[Any]]:
        """What the grams leave open: do they stand in a row, and in one field? ``whole``: all."""
        fields = ["title"] if ask.where.title_only else ["title", "body", "meta"]
        open_ = [
            term.text
            for term in ask.terms
            if whole or ask.any_of or ask.where.title_only or not _is_exact(term)
        ]
        told = [
            "(" + " OR ".join(f"strpos(d.{name}, %s) > 0" for name in fields) + ")" for _ in open_
        ]
        if ask.any_of and told:
            told = [f"({' OR '.join(told)})"]
        return told, [text for text in open_ for _ in fields]

    def _is_common(self, table: str, ask: Ask) -> bool:
        """Is it quicker to walk from the newest entry on than to gather all hits first?"""
        often, total = self._frequencies(table)
        if ask.any_of or total <= 0:
            return False
        codes_ = {
            number for term in ask.terms for number in _codes(term, title_only=ask.where.title_only)
        }
        share = min((often.get(number, 0.0) for number in codes_), default=0.0)
        for group in ask.where.keys:
            share *= min(1.0, sum(often.get(code(key), 0.0) for key in group))
        return share * share * total > WALK * ask.limit

    def _frequencies(self, table: str) -> tuple[dict[int, float], float]:
        """The share of entries that common grams stand in, and the number of entries.

        As the database's own statistics have it; asked once in a quarter of an hour.
        """
        known = self._known.get(table)
        if known is None or known[0] < time.monotonic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT most_common_elems::text::int[], most_common_elem_freqs FROM pg_stats"
                    " WHERE schemaname = current_schema() AND tablename = %s AND attname = 'grams'",
                    [table],
                )
                numbers, shares = cursor.fetchone() or ([], [])
                cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
                total = float(cursor.fetchone()[0])
            often = dict(zip(numbers or [], shares or [], strict=False))
            known = (time.monotonic() + KNOWN_FOR, often, total)
            self._known[table] = known
        return known[1], known[2]

    def often(self, table: str, ask: Ask) -> int:
        # By the index alone: an upper bound. Gathered whole, or the planner reads the table.
        grams, values_ = self._by_grams(ask)
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH f AS MATERIALIZED (SELECT 1 FROM {table} d WHERE {grams})"
                " SELECT count(*) FROM (SELECT 1 FROM f LIMIT %s) x",
                [*values_, ask.limit],
            )
            return int(cursor.fetchone()[0])

    def texts(self, table: str, ids: Sequence[int]) -> list[tuple[int, str, str, str]]:
        return self._rows(f"SELECT id, title, body, meta FROM {table}", ids)

    def stand_for(self, table: str, ids: Sequence[int]) -> list[tuple[int, int, int]]:
        return self._rows(f"SELECT id, kind, object_id FROM {table}", ids)

    @staticmethod
    def _rows(statement: str, ids: Sequence[int]) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(f"{statement} WHERE id = ANY(%s)", [list(ids)])
            return list(cursor.fetchall())

    def empty(self, table: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")

    def prepare(self, table: str) -> None:
        # What is new waits in a list until it is worth sorting in; searches read the list as well.
        with connection.cursor() as cursor:
            for name, megabytes in BUILDING.items():
                cursor.execute(f"SET {name} = {megabytes * 1024}")

    def settle(self, table: str) -> None:
        with connection.cursor() as cursor:
            for name in BUILDING:
                cursor.execute(f"RESET {name}")
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [f"{table}_grams"])
            cursor.execute(f"ANALYZE {table}")

    def count(self, table: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE grams IS NOT NULL")
            return int(cursor.fetchone()[0])


_HAS_KEY = "strpos(d.keys, %s) > 0"


def _codes(term: Term, *, title_only: bool) -> set[int]:
    """What an entry with the term has in its set."""
    number = title_code if title_only else code
    return {
        number(gram)
        for needle in term.needles
        for gram in (*needle.grams, *([needle.prefix] if needle.prefix else []))
    }


def _is_exact(term: Term) -> bool:
    """Does one code say all? A single character, or a pair."""
    return term.is_certain and len(_codes(term, title_only=False)) == 1 and len(term.text) <= 2
