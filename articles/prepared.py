"""Queries that nearly every page asks, compiled once and then asked with other values.

Building SQL of a queryset costs several times what a database needs to answer it by an index. The
queryset stays the one place that says what is asked: it runs once with stand-ins for the values, its
SQL is noted by Django's own instrumentation, and from then on asked by ``Manager.raw``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import DateTimeField, Model, QuerySet
from django.utils import timezone

Row = TypeVar("Row", bound=Model)
# Stand for the values while the query is compiled; nothing in the database is like them.
_NUMBERS = [-2_140_000_001 - place for place in range(8)]
_TIMES = [dt.datetime(1, 2, 3, 4, 5, place, tzinfo=dt.UTC) for place in range(8)]
LARGEST = 2**63 - 1
_MOMENT = DateTimeField()


class Prepared(Generic[Row]):
    """A query with values left open, given in order: ``kinds`` says ``int`` or ``datetime`` of each.

    ``make`` is called with a stand-in for every value and returns a queryset of objects of one
    table; it says ``now=Prepared.now`` to conditions that compare with the present. Related objects
    are not fetched with it.
    """

    now = dt.datetime(1, 2, 3, 4, 6, tzinfo=dt.UTC)

    def __init__(self, make: Callable[..., QuerySet[Row]], *kinds: type) -> None:
        self.make, self.kinds = make, kinds
        self._compiled: tuple[Any, str, list[Any]] | None = None

    def __call__(self, *values: Any) -> list[Row]:
        """Ask with these values. A number that no column can hold finds nothing."""
        if len(values) != len(self.kinds):
            raise TypeError(f"{len(self.kinds)} values are asked for, not {len(values)}")
        if any(isinstance(value, int) and abs(value) > LARGEST for value in values):
            return []
        if self._compiled is None:
            self._compiled = self._compile()
        model, sql, places = self._compiled
        given = [_adapted(value) for value in (*values, timezone.now())]
        filled = [given[place] if place is not None else fixed for place, fixed in places]
        return list(model._default_manager.raw(sql, filled))

    def _compile(self) -> tuple[Any, str, list[Any]]:
        stand_ins = [
            (_NUMBERS if kind is int else _TIMES)[place] for place, kind in enumerate(self.kinds)
        ]
        noted: list[tuple[str, Any]] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            noted.append((sql, params))
            return execute(sql, params, many, context)

        rows = self.make(*stand_ins)
        with connection.execute_wrapper(note):
            list(rows)
        ((sql, params),) = noted
        marks = {_adapted(mark): place for place, mark in enumerate((*stand_ins, self.now))}
        places = [(marks.get(value), value) for value in params]
        if missing := set(range(len(stand_ins))) - {place for place, _ in places}:
            raise ValueError(f"the query does not ask for its values {sorted(missing)}")
        return rows.model, sql, places


def _adapted(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return _MOMENT.get_db_prep_value(value, connection)
    return value
