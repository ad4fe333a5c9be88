"""The edition as one process knows it, looked at twice a second; kept while the database is away.

It is looked at by a thread of its own, with the only connection that kept pages need: a database
that does not answer keeps nobody waiting for long.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

from django.conf import settings
from django.db import DatabaseError, connection

from articles.content.edition import EditionState
from articles.front_page.due import look

LOOK_EVERY = 0.5
# So long a request waits for a look; then the database counts as away.
PATIENCE = 1.0


class Editions:
    """The edition that is public, and until when it holds by the clock."""

    def __init__(self) -> None:
        self._edition = -1
        self._looked = 0.0
        self._away_since: float | None = None
        self._looker = ThreadPoolExecutor(1, "edition")
        self._looking: Future[EditionState] | None = None
        self._lock = threading.Lock()

    @property
    def are_away(self) -> bool:
        """Could nobody look at the edition the last time?"""
        return self._away_since is not None

    def now(self) -> int:
        """Return the edition as it was seen at most ``LOOK_EVERY`` seconds ago.

        While the database is away, the last one that was seen, for ``PAGE_CACHE_STALE_SECONDS``;
        then, and where none was, raises ``DatabaseError``.
        """
        now = time.monotonic()
        if now - self._looked > LOOK_EVERY:
            self._looked = now  # the others go on with what was seen, and do not wait
            try:
                self.look()
            except DatabaseError:
                if self._is_too_old(now):
                    raise
        elif self.are_away and self._is_too_old(now):
            raise DatabaseError("nobody knows the edition any more")
        return self._edition

    def _is_too_old(self, now: float) -> bool:
        since = self._away_since if self._away_since is not None else now
        return self._edition < 0 or now - since > settings.PAGE_CACHE_STALE_SECONDS

    def look(self) -> EditionState:
        """Return the edition as it is now.

        Raises ``DatabaseError`` where nobody can say.
        """
        with self._lock:  # of those who ask at one moment, one look serves all
            if self._looking is None or self._looking.done():
                self._looking = self._looker.submit(self._ask)
            looking = self._looking
        try:
            seen = looking.result(PATIENCE)
        except (DatabaseError, TimeoutError) as error:
            if self._away_since is None:
                self._away_since = time.monotonic()
            raise DatabaseError("the edition cannot be looked at") from error
        self._edition, self._away_since, self._looked = seen.number, None, time.monotonic()
        return seen

    @staticmethod
    def _ask() -> EditionState:
        connection.close_if_unusable_or_obsolete()
        return look()
