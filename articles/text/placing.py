"""Putting a picture into a text: which figure, and where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from lxml import html as parser

from articles.text.richtext import clean

# The width that texts name; pages offer the others.
WIDTH = 768
GAP, CREDIT = "\u3000", " 摄"
_KEY = re.compile(r"/pictures/([A-Za-z0-9_-]+)/")


def words_under(caption: str, photographer: str) -> str:
    """Return what is printed under a picture."""
    credit = f"{photographer}{CREDIT}" if photographer else ""
    return GAP.join(part for part in (caption, credit) if part)


def words_apart(words: str) -> tuple[str, str]:
    """Return caption and photographer of what is printed under a picture; no name where none is told."""
    caption, _, credit = words.rpartition(GAP)
    if credit.endswith(CREDIT):
        return caption, credit.removesuffix(CREDIT)
    return words, ""


def figure_of(key: str, caption: str, photographer: str) -> str:
    """Return the figure of a picture by the key of its upload, with its words under it."""
    words = words_under(caption, photographer)
    told = f"<figcaption>{escape(words, quote=False)}</figcaption>" if words else ""
    alt = escape(caption[:120])
    return f'<figure><img src="/pictures/{key}/{WIDTH}.jpg" alt="{alt}">{told}</figure>'


def captions_in(html: str) -> dict[str, str]:
    """Return what stands under every picture of a text that has a figure of its own, by its key."""
    return {key: _caption(figure) for key, figure in _figures(_root(html))}


def with_captions(html: str, words: Mapping[str, str]) -> str:
    """Return a text in which these words stand under these pictures; the others stay as they are."""
    root = _root(html)
    for key, figure in _figures(root):
        if key not in words or _caption(figure) == words[key]:
            continue
        for old in figure.findall("figcaption"):
            figure.remove(old)
        if words[key]:
            put = parser.fragment_fromstring("<figcaption></figcaption>")
            put.text = words[key]
            figure.append(put)
    return _inner(root)


def _figures(root: Any) -> list[tuple[str, Any]]:
    found = []
    for figure in root.iter("figure"):
        keys = [
            match[1] for image in figure.iter("img") if (match := _KEY.search(image.get("src", "")))
        ]
        if len(keys) == 1:  # what several share is theirs together
            found.append((keys[0], figure))
    return found


def _caption(figure: Any) -> str:
    return "".join(part.text_content().strip() for part in figure.findall("figcaption"))


def _root(html: str) -> Any:
    return parser.fragment_fromstring(clean(html) or "", create_parent="div")


def _inner(root: Any) -> str:
    inner = escape(root.text or "", quote=False) + "".join(
        parser.tostring(child, encoding="unicode") for child in root
    )
    return clean(inner)


def placed_after(html: str, block: int | None, figures: str) -> str:
    """Return the text with figures after its outer block of that number; ``None``: at the end."""
    root = _root(html)
    put: list[Any] = list(parser.fragment_fromstring(figures, create_parent="div"))
    at = len(root) if block is None else min(max(block + 1, 0), len(root))
    for place, one in enumerate(put):
        root.insert(at + place, one)
    return _inner(root)
