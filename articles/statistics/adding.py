"""Adding to counters of many rows by one statement, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django.db import connection, models

# Rows of one statement: three parameters each, far below what either database takes.
AT_ONCE = 500


def add_to(model: type[models.Model], keys: tuple[str, str], rows: Sequence[Any]) -> None:
    """Add to the ``number`` of rows that are there, and make those that are not.

    ``keys`` are the two fields of the model's unique constraint; each of ``rows`` holds their
    values and what is added, and no pair twice. The rows go in their order, so that two processes
    never wait for each other. Raises ``DatabaseError`` as the database does.
    """
    first, second = (model._meta.get_field(name) for name in keys)
    table, one, other = model._meta.db_table, first.column, second.column  # type: ignore[union-attr]
    left = iter(sorted(rows))
    while part := list(islice(left, AT_ONCE)):
        values = [
            value
            for one_value, other_value, number in part
            for value in (
                first.get_db_prep_save(one_value, connection),  # type: ignore[union-attr]
                second.get_db_prep_save(other_value, connection),  # type: ignore[union-attr]
                number,
            )
        ]
        places = ", ".join(["(%s, %s, %s)"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({one}, {other}, number) VALUES {places}"  # noqa: S608
                f" ON CONFLICT ({one}, {other}) DO UPDATE"
                f" SET number = {table}.number + excluded.number",
                values,
            )
