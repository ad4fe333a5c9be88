"""Threads for those who read, and others for those who write.

A request that saves something waits for the others that do, on SQLite for a single lock. Whoever
only reads does not stand behind them: the server's own threads, of which there are many, do
nothing but wait; the work is done by a few, readers' and writers' apart. So the number of
connections to the database is small and known, and a form that comes slowly over a bad line takes
nobody's place: its body is read before it takes one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import ContextVar
from typing import IO, Any

from django.conf import settings

from articles.content.edition import EditionState, edition_in_view
from articles.models import edition_seen

READING = frozenset({"GET", "HEAD", "OPTIONS"})
# Is this request one that only reads? What it would like to keep for others may go unkept.
only_reads: ContextVar[bool] = ContextVar("only_reads", default=False)
IN_MEMORY, AT_ONCE = 1024 * 1024, 64 * 1024
TOO_LARGE = "内容太大，请分几次提交。"

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class TooLarge(Exception):
    """The body is larger than any form of the site."""


class Lanes:
    """WSGI middleware: hands each request to a thread of its lane, and waits for the answer."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.readers = ThreadPoolExecutor(settings.READER_THREADS, "reader")
        self.writers = ThreadPoolExecutor(settings.WRITER_THREADS, "writer")

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        reads = environ["REQUEST_METHOD"] in READING
        if not reads:
            try:
                environ["wsgi.input"] = _whole_body(environ)
            except TooLarge:
                body = TOO_LARGE.encode()
                kind = ("Content-Type", "text/plain; charset=utf-8")
                start_response("413 Content Too Large", [kind, ("Content-Length", str(len(body)))])
                return [body]
        lane = self.readers if reads else self.writers
        answer: list[Any] = []

        def begin(*status_and_headers: Any) -> None:
            answer[:] = status_and_headers

        seen = edition_in_view()
        parts = lane.submit(self._answer, environ, begin, reads=reads, seen=seen).result()
        start_response(*answer)
        return parts

    def _answer(
        self, environ: dict[str, Any], begin: Any, *, reads: bool, seen: EditionState | None
    ) -> Iterable[bytes]:
        """Answer in a thread of the lane, whose own context goes on: connections are kept in it."""
        token = only_reads.set(reads)
        try:
            with edition_seen(seen) if seen is not None else nullcontext():
                return self.application(environ, begin)
        finally:
            only_reads.reset(token)


def _whole_body(environ: dict[str, Any]) -> IO[bytes]:
    """Read what is sent, however slowly it comes; what is large goes to the disk."""
    source, most = environ["wsgi.input"], settings.REQUEST_MAX_BYTES
    length = environ.get("CONTENT_LENGTH") or ""
    left = int(length) if length.isdecimal() else most + 1
    if length and left > most:
        raise TooLarge
    body = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- closed with the request
    size = 0
    while left > 0 and (part := source.read(min(AT_ONCE, left))):
        size += len(part)
        left -= len(part)
        if size > most:
            raise TooLarge
        body.write(part)
    body.seek(0)
    environ["CONTENT_LENGTH"] = str(size)
    return body
