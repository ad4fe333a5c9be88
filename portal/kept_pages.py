"""Pages kept ready in the memory of each process, asked before Django builds a request.

A page is kept for one edition (:mod:`articles.models.edition`) and until the next moment at which
something begins or ends by the clock; after ``LONGEST`` seconds it is made anew in any case, for
what ages without an edition (most read). The edition is looked at twice a second by
the first request that notices (:mod:`portal.editions`), so a withdrawal is seen by every process
within that time; a page that is there costs no query otherwise. While the database is away, pages
of the last edition that was seen are sent, marked as stale.

Only what every stranger gets is kept: GET without a session, status 200, no cookie set, nothing
that says "private" or "no-store". The reader's choices (theme, elder mode, size) are filled into
the body when it is sent; the compressed pieces between them are joined as they are (a gzip member
is a sequence of deflate blocks, RFC 1951; each piece ends on a byte and begins without a memory).

Pictures of public articles are kept in the same way, as they are, on a shelf of their own: a page
names a dozen of them, and each would cost Django what the page itself no longer costs.
"""

from __future__ import annotations

import hashlib
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from articles.models import edition_seen
from portal import slots
from portal.display import CHOICES, Display
from portal.editions import Editions
from portal.parameters import LONGEST_ADDRESS, known_parameters

LONGEST = 600.0
# What a reader waits for a page that another request is making, before he makes it himself.
PATIENCE = 10.0
# Below these nothing is the same for everybody, or nothing is worth keeping.
LIVE = (
    "/admin/", "/zhanghu/", "/tougao/", "/search/", "/xianshi/", "/healthz/", "/static/",
    "/tongxunyuan/renling/", "/ShowNews.aspx", "/yuedu/", "/jiucuo/",
)  # fmt: skip
# Typed by readers, every one in his own way: such a page is made for him.
TYPED = "danwei="
# Places in a list (articles.paging): anybody can make up any number of them.
PLACES = ("page=older-", "page=newer-")
# Lists that are searched: kept without a question only.
ASKED = frozenset({"/tongxunyuan/", "/heyan/"})
# What marks a person, or a page made for one. A page with a form sets the cookie of its token,
# and is not kept for that; whoever has been given one reads the others like everybody.
PERSONAL = (settings.SESSION_COOKIE_NAME, "messages")
HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
END = b"\x03\x00"  # an empty last block

Key = tuple[str, str, str, str]


