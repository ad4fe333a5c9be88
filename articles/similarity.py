"""Near-duplicates: texts that share most of their wording.

A text is folded and stripped to letters, digits and ideographs; its parts are all pieces of
eight characters. A sample of the pieces, the same for equal pieces, is kept in a table: texts
that share sampled pieces are looked at whole, and what counts is the share of the smaller one's
pieces that the other has too (containment; A. Broder, On the resemblance and containment of
documents, 1997).
"""

from __future__ import annotations

import hashlib
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
    """Return the fingerprint of a plain text: signed 64-bit numbers of its sampled pieces."""
    # The smallest hashes: a part of a text, or a longer one, chooses the same among its own.
    hashed = sorted((zlib.crc32(piece.encode()), piece) for piece in pieces(text))
    often = sum(1 for number, _ in hashed if number < SPAN // SAMPLED)
    return sorted(_number(piece) for _, piece in hashed[: min(max(often, FEWEST), MOST)])


def share(one: set[str], other: set[str]) -> tuple[float, float]:
    """Return how much of one text is in the other, and of the other in it: 0 to 1."""
    both = len(one & other)
    return (both / len(one) if one else 0.0, both / len(other) if other else 0.0)


def text_key(text: str) -> int:
    """Return one number for a whole text, equal for texts that differ in marks and script only."""
    return _number(plain(text))


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True)
