"""Pages kept ready in the memory of each process, asked before Django builds a request.

A page is kept for one edition (:mod:`articles.content.edition`) and until the next moment at which
something begins or ends by the clock; after ``LONGEST`` seconds it is made anew in any case, for
what ages without an edition (most read). The edition is looked at twice a second by
the first request that notices (:mod:`portal.page_cache.editions`), so a withdrawal is seen by every
process within that time; a page that is there costs no query otherwise. While the database is away,
pages of the last edition that was seen are sent, marked as stale.

Only what every stranger gets is kept: a view marked by ``public_page``, GET without a session,
status 200, no cookie set, nothing that says "private" or "no-store".
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve

from articles.content.edition import LONGEST
from articles.models import edition_seen
from correspondents.public_pages import LONGEST_ADDRESS, PublicPage
from portal.display import Display
from portal.page_cache import placeholders
from portal.page_cache.editions import Editions
from portal.page_cache.negotiation import AS_USUAL, Cached, CachedPage, CachedPicture, packed
from portal.page_cache.store import Key, Store

# What a reader waits for a page that another request is making, before he makes it himself.
PATIENCE = 10.0
# What marks a person, or a page made for one. A page with a form sets the cookie of its token,
# and is not kept for that; whoever has been given one reads the others like everybody.
PERSONAL = (settings.SESSION_COOKIE_NAME, "messages")
NOT_PASSED = (
    "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "wsgi.file_wrapper",
)  # fmt: skip
KINDS = ("text/", "application/", "image/svg+xml")
PICTURES = ("image/jpeg", "image/webp", "image/avif", "image/png")
# A picture is the same whatever cookies are sent: others on the way may keep it for all.
NOT_OF_PICTURES = frozenset({"content-length", "vary"})
OWN_HEADS = frozenset({"content-length", "etag", "content-encoding", "vary", "cache-control"})


class PageCache:
    """WSGI middleware: answers from its store, or has Django make the page and keeps it."""

    def __init__(
        self, application: Callable[..., Iterable[bytes]], most: int | None = None
    ) -> None:
        self.application = application
        self.editions = Editions()
        self.pages = Store(settings.PAGE_CACHE_BYTES if most is None else most, self.editions)
        self.pictures = Store(settings.PICTURE_CACHE_BYTES, self.editions)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = self._asked(environ) if self.pages.most else None
        if asked is None:
            return self.application(environ, start_response)
        key, cookies = asked
        display = Display.of_cookies(cookies) if cookies else AS_USUAL
        try:
            page = self._found(key) or self._made(key, environ, start_response)
        except DatabaseError:  # Django says so in its own way
            return self.application(environ, start_response)
        if isinstance(page, (CachedPage, CachedPicture)):
            begin = _stale(start_response) if self.editions.are_away else start_response
            return page.send(display, environ, begin)
        return page

    def _found(self, key: Key) -> Cached | None:
        return self.pages.find(key) or self.pictures.find(key)

    def _made(
        self, key: Key, environ: dict[str, Any], start_response: Any
    ) -> Cached | Iterable[bytes]:
        """Make a page, one request at a time; the others wait and take it from the store."""
        lock = self.pages.lock_for(key)
        alone = lock.acquire(timeout=PATIENCE)
        try:
            page = self._found(key)
            return page if page is not None else self._make(key, environ, start_response)
        finally:
            if alone:
                lock.release()
                self.pages.made(key)

    def _make(
        self, key: Key, environ: dict[str, Any], start_response: Any
    ) -> Cached | Iterable[bytes]:
        seen = self.editions.look()
        edition, until = seen.number, min(seen.until, time.time() + LONGEST)
        answer = Answer()
        unfilled = environ | {
            "newsroom.unfilled": True, "QUERY_STRING": key[3], "HTTP_COOKIE": "",
            "REQUEST_METHOD": "GET",
            # An address of the old site may be known by its query; no page is kept for that.
            "newsroom.query": environ.get("QUERY_STRING", ""),
        }  # fmt: skip
        # What a stranger asks conditionally is answered from the page that is kept.
        # A file is read here, not handed to the server.
        for name in NOT_PASSED:
            unfilled.pop(name, None)
        with edition_seen(seen):
            body = answer.of(self.application, unfilled)
        digest = hashlib.blake2b(body, digest_size=9).hexdigest()
        if answer.is_picture():
            headers = [(n, v) for n, v in answer.headers if n.lower() not in NOT_OF_PICTURES]
            picture = CachedPicture(headers, body, digest, edition, until)
            self.pictures.keep(key, picture)
            return picture
        if not answer.may_be_kept():
            return answer.sent(body, environ, start_response)
        pieces, names = placeholders.parts_of(body)
        page = CachedPage(
            answer.status,
            [(name, value) for name, value in answer.headers if name.lower() not in OWN_HEADS],
            [packed(piece) for piece in pieces],
            names,
            digest,
            edition,
            until,
        )
        self.pages.keep(key, page)
        return page

    def _asked(self, environ: dict[str, Any]) -> tuple[Key, dict[str, str]] | None:
        """Return the key of a page that may be kept and the reader's cookies; else ``None``."""
        path = environ.get("PATH_INFO", "")
        if (
            environ.get("REQUEST_METHOD") not in ("GET", "HEAD")
            or environ.get("HTTP_AUTHORIZATION")
            or environ.get("CONTENT_LENGTH") not in (None, "", "0")
            or len(path) > LONGEST_ADDRESS
        ):
            return None
        page = _public_page(path)
        query = page.query_of(environ.get("QUERY_STRING", "")) if page is not None else None
        if query is None:
            return None
        cookies = _cookies(environ.get("HTTP_COOKIE", ""))
        if any(name in cookies for name in PERSONAL):
            return None
        host = environ.get("HTTP_HOST", "").lower()
        if not _is_ours(host):
            return None
        # The port is no other site: nothing in a page says it.
        return (_scheme(environ), split_domain_port(host)[0], path, query), cookies


