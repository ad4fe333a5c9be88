"""Pages of long lists without counting and without OFFSET: by the place in the order.

Where numbers are stored (articles of a day, of a year), pages are numbered: the stored numbers lead
to the day on which a page begins, and the rest is a few rows of that day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from correspondents.numbers import whole_number

PER_PAGE = 20


class Counts(Protocol):
    """Stored numbers of a list that is ordered newest first."""

    @property
    def total(self) -> int:
        """How many rows there are."""

    def place(self, skipped: int) -> Place:
        """Where the row stands that has ``skipped`` rows before it."""


@dataclass(frozen=True)
class Place:
    """A place in a list: ``over`` rows further than the newest row before the moment ``end``."""

    end: dt.datetime
    over: int


def end_of(day: dt.date) -> dt.datetime:
    """Return the moment a day is over, in the site's time zone."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))


def place_in(periods: Iterable[tuple[dt.datetime, int]], skipped: int) -> Place:
    """Return the place by periods (the end of each, and how many rows it has), newest first."""
    for end, number in periods:
        if skipped < number:
            return Place(end, skipped)
        skipped -= number
    raise Http404("没有这一页")


@dataclass(frozen=True)
class Slice:
    """One page: its rows and what leads to the neighbours (empty at the ends).

    ``number`` is 0 where pages are not numbered, else they go from 1 to ``last``.
    """

    items: list[Any]
    newer: str
    older: str
    number: int = 0
    last: int = 0

    @property
    def numbers(self) -> list[int | None]:
        """The numbers that a pager shows."""
        return numbers_of(self.number, self.last)


def numbers_of(here: int, last: int) -> list[int | None]:
    """Return the first page, the neighbours of ``here``, the last; ``None`` stands for a gap."""
    links: list[int | None] = []
    for number in sorted({1, last, *range(max(1, here - 1), min(last, here + 1) + 1)}):
        if links and number - (links[-1] or 0) > 1:
            links.append(None)
        links.append(number)
    return links


def page_of(
    rows: QuerySet[Any],
    cursor: str,
    size: int = PER_PAGE,
    by: str = "published_at",
    counts: Counts | None = None,
) -> Slice:
    """Return one page of ``rows`` ordered newest first by the time ``by``.

    ``cursor`` is empty for the first page, or ``older-<microseconds>-<id>`` or ``newer-...`` as
    a page gave it, or, where there are ``counts``, the number of the page; anything else is a 404.
    """
    if counts is not None and (not cursor or cursor.isdecimal()):
        return _numbered(rows, cursor, size, by, counts)
    ordered = rows.order_by(f"-{by}", "-pk")
    if not cursor:
        found = list(ordered[: size + 1])
        return _slice(found[:size], by, has_newer=False, has_older=len(found) > size)
    direction, when, number = _read(cursor)
    same = Q(**{by: when})
    if direction == "older":
        later = Q(**{f"{by}__lt": when}) | (same & Q(pk__lt=number))
        found = list(ordered.filter(later, **{f"{by}__lte": when})[: size + 1])
        return _slice(found[:size], by, has_newer=True, has_older=len(found) > size)
    earlier = Q(**{f"{by}__gt": when}) | (same & Q(pk__gt=number))
    nearest = rows.filter(earlier, **{f"{by}__gte": when}).order_by(by, "pk")
    found = list(nearest[: size + 1])
    return _slice(found[:size][::-1], by, has_newer=len(found) > size, has_older=True)


def _numbered(rows: QuerySet[Any], asked: str, size: int, by: str, counts: Counts) -> Slice:
    number = whole_number(asked, digits=7) if asked else 1
    last = max(1, -(-counts.total // size))
    if not number or number > last or asked != (str(number) if asked else ""):
        raise Http404("没有这一页")
    ordered = rows.order_by(f"-{by}", "-pk")
    # One more than is shown: an archive may have grown since its days were counted.
    if number == 1:
        found = list(ordered[: size + 1])
    else:
        place = counts.place((number - 1) * size)
        before = ordered.filter(**{f"{by}__lt": place.end})
        keys = list(before.values_list("pk", flat=True)[: place.over + size + 1])[place.over :]
        found = list(ordered.filter(pk__in=keys))
        if not found:
            raise Http404("没有这一页")
    items, more = found[:size], len(found) > size
    older = str(number + 1) if number < last else _write("older", items[-1], by) if more else ""
    return Slice(items, str(number - 1) if number > 1 else "", older, number, last)


def _slice(items: list[Any], by: str, *, has_newer: bool, has_older: bool) -> Slice:
    return Slice(
        items,
        newer=_write("newer", items[0], by) if items and has_newer else "",
        older=_write("older", items[-1], by) if items and has_older else "",
    )


def _write(direction: str, row: Any, by: str) -> str:
    since = getattr(row, by) - dt.datetime.fromtimestamp(0, tz=dt.UTC)
    micros = since // dt.timedelta(microseconds=1)
    return f"{direction}-{micros}-{row.pk}"


def _read(cursor: str) -> tuple[str, dt.datetime, int]:
    try:
        direction, micros, number = cursor.split("-")
        when = dt.datetime.fromtimestamp(0, tz=dt.UTC) + dt.timedelta(microseconds=int(micros))
        if direction not in ("newer", "older") or not 0 < int(number) < 2**63:
            raise ValueError(cursor)
        return direction, when, int(number)
    except (ValueError, OverflowError, OSError) as error:
        raise Http404("没有这一页") from error
