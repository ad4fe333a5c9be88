"""Tables of a Word file (ECMA-376, part 1, 17.4): rows, cells that are one, the head."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import html as parser

from submissions.word.base_reader import BaseReader
from submissions.word.names import child, is_on, name_of, value_of


class Table:
    """One table while it is read into HTML."""

    def __init__(self, reader: BaseReader, home: Any) -> None:
        self.reader, self.home = reader, home
        self._down: dict[int, Any] = {}  # by column: the cell that goes on downwards

    def read(self, element: Any) -> None:
        """Read all rows; a table without a word or a picture leaves nothing."""
        table = parser.Element("table")
        head, body = parser.Element("thead"), parser.Element("tbody")
        for row in self._through(element, "w:tr"):
            about = child(row, "w:trPr")
            if is_on(child(about, "w:hidden")) or child(about, "w:del") is not None:
                kind = "deleted" if child(about, "w:del") is not None else "hidden"
                self.reader.hide(row, kind)
                continue
            is_head = bool(is_on(child(about, "w:tblHeader"))) and not len(body)
            self._row(row, head if is_head else body, "th" if is_head else "td")
        for part in (head, body):
            if len(part):
                table.append(part)
        self.home.append(table)

    def _through(self, parent: Any, wanted: str) -> Iterator[Any]:
        """The rows of a table, or the cells of a row, out of whatever is around them."""
        for element in self.reader.inside(parent):
            name = name_of(element)
            if name == wanted:
                yield element
            elif name in ("w:p", "w:tbl"):
                self.reader.blocks([element], self.home)
            else:
                yield from self._through(element, wanted)

    def _row(self, row: Any, part: Any, tag: str) -> None:
        written = parser.Element("tr")
        part.append(written)
        column, before = _count(child(row, "w:trPr", "w:gridBefore"), 0), None
        for cell in self._through(row, "w:tc"):
            about = child(cell, "w:tcPr")
            span = _count(child(about, "w:gridSpan"), 1)
            down, along = child(about, "w:vMerge"), child(about, "w:hMerge")
            if down is not None and value_of(down) != "restart" and column in self._down:
                above = self._down[column]
                above.set("rowspan", str(int(above.get("rowspan", 1)) + 1))
                self.reader.hide(cell, "hidden")
            elif along is not None and value_of(along) != "restart" and before is not None:
                before.set("colspan", str(int(before.get("colspan", 1)) + 1))
                self.reader.hide(cell, "hidden")
            else:
                before = self._cell(cell, tag)
                written.append(before)
                if span > 1:
                    before.set("colspan", str(span))
                self._down.pop(column, None)
                if down is not None:
                    self._down[column] = before
            column += span

    def _cell(self, cell: Any, tag: str) -> Any:
        written = parser.Element(tag)
        if child(cell, "w:tcPr", "w:cellDel") is not None:
            self.reader.hide(cell, "deleted")
            return written
        self.reader.blocks(cell, written)
        self.reader.flush(written)
        if len(written) == 1 and written[0].tag == "p":
            written[0].drop_tag()
        return written


def _count(element: Any, otherwise: int) -> int:
    text = value_of(element) or ""
    return min(int(text), 60) if text.isdigit() else otherwise
