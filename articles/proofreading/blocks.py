"""A text by its paragraphs, each character with its place in the HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape, unescape

_TOKEN = re.compile(
    r"<(/?)([a-z][a-z0-9]*)([^<>]*)>|&(?:#[0-9]+|#x[0-9a-f]+|[a-z0-9]+);|.",
    re.DOTALL | re.IGNORECASE,
)
_BREAKS = frozenset(
    {"p", "h2", "h3", "li", "td", "th", "caption", "blockquote", "figcaption", "cite", "div", "hr",
     "ul", "ol", "table", "tr", "figure", "aside"}
)  # fmt: skip


@dataclass
class Block:
    """One paragraph: its text, and for every character where it begins and ends in the HTML."""

    tag: str
    is_verse: bool
    text: str = ""
    places: list[tuple[int, int]] = field(default_factory=list)


def blocks_of(html: str) -> list[Block]:
    """Return the paragraphs of cleaned HTML that are not empty, in order."""
    found: list[Block] = []
    tag, verse = "p", 0
    letters: list[str] = []
    places: list[tuple[int, int]] = []

    def settle() -> None:
        if "".join(letters).strip():
            found.append(Block(tag, verse > 0, "".join(letters), list(places)))
        letters.clear()
        places.clear()

    for token in _TOKEN.finditer(html):
        name = (token[2] or "").lower()
        if name in _BREAKS:
            settle()
            if name == "div" and not token[1] and 'class="verse"' in token[3]:
                verse += 1
            elif name == "div" and token[1]:
                verse = max(0, verse - 1)
            tag = "p" if token[1] else name
        elif name == "br":
            letters.append("\n")
            places.append(token.span())
        elif not name:
            character = unescape(token[0])
            if len(character) == 1:
                letters.append(character)
                places.append(token.span())
    settle()
    return found


def replaced(html: str, block: Block, start: int, end: int, text: str) -> str:
    """Return the HTML with some characters of a block replaced; elements between them stay."""
    first, last = block.places[start][0], block.places[end - 1][1]
    inside = "".join(re.findall(r"<[^<>]*>", html[first:last]))
    return html[:first] + escape(text, quote=False) + inside + html[last:]


def marked(html: str, marks: Iterable[tuple[Block, int, int, str, str]]) -> str:
    """Return the HTML with ``<mark>`` around characters of blocks.

    Each mark: block, start, end, class, and the number it leads to (``data-hint``). Of two that
    overlap the first one given is marked.
    """
    spans: list[tuple[int, int, str, str]] = []
    named: set[str] = set()
    taken: set[tuple[int, int]] = set()
    for block, start, end, kind, number in marks:
        places: Sequence[tuple[int, int]] = block.places[start:end]
        if any(place in taken for place in places):
            continue
        taken.update(places)
        spans += [(first, last, kind, number) for first, last in _runs(places)]
    pieces, at = [], 0
    for first, last, kind, number in sorted(spans):
        pieces.append(html[at:first])
        name = "" if number in named else f' id="m{escape(number)}"'
        named.add(number)
        pieces.append(f'<mark class="{escape(kind)}"{name} data-hint="{escape(number)}">')
        pieces.append(html[first:last] + "</mark>")
        at = last
    return "".join(pieces) + html[at:]


def _runs(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join characters that stand side by side in the HTML; an element between them parts them."""
    found: list[tuple[int, int]] = []
    for first, last in places:
        if found and found[-1][1] == first:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found