@dataclass
class Page:
    """One kept page: head lines, the pieces of its body compressed, and what stands between."""

    status: str
    headers: list[tuple[str, str]]
    pieces: list[bytes]
    names: list[str]
    tag: str
    edition: int
    until: float
    # Heads and body of the usual reader, who takes it compressed.
    usual: tuple[list[tuple[str, str]], bytes] | None = None

    def send(self, display: Display, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        """Answer one reader."""
        zipped = _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        known = environ.get("HTTP_IF_NONE_MATCH", "")
        if display is AS_USUAL and zipped and not known:
            # Nearly everybody, the first time: nothing is put together anew.
            if self.usual is None:
                body = self.body(display)
                self.usual = self.heads(display, len(body), zipped=True), body
            heads, body = self.usual
        else:
            tag = self.tag_for(display, zipped=zipped)
            if known and _has(known, tag):
                heads = self.heads(display, None, zipped=zipped)
                start_response("304 Not Modified", [h for h in heads if h[0] != "Content-Type"])
                return []
            body = self.body(display)
            if not zipped:
                body = zlib.decompress(body, 31)
            heads = self.heads(display, len(body), zipped=zipped)
        start_response(self.status, heads)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def heads(self, display: Display, length: int | None, *, zipped: bool) -> list[tuple[str, str]]:
        """Return the head lines for one reader; ``length`` of the body, none where there is none."""
        heads = [
            *self.headers,
            ("ETag", self.tag_for(display, zipped=zipped)),
            ("Cache-Control", "no-cache"),
            ("Vary", "Accept-Encoding, Cookie"),
        ]
        if length is not None:
            heads.append(("Content-Length", str(length)))
            if zipped:
                heads.append(("Content-Encoding", "gzip"))
        return heads

    @property
    def size(self) -> int:
        """About how many bytes it takes: its pieces, and put together for the usual reader."""
        return 2 * sum(len(piece) for piece in self.pieces) + 2500

    def body(self, display: Display) -> bytes:
        """Return the body for one reader, compressed."""
        chosen = slots.values(display)
        out, whole = [HEAD], b""
        for place, piece in enumerate(self.pieces):
            out.append(piece)
            whole += _plain(piece)
            if place < len(self.names):
                value = chosen[self.names[place]]
                out.append(_packed(value, level=1))
                whole += value
        out += [END, zlib.crc32(whole).to_bytes(4, "little"), len(whole).to_bytes(4, "little")]
        return b"".join(out)

    def tag_for(self, display: Display, *, zipped: bool) -> str:
        """Return the entity tag of what one reader gets."""
        choice = f"{display.theme[0]}{display.mode[0]}{display.size}" if self.names else ""
        return f'"{self.tag}{choice}{"z" if zipped else ""}"'


@dataclass
class Picture:
    """One kept picture, with the head lines Django gave it."""

    headers: list[tuple[str, str]]
    data: bytes
    tag: str
    edition: int
    until: float

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return len(self.data) + 2500

    def send(self, display: Display, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        """Answer one reader; every one gets the same."""
        heads = [*self.headers, ("ETag", f'"{self.tag}"')]
        if _has(environ.get("HTTP_IF_NONE_MATCH", ""), f'"{self.tag}"'):
            start_response("304 Not Modified", [h for h in heads if h[0] != "Content-Type"])
            return []
        start_response("200 OK", [*heads, ("Content-Length", str(len(self.data)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.data]


Kept = Page | Picture
USUAL = (CHOICES["theme"][0], CHOICES["mode"][0], CHOICES["size"][0])
AS_USUAL = Display(*USUAL)


def _packed(data: bytes, level: int = 9) -> bytes:
    """Return deflate blocks that end on a byte and need nothing before them."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)


def _plain(blocks: bytes) -> bytes:
    return zlib.decompressobj(-15).decompress(blocks)


class Shelf:
    """What one process keeps of one kind, asked for last, up to a number of bytes."""

    def __init__(self, most: int, editions: Editions) -> None:
        self.most, self.editions = most, editions
        self.bytes = 0
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[Key, threading.Lock] = {}

    def find(self, key: Key) -> Kept | None:
        """Return what is kept there and is still good."""
        page = self._pages.get(key)
        if page is None or page.edition != self.editions.now():
            return None
        if page.until <= time.time() and not self.editions.are_away:
            return None
        with suppress(KeyError):  # let go of meanwhile; one step of the interpreter otherwise
            self._pages.move_to_end(key)
        return page

    def keep(self, key: Key, page: Kept) -> None:
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


class KeptPages:
    """WSGI middleware: answers from the shelf, or has Django make the page and keeps it."""

    def __init__(
        self, application: Callable[..., Iterable[bytes]], most: int | None = None
    ) -> None:
        self.application = application
        self.editions = Editions()
        self.shelf = Shelf(settings.KEPT_PAGES_BYTES if most is None else most, self.editions)
        self.pictures = Shelf(settings.KEPT_PICTURES_BYTES, self.editions)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = self._asked(environ) if self.shelf.most else None
        if asked is None:
            return self.application(environ, start_response)
        key, cookies = asked
        display = Display.of_cookies(cookies) if cookies else AS_USUAL
        try:
            page = self._found(key) or self._made(key, environ, start_response)
        except DatabaseError:  # Django says so in its own way
            return self.application(environ, start_response)
        if isinstance(page, (Page, Picture)):
            begin = _stale(start_response) if self.editions.are_away else start_response
            return page.send(display, environ, begin)
        return page

    def _found(self, key: Key) -> Kept | None:
        return self.shelf.find(key) or self.pictures.find(key)

    def _made(
        self, key: Key, environ: dict[str, Any], start_response: Any
    ) -> Kept | Iterable[bytes]:
        """Make a page, one request at a time; the others wait and take it from the shelf."""
        lock = self.shelf.lock_for(key)
        alone = lock.acquire(timeout=PATIENCE)
        try:
            page = self._found(key)
            return page if page is not None else self._make(key, environ, start_response)
        finally:
            if alone:
                lock.release()
                self.shelf.made(key)

    def _make(
        self, key: Key, environ: dict[str, Any], start_response: Any
    ) -> Kept | Iterable[bytes]:
        edition, due = self.editions.look()
        until = min(due, time.time() + LONGEST)
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
        with edition_seen(edition, due):
            body = answer.of(self.application, unfilled)
        digest = hashlib.blake2b(body, digest_size=9).hexdigest()
        if answer.is_picture():
            headers = [(n, v) for n, v in answer.headers if n.lower() not in NOT_OF_PICTURES]
            picture = Picture(headers, body, digest, edition, until)
            self.pictures.keep(key, picture)
            return picture
        if not answer.may_be_kept():
            return answer.sent(body, environ, start_response)
        pieces, names = slots.parts_of(body)
        page = Page(
            answer.status,
            [(name, value) for name, value in answer.headers if name.lower() not in OWN_HEADS],
            [_packed(piece) for piece in pieces],
            names,
            digest,
            edition,
            until,
        )
        self.shelf.keep(key, page)
        return page

    def _asked(self, environ: dict[str, Any]) -> tuple[Key, dict[str, str]] | None:
        """Return the key of a page that may be kept and the reader's cookies; else ``None``."""
        path = environ.get("PATH_INFO", "")
        if (
            environ.get("REQUEST_METHOD") not in ("GET", "HEAD")
            or environ.get("HTTP_AUTHORIZATION")
            or environ.get("CONTENT_LENGTH") not in (None, "", "0")
            or len(path) > LONGEST_ADDRESS
            or path.startswith(LIVE)
        ):
            return None
        cookies = _cookies(environ.get("HTTP_COOKIE", ""))
        if any(name in cookies for name in PERSONAL):
            return None
        host = environ.get("HTTP_HOST", "").lower()
        if not _is_ours(host):
            return None
        asked = environ.get("QUERY_STRING", "")
        if asked and (path in ASKED or TYPED in asked):
            return None
        known = known_parameters(path, asked) if asked else ""
        if any(words in known for words in PLACES):
            return None
        # The port is no other site: nothing in a page says it.
        return (
            _scheme(environ),
            split_domain_port(host)[0],
            path,
            known,
        ), cookies


NOT_PASSED = (
    "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "wsgi.file_wrapper",
)  # fmt: skip
KINDS = ("text/", "application/", "image/svg+xml")
PICTURES = ("image/jpeg", "image/webp", "image/avif", "image/png")
# A picture is the same whatever cookies are sent: others on the way may keep it for all.
NOT_OF_PICTURES = frozenset({"content-length", "vary"})
OWN_HEADS = frozenset({"content-length", "etag", "content-encoding", "vary", "cache-control"})


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
        body = slots.filled(body, display)
        headers = [(n, v) for n, v in self.headers if n.lower() != "content-length"]
        start_response(self.status, [*headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


@lru_cache(maxsize=64)
def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        name, _, rest = part.partition(";")
        if name.strip() == "gzip":
            return rest.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _has(asked: str, tag: str) -> bool:
    """Weak comparison (RFC 9110, 13.1.2)."""
    return any(one.strip().removeprefix("W/") in (tag, "*") for one in asked.split(","))


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
