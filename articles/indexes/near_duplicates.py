"""Which texts share their wording: the table of sampled pieces, and the look-up.

The table is plain SQL: on SQLite it keeps its rows in the key itself, which halves it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from articles.indexes.search_index import ARTICLE, DeskEntry, Entry, Key, PublicEntry, SearchEntry
from articles.indexes.shingles import SHORTEST, key_of, pieces, plain, sample, share
from articles.search.folding import fold

TABLE = "articles_piece"
# Where the pieces of a bulk build wait, for the connection that builds.
WAITING = "articles_piece_waiting"
# They are put in by as many parts, a second's work or less each.
SLICES = 16
# A piece of no text, which stands there while a bulk build is under way.
UNDER_WAY = (0, 0)
_waiting: ContextVar[bool] = ContextVar("pieces wait", default=False)
# How many texts are looked at whole.
LOOKED_AT = 20
# A piece in more texts than this share of all is a formula of the trade.
FORMULA, FORMULA_LEAST = 500, 200
KINDS = 4


def create() -> None:
    """Make the table; called by its migration."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {TABLE} (number BIGINT NOT NULL, text BIGINT NOT NULL,"
            " PRIMARY KEY (number, text))"
            + (" WITHOUT ROWID" if connection.vendor == "sqlite" else "")
        )


def exchange(old: Iterable[tuple[Key, list[int]]], new: Iterable[tuple[Key, list[int]]]) -> None:
    """Take the pieces of former texts out and put those of new ones in: what for, its sample."""
    before = {(number, _code(key)) for key, numbers in old for number in numbers}
    after = {(number, _code(key)) for key, numbers in new for number in numbers}
    if gone := before - after:
        _delete(sorted(gone))
    if come := after - before:
        _insert(sorted(come))


def _insert(pairs: list[tuple[int, int]]) -> None:
    if connection.vendor != "postgresql":
        table, clash = (WAITING, "") if _waiting.get() else (TABLE, " ON CONFLICT DO NOTHING")
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} (number, text) VALUES (%s, %s){clash}", pairs)
    elif _waiting.get():
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {WAITING} (number, text) FROM STDIN") as copy,
        ):
            copy.write("".join(f"{number}\t{text}\n" for number, text in pairs))
    else:  # one statement: a row at a time asks there and back for each
        statement = f"INSERT INTO {TABLE} (number, text) {_UNNESTED} ON CONFLICT DO NOTHING"
        with connection.cursor() as cursor:
            cursor.execute(statement, _columns(pairs))


