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
    """One page: its articles and the cursors of the neighbours (empty at the ends)."""

    items: list[Any]
    newer: str
    older: str


def page_of(articles: QuerySet[Any], cursor: str, size: int = PER_PAGE) -> Slice:
    """Return one page of ``articles`` ordered newest first.

    ``cursor`` is empty for the first page, or ``older-<microseconds>-<id>`` or ``newer-...`` as
    a page gave it; anything else is a 404.
    """
    ordered = articles.order_by("-published_at", "-pk")
    if not cursor:
        found = list(ordered[: size + 1])
        return _slice(found[:size], has_newer=False, has_older=len(found) > size)
    direction, when, number = _read(cursor)
    if direction == "older":
        later = Q(published_at__lt=when) | Q(published_at=when, pk__lt=number)
        found = list(ordered.filter(later, published_at__lte=when)[: size + 1])
        return _slice(found[:size], has_newer=True, has_older=len(found) > size)
    earlier = Q(published_at__gt=when) | Q(published_at=when, pk__gt=number)
    nearest = articles.filter(earlier, published_at__gte=when).order_by("published_at", "pk")
    found = list(nearest[: size + 1])
    return _slice(found[:size][::-1], has_newer=len(found) > size, has_older=True)


def _slice(items: list[Any], *, has_newer: bool, has_older: bool) -> Slice:
    return Slice(
        items,
        newer=_write("newer", items[0]) if items and has_newer else "",
        older=_write("older", items[-1]) if items and has_older else "",
    )


def _write(direction: str, article: Any) -> str:
    since = article.published_at - dt.datetime.fromtimestamp(0, tz=dt.UTC)
    micros = since // dt.timedelta(microseconds=1)
    return f"{direction}-{micros}-{article.pk}"


def _read(cursor: str) -> tuple[str, dt.datetime, int]:
    try:
        direction, micros, number = cursor.split("-")
        when = dt.datetime.fromtimestamp(0, tz=dt.UTC) + dt.timedelta(microseconds=int(micros))
        if direction not in ("newer", "older") or not 0 < int(number) < 2**63:
            raise ValueError(cursor)
        return direction, when, int(number)
    except (ValueError, OverflowError, OSError) as error:
        raise Http404("没有这一页") from error
