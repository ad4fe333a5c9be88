"""What is to be the last statement of a transaction: for the database back ends of the site.

Django calls what waits for the end of a transaction after it has committed; what must become
true together with it, and yet hold its lock for the shortest time, has to run just before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class BeforeCommit:
    """Mixin of a ``DatabaseWrapper``: adds :meth:`before_commit`."""

    in_atomic_block: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._last_statements: dict[Callable[[], None], None] = {}

    def before_commit(self, statement: Callable[[], None]) -> None:
        """Run ``statement`` as the last one of the running transaction, once; at once without one.

        Whatever it raises undoes the transaction. It may use the connection, but begin no
        transaction of its own.
        """
        if self.in_atomic_block:
            self._last_statements[statement] = None
        else:
            statement()

    def run_last_statements(self) -> None:
        """Run what waits for the end of the transaction."""
        waiting, self._last_statements = self._last_statements, {}
        for statement in waiting:
            statement()

    def commit(self) -> None:
        """Run what was to be last, then commit."""
        self.run_last_statements()
        super().commit()  # type: ignore[misc]

    def rollback(self) -> None:
        """Forget what was to be last, and roll back."""
        self._last_statements = {}
        super().rollback()  # type: ignore[misc]
