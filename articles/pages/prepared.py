"""Queries that nearly every page asks, compiled once and then asked with other values.

Building SQL of a queryset costs several times what a database needs to answer it by an index. The
queryset stays the one place that says what is asked: it runs once with stand-ins for the values, its
SQL is noted by Django's own instrumentation, and from then on asked as it is.
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


class PreparedQuery(Generic[Row]):
    """A query with values left open, given in order: ``kinds`` says ``int`` or ``datetime`` of each.

    ``make`` is called with a stand-in for every value and returns a queryset of objects of one
    table; it says ``now=PreparedQuery.now`` to conditions that compare with the present. Related objects
    are not fetched with it.
    """

    now = dt.datetime(1, 2, 3, 4, 6, tzinfo=dt.UTC)

    def __init__(self, make: Callable[..., QuerySet[Row]], *kinds: type) -> None:
        self.make, self.kinds = make, kinds
        self._compiled: _Compiled | None = None

    def __call__(self, *values: Any) -> list[Row]:
        """Ask with these values. A number that no column can hold finds nothing."""
        if len(values) != len(self.kinds):
            raise TypeError(f"{len(self.kinds)} values are asked for, not {len(values)}")
        if any(isinstance(value, int) and abs(value) > LARGEST for value in values):
            return []
        if self._compiled is None:
            self._compiled = self._compile()
        given = [_adapted(value) for value in (*values, timezone.now())]
        return self._compiled.rows(given)

    def _compile(self) -> _Compiled:
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
        return _Compiled(rows.model, sql, places)


class _Compiled:
    """The SQL of a query, its parameters with the places of values, and the model of its rows."""

    def __init__(self, model: type[Model], sql: str, places: list[tuple[int | None, Any]]) -> None:
        self.model, self.sql, self.places = model, sql, places
        self.names: list[str] = []
        self.makers: list[tuple[int, Callable[[Any], Any]]] = []

    def _read(self, columns: list[str]) -> None:
        by_column = {field.column: field for field in self.model._meta.concrete_fields}
        if len(set(columns)) < len(columns) or not set(columns) <= by_column.keys():
            raise ValueError("only objects of one table are given, without annotations")
        fields = [by_column[column] for column in columns]
        makers = [(at, _maker(field)) for at, field in enumerate(fields)]
        self.makers = [(at, make) for at, make in makers if make is not None]
        self.names = [field.attname for field in fields]

    def rows(self, given: list[Any]) -> list[Any]:
        filled = [given[place] if place is not None else fixed for place, fixed in self.places]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, filled)
            found = cursor.fetchall()
            if not self.names:
                self._read([column[0] for column in cursor.description])
        made = []
        for row in found:
            values = list(row)
            for at, make in self.makers:
                values[at] = make(values[at])
            made.append(self.model.from_db(connection.alias, self.names, values))
        return made


def _maker(field: Any) -> Callable[[Any], Any] | None:
    """What makes a value of a field out of what the database gives, where that is another."""
    if hasattr(field, "from_db_value"):
        return lambda value: field.from_db_value(value, None, connection)
    return _aware if isinstance(field, DateTimeField) else None


def _aware(value: dt.datetime | None) -> dt.datetime | None:
    """SQLite keeps moments without their zone, which is UTC."""
    return value.replace(tzinfo=dt.UTC) if value is not None and value.tzinfo is None else value


def _adapted(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return _MOMENT.get_db_prep_value(value, connection)
    return value
