"""The cache that all processes share, and what stands in for it while it is away."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)
# Seconds: what an answer may take, and how long nobody asks again after none came.
PATIENCE, PAUSE = 0.3, 5.0
MOST_IN_MEMORY = 20_000
OPERATIONS = (
    "add", "get", "set", "touch", "delete", "incr", "has_key", "get_many", "set_many",
    "delete_many", "clear",
)  # fmt: skip


class SharedCache(RedisCache):
    """Redis. While it is away or slow, each process counts and keeps in its own memory.

    Limits go on holding, in each process for itself; what was counted up is counted again.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {
            "socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE,
            "retry": Retry(NoBackoff(), 0), **params.get("OPTIONS", {}),
        }  # fmt: skip
        super().__init__(server, params | {"OPTIONS": options})
        self._memory = LocMemCache(f"instead of {server}", {"MAX_ENTRIES": MOST_IN_MEMORY})
        self._ask_again_at = 0.0

    def ask(self, operation: str, *args: Any, **options: Any) -> Any:
        """Ask Redis, or the memory of this process where it does not answer."""
        if time.monotonic() >= self._ask_again_at:
            try:
                return getattr(super(), operation)(*args, **options)
            except (RedisError, OSError) as error:
                self._ask_again_at = time.monotonic() + PAUSE
                log.error("The shared cache does not answer: %s", error)
        return getattr(self._memory, operation)(*args, **options)


def _through(operation: str) -> Any:
    def asked(self: SharedCache, *args: Any, **options: Any) -> Any:
        return self.ask(operation, *args, **options)

    asked.__name__ = operation
    return asked


for name in OPERATIONS:
    setattr(SharedCache, name, _through(name))
