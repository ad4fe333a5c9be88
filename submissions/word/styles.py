"""Styles of a Word file (ECMA-376, part 1, 17.7): what a paragraph or run takes from them."""

from __future__ import annotations

import re
from typing import Any

from submissions.word.names import child, is_on, name_of, value_of

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])")


class Styles:
    """Looked up by the key of a style, along the styles that it is based on."""

    def __init__(self, tree: Any) -> None:
        self._styles: dict[str, Any] = {}
        self._known: dict[tuple[str, str], Any] = {}
        self._defaults: dict[str, str] = {}
        self._doc_defaults = child(tree, "w:docDefaults", "w:rPrDefault", "w:rPr")
        for element in tree if tree is not None else ():
            if name_of(element) != "w:style":
                continue
            key = value_of(element, "styleId") or ""
            self._styles.setdefault(key, element)
            if value_of(element, "default") in ("1", "true", "on"):
                self._defaults[value_of(element, "type") or ""] = key

    def _chain(self, key: str) -> list[Any]:
        found: list[Any] = []
        while key in self._styles and self._styles[key] not in found:
            found.append(self._styles[key])
            key = value_of(child(found[-1], "w:basedOn")) or ""
        return found

    def _first(self, key: str, *names: str) -> Any:
        """The property of a style, or of the nearest one it is based on; ``None`` without it."""
        place = (key, "/".join(names))
        if place not in self._known:
            chain = (child(style, *names) for style in self._chain(key))
            self._known[place] = next((one for one in chain if one is not None), None)
        return self._known[place]

    def of_paragraph(self, key: str | None) -> str:
        """The style in force: its own, or the default of paragraphs."""
        return key if key else self._defaults.get("paragraph", "")

    def name(self, key: str) -> str:
        """What a style is called, in small letters."""
        if key not in self._styles:
            return key.lower()
        return (value_of(child(self._styles[key], "w:name")) or "").lower()

    def heading(self, key: str) -> int:
        """The level of the heading that a paragraph style makes; 0 for running text."""
        for style in self._chain(key):
            name = value_of(child(style, "w:name")) or ""
            if named := _HEADING.fullmatch(name.lower()):
                return int(named[1])
        if key not in self._styles and (bare := _HEADING.fullmatch(key.lower())):
            return int(bare[1])
        number = value_of(self._first(key, "w:pPr", "w:outlineLvl"))
        return int(number) + 1 if number in ("0", "1", "2", "3", "4", "5") else 0

    def hides(self, run: Any, character: str, paragraph: str) -> bool:
        """Is the text of a run hidden? Its own word first; of two styles that say so, neither (17.7.3)."""
        own = is_on(child(run, "w:vanish"))
        if own is not None:
            return own
        said = [is_on(self._first(key, "w:rPr", "w:vanish")) for key in (character, paragraph)]
        if any(one is not None for one in said):
            return said.count(True) == 1
        return bool(is_on(child(self._doc_defaults, "w:vanish")))

    def number(self, key: str) -> tuple[str, str | None]:
        """The list and the level that a paragraph style puts its paragraphs into."""
        found = self._first(key, "w:pPr", "w:numPr")
        return value_of(child(found, "w:numId")) or "", value_of(child(found, "w:ilvl"))

    def alignment(self, key: str) -> str:
        """How a paragraph style sets its lines."""
        return value_of(self._first(key, "w:pPr", "w:jc")) or ""

    @property
    def numbers(self) -> dict[str, str]:
        """The lists of the styles that have one."""
        found = {key: self.number(key)[0] for key in self._styles}
        return {key: number for key, number in found.items() if number}
