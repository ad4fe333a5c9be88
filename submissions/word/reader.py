"""A Word file gone through once: everything in it is placed, told, or was never to be seen.

The rules are those of ECMA-376, part 1 (17: WordprocessingML). What is not known here is unwrapped
to its words.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lxml import html as parser

from articles.text.accounting import seen
from submissions.word.base_reader import BaseReader
from submissions.word.fields import DELETED, Fields
from submissions.word.inline import Line
from submissions.word.lists import Lists
from submissions.word.names import child, name_of, value_of
from submissions.word.numbering import LEVELS, Marker, Numbering
from submissions.word.package import Package
from submissions.word.runs import LINES, Around, Runs
from submissions.word.styles import Styles
from submissions.word.tables import Table

LONGEST_HEADING = 80


class Reader(BaseReader):
    """``root`` is the text as HTML."""

    def __init__(self, package: Package) -> None:
        super().__init__(package)
        self.root = parser.Element("div")
        self.styles = Styles(self._first("styles"))
        self.numbering = Numbering(self._first("numbering"), self.styles.numbers)
        self.lists, self.runs = Lists(), Runs(self)
        self._notes: list[tuple[str, Any]] = []
        self._numbers: dict[tuple[str, str], int] = {}
        self._bodies: dict[str, dict[str, Any]] = {}
        self._tables = 0
        self._carried = Line()

    def _first(self, kind: str) -> Any:
        found = self.package.related(self.package.main, kind)
        return self.package.tree(found[0]) if found else None

    def read(self) -> None:
        """Go through the document, its notes, its margins and its comments."""
        tree = self.package.tree(self.package.main)
        body = child(tree, "w:body")
        self.fields = Fields(tree)
        self._give(tree)
        self.blocks(tree if body is None else body, self.root)
        self.flush(self.root)
        self._write_notes()
        self._margins()
        self._comments()

    # what is counted ------------------------------------------------------------------------

    def _give(self, tree: Any) -> None:
        self.accounts.given += seen("".join(tree.itertext()))

    # blocks ---------------------------------------------------------------------------------

    def blocks(self, parent: Any, home: Any) -> None:
        """Read paragraphs and tables into an element of HTML."""
        loose: list[Any] = []
        for element in self.inside(parent):
            name = name_of(element)
            if name in LINES:
                loose.append(element)
                continue
            self._loose(loose, home)
            if name == "w:p":
                self.paragraph(element, home)
            elif name == "w:tbl":
                self.flush(home)
                self._table(element, home)
            elif name in DELETED:
                self.hide(element, "deleted")
            elif name in ("w:altChunk", "w:subDoc"):
                self.left.add("object", self.place)
            else:
                if (element.text or "").strip():
                    self.plain(element.text, home)
                self.blocks(element, home)
        self._loose(loose, home)

    def _loose(self, elements: list[Any], home: Any) -> None:
        """Words that stand outside a paragraph make one."""
        if elements:
            line, boxes = Line(), list[Any]()
            for element in elements:
                self.runs.piece(element, Around(line, boxes))
            elements.clear()
            self._settle(line, home, "p", "", None)
            self._boxes(boxes, home)

    def plain(self, text: str, home: Any) -> None:
        """Put words of no known form into a paragraph of their own."""
        line = Line()
        line.text(text)
        self._settle(line, home, "p", "", None)

    def paragraph(self, element: Any, home: Any) -> None:
        """Read one paragraph; what hangs on it comes after it."""
        about = child(element, "w:pPr")
        style = self.styles.of_paragraph(value_of(child(about, "w:pStyle")))
        line, boxes = self._carried, list[Any]()
        self._carried = Line()
        for one in self.inside(element):
            self.runs.piece(one, Around(line, boxes, style))
        if child(about, "w:rPr", "w:del") is not None:  # its end is deleted: the next one goes on
            self._boxes(boxes, home)
            self._carried = line
            return
        # An empty line has its number too, but not one whose words are hidden, deleted or moved.
        counts = not line.is_empty or not seen("".join(element.itertext()))
        marker = self._marker(about, style) if counts else None
        tag, dress = self._dress(about, style, line)
        self._settle(line, home, tag, dress, marker)
        self._boxes(boxes, home)

    def flush(self, home: Any) -> None:
        """Write what waited for a paragraph to go on in."""
        line, self._carried = self._carried, Line()
        self._settle(line, home, "p", "", None)

    def _marker(self, about: Any, style: str) -> Marker | None:
        own = child(about, "w:numPr")
        key, level = self.styles.number(style)
        key = value_of(child(own, "w:numId")) or key
        level = value_of(child(own, "w:ilvl")) or level
        if key in ("", "0"):
            return None
        known = self.numbering.level_of_style.get((self.numbering.definition_of(key), style), 0)
        number = int(level) if level and level.isdigit() else known
        return self.numbering.marker(key, min(number, LEVELS - 1))

    def _dress(self, about: Any, style: str, line: Line) -> tuple[str, str]:
        """The element and the class of a paragraph."""
        name = self.styles.name(style)
        if name in ("title", "标题"):
            return "h1", "title"
        if name in ("subtitle", "副标题"):
            return "p", "subtitle"
        outline = value_of(child(about, "w:outlineLvl"))
        level = int(outline) + 1 if outline in ("0", "1", "2", "3", "4", "5") else 0
        level = level or (self.styles.heading(style) if outline is None else 0)
        if level and len(line.words) <= LONGEST_HEADING:
            return f"h{min(level, 6)}", ""
        aligned = value_of(child(about, "w:jc")) or self.styles.alignment(style)
        return "p", "centred" if aligned == "center" else ""

    def _settle(self, line: Line, home: Any, tag: str, dress: str, marker: Marker | None) -> None:
        """Write a paragraph, as an item of a list where it is one."""
        if line.is_empty:
            return
        if not self._within:
            self._paragraphs += 1
        if marker is not None and tag == "p" and (marker.is_bullet or marker.number is not None):
            line.write(self.lists.item(home, marker))
            return
        self.lists.close(home)
        if marker is not None and marker.text:
            gap = " " if marker.text.strip()[-1] < "\u2e80" else ""
            self.accounts.made.update(seen(marker.text))
            first = Line()
            first.text(marker.text.strip() + gap)
            line.inlines = first.inlines + line.inlines
        for part in line.paragraphs() if tag == "p" else [line]:
            if part.is_empty:
                continue
            block = parser.Element(tag)
            if dress:
                block.set("class", dress)
            home.append(block)
            part.write(block)

    def _boxes(self, boxes: list[Any], home: Any) -> None:
        for box in boxes:
            if isinstance(box, str):
                self.plain(box, home)
                continue
            if seen("".join(box.itertext())):
                self.left.add("box", self.place)
            self.blocks(box, home)

    def _table(self, element: Any, home: Any) -> None:
        self.lists.close(home)
        table = Table(self, home)
        if not self._within:
            self._tables += 1
        with self._in(self._within or f"第 {self._tables} 个表格"):
            table.read(element)

    @contextmanager
    def _in(self, place: str) -> Iterator[None]:
        before, self._within = self._within, place
        yield
        self._within = before

    # notes, margins, comments -----------------------------------------------------------------

    def note(self, kind: str, key: str) -> int:
        """Return the number of a note, which is written under the text; 0 where there is none."""
        if kind not in self._bodies:
            tree = self._first(kind)
            rows = () if tree is None else tree
            self._bodies[kind] = {value_of(row, "id") or "": row for row in rows}
        body = self._bodies[kind].get(key)
        if body is not None and (kind, key) not in self._numbers:
            self._notes.append((kind, body))
            self._numbers[kind, key] = len(self._notes)
        return self._numbers.get((kind, key), 0)

    def _write_notes(self) -> None:
        """Put the notes under the text, in the order of their marks."""
        if not self._notes:
            return
        home = parser.Element("ol")
        self.lists.close(self.root)
        self.root.append(home)
        for kind, body in self._notes:
            self.part = self.package.related(self.package.main, kind)[0]
            self.fields = Fields(body)
            self._give(body)
            item = parser.Element("li")
            home.append(item)
            with self._in("注释"):
                self.blocks(body, item)
            self.flush(item)
            if len(item) == 1 and item[0].tag == "p":
                item[0].drop_tag()
        self.part = self.package.main

    def _margins(self) -> None:
        """Headers and footers are told: their words as far as they are seen, their pictures by number."""
        words: list[str] = []
        for kind in ("header", "footer"):
            for part in self.package.related(self.package.main, kind):
                margin = Reader(self.package)
                margin.part, tree = part, self.package.tree(part)
                margin.fields = Fields(tree)
                margin.blocks(tree, margin.root)
                margin.flush(margin.root)
                text = " ".join(" ".join(block.itertext()) for block in margin.root).strip()
                words += [text] if text else []
                for _ in margin.pictures:
                    self.left.add("logo")
        if words:
            self.left.add("margin", "", "；".join(dict.fromkeys(words)))
            self.accounts.made.update(seen(self.left.items["margin"][0][1]))

    def _comments(self) -> None:
        tree = self._first("comments")
        there = 0 if tree is None else sum(name_of(one) == "w:comment" for one in tree)
        told = len(self.left.items.get("comment", []))
        for _ in range(there - told):  # without a mark in the text
            self.left.add("comment")
