"""Queries that nearly every page asks, compiled once and then asked with other values.

Building SQL of a queryset costs several times what a database needs to answer it by an index. The
queryset stays the one place that says what is asked; only its compiled form is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators
from django.utils import timezone

# Stand for the values while the query is compiled; nothing in the database is like them.
_NUMBERS = [-2_140_000_001 - place for place in range(16)]
_TIMES = [dt.datetime(1, 2, 3, 4, 5, place, tzinfo=dt.UTC) for place in range(16)]
LARGEST = 2**63 - 1
# When the query is asked, whatever was now when it was compiled.
_NOW = dt.datetime(1, 2, 3, 4, 6, tzinfo=dt.UTC)


class Prepared:
    """A query with values left open, given in order: ``kinds`` says ``int`` or ``datetime`` of each.

    ``make`` is called once, with a stand-in for every value, and returns the queryset;
    where it compares with the present, it says ``now=`` to its conditions (see :attr:`now`).
    ``only``, ``select_related`` and ``values_list`` are kept to; prefetching is not.
    """

    now = _NOW

    def __init__(self, make: Callable[..., Any], *kinds: type) -> None:
        self.make, self.kinds = make, kinds
        self._compiled: _Compiled | None = None

    def __call__(self, *values: Any) -> list[Any]:
        """Ask with these values; return the rows as objects of the model, or as lists of values.

        A number that no column can hold finds nothing.
        """
        if any(isinstance(value, int) and abs(value) > LARGEST for value in values):
            return []
        if self._compiled is None:
            self._compiled = _Compiled(self.make, self.kinds)
        return self._compiled.ask((*values, timezone.now()))


class _Compiled:
    """The SQL of a query, and how its rows become objects."""

    def __init__(self, make: Callable[..., Any], kinds: Iterable[type]) -> None:
        stand_ins = [
            (_NUMBERS if kind is int else _TIMES)[place] for place, kind in enumerate(kinds)
        ]
        rows = make(*stand_ins)
        # What is given here is each thread's own connection, not the one of this moment.
        self.compiler = rows.query.get_compiler(connection=connection)
        self.sql, parameters = self.compiler.as_sql()
        places = {_adapted(mark): place for place, mark in enumerate((*stand_ins, _NOW))}
        self.parameters = [_Open(places[p]) if p in places else p for p in parameters]
        select = self.compiler.select
        self.converters = self.compiler.get_converters([column[0] for column in select])
        is_objects = issubclass(rows._iterable_class, ModelIterable)
        self.row = _objects(self.compiler.klass_info, select) if is_objects else list

    def ask(self, values: tuple[Any, ...]) -> list[Any]:
        given = [_adapted(value) for value in values]
        filled = [given[p.place] if isinstance(p, _Open) else p for p in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, filled)
            rows = self.compiler.apply_converters(cursor.fetchall(), self.converters)
            return [self.row(row) for row in rows]


def _objects(told: dict[str, Any], select: list[Any]) -> Callable[[Any], Any]:
    """Return what makes an object of a row, with those that ``select_related`` puts beside it."""
    alias, make = connection.alias, told["model"].from_db
    columns = slice(told["select_fields"][0], told["select_fields"][-1] + 1)
    names = [column[0].target.attname for column in select[columns]]
    # What the type checker knows is a later Django, with one parameter more.
    others = get_related_populators(told, select, alias)  # type: ignore[call-arg]

    def object_of(row: Any) -> Any:
        made = make(alias, names, row[columns])
        for other in others:
            other.populate(row, made)
        return made

    return object_of


class _Open:
    """The place of a value in a compiled query."""

    def __init__(self, place: int) -> None:
        self.place = place


def give(owner: Model, relation: str, model: type[Model], rows: list[Any]) -> list[Any]:
    """Let ``owner.relation.all()`` be these rows without asking, as prefetching does."""
    known: Any = QuerySet(model)
    known._result_cache, known._prefetch_done = rows, True
    cache: dict[str, Any] = owner.__dict__.setdefault("_prefetched_objects_cache", {})
    cache[relation] = known
    return rows


def _adapted(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
