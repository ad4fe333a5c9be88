"""Putting a picture into a text: which figure, and where."""

from __future__ import annotations

from html import escape
from typing import Any

from lxml import html as parser

from articles.text.richtext import clean

# The width that texts name; pages offer the others.
WIDTH = 768


def figure_of(key: str, caption: str, photographer: str) -> str:
    """Return the figure of a picture by the key of its upload, with its words under it."""
    credit = f"{photographer} 摄" if photographer else ""
    words = "\u3000".join(part for part in (caption, credit) if part)
    told = f"<figcaption>{escape(words, quote=False)}</figcaption>" if words else ""
    alt = escape(caption[:120])
    return f'<figure><img src="/pictures/{key}/{WIDTH}.jpg" alt="{alt}">{told}</figure>'


def placed_after(html: str, block: int | None, figures: str) -> str:
    """Return the text with figures after its outer block of that number; ``None``: at the end."""
    root = parser.fragment_fromstring(clean(html) or "", create_parent="div")
    put: list[Any] = list(parser.fragment_fromstring(figures, create_parent="div"))
    at = len(root) if block is None else min(max(block + 1, 0), len(root))
    for place, one in enumerate(put):
        root.insert(at + place, one)
    inner = escape(root.text or "", quote=False) + "".join(
        parser.tostring(child, encoding="unicode") for child in root
    )
    return clean(inner)