def _delete(pairs: list[tuple[int, int]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"DELETE FROM {TABLE} WHERE (number, text) IN ({_UNNESTED})", _columns(pairs)
            )
        else:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE number = %s AND text = %s", pairs)


_UNNESTED = "SELECT * FROM unnest(%s::bigint[], %s::bigint[])"


def _columns(pairs: list[tuple[int, int]]) -> list[list[int]]:
    return [[number for number, _ in pairs], [text for _, text in pairs]]


@contextlib.contextmanager
def in_bulk() -> Iterator[Callable[[], None]]:
    """Keep the pieces of many new texts aside, and put them in at the end, in order.

    Pieces are as good as random: put in one text after the other, every one of them rewrites a
    page of its own. What is given puts in what waits so far, lest it become too much. Until then
    the new texts are not found by their wording; a process that is killed loses what waits, and
    :func:`is_unfinished` tells it.
    """
    _insert([UNDER_WAY])
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        token = _waiting.set(True)
        try:
            yield _put_in
        finally:
            _waiting.reset(token)
            _put_in()
            cursor.execute(f"DROP TABLE {WAITING}")
    _delete([UNDER_WAY])


def is_unfinished() -> bool:
    """Is a bulk build under way, or was one killed? Then texts may lack their pieces."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {TABLE} WHERE number = %s AND text = %s", UNDER_WAY)
        return cursor.fetchone() is not None


def lacks(entries: Iterable[Entry]) -> bool:
    """Is one of the fingerprints of these texts incomplete? What waits in bulk counts as there."""
    wanted = {(number, _code(entry.key)) for entry in entries for number in entry.sampled}
    if not wanted:
        return False
    found: set[tuple[int, int]] = set()
    pairs = sorted(wanted)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"SELECT number, text FROM {TABLE} WHERE (number, text) IN ({_UNNESTED})",
                _columns(pairs),
            )
            found.update(cursor.fetchall())
        else:
            for place in range(0, len(pairs), 400):
                part = pairs[place : place + 400]
                rows = ", ".join("(%s, %s)" for _ in part)
                cursor.execute(
                    f"SELECT number, text FROM {TABLE} WHERE (number, text) IN (VALUES {rows})",
                    [value for pair in part for value in pair],
                )
                found.update(cursor.fetchall())
    return wanted != found


_WAITING = f"CREATE TEMPORARY TABLE {WAITING} (number BIGINT, text BIGINT)"


def _put_in() -> None:
    span = (1 << 64) // SLICES
    with connection.cursor() as cursor:
        for first in range(-(1 << 63), 1 << 63, span):
            with transaction.atomic():  # a short one: others write as well
                cursor.execute(
                    f"INSERT INTO {TABLE} (number, text) SELECT DISTINCT number, text FROM {WAITING}"
                    " WHERE number BETWEEN %s AND %s ORDER BY number, text ON CONFLICT DO NOTHING",
                    [first, first + span - 1],
                )
        # Not DELETE: PostgreSQL would read over what is gone every time.
        cursor.execute(f"DROP TABLE {WAITING}")
        cursor.execute(_WAITING)


def _code(key: Key) -> int:
    kind, number = key
    return number * KINDS + kind


@dataclass(frozen=True)
class Match:
    """Another text with the same wording, or the same title.

    ``here``: the share of this text's pieces that the other has; ``there``: of the other's that
    this one has. ``share`` is the larger of the two, 0 to 1, and 0 for a title alone.
    """

    kind: int
    object_id: int
    title: str
    at: dt.datetime
    is_public: bool
    here: float
    there: float
    same_title: bool

    @property
    def share(self) -> float:
        """The larger share."""
        return max(self.here, self.there)

    @property
    def percent(self) -> int:
        """The larger share in percent, cut off."""
        return int(100 * self.share)

    @property
    def is_same(self) -> bool:
        """Is it the same manuscript, as far as wording tells?"""
        return self.share >= settings.SAME_TEXT

    @property
    def is_probably_same(self) -> bool:
        """Is it likely the same?"""
        return self.share >= settings.PROBABLY_SAME_TEXT

    @property
    def word(self) -> str:
        """How sure it is, in words."""
        if self.is_same:
            return "相同"
        if self.is_probably_same:
            return "很可能相同"
        return "部分相同" if self.share else "同题"


def matches_of(
    title: str,
    text: str,
    *,
    leave_out: Collection[Key] = (),
) -> list[Match]:
    """Return texts that share their wording or their title with this one, the likest first.

    Everything at the desk and everything public is looked at. A title counts for
    ``SAME_TITLE_DAYS`` days.
    """
    words = plain(text)
    wanted = _candidates(words, leave_out)
    own = pieces(words)
    found: dict[Key, Match] = {}
    for row, public in _entries(wanted):
        other = plain(row.body)
        here, there = share(own, pieces(other))
        if min(len(words), len(other)) < SHORTEST:
            here = there = float(row.text_key == key_of(words))
        if max(here, there) >= settings.LISTED_TEXT:
            found[row.kind, row.object_id] = _match(row, public, here, there, title)
    for row, public in _same_title(title, leave_out):
        key = (row.kind, row.object_id)
        if key not in found:
            found[key] = _match(row, public, 0.0, 0.0, title)
    return sorted(found.values(), key=lambda one: (one.share, one.at), reverse=True)


def _match(row: SearchEntry, public: bool, here: float, there: float, title: str) -> Match:
    same_title = plain(row.title) == plain(title)
    return Match(row.kind, row.object_id, row.title, row.at, public, here, there, same_title)


def _candidates(words: str, leave_out: Collection[Key]) -> list[Key]:
    if len(words) < SHORTEST:
        return _with_same_text(words, leave_out)
    out = {_code(key) for key in leave_out}
    counted: dict[int, int] = {}
    for text in _sharing(sample(words)):
        if text not in out:
            counted[text] = counted.get(text, 0) + 1
    likest = sorted(counted, key=lambda text: (-counted[text], -text))[:LOOKED_AT]
    return [(text % KINDS, text // KINDS) for text in likest]


def _with_same_text(words: str, leave_out: Collection[Key]) -> list[Key]:
    if not words:
        return []
    found: list[Key] = []
    for model in (PublicEntry, DeskEntry):
        rows = model._default_manager.filter(text_key=key_of(words))
        found += rows.values_list("kind", "object_id")[:LOOKED_AT]
    return [key for key in found if key not in set(leave_out)]


def _sharing(numbers: Sequence[int]) -> list[int]:
    """Texts that have one of the pieces, once for each; formulas left out."""
    most = max(FORMULA_LEAST, size() // FORMULA)
    found: list[int] = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT p.text, q.number FROM unnest(%s::bigint[]) AS q(number) CROSS JOIN LATERAL"
                f" (SELECT text FROM {TABLE} WHERE number = q.number LIMIT %s) AS p",
                [list(numbers), most + 1],
            )
        else:
            one = f"SELECT * FROM (SELECT text, number FROM {TABLE} WHERE number = %s LIMIT %s)"
            cursor.execute(
                " UNION ALL ".join(one for _ in numbers),
                [value for number in numbers for value in (number, most + 1)],
            )
        by_piece: dict[int, list[int]] = {}
        for text, number in cursor.fetchall():
            by_piece.setdefault(number, []).append(text)
    for texts in by_piece.values():
        if len(texts) <= most:
            found += texts
    return found


def size() -> int:
    """About how many texts there are; counting them would cost more than the rest."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT sum(greatest(reltuples, 0)) FROM pg_class WHERE oid IN (%s::regclass,"
                " %s::regclass)",
                [PublicEntry._meta.db_table, DeskEntry._meta.db_table],
            )
            return int(cursor.fetchone()[0] or 0)
        # Articles have their numbers one after the other.
        cursor.execute("SELECT max(object_id) FROM articles_publicentry WHERE kind = %s", [ARTICLE])
        return int(cursor.fetchone()[0] or 0)


