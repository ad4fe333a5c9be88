"""A mail server on this machine that takes letters, refuses them, or says nothing any more."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class MailServer:
    """What it was given, and what it answers to the next letter.

    ``answer`` is the line that follows the text of a letter; with ``silent`` none ever does,
    though the letter has arrived: ``arrived`` is set.
    """

    def __init__(self) -> None:
        self.answer, self.silent = "250 OK", False
        self.taken: list[Any] = []
        self.arrived = threading.Event()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's
        self.arrived.set()
        if self.silent:
            await asyncio.sleep(60)
        if self.answer.startswith("250"):
            self.taken.append(envelope)
        return self.answer

    @property
    def url(self) -> str:
        """What EMAIL_URL says for it."""
        return f"smtp://127.0.0.1:{self.port}"

    @contextlib.contextmanager
    def serving(self) -> Iterator[MailServer]:
        """Take connections on a port of its own."""
        self._controller.start()
        try:
            yield self
        finally:
            self._controller.stop()


@contextlib.contextmanager
def mute() -> Iterator[int]:
    """Give the port of a server that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(50)
        yield listening.getsockname()[1]
