"""What stands in a line of a Word file: words with their marks, breaks, pictures, notes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

# In the order in which they stand in one another.
MARKS = ("strong", "em", "s", "sup", "sub")
_INDENT = re.compile(r"^(?:\u3000|[ \u00a0\t]{2,})")


@dataclass(frozen=True)
class Inline:
    """Words with the same marks and link; a break; picture or note by its number."""

    kind: str  # text, break, picture, note
    text: str = ""
    marks: tuple[str, ...] = ()
    link: str = ""
    number: int = 0


@dataclass
class Line:
    """One paragraph while it is read."""

    inlines: list[Inline] = field(default_factory=list)

    def text(self, text: str, marks: tuple[str, ...] = (), link: str = "") -> None:
        """Go on with these words."""
        last = self.inlines[-1] if self.inlines else None
        if last is not None and (last.kind, last.marks, last.link) == ("text", marks, link):
            self.inlines[-1] = Inline("text", last.text + text, marks, link)
        elif text:
            self.inlines.append(Inline("text", text, marks, link))

    def add(self, kind: str, number: int = 0) -> None:
        """Go on with a break, a picture or a note."""
        self.inlines.append(Inline(kind, number=number))

    @property
    def words(self) -> str:
        """The words alone."""
        return "".join(one.text for one in self.inlines)

    @property
    def is_empty(self) -> bool:
        """Is there nothing to see?"""
        return not self.words.strip() and all(p.kind in ("text", "break") for p in self.inlines)

    def paragraphs(self) -> list[Line]:
        """Take it apart where a soft return and an indent make a paragraph by hand."""
        found = [Line()]
        for place, one in enumerate(self.inlines):
            after = self.inlines[place + 1] if place + 1 < len(self.inlines) else None
            indents = after is not None and after.kind == "text" and _INDENT.match(after.text)
            if one.kind == "break" and indents:
                found.append(Line())
            else:
                found[-1].inlines.append(one)
        return found

    def write(self, block: Any) -> None:
        """Put it into an element of HTML."""
        open_: list[Any] = []  # elements around what is written, outermost first
        wanted: list[tuple[str, str]] = []
        place = block
        for one in self.inlines:
            around = [("a", one.link)] if one.link else []
            around += [(mark, "") for mark in MARKS if mark in one.marks]
            if one.kind != "text":
                around = []
            if around != wanted or (not around and open_):
                open_, wanted = [], around
                place = block
                for tag, link in around:
                    place = _sub(place, tag)
                    if link:
                        place.set("href", link)
                    open_.append(place)
            if one.kind == "text":
                _append(place, one.text)
            elif one.kind == "break":
                _sub(block, "br")
            elif one.kind == "picture":
                _sub(block, "img").set("src", f"#{one.number}")
            else:
                note = _sub(block, "sup")
                note.text = f"[{one.number}]"
                note.set("class", "note")


def _sub(parent: Any, tag: str) -> Any:
    element = parent.makeelement(tag, {})
    parent.append(element)
    return element


def _append(element: Any, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text
