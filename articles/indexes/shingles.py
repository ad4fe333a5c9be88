"""Near-duplicates: texts that share most of their wording.

A text is folded and stripped to letters, digits and ideographs; its parts are all pieces of
eight characters. A sample of the pieces, the same for equal pieces, is kept in a table: texts
that share sampled pieces are looked at whole, and what counts is the share of the smaller one's
pieces that the other has too (containment; A. Broder, On the resemblance and containment of
documents, 1997).
"""

from __future__ import annotations

import hashlib
import heapq
import re
import zlib

from articles.search.folding import fold

PIECE = 8
# One piece in sixteen is kept; of short texts eight, of long ones 64.
SAMPLED, FEWEST, MOST = 16, 8, 64
SPAN = 1 << 32
# Shorter texts are compared as wholes.
SHORTEST = 60
_WORDS = re.compile(r"[^\W_]+")


def plain(text: str) -> str:
    """Return the letters, digits and ideographs of a text, folded."""
    return "".join(_WORDS.findall(fold(text)))


def pieces(text: str) -> set[str]:
    """Return all pieces of a :func:`plain` text."""
    return {text[place : place + PIECE] for place in range(len(text) - PIECE + 1)}


def sample(text: str) -> list[int]:
    """Return the fingerprint of a plain text: signed 64-bit numbers of its sampled pieces.

    The pieces with the smallest hashes: a part of a text, or a longer one, chooses the same
    among its own.
    """
    letters = text.encode("utf-32-le")
    ends = range(4 * PIECE, len(letters) + 1, 4)
    hashed = {zlib.crc32(piece): piece for end in ends if (piece := letters[end - 4 * PIECE : end])}
    chosen = [number for number in hashed if number < SPAN // SAMPLED]
    if len(chosen) < FEWEST:
        chosen = heapq.nsmallest(FEWEST, hashed)
    elif len(chosen) > MOST:
        chosen = heapq.nsmallest(MOST, chosen)
    return sorted(_number(hashed[number]) for number in chosen)


def share(one: set[str], other: set[str]) -> tuple[float, float]:
    """Return how much of one text is in the other, and of the other in it: 0 to 1."""
    both = len(one & other)
    return (both / len(one) if one else 0.0, both / len(other) if other else 0.0)


def key_of(words: str) -> int:
    """Return one number for a whole :func:`plain` text."""
    return _number(words.encode())


def _number(text: bytes) -> int:
    digest = hashlib.blake2b(text, digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
