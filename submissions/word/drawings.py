"""Pictures, text boxes, charts and objects that hang on a line of a Word file."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar

from articles.text.accounting import seen
from submissions.word.base_reader import BaseReader
from submissions.word.names import child, name_of, value_of

HEADS = {b"\xff\xd8\xff": "jpg", b"\x89PNG": "png", b"GIF8": "gif"}
# Numbers that place a drawing: nobody sees them.
DATA = {"w:binData", "o:FieldCodes", "o:LinkType", "o:LockedField"}
MEASURES = {"posOffset", "align", "pctWidth", "pctHeight", "pctPosHOffset", "pctPosVOffset"}


def ending_of(data: bytes) -> str:
    """The kind of a picture by its first bytes; empty where readers could not see it."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((ending for head, ending in HEADS.items() if data.startswith(head)), "")


class Drawing:
    """What one drawing holds, gone through once: ``boxes`` (elements with paragraphs, or plain
    lines), ``pictures`` (data with its ending), ``words`` that stand as art. The rest is told."""

    def __init__(self, reader: BaseReader) -> None:
        self.package, self.part = reader.package, reader.part
        self.left, self.accounts, self.place = reader.left, reader.accounts, reader.place
        self.inside, self.unseen = reader.inside, reader.unseen
        self.boxes: list[Any] = []
        self.pictures: list[tuple[bytes, str]] = []
        self.words: list[str] = []

    def walk(self, element: Any) -> None:
        """Go through an element."""
        name = name_of(element)
        if _is_hidden(element):
            self.left.add("hidden", self.place)
            self.unseen(element)
        elif name in self._READ:
            self._READ[name](self, element)
        else:
            if name.partition(":")[2] in MEASURES or name in DATA:
                self.unseen(element)
            elif (element.text or "").strip():
                self.boxes.append(element.text)
            for one in self.inside(element):
                self.walk(one)

    def _box(self, element: Any) -> None:
        self.boxes.append(element)

    def _line(self, element: Any) -> None:
        """A paragraph of a shape that is not Word's own."""
        self.boxes.append("".join(t.text or "" for t in element.iter() if name_of(t) == "a:t"))

    def _blip(self, element: Any) -> None:
        self._picture(value_of(element, "embed"), value_of(element, "link"), _cut(element))

    def _image_data(self, element: Any) -> None:
        self._picture(value_of(element, "id"), value_of(element, "href"), _vml_cut(element))

    def _word_art(self, element: Any) -> None:
        self.words.append(value_of(element, "string") or "")

    def _chart(self, element: Any) -> None:
        words = self._words_of(value_of(element, "id"), ("c:v", "a:t"))
        self.left.add("chart", self.place, words)

    def _diagram(self, element: Any) -> None:
        self.left.add("chart", self.place, self._words_of(value_of(element, "dm"), ("a:t",)))

    def _object(self, element: Any) -> None:
        about = (value_of(element, "ProgID") or "").lower()
        self.left.add("formula" if about.startswith("equation") else "object", self.place)
        self.unseen(element)

    _READ: ClassVar[dict[str, Callable[[Drawing, Any], None]]] = {
        "w:txbxContent": _box, "a:p": _line, "a:blip": _blip, "v:imagedata": _image_data, "v:fill": _image_data,
        "v:textpath": _word_art, "c:chart": _chart, "dgm:relIds": _diagram,
        "o:OLEObject": _object, "w:control": _object,
    }  # fmt: skip

    def _picture(self, embedded: str | None, linked: str | None, cut: tuple[float, ...]) -> None:
        relation = self.package.relations(self.part).get(embedded or linked or "")
        if embedded and relation is not None and not relation.outside:
            data = self.package.read(relation.target) if relation.target in self.package else b""
            ending = ending_of(data)
            if ending and (shown := cropped(data, ending, cut)):
                self.pictures.append((shown, ending))
            else:
                self.left.add("picture", self.place)
        elif embedded or linked:
            outside = relation is not None and relation.outside
            self.left.add("linked" if outside else "picture", self.place)

    def _words_of(self, key: str | None, names: tuple[str, ...]) -> str:
        """The words that stand in another part: of a chart, of a diagram."""
        relation = self.package.relations(self.part).get(key or "")
        if relation is None or relation.target not in self.package:
            return ""
        tree = self.package.tree(relation.target)
        words = " ".join(t.text or "" for t in tree.iter() if name_of(t) in names and t.text)
        self.accounts.made.update(seen(words))
        return words


def _is_hidden(element: Any) -> bool:
    """Is a drawing, or a shape in one, hidden by its own word?"""
    if name_of(element).startswith("v:"):
        return "visibility:hidden" in (element.get("style") or "").replace(" ", "").lower()
    about = (one for one in element if name_of(one).endswith((":docPr", ":cNvPr")))
    return any(value_of(one, "hidden") in ("1", "true", "on") for one in about)


def _cut(blip: Any) -> tuple[float, ...]:
    """The parts of a picture that are cut away: left, top, right, bottom, as fractions."""
    rectangle = child(blip.getparent(), "a:srcRect")
    return tuple(_fraction(value_of(rectangle, side), 100_000) for side in "ltrb")


def _vml_cut(data: Any) -> tuple[float, ...]:
    found = []
    for side in ("cropleft", "croptop", "cropright", "cropbottom"):
        text = value_of(data, side) or "0"
        found.append(_fraction(text[:-1], 65_536) if text.endswith("f") else _fraction(text, 1))
    return tuple(found)


def _fraction(text: str | None, whole: int) -> float:
    with suppress(ValueError):
        return min(max(float((text or "0").rstrip("%")) / whole, 0.0), 1.0)
    return 0.0


def cropped(data: bytes, ending: str, cut: tuple[float, ...]) -> bytes:
    """Return the part of a picture that is to be seen; what was cut away in Word goes no further.

    Empty where it cannot be cut.
    """
    if not any(side > 0.001 for side in cut):
        return data
    from PIL import Image  # noqa: PLC0415 -- in the process apart only

    try:
        with Image.open(io.BytesIO(data)) as picture:
            (width, height), (left, top, right, bottom) = picture.size, cut
            box = (
                int(left * width),
                int(top * height),
                int((1 - right) * width),
                int((1 - bottom) * height),
            )
            buffer = io.BytesIO()
            kept = {"quality": 95} if ending == "jpg" else {}
            exif = picture.getexif()
            picture.crop(box).save(buffer, picture.format, exif=exif, **kept)
            return buffer.getvalue()
    except MemoryError:
        raise
    except Exception:  # whatever a hostile picture provokes
        return b""
