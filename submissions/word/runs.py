"""What stands in the lines of a Word file: runs, links, fields, notes, formulas, drawings."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from articles.text.accounting import seen
from submissions.word.base_reader import DRAWINGS, BaseReader
from submissions.word.drawings import Drawing
from submissions.word.fields import DELETED, link_in
from submissions.word.inline import Line
from submissions.word.names import child, is_on, name_of, value_of
from submissions.word.symbols import sign

SAFE_LINK = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
CODES = {"w:instrText", "w:delInstrText"}
# Data that only programs read.
DATA = {"w:fldData", "w:binData", "o:FieldCodes", "o:LinkType", "o:LockedField"}
FORMULAS = {"m:oMath", "m:oMathPara"}
# What may stand in a paragraph; outside one it makes one.
LINES = {"w:r", "w:hyperlink", "w:fldSimple", "w:t"} | FORMULAS | DRAWINGS
SIMPLE_MATH = FORMULAS | {"m:r", "m:t", "m:sSub", "m:sSup", "m:e", "m:sub", "m:sup"}
NOTES = {"w:footnoteReference": "footnotes", "w:endnoteReference": "endnotes"}
SMALLEST = 2  # half points: what is smaller is there to be hidden


@dataclass(frozen=True)
class Around:
    """Where a piece stands: the line it goes to, what hangs on it, style, link, marks."""

    line: Line
    boxes: list[Any]
    style: str = ""
    link: str = ""
    marks: tuple[str, ...] = ()

    def write(self, text: str) -> None:
        """Go on with words."""
        self.line.text(text, self.marks, self.link)


class Runs:
    """Reads the pieces of a line for a reader, which keeps the accounts."""

    def __init__(self, reader: BaseReader) -> None:
        self.reader = reader

    def piece(self, element: Any, at: Around) -> None:
        """Read what stands in a paragraph."""
        name = name_of(element)
        if name == "w:r":
            self.run(element, at)
        elif name == "w:moveFrom":
            self.reader.unseen(element)  # it stands where it was moved to
        elif name in DELETED:
            self.reader.hide(element, "deleted")
        elif name in DATA:
            self.reader.unseen(element)
        elif name in FORMULAS:
            self._formula(element, at)
        elif name in DRAWINGS or name in CODES or name == "w:t":
            self.part(element, at)
        else:
            if name in ("w:hyperlink", "w:fldSimple"):
                at = replace(at, link=self._safe(self._target(element)) or at.link)
            self._unwrap(element, at, self.piece)

    def _unwrap(self, element: Any, at: Around, read: Callable[[Any, Around], None]) -> None:
        """The words of what is not known, and what stands in it."""
        if (element.text or "").strip():
            at.write(element.text)
        for one in self.reader.inside(element):
            read(one, at)

    def run(self, run: Any, at: Around) -> None:
        """Read one run: words of one dress, unless nobody sees them."""
        about = child(run, "w:rPr")
        styles = self.reader.styles
        character = value_of(child(about, "w:rStyle")) or ""
        size = value_of(child(about, "w:sz")) or "24"
        hidden = styles.hides(about, character, at.style) or (
            size.isdigit() and int(size) <= SMALLEST
        )
        at = replace(at, marks=_marks(about, styles.name(character) if character else ""))
        for element in self.reader.inside(run):
            name = name_of(element)
            if name == "w:fldChar":
                self._field(element, at)
            elif name in CODES:
                self._code(element, at)
            elif self.reader.fields.in_code or name in DATA:
                self.reader.unseen(element)
            elif hidden:
                self.reader.hide(element, "hidden")
            else:
                self.part(element, at)

    def part(self, element: Any, at: Around) -> None:
        """Read one part of a run."""
        link = self.reader.fields.link
        if not at.link and SAFE_LINK.match(link):
            at = replace(at, link=link)
        name = name_of(element)
        if name in DRAWINGS:
            self._drawing(element, at)
        elif name in self._READ:
            self._READ[name](self, element, at)
        else:
            self._unwrap(element, at, self.part)

    def _text(self, element: Any, at: Around) -> None:
        at.write(element.text or "")

    def _tab(self, element: Any, at: Around) -> None:
        at.write("\t")

    def _break(self, element: Any, at: Around) -> None:
        at.line.add("break")

    def _hyphen(self, element: Any, at: Around) -> None:
        self._made("\u2011", at)

    def _symbol(self, element: Any, at: Around) -> None:
        found = sign(value_of(element, "font") or "", value_of(element, "char") or "")
        if found:
            self._made(found, at)
        else:
            self.reader.left.add("symbol", self.reader.place)

    def _note(self, element: Any, at: Around) -> None:
        number = self.reader.note(NOTES[name_of(element)], value_of(element, "id") or "")
        if number and value_of(element, "customMarkFollows") not in ("1", "true", "on"):
            self.reader.accounts.made.update(f"[{number}]")
            at.line.add("note", number)

    def _comment(self, element: Any, at: Around) -> None:
        self.reader.left.add("comment", self.reader.place)

    def _deleted(self, element: Any, at: Around) -> None:
        self.reader.hide(element, "deleted")

    def _code(self, element: Any, at: Around) -> None:
        self.reader.fields.instruct(element.text or "")
        self.reader.unseen(element)

    def _ruby(self, element: Any, at: Around) -> None:
        self.reader.left.add("ruby", self.reader.place, "".join(element.itertext()))

    _READ: ClassVar[dict[str, Callable[[Runs, Any, Around], None]]] = {
        "w:t": _text, "w:tab": _tab, "w:ptab": _tab, "w:br": _break, "w:cr": _break,
        "w:noBreakHyphen": _hyphen, "w:sym": _symbol, "w:commentReference": _comment,
        "w:delText": _deleted, "w:rt": _ruby, "w:r": run, **dict.fromkeys(NOTES, _note),
        **dict.fromkeys(CODES, _code),
    }  # fmt: skip

    def _made(self, text: str, at: Around) -> None:
        """Write what does not stand as text in the file."""
        self.reader.accounts.made.update(seen(text))
        at.write(text)

    def _target(self, element: Any) -> str:
        if name_of(element) == "w:fldSimple":
            return link_in(value_of(element, "instr") or "")
        relations = self.reader.package.relations(self.reader.part)
        relation = relations.get(value_of(element, "id") or "")
        return relation.target if relation is not None and relation.outside else ""

    def _safe(self, target: str) -> str:
        """The address of a link that is harmless; of the others only the words stay."""
        if not target or SAFE_LINK.match(target):
            return target
        if not target.startswith("#"):
            self.reader.left.add("link", self.reader.place)
        return ""

    def _field(self, element: Any, at: Around) -> None:
        fields, said = self.reader.fields, value_of(element, "fldCharType")
        self.reader.unseen(element)  # data that hangs on it
        was_in_code = fields.in_code
        if code := fields.sign(element):
            self.reader.left.add("field", self.reader.place, code)
        if said == "begin" and not was_in_code and fields.chosen:
            self._made(fields.chosen, at)
        if said == "separate":
            self._safe(fields.link)

    def _drawing(self, element: Any, at: Around) -> None:
        reader = self.reader
        found = Drawing(reader)
        found.walk(element)
        for picture in found.pictures:
            at.line.add("picture", len(reader.pictures))
            reader.pictures.append(picture)
        for words in found.words:
            self._made(words, at)
        at.boxes.extend(found.boxes)

    def _formula(self, element: Any, at: Around) -> None:
        """Place a formula whose parts stand in one line; of another tell the words."""
        if self.reader.fields.in_code:
            self.reader.unseen(element)
            return
        names = {name_of(one) for one in element.iter()} - _STYLING
        simple = all(
            not name.startswith("m:") or name.endswith("Pr") or name in SIMPLE_MATH
            for name in names
        )
        line = Line()
        self._of_formula(element, replace(at, line=line))
        if simple:
            at.line.inlines += line.inlines
            return
        at.line.inlines += [one for one in line.inlines if one.kind == "picture"]
        self.reader.left.add("formula", self.reader.place, line.words)

    def _of_formula(self, element: Any, at: Around) -> None:
        """The letters of a formula that somebody sees, lowered and raised."""
        for one in self.reader.inside(element):
            name, about = name_of(one), child(one, "w:rPr")
            if name in DELETED:
                self.reader.hide(one, "deleted")
            elif name == "m:r" and self.reader.styles.hides(about, "", at.style):
                self.reader.hide(one, "hidden")
            elif name in DRAWINGS:
                self._drawing(one, at)
            elif name in ("m:t", "w:t"):
                at.write(one.text or "")
            else:
                marks = {"m:sub": ("sub",), "m:sup": ("sup",)}.get(name, at.marks)
                self._of_formula(one, replace(at, marks=marks))


# How letters of a formula look: children of its properties.
_STYLING = {"m:sty", "m:scr", "m:nor", "m:lit", "m:jc", "m:aln", "m:brk"}


def _marks(about: Any, character: str) -> tuple[str, ...]:
    """The marks of a run that stay; of its dress nothing else does."""
    found = []
    if is_on(child(about, "w:b")) or (character == "strong" and child(about, "w:b") is None):
        found.append("strong")
    if is_on(child(about, "w:i")) or (character == "emphasis" and child(about, "w:i") is None):
        found.append("em")
    if is_on(child(about, "w:strike")) or is_on(child(about, "w:dstrike")):
        found.append("s")
    raised = value_of(child(about, "w:vertAlign"))
    if raised in ("superscript", "subscript"):
        found.append("sup" if raised == "superscript" else "sub")
    return tuple(found)
