"""Pages of long lists without counting and without OFFSET: by the place in the order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

PER_PAGE = 20


@dataclass(frozen=True)
class Slice:
    """One page: its rows and the cursors of the neighbours (empty at the ends)."""

    items: list[Any]
    newer: str
    older: str


def page_of(
    rows: QuerySet[Any], cursor: str, size: int = PER_PAGE, by: str = "published_at"
) -> Slice:
    """Return one page of ``rows`` ordered newest first by the time ``by``.

    ``cursor`` is empty for the first page, or ``older-<microseconds>-<id>`` or ``newer-...`` as
    a page gave it; anything else is a 404.
    """
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
