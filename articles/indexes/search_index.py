"""What can be found: an entry for every public article, and one for everything else at the desk.

Two tables, so that what readers may not see is not in what readers search. An article is in
exactly one of them. Entries are written in the transaction that changes what they stand for.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db import models

from articles.indexes.shingles import key_of, plain, sample
from articles.search.backend import COLUMNS, KEY, Ask, Filter, Row
from articles.search.engines import engine
from articles.search.folding import fold
from articles.search.grams import VERSION
from articles.search.query import Query, Term
from articles.search.ranking import Candidate, ordered

ARTICLE, MANUSCRIPT = 1, 2
# What an entry stands for: its kind, and the number of the article or manuscript.
Key = tuple[int, int]
# Hits that are looked at: beyond, their number is told as "1000+".
MOST = 1000
# Candidates for the order by relevance: the newest hits, and the newest with the words in the title.
NEWEST, IN_TITLE = 300, 150
# Numbers of entries count seconds from here, so that they grow with time.
EPOCH = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)


def number_of(moment: dt.datetime) -> int:
    """Return the smallest number an entry of this moment may have."""
    return max(1, int((moment - EPOCH).total_seconds()))


@dataclass(frozen=True)
class Entry:
    """What there is to be found of one article or manuscript; texts as they are printed."""

    kind: int
    object_id: int
    section_id: int | None
    at: dt.datetime
    title: str
    body: str
    meta: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    # Its row, where another process has made it.
    _made: Row | None = None

    @property
    def key(self) -> Key:
        """What it stands for."""
        return self.kind, self.object_id

    @cached_property
    def folded(self) -> str:
        """The text as it is searched."""
        return self._made.body if self._made is not None else fold(self.body)

    @cached_property
    def words(self) -> str:
        """The text as it is compared with others."""
        return plain(self.folded)

    @cached_property
    def sampled(self) -> list[int]:
        """The fingerprint of its text."""
        return sample(self.words)

    def made(self) -> Entry:
        """Return it with all that is computed of it, so that only the database has work left."""
        row = self.row(0)
        made = replace(self, body="", _made=replace(row, tokens=engine().tokens(row)))
        made.__dict__["sampled"] = self.sampled
        return made

    def row(self, number: int) -> Row:
        """Return it as it is stored, folded."""
        if self._made is not None:
            return replace(self._made, id=number)
        title = fold(self.title)
        place = (f"{KEY}s{self.section_id}",) if self.section_id else ()
        return Row(
            id=number,
            kind=self.kind,
            object_id=self.object_id,
            section_id=self.section_id,
            at=self.at,
            version=VERSION,
            title_key=key_of(plain(title)),
            text_key=key_of(self.words),
            keys=(f"{KEY}k{self.kind}", *place, *self.keys),
            title=title,
            meta="\n".join(fold(word) for word in dict.fromkeys(self.meta) if word),
            body=self.folded,
        )


@dataclass(frozen=True)
class Hits:
    """What an index found, the newest first: numbers of entries, and the sections they are in."""

    found: list[tuple[int, int | None]]
    query: Query
    where: Filter = field(default_factory=Filter)

    @property
    def total(self) -> int:
        """How many, up to ``MOST``."""
        return min(len(self.found), MOST)

    @property
    def is_capped(self) -> bool:
        """Are there more than were counted?"""
        return len(self.found) > MOST

    def per_section(self) -> list[tuple[int, int]]:
        """Return (section, number of hits) of those counted, the most first."""
        counted = Counter(section for _, section in self.found[:MOST] if section)
        return counted.most_common()


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    @property
    def table(self) -> str:
        """The table of this index."""
        return self.model._meta.db_table

    def put(self, entries: Sequence[Entry], there: Mapping[Key, SearchEntry]) -> None:
        """Make the entries what is found, in the place of what is ``there`` for the same things.

        Entries that say the same as before are left alone.
        """
        wanted: list[tuple[Entry, int | None]] = []
        gone: list[int] = []
        for entry in entries:
            old = there.get(entry.key)
            if old is None:
                wanted.append((entry, None))
            elif not old.says(entry):
                gone.append(old.pk)
                wanted.append((entry, old.pk if old.at == entry.at else None))
        if gone:
            engine().erase(self.table, gone)
        if wanted:
            kept = {number for _, number in wanted if number is not None}
            if len(kept) < len(wanted):
                engine().reserve()
            free = self._free([entry.at for entry, number in wanted if number is None], kept)
            rows = [
                entry.row(number if number is not None else next(free)) for entry, number in wanted
            ]
            engine().write(self.table, rows)

    def there(self, entries: Sequence[Entry]) -> dict[Key, SearchEntry]:
        """Return what stands for the same articles and manuscripts now, by (kind, object)."""
        found: dict[Key, SearchEntry] = {}
        for kind in {entry.kind for entry in entries}:
            keys = [entry.object_id for entry in entries if entry.kind == kind]
            marks = ", ".join("%s" for _ in keys)
            # Asked with every publication, mostly in vain: without the query builder.
            statement = (
                f"SELECT {', '.join(COLUMNS)} FROM {self.table}"  # noqa: S608 -- no value in it
                f" WHERE kind = %s AND object_id IN ({marks})"
            )
            for row in self.raw(statement, [kind, *keys]):
                found[kind, row.object_id] = row
        return found

    def _free(self, moments: Sequence[dt.datetime], kept: set[int]) -> Iterator[int]:
        """For each moment the next free number from it on; ``kept`` are taken besides the stored."""
        if not moments:
            return
        first, last = number_of(min(moments)), number_of(max(moments))
        reach = last + 1000 + len(moments)
        stored = self.filter(pk__gte=first, pk__lt=reach).values_list("pk", flat=True)
        taken = kept | set(stored)
        for moment in moments:
            number = number_of(moment)
            while number in taken:
                number += 1
                if number >= reach:  # a whole archive of one moment
                    top = self.aggregate(top=models.Max("pk"))["top"] or 0
                    number = max(number, top + 1, max(taken) + 1)
            taken.add(number)
            yield number

    def hits(self, query: Query, where: Filter | None = None, *, limit: int = 0) -> Hits:
        """Return the newest entries with all words of a query; none for a query without words."""
        where = where or Filter()
        if not query.terms:
            return Hits([], query, where)
        ask = Ask(query.terms, where, limit or MOST + 1)
        return Hits(engine().newest(self.table, ask), query, where)

    def any_of(self, terms: Sequence[Term], where: Filter, limit: int) -> list[int]:
        """Return the newest entries with any of the words."""
        if not terms:
            return []
        ask = Ask(terms, where, limit, any_of=True)
        return [number for number, _ in engine().newest(self.table, ask)]

    def ranked(self, hits: Hits) -> list[int]:
        """Return the candidates among the hits, the best first.

        The newest 300, and of more the newest 150 with the words in the title: a bounded number
        of texts is read, however common the words are.
        """
        ids = [number for number, _ in hits.found[:NEWEST]]
        if len(hits.found) > NEWEST:
            ids += self.in_title(hits, below=ids[-1])
        words = hits.query.words
        return [number for _, number in ordered(words, self.candidates(ids), now=time.time())]

    def in_title(self, hits: Hits, *, below: int) -> list[int]:
        """Return the newest of those older than ``below`` that have the words in their titles."""
        if not hits.query.terms:
            return []
        where = Filter(
            hits.where.keys, hits.where.without, hits.where.since, below, title_only=True
        )
        found = engine().newest(self.table, Ask(hits.query.terms, where, IN_TITLE))
        return [number for number, _ in found]

    def candidates(self, ids: Sequence[int]) -> list[Candidate]:
        """Return the texts of entries for ranking."""
        start = EPOCH.timestamp()
        rows = engine().texts(self.table, ids)
        return [
            Candidate(number, start + number, title, body, meta)
            for number, title, body, meta in rows
        ]

    def objects_of(self, ids: Sequence[int]) -> list[tuple[int, int]]:
        """Return (kind, object) for entries, in the given order."""
        there = {number: (kind, key) for number, kind, key in engine().stand_for(self.table, ids)}
        return [there[number] for number in ids if number in there]


def found_numbers(query: Query, kind: int, sections: Iterable[int] = ()) -> list[int]:
    """Return the numbers of the newest articles, or manuscripts, in any state, for a list's search.

    ``sections``: those the list is limited to; none: all.
    """
    groups = [(f"{KEY}k{kind}",), tuple(f"{KEY}s{pk}" for pk in sections)]
    where = Filter(keys=tuple(group for group in groups if group))
    keys: list[tuple[int, int]] = []
    for model in (PublicEntry, DeskEntry):
        hits = model.objects.hits(query, where)
        keys += model.objects.objects_of([number for number, _ in hits.found])
    return [number for _, number in keys]


class SearchEntry(models.Model):
    """One entry. ``id`` counts seconds: the index itself keeps the order of time."""

    class Kind(models.IntegerChoices):
        ARTICLE = ARTICLE, "文章"
        MANUSCRIPT = MANUSCRIPT, "来稿"

    # Columns in the order they are read: the text last.
    id = models.BigIntegerField(primary_key=True)
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    object_id = models.BigIntegerField()
    section_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    version = models.PositiveSmallIntegerField()
    # Fingerprints of the title and the whole text, for what is sent again unchanged.
    title_key = models.BigIntegerField()
    text_key = models.BigIntegerField()
    keys = models.TextField()
    title = models.TextField()
    meta = models.TextField()
    body = models.TextField()

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    def says(self, entry: Entry) -> bool:
        """Is it stored just as it would be stored now?"""
        if self.version != VERSION:
            return False
        new = entry.row(self.pk)
        keys = "".join(f"{key} " for key in new.keys)
        now = (self.section_id, self.at, self.keys, self.title, self.meta, self.body)
        return now == (new.section_id, new.at, keys, new.title, new.meta, new.body)


def _constraints(name: str) -> dict[str, Any]:
    return {
        "constraints": [models.UniqueConstraint(fields=["kind", "object_id"], name=f"{name}_once")],
        "indexes": [
            models.Index(fields=["title_key"], name=f"{name}_title"),
            models.Index(fields=["text_key"], name=f"{name}_text"),
        ],
    }


class PublicEntry(SearchEntry):
    """What readers find."""

    class Meta:
        verbose_name = verbose_name_plural = "公开检索"
        constraints = _constraints("public_entry")["constraints"]
        indexes = _constraints("public_entry")["indexes"]


class DeskEntry(SearchEntry):
    """What the desk finds besides: articles that are not public, and manuscripts that were sent."""

    class Meta:
        verbose_name = verbose_name_plural = "编辑部检索"
        constraints = _constraints("desk_entry")["constraints"]
        indexes = _constraints("desk_entry")["indexes"]
