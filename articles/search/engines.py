"""The engine of the database in use."""

from __future__ import annotations

from django.db import connection

from articles.search.backend import Engine
from articles.search.postgres import PostgresEngine
from articles.search.sqlite import SqliteEngine

ENGINES: dict[str, Engine] = {"sqlite": SqliteEngine(), "postgresql": PostgresEngine()}


def engine(vendor: str | None = None) -> Engine:
    """Return the engine of the site's database, or of the database of that name."""
    return ENGINES[vendor or connection.vendor]
