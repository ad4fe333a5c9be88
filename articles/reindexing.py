"""Building the indexes anew while the site runs, and comparing them with what they stand for."""

from __future__ import annotations

import gc
import itertools
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any

from articles.models import DeskEntry, Entry, PublicEntry, forget, keep_all, similar
from articles.search.engines import engine
from articles.search.grams import VERSION
from articles.signals import findable_asked

BATCH = 1000
# After so many batches their fingerprints are put in: two million rows or so.
PUT_IN = 50
# Batches that wait for the database.
AHEAD = 2
INDEXES = ((PublicEntry, True), (DeskEntry, False))


class Seen:
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


def rebuild(tick: Callable[[int], object]) -> int:
    """Bring every entry in line, in short transactions, and take out what stands for nothing.

    The site answers and publishes meanwhile. Entries that are right are left alone; after a
    change of the grams everything is written anew, the oldest first, and is found again when its
    turn has come. Returns how many there are; ``tick`` is told of every batch.
    """
    for model, _ in INDEXES:
        if model.objects.exclude(version=VERSION).exists():
            engine().empty(model._meta.db_table)
        engine().prepare(model._meta.db_table)
    was_killed = similar.is_unfinished()
    is_new = not any(model.objects.exists() for model, _ in INDEXES)
    _, rows = everything()
    seen, number = Seen(), 0
    gc.freeze()  # what is loaded by now is not looked at again by every collection
    with similar.in_bulk() as put_in:
        for place, batch in enumerate(_made(rows) if is_new else _in_batches(rows), start=1):
            keep_all(batch, sample_all=was_killed)
            if place % PUT_IN == 0:
                put_in()
            for entry, _ in batch:
                seen.add(entry.kind, entry.object_id)
            number += len(batch)
            tick(len(batch))
    for model, _ in INDEXES:
        for kind, key in _stored(model):
            if not seen.has(kind, key):
                forget(kind, [key])
        engine().settle(model._meta.db_table)
    return number


Batch = list[tuple[Entry, bool]]


def _in_batches(rows: Iterator[tuple[Entry, bool]]) -> Iterator[Batch]:
    while batch := list(itertools.islice(rows, BATCH)):
        yield batch


def _made(rows: Iterator[tuple[Entry, bool]]) -> Iterator[Batch]:
    """In batches that another process has folded and cut into grams, the next ones ahead.

    So one core works for the database and one for the texts. The process inherits what is loaded
    here, and asks no database.
    """
    inherits = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(1, mp_context=inherits) as pool:
        ahead: deque[Future[Batch]] = deque()
        for batch in _in_batches(rows):
            ahead.append(pool.submit(_make, batch))
            if len(ahead) > AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


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
    seen = Seen()
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
        tick(len(batch))
    for model, _ in INDEXES:
        for kind, number in _stored(model):
            if not seen.has(kind, number):
                yield Difference(kind, number, "已经不存在，索引还在")
    yield from _of_the_engine()


def _of_the_engine() -> Iterator[Difference]:
    """What no single entry shows."""
    if similar.is_unfinished():
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
