"""What one reading of a Word file keeps: the accounts, where it stands, what is told.

Lines, tables and drawings are read on its behalf and lead back to it: a cell holds paragraphs, a text
box holds tables. They know this class; :class:`submissions.word.reader.Reader` knows them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from articles.text.accounting import Accounts, LeftOut, seen
from submissions.word.fields import Fields
from submissions.word.names import child, is_on, name_of
from submissions.word.package import Package
from submissions.word.styles import Styles

DRAWINGS = {"w:drawing", "w:pict", "w:object", "v:group", "v:shape", "v:rect", "v:textbox"}


class BaseReader(ABC):
    """``pictures`` is what the text shows, ``left`` what is told."""

    fields: Fields
    styles: Styles

    def __init__(self, package: Package) -> None:
        self.package, self.part = package, package.main
        self.left, self.accounts = LeftOut(), Accounts()
        self.pictures: list[tuple[bytes, str]] = []
        self._paragraphs = 0
        self._within = ""

    @abstractmethod
    def blocks(self, parent: Any, home: Any) -> None:
        """Read paragraphs and tables into an element of HTML."""

    @abstractmethod
    def flush(self, home: Any) -> None:
        """End the line that is being written."""

    @abstractmethod
    def note(self, kind: str, key: str) -> int:
        """Return the number of a footnote or an endnote."""

    def unseen(self, element: Any) -> None:
        """Nobody sees this: it is not lost."""
        self.accounts.unseen.update(seen("".join(element.itertext())))

    @property
    def place(self) -> str:
        """Where the reading stands, as the author finds it."""
        return self._within or f"第 {self._paragraphs + 1} 段"

    def hide(self, element: Any, kind: str) -> None:
        """Tell that something was not to be seen, where there was something."""
        if seen("".join(element.itertext())) or any(name_of(e) in DRAWINGS for e in element.iter()):
            self.left.add(kind, self.place)
            self.unseen(element)

    def inside(self, parent: Any) -> Iterator[Any]:
        """The children of an element; of two ways to write the same thing, one (part 3, 9.3)."""
        for element in parent:
            name = name_of(element)
            if name == "mc:AlternateContent":
                ways = [way for way in element if name_of(way) in ("mc:Choice", "mc:Fallback")]
                best = next((way for way in ways if _says(way)), None)
                for way in ways:
                    if way is best:
                        yield from self.inside(way)
                    else:
                        self.unseen(way)
            elif name == "w:sdt" and is_on(child(element, "w:sdtPr", "w:showingPlcHdr")):
                self.left.add("prompt", self.place)
                self.unseen(element)
            elif not name.endswith("Pr"):
                yield element


def _says(way: Any) -> bool:
    """Has one of two ways a picture or words?"""
    names = {name_of(one) for one in way.iter()}
    return bool(names & {"a:blip", "v:imagedata", "w:txbxContent", "w:pict", "w:t", "a:t", "c:chart", "dgm:relIds"})  # fmt: skip
