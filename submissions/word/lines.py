"""The words of a line, as a text and as a title."""

from __future__ import annotations

import re
from typing import Any

from correspondents.names import without_pad

EDGES = " \t\n\u3000\u00a0"


def text_of(block: Any, *, joined: bool = True) -> str:
    """Return the text of a block; a break is a blank."""
    text = "".join(_texts(block))
    return re.sub(r"\s+", " ", text).strip(EDGES) if joined else text.strip(EDGES)


def _texts(element: Any) -> list[str]:
    found = [" " if element.tag == "br" else element.text or ""]
    for child in element:
        found += [*_texts(child), child.tail or ""]
    return found


def title_of(text: str) -> str:
    """Return a title as it was set: letters set wide are drawn together, a blank of two parts stays."""
    wide = without_pad(text)
    if len(wide) >= 2 and all(len(part) == 1 for part in text.split()):
        return wide
    return re.sub(r"[ \t\n\u00a0]*\u3000[\s\u3000]*|[ \t\u00a0]{2,}", "\u3000", text).strip(EDGES)
