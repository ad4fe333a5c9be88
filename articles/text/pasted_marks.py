"""What styles of pasted HTML say, as the few marks that there are."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree
from lxml import html as parser

from articles.text.pasted_lists import IGNORED, style_of
from articles.text.pasted_sieve import BLOCKS, DROPPED, MARKED

INNER = BLOCKS - {"li", "td", "th"} | {"ul", "ol", "table", "figure"}
_STRUCK = re.compile(r"text-decoration(?:-line)?:[^;]{0,60}line-through")


def drop_marked(root: Any) -> None:
    """Take out the elements of which only the words stay."""
    etree.strip_tags(root, DROPPED)


def dress_to_marks(root: Any) -> None:
    """Turn what styles say into elements, and elements that styles unsay into nothing."""
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        style = style_of(element)
        if element.tag in ("b", "strong") and re.search(
            r"(?:^|;)font-weight:(?:normal|400)", style
        ):
            element.tag = DROPPED
        elif element.tag in MARKED and IGNORED not in style:
            marks = _marks_of(element.tag, style)
            element.tag = marks[0] if marks else DROPPED
            for mark in marks[1:]:
                _wrap_inside(element, mark)
        elif _STRUCK.search(style):
            _wrap_inside(element, "s")
    drop_marked(root)


def marks_into_lines(root: Any) -> None:
    """A mark around whole lines is one of each of them."""
    for element in list(root.iter("strong", "em", "s", "sub", "sup", "a")):
        if not len(element):
            continue
        lines = [one for one in element.iter(*BLOCKS) if not any(c.tag in INNER for c in one)]
        for line in lines:
            made = _wrap_inside(line, element.tag)
            if element.get("href"):
                made.set("href", element.get("href"))
        if lines:
            element.tag = DROPPED
    drop_marked(root)


def _marks_of(tag: str, style: str) -> list[str]:
    found = []
    if tag == "b" or re.search(r"(?:^|;)font-weight:(?:bold|[6-9]00)", style):
        found.append("strong")
    if tag == "i" or "font-style:italic" in style:
        found.append("em")
    if tag == "strike" or _STRUCK.search(style):
        found.append("s")
    if "vertical-align:super" in style:
        found.append("sup")
    elif "vertical-align:sub" in style:
        found.append("sub")
    return found


def _wrap_inside(element: Any, tag: str) -> Any:
    """Put all that is in an element into another one, and return that."""
    made = parser.Element(tag)
    made.text, element.text = element.text, None
    for child in list(element):
        made.append(child)
    element.append(made)
    return made
