"""The caches that all processes share, and what stands in for them while they are away."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.db import DatabaseError, connection
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from portal.lanes import only_reads

log = logging.getLogger(__name__)
# Seconds: what an answer may take, and how long nobody asks again after none came.
PATIENCE, PAUSE = 0.3, 5.0
MOST_IN_MEMORY = 20_000
OPERATIONS = (
    "add", "get", "set", "touch", "delete", "incr", "has_key", "get_many", "set_many",
    "delete_many", "clear",
)  # fmt: skip


class WithMemory(BaseCache):
    """Mixin of a cache: while it is away or slow, each process counts and keeps in its own memory.

    Limits go on holding, in each process for itself; what was counted up is counted again.
    """

    FAILURES: tuple[type[Exception], ...] = (OSError,)

    def __init__(self, place: str, params: dict[str, Any]) -> None:
        super().__init__(place, params)  # type: ignore[call-arg, arg-type]
        self._memory = LocMemCache(f"instead of {place}", {"MAX_ENTRIES": MOST_IN_MEMORY})
        self._ask_again_at = 0.0

    def ask(self, operation: str, *args: Any, **options: Any) -> Any:
        """Ask the cache, or the memory of this process where it does not answer."""
        if time.monotonic() >= self._ask_again_at:
            try:
                return getattr(super(), operation)(*args, **options)
            except self.FAILURES as error:
                if connection.in_atomic_block and isinstance(error, DatabaseError):
                    raise  # the transaction is lost with it
                self._ask_again_at = time.monotonic() + PAUSE
                log.error("The shared cache does not answer: %s", error)
        return getattr(self._memory, operation)(*args, **options)


def _through(operation: str) -> Any:
    def asked(self: WithMemory, *args: Any, **options: Any) -> Any:
        return self.ask(operation, *args, **options)

    asked.__name__ = operation
    return asked


for name in OPERATIONS:
    setattr(WithMemory, name, _through(name))


class SharedCache(WithMemory, RedisCache):
    """Redis."""

    FAILURES = (OSError, RedisError)

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {
            "socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE,
            "retry": Retry(NoBackoff(), 0), **params.get("OPTIONS", {}),
        }  # fmt: skip
        super().__init__(server, params | {"OPTIONS": options})


class TableCache(WithMemory, DatabaseCache):
    """A table of the database: reading removes what is old, which a full disk does not take.

    On SQLite whoever only reads does not wait long for the lock that writing here needs.
    """

    FAILURES = (DatabaseError,)

    def ask(self, operation: str, *args: Any, **options: Any) -> Any:
        if connection.vendor != "sqlite" or connection.in_atomic_block or not only_reads.get():
            return super().ask(operation, *args, **options)
        usual = connection.settings_dict["OPTIONS"].get("timeout", 5)
        try:
            _wait_at_most(PATIENCE)
            return super().ask(operation, *args, **options)
        finally:
            _wait_at_most(usual)


def _wait_at_most(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
