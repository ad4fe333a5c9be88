"""Write the table of characters anew: ``python -m articles.search.generate`` (``make tables``).

Needs OpenCC (Apache-2.0), which the site itself does without: of its conversion only the plain
table from one traditional character to one simplified character is wanted, as folding must keep
every position (``articles.search.folding``).
"""

from __future__ import annotations

import sys
from pathlib import Path

from opencc import OpenCC

TABLE = Path(__file__).parent / "characters.txt"
BLOCKS = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))


def table() -> str:
    """Return the table: a line of traditional characters, a line of what each folds to."""
    convert = OpenCC("t2s").convert

    def simplest(character: str) -> str:
        # A few simplified forms are traditional forms of a third: folding twice changes nothing.
        while len(simple := convert(character)) == 1 and simple != character:
            character = simple
        return character

    pairs = []
    for first, last in BLOCKS:
        for number in range(first, last + 1):
            character = chr(number)
            simple = simplest(character)
            if simple != character:
                pairs.append((character, simple))
    return "".join(old for old, _ in pairs) + "\n" + "".join(new for _, new in pairs) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
    sys.stdout.write(f"{TABLE.name}: {TABLE.stat().st_size} bytes\n")