def _entries(keys: Collection[Key]) -> list[tuple[SearchEntry, bool]]:
    found: list[tuple[SearchEntry, bool]] = []
    for kind in {kind for kind, _ in keys}:
        numbers = [number for other, number in keys if other == kind]
        for model, public in ((PublicEntry, True), (DeskEntry, False)):
            rows = model._default_manager.filter(kind=kind, object_id__in=numbers)
            found += [(row, public) for row in rows]
    return found


def _same_title(title: str, leave_out: Collection[Key]) -> list[tuple[SearchEntry, bool]]:
    if not plain(title):
        return []
    since = timezone.now() - dt.timedelta(days=settings.SAME_TITLE_DAYS)
    found: list[tuple[SearchEntry, bool]] = []
    for model, public in ((PublicEntry, True), (DeskEntry, False)):
        rows = model._default_manager.filter(title_key=key_of(plain(title)), at__gte=since)
        found += [(row, public) for row in rows.order_by("-at")[:LOOKED_AT]]
    out = set(leave_out)
    return [(row, public) for row, public in found if (row.kind, row.object_id) not in out]


def passages(one: str, other: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Return both texts cut into passages, each with whether the other text has it too."""
    common = pieces(plain(one)) & pieces(plain(other))
    return _cut(one, common), _cut(other, common)


def _cut(text: str, common: set[str]) -> list[tuple[str, bool]]:
    folded = fold(text)
    places = [place for place, character in enumerate(folded) if character.isalnum()]
    words = "".join(folded[place] for place in places)
    shared = bytearray(len(text))
    size = len(next(iter(common), ""))
    for start in range(len(words) - size + 1 if size else 0):
        if words[start : start + size] in common:
            # Marks inside a shared passage belong to it.
            begin, end = places[start], places[start + size - 1] + 1
            shared[begin:end] = b"\x01" * (end - begin)
    cut: list[tuple[str, bool]] = []
    place = 0
    while place < len(text):
        end = place
        while end < len(text) and shared[end] == shared[place]:
            end += 1
        cut.append((text[place:end], bool(shared[place])))
        place = end
    return cut
