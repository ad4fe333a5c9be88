"""Counting reads: in the memory of the process first, in the database now and then.

What a reader leaves behind is a salted hash, in memory alone, for half an hour: his address is
written down nowhere. 《个人信息保护法》 article 6: no more than the purpose asks for.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
import secrets
import time
from collections import Counter
from multiprocessing.util import Finalize
from threading import Lock
from urllib.parse import urlsplit

from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.utils import timezone

from articles.statistics.reads import ArticleReads
from articles.throttling import Throttle, asker
from correspondents.addresses import client_address

log = logging.getLogger(__name__)
# Reads wait until so many articles have some, or so many seconds have gone.
AT_ONCE, AT_LEAST_EVERY = 200, 60.0
# While the database takes nothing, no more than that wait.
MOST_WAITING = 10_000
# The same reader counts once in so many seconds.
WINDOW = 30 * 60
REMEMBERED = 100_000
# Reads a minute of one address: an office behind one address reads less, a script more.
A_MINUTE = 240
# Readers of one piece behind one address within the window: a mine's office reads its own news.
A_PIECE = 40
LARGEST = 2**63
# Robots that run scripts; those that do not never ask.
ROBOT = re.compile(
    r"bot|crawl|spider|slurp|headless|phantom|lighthouse|preview|monitor|curl|wget|python|java/|"
    r"go-http|okhttp|scrapy|axios|node-fetch|libwww",
    re.IGNORECASE,
)


class ReadCounter:
    """Reads that are not written down yet, and who has read what a moment ago."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.forget()

    def forget(self) -> None:
        """Begin with nothing: for tests."""
        with self._lock:
            self._waiting: Counter[tuple[int, dt.date]] = Counter()
            self._since = time.monotonic()
            self._seen: dict[bytes, tuple[float, int]] = {}
            self._salt, self._salted = b"", dt.date.min
            self._throttle = Throttle()

    def count(self, article: int, address: str, agent: str) -> None:
        """Count one read, unless the same reader has been counted for it a moment ago."""
        if not 0 < article < LARGEST or not self._throttle.allows(address, A_MINUTE):
            return
        day = timezone.localdate()
        with self._lock:
            if day != self._salted:  # the salt is new every day, and never leaves
                self._salt, self._salted, self._seen = secrets.token_bytes(32), day, {}
            if not self._takes(1, agent, address, article):
                return
            if not self._takes(A_PIECE, address, article):
                return
            if (article, day) in self._waiting or len(self._waiting) < MOST_WAITING:
                self._waiting[article, day] += 1
            due = time.monotonic() - self._since >= AT_LEAST_EVERY
            if len(self._waiting) < AT_ONCE and not due:
                return
        self.flush()

    def _takes(self, most: int, *what: object) -> bool:
        """Count one of at most ``most`` in a window, which begins with the first; false beyond."""
        text = "\n".join(map(str, what))
        mark = hashlib.blake2b(text.encode(), key=self._salt, digest_size=12).digest()
        now = time.monotonic()
        since, number = self._seen.pop(mark, (now, 0))
        if now - since >= WINDOW:
            since, number = now, 0
        self._seen[mark] = since, min(number + 1, most + 1)
        while len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return number < most

    def flush(self) -> None:
        """Write down what waits; it waits on when the database does not take it."""
        with self._lock:
            waiting, self._waiting = self._waiting, Counter()
            self._since = time.monotonic()
        if not waiting:
            return
        try:
            ArticleReads.objects.add(waiting)
        except DatabaseError:
            log.exception("Reads could not be written down")
            with self._lock:
                self._waiting.update(waiting)


def is_reader(request: HttpRequest) -> bool:
    """Does this come from a page of ours in somebody's browser?

    A browser names the page's origin in every POST. ``Sec-Fetch-Site`` is sent by those of the
    last years, and over HTTPS alone: it must not say otherwise, but it may be missing.
    """
    agent = request.headers.get("User-Agent", "")
    origin = request.headers.get("Origin", "")
    own = bool(origin) and urlsplit(origin).netloc.lower() == request.get_host().lower()
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return own and site == "same-origin" and bool(agent) and not ROBOT.search(agent)


def count(request: HttpRequest, article: int) -> None:
    """Count a read that a browser tells of; whatever else asks is answered and not counted."""
    if is_reader(request):
        agent = request.headers.get("User-Agent", "")[:300]
        counter.count(article, asker(client_address(request)), agent)


def write_down_at_exit() -> None:
    """Write down what waits when the process ends."""
    counter.flush()
    connection.close()


counter = ReadCounter()
# Unlike atexit it is also called in the processes that a server starts as its workers.
Finalize(None, write_down_at_exit, exitpriority=10)
