"""Building the indexes anew while the site runs, and comparing them with what they stand for."""

from __future__ import annotations

import gc
import itertools
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from articles.indexes import near_duplicates
from articles.models import (
    Article,
    DeskEntry,
    Entry,
    PublicEntry,
    entries_of,
    forget,
    save_entries,
)
from articles.search.engines import engine
from articles.search.grams import VERSION
from articles.signals import findable_asked, findable_now_asked
from correspondents.tasks import task

BATCH = 1000
# After so many batches their fingerprints are put in: two million rows or so.
PUT_IN = 50
# Batches that wait for the database.
AHEAD = 2
INDEXES = ((PublicEntry, True), (DeskEntry, False))
# Of every batch the fingerprints of so many texts are looked for.
LOOKED_FOR = 10

Key = tuple[int, int]
Found = tuple[Entry, bool]
Batch = list[Found]


class ScanState:
    """Which numbers of each kind have come by: a byte for each, so that a million is a megabyte."""

    def __init__(self) -> None:
        self.marks: dict[int, bytearray] = {}

    def add(self, kind: int, number: int) -> None:
        """Note one."""
        marks = self.marks.setdefault(kind, bytearray())
        if number >= len(marks):
            marks.extend(bytes(number + 1 - len(marks) + 4096))
        marks[number] = 1

    def has(self, kind: int, number: int) -> bool:
        """Has it come by?"""
        marks = self.marks.get(kind, bytearray())
        return number < len(marks) and bool(marks[number])


def everything() -> tuple[int, Iterator[tuple[Entry, bool]]]:
    """Return how many there are to be found, and all of them, each with whether it is public."""
    answers: list[Any] = [answer for _, answer in findable_asked.send(sender=None)]
    total = sum(number for number, _ in answers)
    return total, itertools.chain.from_iterable(rows for _, rows in answers)


def rebuild(tick: Callable[[int], object], *, anew: bool = False) -> int:
    """Bring every entry in line, in short transactions, and take out what stands for nothing.

    The site answers and publishes meanwhile. Entries that are right are left alone; ``anew``,
    after a change of the grams, and where the two parts of an index disagree, everything is
    written again, the oldest first, and is found again when its turn has come. Returns how many
    there are; ``tick`` is told of every batch.
    """
    for model, _ in INDEXES:
        table = model._meta.db_table
        is_old = model.objects.exclude(version=VERSION).exists()
        if anew or is_old or engine().count(table) != model.objects.count():
            engine().empty(table)
        engine().prepare(table)
    sample_all = anew or near_duplicates.is_unfinished()
    is_new = not any(model.objects.exists() for model, _ in INDEXES)
    _, rows = everything()
    seen, number = ScanState(), 0
    gc.freeze()  # what is loaded by now is not looked at again by every collection
    with near_duplicates.in_bulk() as put_in:
        batches = _made(rows) if is_new else ((batch, batch) for batch in _in_batches(rows))
        for place, (batch, made) in enumerate(batches, start=1):
            _keep(batch, made, sample_all=sample_all)
            if place % PUT_IN == 0:
                put_in()
            for entry, _ in batch:
                seen.add(entry.kind, entry.object_id)
            number += len(batch)
            tick(len(batch))
    for model, _ in INDEXES:
        unseen = (key for key in _stored(model) if not seen.has(*key))
        while keys := list(itertools.islice(unseen, BATCH)):
            _settle(keys)
        engine().settle(model._meta.db_table)
    return number


