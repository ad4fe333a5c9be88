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
# Texts that tell how common a word is among the newest ones.
SAMPLE = 300
# Reading a text takes as long as putting so many places of the index together.
WALK = 8
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

    def tokens(self, row: Row) -> tuple[str, str, str]:
        return stream(row.title), stream(row.body), stream(row.meta)

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
                [(row.id, *(row.tokens or self.tokens(row)), " ".join(row.keys)) for row in rows],
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
        where = ask.where
        walked = self._walked(table, ask)
        asked = [term for term in ask.terms if term not in walked]
        if match := _match(ask, asked):
            source, number = f"{table}_fts f JOIN {table} d ON d.id = f.rowid", "f.rowid"
            conditions = [f"{table}_fts MATCH %s"]
            values_: list[Any] = [match]
        else:
            source, number = f"{table} d", "d.id"
            conditions = ["instr(d.keys, %s) = 0" for _ in where.without]
            values_ = [f"{key} " for key in where.without]
        unsure = [] if ask.any_of else [term for term in asked if not term.is_certain]
        for more in (_bounds(where, number), _told([*walked, *unsure], where)):
            conditions += more[0]
            values_ += more[1]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {number}, d.section_id FROM {source} WHERE {' AND '.join(conditions)}"
                f" ORDER BY {number} DESC LIMIT %s",
                [*values_, ask.limit],
            )
            return list(cursor.fetchall())

    def _walked(self, table: str, ask: Ask) -> list[Term]:
        """Terms so common that reading text after text, from the newest on, is quicker.

        The beginning of a gram, as a single character is, is looked up by putting everything
        together that begins so: that takes longer the larger the archive is.
        """
        if ask.any_of:
            return []
        return [
            term
            for term in ask.terms
            if term.is_certain and term.needles[0].prefix and self._is_common(table, ask, term)
        ]

    @staticmethod
    def _is_common(table: str, ask: Ask, term: Term) -> bool:
        conditions, parameters = _bounds(ask.where, "d.id")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}_fts_docsize")
            (total,) = cursor.fetchone()
            cursor.execute(
                "SELECT sum(instr(title, %s) > 0),"
                " sum(instr(title, %s) > 0 OR instr(body, %s) > 0 OR instr(meta, %s) > 0)"
                f" FROM (SELECT title, body, meta FROM {table} d"
                f" WHERE {' AND '.join(conditions) or '1'} ORDER BY id DESC LIMIT {SAMPLE})",
                [term.text] * 4 + parameters,
            )
            titles, anywhere = (number or 0 for number in cursor.fetchone())
        there = titles if ask.where.title_only else anywhere
        return there > 0 and ask.limit * SAMPLE / there < total * anywhere / SAMPLE / WALK

    def often(self, table: str, ask: Ask) -> int:
        return len(self.newest(table, ask))

    def texts(self, table: str, ids: Sequence[int]) -> list[tuple[int, str, str, str]]:
        return self._rows(f"SELECT id, title, body, meta FROM {table}", ids)

    def stand_for(self, table: str, ids: Sequence[int]) -> list[tuple[int, int, int]]:
        return self._rows(f"SELECT id, kind, object_id FROM {table}", ids)

    @staticmethod
    def _rows(statement: str, ids: Sequence[int]) -> list[Any]:
        # Hundreds of numbers, which cost more as parameters; none of them was typed.
        wanted = ", ".join(str(int(number)) for number in ids)
        with connection.cursor() as cursor:
            cursor.execute(f"{statement} WHERE id IN ({wanted})")
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


def _bounds(where: Filter, number: str) -> tuple[list[str], list[Any]]:
    """From when to when, in numbers of entries."""
    bounds = [(f"{number} >= %s", where.since), (f"{number} < %s", where.below)]
    return [text for text, value in bounds if value is not None], [
        value for _, value in bounds if value is not None
    ]


def _told(terms: Sequence[Term], where: Filter) -> tuple[list[str], list[Any]]:
    """Conditions that look into the texts for each term."""
    fields = ["title"] if where.title_only else ["title", "body", "meta"]
    told = " OR ".join(f"instr(d.{name}, %s) > 0" for name in fields)
    return [f"({told})" for _ in terms], [term.text for term in terms for _ in fields]


def _match(ask: Ask, terms: Sequence[Term]) -> str:
    """The expression for the full-text table, made of grams and keys alone; empty: none."""
    parts = [f"({' OR '.join(_quoted(key) for key in group)})" for group in ask.where.keys]
    if terms:
        words = (" OR " if ask.any_of else " AND ").join(_term(term) for term in terms)
        parts.insert(0, f"({{title}} : ({words}))" if ask.where.title_only else f"({words})")
    text = " AND ".join(parts)
    if text and ask.where.without:
        text = f"({text}) NOT ({' OR '.join(_quoted(key) for key in ask.where.without)})"
    return text


def _term(term: Term) -> str:
    return "(" + " AND ".join(_needle(needle) for needle in term.needles) + ")"


def _needle(needle: Needle) -> str:
    if needle.prefix:
        return f"{_quoted(needle.prefix)} *"
    return _quoted(" ".join(needle.grams))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