@lru_cache(maxsize=4096)
def _public_page(path: str) -> PublicPage | None:
    """Return what the view of an address says of its page; ``None`` where it is no public one."""
    try:
        return getattr(resolve(path).func, "public_page", None)
    except Resolver404:
        return None


def _stale(start_response: Any) -> Any:
    """Mark an answer that nobody could look after (RFC 9211, 2.2: no time is left to it)."""

    def begin(status: str, headers: list[tuple[str, str]], *args: Any) -> Any:
        return start_response(status, [*headers, ("Cache-Status", "newsroom; hit; ttl=-1")], *args)

    return begin


class Answer:
    """What Django answered."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: list[tuple[str, str]] = []

    def of(self, application: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> bytes:
        """Ask the application; return the whole body."""

        def begin(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            self.status, self.headers = status, headers

        parts = application(environ, begin)
        try:
            return b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()

    def may_be_kept(self) -> bool:
        """Is it what every stranger gets?"""
        return self._is_for_all(KINDS, ("private", "no-store", "no-cache"))

    def is_picture(self) -> bool:
        """Is it a picture that every stranger gets? It may ask to be asked for again each time."""
        return self._is_for_all(PICTURES, ("private", "no-store"))

    def _is_for_all(self, kinds: tuple[str, ...], barred: tuple[str, ...]) -> bool:
        heads = {name.lower(): value.lower() for name, value in self.headers}
        control = heads.get("cache-control", "")
        return (
            self.status.startswith("200 ")
            and "set-cookie" not in heads
            and heads.get("content-type", "").startswith(kinds)
            and "content-encoding" not in heads
            and not any(word in control for word in barred)
        )

    def sent(self, body: bytes, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        """Send what is not kept, with the reader's choices."""
        display = Display.of_cookies(_cookies(environ.get("HTTP_COOKIE", "")))
        body = placeholders.filled(body, display)
        headers = [(n, v) for n, v in self.headers if n.lower() != "content-length"]
        start_response(self.status, [*headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _cookies(line: str) -> dict[str, str]:
    """Read the cookies as Django does: a person must not be a stranger here and known there."""
    return parse_cookie(line) if line else {}


@lru_cache(maxsize=64)
def _is_ours(host: str) -> bool:
    domain, _ = split_domain_port(host)
    allowed = settings.ALLOWED_HOSTS
    if settings.DEBUG and not allowed:
        allowed = [".localhost", "127.0.0.1", "[::1]"]
    return bool(domain) and validate_host(domain, allowed)


def _scheme(environ: dict[str, Any]) -> str:
    scheme: str = environ.get("wsgi.url_scheme", "http")
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        if environ.get(name, "").split(",")[0].strip() == secure:
            return "https"
    return scheme
