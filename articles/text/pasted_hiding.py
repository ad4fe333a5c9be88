"""What nobody saw of pasted HTML: hidden by style, by class, by its own word."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

# These hide an element with all in it, whatever stands there.
_HIDDEN = re.compile(
    r"(?:^|;)(?:display:none|content-visibility:hidden|mso-hide:all|opacity:(?:0*\.?0+)%?(?:;|$)"
    r"|clip:rect\((?:[01](?:px)?,?){4}\)|clip-path:inset\((?:50|100)%|transform:scale\(0)"
)
# Far outside: numbers that no layout uses.
_AWAY = re.compile(
    r"(?:^|;)(?:left|right|top|text-indent|margin-left):-(\d{1,6})(?:\.\d+)?(px|pt|r?em|%)?"
)
_FAR = {"px": 999, "": 999, "pt": 750, "em": 60, "rem": 60, "%": 900}
_SMALL = re.compile(r"(?:^|;)(?:max-)?(?:height|width):[01](?:px|pt|em)?(?=;|$)")
# These are handed down, and may be undone inside.
_SIZE = re.compile(r"(?:^|;)font-size:([^;]*)")
_VISIBILITY = re.compile(r"(?:^|;)visibility:([^;]*)")
_COLOR = re.compile(r"(?:^|;)(?:-webkit-text-fill-)?color:([^;]*)")
_NOTHING = re.compile(r"0*\.?0+(?:[a-z%]+)?")
_CLEAR = re.compile(r"transparent|(?:rgb|hsl)a\([^)]*[,/]0*\.?0+%?\)|#[0-9a-f]{3}0|#[0-9a-f]{6}00")
_AWAY_FROM_SIGHT, _NEVER = re.compile("hidden|collapse"), re.compile(r"(?!)")
_RULE = re.compile(r"([^{}]{1,300})\{([^{}]{0,2000})\}")
_NAME = re.compile(r"[\w-]*[.#][\w-]+")


@lru_cache(maxsize=512)  # a text repeats a few styles
def hides(style: str) -> bool:
    """Does a style hide an element with everything in it?"""
    if not style:
        return False
    for away in _AWAY.finditer(style):
        if int(away[1]) >= _FAR[away[2] or ""]:
            return True
    return bool(_HIDDEN.search(style) or (_SMALL.search(style) and "overflow:hidden" in style))


@lru_cache(maxsize=512)
def handed_down(style: str, hidden: frozenset[str]) -> frozenset[str]:
    """Return by which of size, visibility and colour the words of an element are hidden."""
    if not style:
        return hidden
    found = set(hidden)
    clear = _NEVER if "background-clip:text" in style else _CLEAR
    for name, pattern, nothing in (
        ("size", _SIZE, _NOTHING), ("visibility", _VISIBILITY, _AWAY_FROM_SIGHT), ("color", _COLOR, clear),
    ):  # fmt: skip
        said = pattern.findall(style)
        if said:
            if nothing.fullmatch(said[-1]):
                found.add(name)
            else:
                found.discard(name)
    return frozenset(found)


class StyleSheets:
    """Classes and names that the style sheets of what was pasted hide."""

    def __init__(self, root: Any) -> None:
        self._names: set[str] = set()
        for sheet in root.iter("style"):
            for selectors, rule in _RULE.findall((sheet.text or "")[:200_000]):
                if hides("".join(rule.lower().split()).replace("!important", "")):
                    for one in selectors.split(","):
                        if _NAME.fullmatch(one.strip()):
                            self._names.add(
                                one.strip()[one.strip().index("." if "." in one else "#") :]
                            )

    def hide(self, element: Any) -> bool:
        """Is an element hidden by one of its classes, or by its name?"""
        if not self._names:
            return False
        names = {f".{word}" for word in (element.get("class") or "").split()}
        return bool(self._names & (names | {f"#{element.get('id')}"}))


def is_hidden(element: Any, style: str, sheets: StyleSheets) -> bool:
    """Is it hidden with everything in it?"""
    if not element.attrib:
        return bool(element.tag == "dialog")
    if element.tag == "dialog" and element.get("open") is None:
        return True
    return hides(style) or element.get("hidden") is not None or sheets.hide(element)
