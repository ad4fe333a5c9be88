"""Quoting a hit: the words around it, marked, from the text as it was written."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.search.folding import fold
from articles.text.richtext import joined

BEFORE = 20
LONG = 90


def marked(text: str, words: Sequence[str]) -> SafeString:
    """Return ``text`` as HTML with every word marked: escaped first, then marked."""
    pieces: list[str] = []
    place = 0
    for begin, end in _places(fold(text), words):
        pieces += [text[place:begin], format_html("<mark>{}</mark>", text[begin:end])]
        place = end
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, text[place:]]))


def snippet(text: str, words: Sequence[str]) -> SafeString:
    """Return about ninety characters around the first word that stands in ``text``.

    The word stands near the beginning: on a phone what is quoted ends after three short lines.
    """
    text = joined(text)
    folded = fold(text)
    hits = [place for place in (folded.find(word) for word in words) if place >= 0]
    begin = max(0, min(hits, default=0) - BEFORE)
    end = min(len(text), begin + LONG)
    inside = marked(text[begin:end], words)
    return format_html("{}{}{}", "…" * (begin > 0), inside, "…" * (end < len(text)))


def _places(folded: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand, without overlaps, in order."""
    found: list[tuple[int, int]] = []
    for word in words:
        place = folded.find(word) if word else -1
        while place >= 0:
            found.append((place, place + len(word)))
            place = folded.find(word, place + len(word))
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined
