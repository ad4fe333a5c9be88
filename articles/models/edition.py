"""The edition: one counter that every change of the public site raises as it commits.

A page that was made for edition n is fresh as long as the counter says n. The counter is a row
of the database, so that every process and machine sees the same one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import F
from django.utils import timezone

Value = TypeVar("Value")


class EditionManager(models.Manager["Edition"]):
    def raise_number(self) -> None:
        """Add one, in one statement."""
        self._raise(number=F("number") + 1)

    def raise_older(self) -> None:
        """Add one, and let what is counted of the older pieces be counted anew."""
        self._raise(number=F("number") + 1, older=F("older") + 1)

    def _raise(self, **to: Any) -> None:
        if not self.filter(pk=1).update(**to):
            self.bulk_create([Edition(pk=1, number=1)], ignore_conflicts=True)


class Edition(models.Model):
    """One row: the number of the public edition."""

    number = models.PositiveBigIntegerField("版次", default=0)
    # Raised with it when something older than this month, or the registry, has changed.
    older = models.PositiveBigIntegerField("往年版次", default=0)

    objects = EditionManager()

    class Meta:
        verbose_name = verbose_name_plural = "版次"

    def __str__(self) -> str:
        return str(self.number)


# The number, and the time (as ``time.time()``) at which something next begins or ends by itself.
_seen: ContextVar[tuple[int, float] | None] = ContextVar("edition", default=None)


@contextmanager
def edition_seen(number: int, until: float) -> Iterator[None]:
    """Take the edition that has just been looked at as the present one, for what is made within.

    For a page that is read only: what it says belongs to that edition, even when the next one
    begins meanwhile. ``until``: the next moment that is due (:mod:`articles.models.due`).
    """
    token = _seen.set((number, until))
    try:
        yield
    finally:
        _seen.reset(token)


def edition_in_view() -> tuple[int, float] | None:
    """Return what :func:`edition_seen` was told, for whoever hands the work to another thread."""
    return _seen.get()


def current_edition() -> int:
    """Return the number of the edition that is public now; 0 before the first change."""
    if (seen := _seen.get()) is not None:
        return seen[0]
    with connection.cursor() as cursor:  # every page asks: without the query builder
        cursor.execute(f"SELECT number FROM {Edition._meta.db_table} WHERE id = 1")  # noqa: S608
        row = cursor.fetchone()
    return row[0] if row else 0


_kept: dict[Callable[[], Any], tuple[tuple[int, dt.date], Any]] = {}


def once_an_edition(make: Callable[[], Value]) -> Callable[[], Value]:
    """Keep what a function returns in the memory of the process, for an edition and a day.

    For the little that most pages read: never for a person, never for single articles. The value
    is shared by all requests and must not be changed.
    """

    @wraps(make)
    def kept() -> Value:
        if connection.in_atomic_block:
            return make()  # it may see what is not committed, and never will be
        wanted = current_edition(), timezone.localdate()
        there = _kept.get(make)
        if there is None or there[0] != wanted:
            _kept[make] = there = wanted, make()
        value: Value = there[1]
        return value

    return kept


_shared: dict[tuple[int, float], dict[Hashable, Any]] = {}


def shared_by_pages(name: Hashable, make: Callable[[], Value]) -> Value:
    """Keep what many pages show of what is public now, until an edition or a due moment changes it.

    Only for pages that are made for everybody (within :func:`edition_seen`); whatever else asks
    has it made anew. The value is shared and must not be changed.
    """
    state = _seen.get()
    if state is None or connection.in_atomic_block:
        return make()
    values = _shared.get(state)
    if values is None:
        _shared.clear()
        values = _shared.setdefault(state, {})
    if name not in values:
        values[name] = make()
    value: Value = values[name]
    return value


def forget_edition() -> None:
    """Read everything anew: for tests, which take changes back without a new edition."""
    _kept.clear()
    _shared.clear()


def month_start() -> dt.datetime:
    """Return the first moment of this month in the site's time zone."""
    return timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def new_edition(*, since: dt.datetime | None = None) -> None:
    """Raise the edition as the last statement of the running transaction, at once without one.

    ``since``: the time of the oldest piece concerned, where the figures of months that are over
    may have changed too; those are counted anew only then (:mod:`articles.tallies`).
    Neither the change nor its edition is ever there alone; and the one row that every writer needs
    is held for no longer than the commit takes. (The back ends of the site know ``before_commit``.)
    """
    database: Any = connection
    editions = Edition.objects
    older = since is not None and since < month_start()
    database.before_commit(editions.raise_older if older else editions.raise_number)


class PublicQuerySet(models.QuerySet[Any]):
    """Changes of many rows at once raise the edition as those of one do."""

    def update(self, **fields: Any) -> int:
        changed = super().update(**fields)
        new_edition()  # afterwards: outside a transaction it counts at once
        return changed

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        gone = super().delete()
        new_edition()
        return gone

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, *args: Any, **options: Any) -> list[Any]:
        made = super().bulk_create(*args, **options)
        new_edition()
        return made


class PublicThing(models.Model):
    """Whatever readers see on every page: a change raises the edition.

    Its manager is made of a :class:`PublicQuerySet`.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        new_edition()

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        gone = super().delete(*args, **kwargs)
        new_edition()
        return gone
