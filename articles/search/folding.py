"""Folding: one spelling for searching, character by character.

Every character becomes exactly one character, so that a place in the folded text is the same
place in the original.
"""

from __future__ import annotations

import sys
from pathlib import Path

TABLE = Path(__file__).parent / "characters.txt"
FULL_WIDTH, ASCII = range(0xFF01, 0xFF5F), 0xFF01 - 0x21


def _table() -> dict[int, str]:
    old, new = TABLE.read_text(encoding="utf-8").splitlines()
    folded = {ord(one): other for one, other in zip(old, new, strict=True)}
    folded |= {number: chr(number - ASCII).lower() for number in FULL_WIDTH}
    folded[0x3000] = " "
    for number in range(min(0x10000, sys.maxunicode)):
        character = chr(number)
        lower = character.lower()
        if lower != character and len(lower) == 1 and number not in folded:
            folded[number] = lower
    return folded


_TABLE = _table()


def fold(text: str) -> str:
    """Return ``text`` in half width, small letters and simplified characters; equally long."""
    return text.translate(_TABLE)