def _keep(batch: Batch, made: Batch, *, sample_all: bool) -> None:
    """Write a batch, but what has changed since it was read as it is now."""
    with transaction.atomic():
        now = {one[0].key: one for one in _now(entry.key for entry, _ in batch)}
        rows = [
            ready if now[read[0].key] == read else now[read[0].key]
            for read, ready in zip(batch, made, strict=True)
            if read[0].key in now
        ]
        some = batch[:: max(1, BATCH // LOOKED_FOR)]
        lost = made is batch and near_duplicates.lacks(entry for entry, _ in some)
        save_entries(rows, sample_all=sample_all or lost)


def _settle(keys: list[Key]) -> None:
    """What did not come by is new since then, or is no more."""
    with transaction.atomic():
        now = _now(keys)
        save_entries(now)
        there = {entry.key for entry, _ in now}
        for kind in {kind for kind, _ in keys}:
            forget(kind, [key for other, key in keys if other == kind and (kind, key) not in there])


def _now(keys: Iterable[Key]) -> Batch:
    """Read some again, and keep them from being changed until the transaction ends."""
    by_kind: dict[int, list[int]] = {}
    for kind, number in keys:
        by_kind.setdefault(kind, []).append(number)
    found: Batch = []
    for kind, numbers in sorted(by_kind.items()):
        answers: list[Any] = findable_now_asked.send(sender=None, kind=kind, keys=numbers)
        found += [one for _, answer in answers for one in answer or ()]
    return found


def _in_batches(rows: Iterator[Found]) -> Iterator[Batch]:
    while batch := list(itertools.islice(rows, BATCH)):
        yield batch


def _made(rows: Iterator[Found]) -> Iterator[tuple[Batch, Batch]]:
    """In batches, each with what another process has folded and cut into grams, the next ahead.

    So one core works for the database and one for the texts. The process inherits what is loaded
    here, and asks no database.
    """
    inherits = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(1, mp_context=inherits) as pool:
        ahead: deque[tuple[Batch, Future[Batch]]] = deque()
        for batch in _in_batches(rows):
            ahead.append((batch, pool.submit(_make, batch)))
            if len(ahead) > AHEAD:
                first, made = ahead.popleft()
                yield first, made.result()
        for first, made in ahead:
            yield first, made.result()


def _make(batch: Batch) -> Batch:
    return [(entry.made(), public) for entry, public in batch]


@dataclass(frozen=True)
class Difference:
    """One thing that is not found as it should be."""

    kind: int
    object_id: int
    what: str


def differences(tick: Callable[[int], object]) -> Iterator[Difference]:
    """Compare both indexes with everything there is to be found, changing nothing."""
    _, rows = everything()
    seen = ScanState()
    while batch := list(itertools.islice(rows, BATCH)):
        entries = [entry for entry, _ in batch]
        there = {public: model.objects.there(entries) for model, public in INDEXES}
        for entry, public in batch:
            key = (entry.kind, entry.object_id)
            seen.add(*key)
            if key in there[not public]:
                words = "不公开，却在公开检索里" if not public else "已公开，却还在编辑部检索里"
                yield Difference(*key, words)
            elif (row := there[public].get(key)) is None:
                yield Difference(*key, "没有建立索引")
            elif not row.says(entry):
                yield Difference(*key, "索引与内容不一致")
        if near_duplicates.lacks(entries[:: max(1, BATCH // LOOKED_FOR)]):
            yield Difference(*entries[0].key, "从这一篇起，重复比对的指纹不全")
        tick(len(batch))
    for model, _ in INDEXES:
        for kind, number in _stored(model):
            if not seen.has(kind, number):
                yield Difference(kind, number, "已经不存在，索引还在")
    yield from _of_the_engine()


def _of_the_engine() -> Iterator[Difference]:
    """What no single entry shows."""
    if near_duplicates.is_unfinished():
        yield Difference(0, 0, "上一次重建没有做完，或正在进行")
    for model, _ in INDEXES:
        table = model._meta.db_table
        if engine().count(table) != model.objects.count():
            yield Difference(0, 0, f"索引表 {table} 与全文索引的条数不一致")


def _stored(model: type[PublicEntry | DeskEntry]) -> Iterator[tuple[int, int]]:
    """What stands in an index, in pages."""
    last = -1
    while True:
        rows = model.objects.filter(pk__gt=last).order_by("pk")
        page = list(rows.values_list("pk", "kind", "object_id")[:5000])
        if not page:
            return
        yield from ((kind, key) for _, kind, key in page)
        last = page[-1][0]


def have_found_anew(keys: list[int]) -> None:
    """Have the worker bring the indexes in line with some articles."""
    for place in range(0, len(keys), BATCH):
        make_findable.enqueue(keys[place : place + BATCH])


@task()
def make_findable(keys: list[int]) -> int:
    """Bring the indexes in line with some articles; return how many. Repeatable."""
    with transaction.atomic():
        articles = Article.objects.locked(keys)
        save_entries(entries_of(articles))
    return len(articles)
