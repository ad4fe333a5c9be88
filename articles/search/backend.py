"""One index in the database of the site: what an engine is asked, and what it can do.

An index is a table of folded texts (``articles.indexes.search_index``) and the engine's own part beside
it: a full-text table on SQLite, a column with an inverted index on PostgreSQL. Everything runs
in the caller's transaction, so that an index and its articles never disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from articles.search.query import Term

# Before the keys of an entry; no gram begins with it.
KEY = "\u00a7"


@dataclass(frozen=True)
class Row:
    """One entry as it is stored; ``title``, ``body`` and ``meta`` are folded."""

    id: int
    kind: int
    object_id: int
    section_id: int | None
    at: Any
    version: int
    title_key: int
    text_key: int
    keys: tuple[str, ...]
    title: str
    meta: str
    body: str
    # What :meth:`Engine.tokens` gives, where somebody made it beforehand.
    tokens: Any = None


@dataclass(frozen=True)
class Filter:
    """What a hit must have besides the words.

    ``keys``: groups of keys, of every group at least one. ``without``: keys that no hit has.
    ``since`` and ``below`` bound the numbers of the entries, which grow with time.
    """

    keys: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    since: int | None = None
    below: int | None = None
    title_only: bool = False


@dataclass(frozen=True)
class Ask:
    """One question to an index: entries with all of ``terms``, or with ``any_of`` them."""

    terms: Sequence[Term]
    where: Filter = field(default_factory=Filter)
    limit: int = 1001
    any_of: bool = False


class Engine(Protocol):
    """What an index can do. Table names are ours, never typed ones."""

    def create(self, table: str) -> None:
        """Make the engine's own part beside the table of texts."""

    def reserve(self) -> None:
        """Let nobody else choose numbers for entries until this transaction has ended."""

    def tokens(self, row: Row) -> Any:
        """Return what the engine's own part keeps of an entry; asks no database."""

    def write(self, table: str, rows: Sequence[Row]) -> None:
        """Add entries that are not there."""

    def erase(self, table: str, ids: Iterable[int]) -> None:
        """Take entries out, with their texts."""

    def newest(self, table: str, ask: Ask) -> list[tuple[int, int | None]]:
        """Return (id, section) of the newest entries asked for, the newest first."""

    def often(self, table: str, ask: Ask) -> int:
        """Return about how many entries there are, up to the limit: for telling rare from common."""

    def texts(self, table: str, ids: Sequence[int]) -> list[tuple[int, str, str, str]]:
        """Return (id, title, body, meta) of entries, in any order."""

    def stand_for(self, table: str, ids: Sequence[int]) -> list[tuple[int, int, int]]:
        """Return (id, kind, object_id) of entries, in any order."""

    def empty(self, table: str) -> None:
        """Take everything out."""

    def prepare(self, table: str) -> None:
        """Make ready for a bulk build, which :meth:`settle` ends."""

    def settle(self, table: str) -> None:
        """Put the index in order after a bulk build."""

    def count(self, table: str) -> int:
        """Return how many entries the engine's own part holds."""


COLUMNS = (
    "id", "kind", "object_id", "section_id", "at", "version", "title_key", "text_key", "keys",
    "title", "meta", "body",
)  # fmt: skip


def values(row: Row, at: Any) -> tuple[Any, ...]:
    """Return the stored columns of an entry; ``at`` as the database takes it."""
    keys = "".join(f"{key} " for key in row.keys)
    plain = (row.id, row.kind, row.object_id, row.section_id, at, row.version)
    return (*plain, row.title_key, row.text_key, keys, row.title, row.meta, row.body)
