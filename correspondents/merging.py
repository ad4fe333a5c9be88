"""Merging two rows of one thing: everything that names the one is made to name the other.

Works on Django's own knowledge of foreign keys, so that a table added later, in whichever app, is
moved and shown in the preview without anybody remembering it here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models


def references(
    model: type[models.Model], *, single: bool = False
) -> Iterator[tuple[type[models.Model], str]]:
    """Yield (model, field name) of every foreign key of the site that points at ``model``.

    With ``single`` also of what belongs to exactly one of them (one to one).
    """
    for field in model._meta.get_fields(include_hidden=True):
        if (field.one_to_many or (single and field.one_to_one)) and field.auto_created:
            yield field.related_model, field.field.name  # type: ignore[union-attr, misc]


def what_moves(
    noun: models.Model, leave: Iterable[type[models.Model]] = ()
) -> list[tuple[str, int]]:
    """Return (plural name, number) of the rows that name ``noun``, for the preview."""
    counts: dict[str, int] = {}
    for model, field in _movable(noun, leave):
        number = model._default_manager.filter(**{field: noun}).count()
        if number:
            name = str(model._meta.verbose_name_plural)
            counts[name] = counts.get(name, 0) + number
    return sorted(counts.items())


def move_references(
    merged: models.Model, kept: models.Model, leave: Iterable[type[models.Model]] = ()
) -> dict[str, list[Any]]:
    """Point every row that names ``merged`` at ``kept``; return the keys of the moved rows.

    Tables in ``leave`` are the caller's: those whose rows would collide. Runs in the caller's
    transaction.
    """
    moved: dict[str, list[Any]] = {}
    for model, field in _movable(merged, leave):
        rows = model._default_manager.filter(**{field: merged})
        if keys := list(rows.values_list("pk", flat=True)):
            rows.update(**{field: kept})
            moved[f"{model._meta.label_lower}.{field}"] = keys
    return moved


def _movable(
    noun: models.Model, leave: Iterable[type[models.Model]]
) -> Iterator[tuple[type[models.Model], str]]:
    left = set(leave)
    return (pair for pair in references(type(noun)) if pair[0] not in left)
