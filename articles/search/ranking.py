"""The order of hits: how well the words fit, and how new the piece is.

The weights were found by known-item queries on news texts (docs/decisions/0014-search.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# A text of the usual length counts its hits as they are; longer ones less.
USUAL_LENGTH = 520
YEAR = 365 * 86400


@dataclass(frozen=True)
class Candidate:
    """One document as the index keeps it: folded texts, and its time in seconds."""

    id: int
    at: float
    title: str
    body: str
    meta: str


def score(words: Sequence[str], document: Candidate, *, now: float) -> float:
    """Return how well a document fits; only the order of scores means anything."""
    title, body, meta = document.title, document.body, document.meta
    slack = 1.2 * (0.25 + 0.75 * len(body) / USUAL_LENGTH)
    total = 0.0
    for word in words:
        place = title.find(word)
        if place >= 0:
            total += 3.0 + (place == 0)
        if word in meta:
            total += 2.0
        often = body.count(word)
        total += 2.2 * often / (often + slack)
    total /= len(words)
    if len(words) > 1 and _adjacent(words, title):
        total += 2.0
    age = max(0.0, now - document.at) / YEAR
    return float(total + 1.2 * 2.0**-age)


def _adjacent(words: Sequence[str], text: str) -> bool:
    """Do the words follow one another in the text, with a blank or a mark at most between?"""
    place = text.find(words[0])
    while place >= 0:
        end = place + len(words[0])
        for word in words[1:]:
            if text.startswith(word, end):
                end += len(word)
            elif text.startswith(word, end + 1):
                end += 1 + len(word)
            else:
                break
        else:
            return True
        place = text.find(words[0], place + 1)
    return False


def contains(words: Sequence[str], document: Candidate) -> bool:
    """Is every word somewhere in the document?"""
    texts = (document.title, document.body, document.meta)
    return all(any(word in text for text in texts) for word in words)


def ordered(
    words: Sequence[str], documents: Sequence[Candidate], *, now: float
) -> list[tuple[float, int]]:
    """Return (score, id), the best first; ties: the newer, then the higher number."""
    found = [(score(words, one, now=now), one.id) for one in documents]
    return sorted(found, key=lambda pair: (-pair[0], -pair[1]))
