"""Queries that nearly every page asks, compiled once in a process and then asked with other values.

Building SQL of a queryset costs several times what a database needs to answer it by an index. The
queryset stays the one place that says what is asked; only its compiled form is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.utils import timezone

# Stand for the values while the query is compiled; nothing in the database is like them.
_NUMBERS = [-7_240_000_000_000_001 - place for place in range(8)]
_TIMES = [dt.datetime(1, 2, 3, 4, 5, place, tzinfo=dt.UTC) for place in range(8)]
# When the query is asked, whatever was now when it was compiled.
_NOW = dt.datetime(1, 2, 3, 4, 6, tzinfo=dt.UTC)


class Prepared:
    """A query with values left open, given in order: ``kinds`` says ``int`` or ``datetime`` of each.

    ``make`` is called once, with a stand-in for every value, and returns the queryset; where it
    compares with the present, it says ``now=`` to its conditions (see :attr:`now`).
    """

    now = _NOW

    def __init__(self, make: Callable[..., Any], *kinds: type) -> None:
        self.make, self.kinds = make, kinds
        self._compiled: tuple[Any, str, list[Any]] | None = None

    def __call__(self, *values: Any) -> list[Any]:
        """Ask with these values; return the rows as objects of the model."""
        model, sql, parameters = self._compiled or self._compile()
        given = {place: _adapted(value) for place, value in enumerate((*values, timezone.now()))}
        filled = [given[p.place] if isinstance(p, _Open) else p for p in parameters]
        return list(model._default_manager.raw(sql, filled))

    def _compile(self) -> tuple[Any, str, list[Any]]:
        stand_ins = [
            (_NUMBERS if kind is int else _TIMES)[place] for place, kind in enumerate(self.kinds)
        ]
        rows = self.make(*stand_ins)
        sql, parameters = rows.query.sql_with_params()
        places = {_adapted(mark): place for place, mark in enumerate((*stand_ins, _NOW))}
        open_ones = [_Open(places[p]) if p in places else p for p in parameters]
        self._compiled = rows.model, sql, open_ones
        return self._compiled


class _Open:
    """The place of a value in a compiled query."""

    def __init__(self, place: int) -> None:
        self.place = place


def _adapted(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
