"""Finding articles: the question with its filters, the pages of hits, and what to try when there are none."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.utils import timezone

from articles.content.section import Genre, Section
from articles.indexes.search_index import NEWEST, Hits, PublicEntry, number_of
from articles.search.backend import KEY, Ask, Filter
from articles.search.engines import engine
from articles.search.folding import fold
from articles.search.query import Query, Term, read, words
from articles.search.ranking import contains, ordered
from correspondents.models import Correspondent, Organisation
from correspondents.numbers import whole_number
from correspondents.pinyin import homophones

PER_PAGE = 20
# How far a common word is counted when a query is taken apart.
COUNTED = 200
SHORTEST_TILE, LONGEST_TAKEN_APART = 2, 24
# Of a query taken apart, so many pairs of its words are tried.
PAIRS, PER_PAIR = 10, 60


@dataclass(frozen=True)
class Scope:
    """Where to look. Days are the site's, both ends included."""

    section: Section | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    person: Correspondent | None = None
    unit: Organisation | None = None
    genre: Genre | None = None
    title_only: bool = False
    with_pictures: bool = False
    # Sections that readers may not open, where the caller knows them already.
    hidden: tuple[int, ...] | None = None

    def filter(self) -> Filter:
        """Return it in the index's terms; sections that readers may not open are left out."""
        keys: list[tuple[str, ...]] = []
        if self.section is not None:
            keys.append((f"{KEY}s{self.section.pk}",))
        if self.person is not None:
            keys.append((f"{KEY}p{self.person.pk}",))
        if self.unit is not None:
            under = Organisation.objects.filter(path__startswith=self.unit.path)
            keys.append(tuple(f"{KEY}u{pk}" for pk in under.values_list("pk", flat=True)))
        if self.genre is not None:
            keys.append((f"{KEY}g{self.genre.pk}",))
        if self.with_pictures:
            keys.append((f"{KEY}i1",))
        hidden = self.hidden
        if hidden is None:
            rows = Section.objects.filter(is_visible=False)
            hidden = tuple(rows.values_list("pk", flat=True))
        return Filter(
            keys=tuple(keys),
            without=tuple(f"{KEY}s{pk}" for pk in hidden),
            since=number_of(_midnight(self.since)) if self.since else None,
            below=number_of(_midnight(self.until + dt.timedelta(days=1))) if self.until else None,
            title_only=self.title_only,
        )


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


@dataclass(frozen=True)
class Page:
    """One page of hits: numbers of entries, and the cursor of the next page (empty at the end)."""

    ids: list[int]
    following: str


