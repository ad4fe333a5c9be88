"""Names that cannot be told apart by eye: their skeletons (Unicode Technical Standard 39, 4)."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from correspondents.typed import code

TABLE = Path(__file__).parent / "table.txt"


@cache
def _prototypes() -> dict[int, str]:
    """What each sign is drawn like, by its number; read when it is first asked for."""
    rows = (line.split(" ", 1) for line in TABLE.read_text(encoding="utf-8").split("\n") if line)
    return {
        ord(sign): "".join(chr(int(number, 16)) for number in prototype.split("+"))
        for prototype, signs in rows
        for sign in signs
    }


def skeleton(name: str) -> str:
    """Return what is the same for names that look the same; capital letters count as small ones.

    Not a name: it is compared with others and never shown. Longer than the name at most by what
    its signs are drawn like.
    """
    plain = unicodedata.normalize("NFD", code(name).casefold())
    seen = unicodedata.normalize("NFD", plain.translate(_prototypes()))
    # A capital i is drawn like an l, and has become a small one above.
    return seen.casefold().replace("i", "l")
