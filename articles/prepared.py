"""Queries that nearly every page asks, compiled once and then asked with other values.

Building SQL of a queryset costs several times what a database needs to answer it by an index. The
queryset stays the one place that says what is asked; only its compiled form is kept.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators
from django.utils import timezone

# Stand for the values while the query is compiled; nothing in the database is like them.
_NUMBERS = [-2_140_000_001 - place for place in range(16)]
_TIMES = [dt.datetime(1, 2, 3, 4, 5, place, tzinfo=dt.UTC) for place in range(16)]
LARGEST = 2**63 - 1
# When the query is asked, whatever was now when it was compiled.
_NOW = dt.datetime(1, 2, 3, 4, 6, tzinfo=dt.UTC)


class Prepared:
    """A query with values left open, given in order: ``kinds`` says ``int`` or ``datetime`` of each.

    ``make`` is called once in a thread, with a stand-in for every value, and returns the queryset;
    where it compares with the present, it says ``now=`` to its conditions (see :attr:`now`).
    ``only``, ``select_related`` and ``values_list`` of several are kept to; prefetching is not, and
    what else is not raises ``ValueError`` the first time.
    """

    now = _NOW

    def __init__(self, make: Callable[..., Any], *kinds: type) -> None:
        self.make, self.kinds = make, kinds
        self._here = threading.local()  # what is compiled holds the connection of its thread

    def __call__(self, *values: Any) -> list[Any]:
        """Ask with these values; return the rows as objects of the model, or as lists of values.

        A number that no column can hold finds nothing.
        """
        if len(values) != len(self.kinds):
            raise TypeError(f"{len(self.kinds)} values are asked for, not {len(values)}")
        if any(isinstance(value, int) and abs(value) > LARGEST for value in values):
            return []
        compiled = getattr(self._here, "compiled", None)
        if compiled is None:
            compiled = self._here.compiled = _Compiled(self.make, self.kinds)
        return compiled.ask((*values, timezone.now()))


class _Compiled:
    """The SQL of a query, and how its rows become objects."""

    def __init__(self, make: Callable[..., Any], kinds: tuple[type, ...]) -> None:
        stand_ins = [
            (_NUMBERS if kind is int else _TIMES)[place] for place, kind in enumerate(kinds)
        ]
        rows = make(*stand_ins)
        self.compiler = rows.query.get_compiler(using=rows.db)
        self.sql, parameters = self.compiler.as_sql()
        places = {_adapted(mark): place for place, mark in enumerate((*stand_ins, _NOW))}
        self.parameters = [_Open(places[p]) if p in places else p for p in parameters]
        filled = {p.place for p in self.parameters if isinstance(p, _Open)}
        if missing := set(range(len(kinds))) - filled:
            raise ValueError(f"the query does not ask for its values {sorted(missing)}")
        select = self.compiler.select
        self.converters = self.compiler.get_converters([column[0] for column in select])
        if rows._iterable_class is ModelIterable and not self.compiler.annotation_col_map:
            self.row = _objects(self.compiler.klass_info, select)
        elif rows._iterable_class is ValuesListIterable:
            self.row = list
        else:
            raise ValueError("only objects without annotations, or lists of values, are given")

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
    known = _Given(model)
    known.owner, known.relation = owner, relation
    known._result_cache = rows
    cache: dict[str, Any] = owner.__dict__.setdefault("_prefetched_objects_cache", {})
    cache[relation] = known
    return rows


class _Given(QuerySet[Any]):
    """Rows of a relation that are there already; whatever is asked of them further is asked anew.

    Its own query finds nothing, so that what goes by it touches no rows of other owners.
    """

    owner: Model
    relation: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.query.set_empty()

    def update(self, **values: Any) -> int:
        """Change the rows of this owner; what was given is not what is there any more."""
        changed: int = self._chain().update(**values)
        self.owner.__dict__["_prefetched_objects_cache"].pop(self.relation, None)
        return changed

    def _chain(self) -> Any:
        cache: dict[str, Any] = self.owner.__dict__["_prefetched_objects_cache"]
        there = cache.pop(self.relation, None)
        try:
            return getattr(self.owner, self.relation).get_queryset()._chain()
        finally:
            if there is not None:
                cache[self.relation] = there


def _adapted(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