@dataclass(frozen=True)
class Findings:
    """What a question found.

    ``relaxed``: the words that were looked for instead, when nothing had what was typed;
    ``dropped``: what of it none of the first hits has. ``order``: the entries by relevance, where
    that was found out on the way.
    """

    hits: Hits
    relaxed: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    order: tuple[int, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What hits are marked by."""
        return self.relaxed or self.hits.query.words

    def page(self, cursor: str, *, by_time: bool) -> Page:
        """Return a page by relevance, or with the newest first; unknown cursors: the first.

        By relevance the candidates come first, in their order; then everything older, by time.
        """
        kind, place = _cursor(cursor)
        newest = self.hits.found[:NEWEST]
        if kind == "o" and newest and self.hits.query.terms:
            shown = PublicEntry.objects.in_title(self.hits, below=newest[-1][0])
            return self._by_time(place, "o", set(shown))
        if by_time or kind == "t":
            return self._by_time(place if kind == "t" else 0, "t", set())
        order = self.order or PublicEntry.objects.ranked(self.hits)
        start = place * PER_PAGE if kind == "r" else 0
        found = list(order[start : start + PER_PAGE])
        if start + PER_PAGE < len(order):
            return Page(found, f"r{start // PER_PAGE + 1}")
        # What was put together by two is in the order as a whole.
        older = len(self.hits.found) > NEWEST and bool(self.hits.query.terms)
        return Page(found, f"o{self.hits.found[NEWEST - 1][0]}" if older else "")

    def _by_time(self, below: int, kind: str, seen: set[int]) -> Page:
        """The newest below a number; ``seen``: title hits that stood among the candidates."""
        where = self.hits.where
        if below:
            lower = below if where.below is None else min(below, where.below)
            where = Filter(where.keys, where.without, where.since, lower, where.title_only)
        if self.hits.query.terms:
            limit = PER_PAGE + 1 + len(seen)
            hits = PublicEntry.objects.hits(self.hits.query, where, limit=limit)
            found = [number for number, _ in hits.found if number not in seen]
        else:
            older = (number for number in sorted(self.order, reverse=True))
            found = [number for number in older if not below or number < below]
        page = found[:PER_PAGE]
        return Page(page, f"{kind}{page[-1]}" if len(found) > PER_PAGE else "")


def _cursor(cursor: str) -> tuple[str, int]:
    kind, number = cursor[:1], whole_number(cursor[1:], digits=15)
    return (kind, number) if kind in ("r", "o", "t") and number is not None else ("", 0)


def find(query: Query, scope: Scope | None = None, *, relax: bool = True) -> Findings:
    """Look for a query among what is public; one that finds nothing is taken apart.

    Its words are then looked for wherever they stand, and if no text has all of them, by two;
    without ``relax`` it has found nothing.
    """
    where = (scope or Scope()).filter()
    hits = PublicEntry.objects.hits(query, where)
    if hits.found or not query.terms or not relax:
        return Findings(hits)
    tiles = _all_tiles(query.terms, where)
    unknown = _unknown(query.terms, tiles, where)
    terms = words(*tiles)
    if terms:
        together = PublicEntry.objects.hits(Query(query.typed, terms), where)
        if together.found:
            order = tuple(PublicEntry.objects.ranked(together))
            return Findings(together, tiles, unknown, order)
    return _by_some(Query(query.typed, ()), terms, unknown, where)


def _by_some(
    query: Query, terms: Sequence[Term], unknown: tuple[str, ...], where: Filter
) -> Findings:
    """Texts with two of the words, or else with one; those with the most of them come first."""
    sections: dict[int, int | None] = {}
    for pair in itertools.islice(itertools.combinations(terms, 2), PAIRS):
        sections |= PublicEntry.objects.hits(Query("", pair), where, limit=PER_PAIR).found
    if not sections:
        for term in terms:
            sections |= PublicEntry.objects.hits(Query("", (term,)), where, limit=PER_PAIR).found
    tiles = tuple(term.text for term in terms)
    candidates = PublicEntry.objects.candidates(list(sections))
    there = {one.id: {tile for tile in tiles if contains([tile], one)} for one in candidates}
    scored = ordered(tiles, candidates, now=time.time())
    order = tuple(
        number for _, number in sorted(scored, key=lambda pair: -len(there[pair[1]]))
    )  # a stable sort: by score among those with as many words
    most = max((len(known) for known in there.values()), default=0)
    best = set().union(*(known for known in there.values() if len(known) == most))
    found = [(number, sections[number]) for number in sorted(order, reverse=True)]
    dropped = (*unknown, *(tile for tile in tiles if tile not in best))
    kept = tuple(tile for tile in tiles if tile in best)
    return Findings(Hits(found, query, where), kept if found else (), dropped, order)


def _unknown(terms: Sequence[Term], tiles: Sequence[str], where: Filter) -> tuple[str, ...]:
    """Return what of the words no tile covers, and no text has."""
    parts: list[str] = []
    for term in terms:
        text = term.text
        for tile in tiles:
            text = text.replace(tile, "\n")
        parts += [part for part in text.split("\n") if part and not _often(part, where)]
    return tuple(dict.fromkeys(parts))


def _all_tiles(terms: Sequence[Term], where: Filter) -> tuple[str, ...]:
    """Take the words apart, so many characters of them altogether: each costs a question."""
    tiles: dict[str, None] = {}
    left = LONGEST_TAKEN_APART
    for term in terms:
        if left > 0:
            tiles |= dict.fromkeys(_tiles(term.text[:left], where))
        left -= len(term.text)
    return tuple(tiles)


def _tiles(text: str, where: Filter) -> list[str]:
    """Cut a word where its parts are the commonest: the index itself knows the words."""
    if len(text) <= SHORTEST_TILE or text.isascii():
        return [text] if _often(text, where) else []
    weight = {
        place: math.log(1 + _often(text[place : place + SHORTEST_TILE], where))
        for place in range(len(text) - 1)
    }
    # The best way to lay pairs without overlap; characters between them are left out.
    best: list[tuple[float, tuple[int, ...]]] = [(0.0, ()), (0.0, ())]
    for end in range(2, len(text) + 1):
        with_pair = best[end - 2][0] + weight[end - 2]
        if with_pair > best[end - 1][0]:
            best.append((with_pair, (*best[end - 2][1], end - 2)))
        else:
            best.append(best[end - 1])
    return [text[place : place + SHORTEST_TILE] for place in best[-1][1]]


def _often(text: str, where: Filter) -> int:
    return engine().often(PublicEntry._meta.db_table, Ask(words(text), where, COUNTED))


# --- spelling -----------------------------------------------------------------------------------

# Of longer questions no spelling is offered; so many questions are put to the index for one.
LONGEST_MISSPELT, TRIED, TRIES = 12, 100, 5
USUAL, SHORT = 3, 3


def near_spelling(query: Query, scope: Scope | None = None) -> str:
    """Return the query with one character changed for another that is read alike; or nothing.

    The character stands in a pair that no text has, and the pair that it makes instead is the
    commonest: 中国煤碳 is 中国煤炭.
    """
    where, typed = (scope or Scope()).filter(), fold(query.typed)
    if len(typed) > LONGEST_MISSPELT:
        return ""

    @cache
    def often(pair: str) -> int:
        return _often(pair, where)

    def spelt(at: int) -> list[str]:
        return [typed[:at] + other + typed[at + 1 :] for other in homophones(typed[at])]

    unknown = [
        place
        for place in range(len(typed) - 1)
        if all(map(homophones, typed[place : place + 2])) and not often(typed[place : place + 2])
    ]
    places = dict.fromkeys(at for place in unknown for at in (place + 1, place))
    # In turns, so that every character gets its tries.
    turns = itertools.zip_longest(*map(spelt, places))
    found = []
    for spelling in itertools.islice(filter(None, itertools.chain(*turns)), TRIED):
        changed = next(place for place, sign in enumerate(spelling) if sign != typed[place])
        # Both pairs that the character stands in.
        pairs = [spelling[at : at + 2] for at in (changed - 1, changed) if 0 <= at < len(typed) - 1]
        found.append((min(often(pair) for pair in pairs if " " not in pair), spelling))
    best = [pair for pair in sorted(found, reverse=True) if pair[0]][:TRIES]
    for _, spelling in best:
        if PublicEntry.objects.hits(read(spelling), where, limit=1).found:
            return spelling
    # Of a longer question the pair alone is worth an offer, where it is a usual one.
    usual = best and best[0][0] >= USUAL and len(typed) > SHORT
    return best[0][1] if usual else ""
