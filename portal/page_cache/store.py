"""What one process keeps ready: the least recently used goes first, by a number of bytes."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from contextlib import suppress

from portal.page_cache.editions import Editions
from portal.page_cache.negotiation import Cached

Key = tuple[str, str, str, str]


class Store:
    """An LRU cache of answers of one kind, up to a number of bytes."""

    def __init__(self, most: int, editions: Editions) -> None:
        self.most, self.editions = most, editions
        self.bytes = 0
        self._pages: OrderedDict[Key, Cached] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[Key, threading.Lock] = {}

    def find(self, key: Key) -> Cached | None:
        """Return what is kept there and is still good."""
        page = self._pages.get(key)
        if page is None or page.edition != self.editions.now():
            return None
        if page.until <= time.time() and not self.editions.are_away:
            return None
        with suppress(KeyError):  # let go of meanwhile; one step of the interpreter otherwise
            self._pages.move_to_end(key)
        return page

    def keep(self, key: Key, page: Cached) -> None:
        """Take a page in, and let go of those that were not asked for.

        What is large (a month of the sitemap) does not drive a hundred others out.
        """
        if page.size > self.most // 8:
            return
        with self._lock:
            self._drop(key)
            self._pages[key] = page
            self.bytes += page.size
            while self.bytes > self.most and self._pages:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: Key) -> None:
        old = self._pages.pop(key, None)
        if old is not None:
            self.bytes -= old.size

    def lock_for(self, key: Key) -> threading.Lock:
        """Return the lock of whoever makes this page."""
        with self._lock:
            return self._making.setdefault(key, threading.Lock())

    def made(self, key: Key) -> None:
        """Forget the lock: those who hold it still share it, later ones find the page."""
        with self._lock:
            self._making.pop(key, None)

    def clear(self) -> None:
        """Forget everything: for tests and benchmarks."""
        with self._lock:
            self._pages.clear()
            self._making.clear()
            self.bytes = 0
