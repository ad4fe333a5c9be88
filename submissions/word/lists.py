"""Lists of a Word file: paragraphs with a sign or a plain number, nested by their level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import html as parser

from submissions.word.numbering import Marker


@dataclass
class _Open:
    level: int
    tag: str
    element: Any
    number: int


class Lists:
    """The lists that are open in each place; another paragraph closes them, the count goes on."""

    def __init__(self) -> None:
        self._open: dict[Any, list[_Open]] = {}

    def close(self, home: Any) -> None:
        """Something else follows."""
        self._open.pop(home, None)

    def item(self, home: Any, marker: Marker) -> Any:
        """Return the element of a new item."""
        stack = self._open.setdefault(home, [])
        tag, number = ("ul", 0) if marker.number is None else ("ol", marker.number)
        while stack and stack[-1].level > marker.level:
            stack.pop()
        if stack and stack[-1].level == marker.level:
            last = stack[-1]
            if last.tag != tag or (tag == "ol" and number != last.number + 1):
                stack.pop()
        if not stack or stack[-1].level < marker.level:
            above = stack[-1].element[-1] if stack else home
            made = parser.Element(tag)
            if number > 1:
                made.set("start", str(number))
            above.append(made)
            stack.append(_Open(marker.level, tag, made, number))
        stack[-1].number = number
        item = parser.Element("li")
        stack[-1].element.append(item)
        return item
