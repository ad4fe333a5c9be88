"""Fields of a Word file (ECMA-376, part 1, 17.16): codes that nobody sees, results that are read."""

from __future__ import annotations

import re
from typing import Any

from submissions.word.names import child, name_of, value_of

_LINK = re.compile(r"\s*HYPERLINK\s+(?:\\[a-z]\s+)*\"([^\"]*)\"(.*)", re.IGNORECASE | re.DOTALL)
# These print what stands in their code.
_DRAWN = re.compile(r"\s*(?:EQ|SYMBOL|QUOTE)\b", re.IGNORECASE)
DELETED = ("w:del", "w:moveFrom")


def link_in(code: str) -> str:
    """Return the address of a field that is a link; empty for others, and for places in the file."""
    found = _LINK.match(code)
    return found[1] if found and not re.search(r"HYPERLINK\s+\\l", code, re.I) else ""


class Fields:
    """Where the reading stands among the fields; one that never ends hides nothing."""

    def __init__(self, tree: Any) -> None:
        open_: list[Any] = []
        self._whole: set[Any] = set()  # the elements themselves: a proxy lives while it is held
        for element in _outside_deletions(tree):
            said = value_of(element, "fldCharType")
            if said == "begin":
                open_.append(element)
            elif said == "end" and open_:
                self._whole |= {open_.pop(), element}
        self._open: list[dict[str, Any]] = []

    def sign(self, element: Any) -> str:
        """Go on at a ``w:fldChar``; return a code that is never printed in another way."""
        said = value_of(element, "fldCharType")
        if said == "separate" and self._open:
            self._open[-1]["code"] = False
        elif element not in self._whole:
            return ""
        elif said == "begin":
            self._open.append({"code": True, "words": "", "chosen": _chosen(element)})
        elif said == "end" and self._open:
            ended = self._open.pop()
            if ended["code"] and _DRAWN.match(ended["words"]) and not self.in_code:
                return str(ended["words"])
        return ""

    def instruct(self, words: str) -> None:
        """Go on with the code of the innermost field."""
        if self._open:
            self._open[-1]["words"] += words

    @property
    def in_code(self) -> bool:
        """Does nobody see what stands here?"""
        return any(one["code"] for one in self._open)

    @property
    def link(self) -> str:
        """The address that the fields around make a link to."""
        return next((found for one in reversed(self._open) if (found := link_in(one["words"]))), "")

    @property
    def chosen(self) -> str:
        """What a list to choose from shows, where the innermost field is one."""
        return str(self._open[-1]["chosen"]) if self._open else ""


def _outside_deletions(element: Any) -> list[Any]:
    found, waiting = [], [element]
    while waiting:
        one = waiting.pop()
        name = name_of(one)
        if name == "w:fldChar":
            found.append(one)
        elif name not in DELETED:
            waiting.extend(reversed(one))
    return found


def _chosen(element: Any) -> str:
    choices = child(element, "w:ffData", "w:ddList")
    if choices is None:
        return ""
    entries = [value_of(one) or "" for one in choices if name_of(one) == "w:listEntry"]
    number = value_of(child(choices, "w:result")) or "0"
    return entries[int(number)] if number.isdigit() and int(number) < len(entries) else ""
