"""The edition: one counter that every change of the public site raises as it commits.

A page that was made for edition n is fresh as long as the counter says n. The counter is a row
of the database, so that every process and machine sees the same one.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial, wraps
from typing import Any, ClassVar, NamedTuple, TypeVar

from django.db import connection, models, transaction
from django.db.models import F
from django.utils import timezone

Value = TypeVar("Value")


class EditionManager(models.Manager["Edition"]):
    def rise(self, *counters: str) -> None:
        """Add one to the number, and to these counters with it, in one statement."""
        raised = {name: F(name) + 1 for name in ("number", *counters)}
        if not self.filter(pk=1).update(**raised):
            first = Edition(pk=1, **dict.fromkeys(raised, 1))
            self.bulk_create([first], ignore_conflicts=True)


class Edition(models.Model):
    """One row: the number of the public edition."""

    number = models.PositiveBigIntegerField("版次", default=0)
    # Raised with it when something older than this month, or the registry, has changed.
    older = models.PositiveBigIntegerField("往年版次", default=0)
    # Raised with it unless only lists and what stands around articles have changed.
    texts = models.PositiveBigIntegerField("正文版次", default=0)

    objects = EditionManager()

    class Meta:
        verbose_name = verbose_name_plural = "版次"

    def __str__(self) -> str:
        return str(self.number)


class EditionState(NamedTuple):
    """An edition as it was looked at: its counters, and the time it holds by the clock.

    ``until``: seconds since 1970, when something next begins or ends by itself.
    """

    number: int
    texts: int
    until: float


_seen: ContextVar[EditionState | None] = ContextVar("edition", default=None)


@contextmanager
def edition_seen(seen: EditionState) -> Iterator[None]:
    """Take an edition that has just been looked at as the present one, for what is made within.

    For a page that is read only: what it says belongs to that edition, even when the next one
    begins meanwhile.
    """
    token = _seen.set(seen)
    try:
        yield
    finally:
        _seen.reset(token)


def edition_in_view() -> EditionState | None:
    """Return what :func:`edition_seen` was told, ``None`` outside of it."""
    return _seen.get()


def counters() -> tuple[int, int]:
    """Ask for the number of the public edition and of its texts; 0 before the first change."""
    with connection.cursor() as cursor:  # every page asks: without the query builder
        table = Edition._meta.db_table
        cursor.execute(f"SELECT number, texts FROM {table} WHERE id = 1")  # noqa: S608
        return cursor.fetchone() or (0, 0)


def current_edition() -> int:
    """Return the number of the edition that is public now."""
    seen = _seen.get()
    return seen.number if seen is not None else counters()[0]


# The longest that a value or a page is kept: some age without an edition (most read).
LONGEST = 600.0
_cache: dict[Hashable, tuple[Hashable, Any]] = {}


def cached(name: Hashable, state: Hashable, make: Callable[[], Value]) -> Value:
    """Return the value that the process keeps under a name, made anew where its state is another."""
    there = _cache.get(name)
    if there is None or there[0] != state:
        _cache[name] = there = state, make()
    value: Value = there[1]
    return value


def once_an_edition(make: Callable[[], Value]) -> Callable[[], Value]:
    """Keep what a function returns in the memory of the process, for an edition and a day.

    For the little that most pages read: never for a person, never for single articles. The value
    is shared by all requests and must not be changed.
    """

    @wraps(make)
    def kept() -> Value:
        if connection.in_atomic_block:
            return make()  # it may see what is not committed, and never will be
        return cached(make, (current_edition(), timezone.localdate()), make)

    return kept


def shared_by_pages(name: Hashable, make: Callable[[], Value]) -> Value:
    """Keep what many pages show, until an edition or a due moment changes it; ten minutes at most.

    Only for pages (within :func:`edition_seen`); whatever else asks has it made anew. The value is
    shared and must not be changed.
    """
    seen = _seen.get()
    if seen is None or connection.in_atomic_block:
        return make()
    return cached(name, (seen.number, seen.until, time.time() // LONGEST), make)


def forget_edition() -> None:
    """Read everything anew: for tests, which take changes back without a new edition."""
    _cache.clear()


def month_start() -> dt.datetime:
    """Return the first moment of this month in the site's time zone."""
    return timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def new_edition(*, since: dt.datetime | None = None, texts: bool = True) -> None:
    """Raise the edition as the last statement of the running transaction, at once without one.

    ``texts``: may change what stands *in* articles beyond what their own rows tell; where only
    lists change and what stands around articles, their kept texts stay good.

    ``since``: the time of the oldest piece concerned, where the figures of months that are over
    may have changed too; those are counted anew only then (:mod:`articles.statistics.authors`).
    Neither the change nor its edition is ever there alone; and the one row that every writer needs
    is held for no longer than the commit takes. (The back ends of the site know ``before_commit``.)
    """
    database: Any = connection
    older = since is not None and since < month_start()
    database.before_commit(_raiser(older=older, texts=texts))


@cache
def _raiser(*, older: bool, texts: bool) -> Callable[[], None]:
    """The same for the same counters: a transaction runs it once, however often it was asked for."""
    chosen = [name for name, is_raised in (("older", older), ("texts", texts)) if is_raised]
    return partial(Edition.objects.rise, *chosen)


class PublicQuerySet(models.QuerySet[Any]):
    """Changes of many rows at once raise the edition as those of one do."""

    def update(self, **fields: Any) -> int:
        changed = super().update(**fields)
        self.model.raise_edition()  # afterwards: outside a transaction it counts at once
        return changed

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        gone = super().delete()
        self.model.raise_edition()
        return gone

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, *args: Any, **options: Any) -> list[Any]:
        made = super().bulk_create(*args, **options)
        self.model.raise_edition()
        return made


class PublicThing(models.Model):
    """Whatever readers see on every page: a change raises the edition.

    Its manager is made of a :class:`PublicQuerySet`.
    """

    # Does it stand in the text of articles, or only around them?
    IN_TEXTS: ClassVar[bool] = True

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():  # never there without the other
            super().save(*args, **kwargs)
            self.raise_edition()

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            gone = super().delete(*args, **kwargs)
            self.raise_edition()
        return gone

    @classmethod
    def raise_edition(cls) -> None:
        """Raise the edition, as a change of one of these asks."""
        new_edition(texts=cls.IN_TEXTS)
