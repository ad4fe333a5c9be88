"""What one reader gets of a kept page: compressed or not, by his choices, or that nothing changed.

The reader's choices (theme, elder mode, size) are filled into the body when it is sent; the
compressed pieces between them are joined as they are (a gzip member is a sequence of deflate
blocks, RFC 1951; each piece ends on a byte and begins without a memory).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from portal.display import CHOICES, Display
from portal.page_cache import placeholders

HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
END = b"\x03\x00"  # an empty last block
USUAL = (CHOICES["theme"][0], CHOICES["mode"][0], CHOICES["size"][0])
AS_USUAL = Display(*USUAL)


@dataclass
class CachedPage:
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
        chosen = placeholders.values(display)
        out, whole = [HEAD], b""
        for place, piece in enumerate(self.pieces):
            out.append(piece)
            whole += _plain(piece)
            if place < len(self.names):
                value = chosen[self.names[place]]
                out.append(packed(value, level=1))
                whole += value
        out += [END, zlib.crc32(whole).to_bytes(4, "little"), len(whole).to_bytes(4, "little")]
        return b"".join(out)

    def tag_for(self, display: Display, *, zipped: bool) -> str:
        """Return the entity tag of what one reader gets."""
        choice = f"{display.theme[0]}{display.mode[0]}{display.size}" if self.names else ""
        return f'"{self.tag}{choice}{"z" if zipped else ""}"'


@dataclass
class CachedPicture:
    """One kept picture, as it is, with the head lines Django gave it."""

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


Cached = CachedPage | CachedPicture


def packed(data: bytes, level: int = 9) -> bytes:
    """Return deflate blocks that end on a byte and need nothing before them."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)


def _plain(blocks: bytes) -> bytes:
    return zlib.decompressobj(-15).decompress(blocks)


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
