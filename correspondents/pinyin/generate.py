"""Write the table of readings anew: ``python -m correspondents.pinyin.generate`` (``make tables``).

Needs pypinyin, which the site itself does without: it costs tens of megabytes in every process
that imports it, for what is a table of 200 KB.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pypinyin import Style, pinyin

TABLE = Path(__file__).parent / "table.txt"
# All planes with Chinese characters; those without a reading sort behind Z.
FIRST, LAST = 0x3007, 0x323AF


def table() -> str:
    """Return the table: one line a syllable, then the characters that are read so."""
    readings: dict[str, list[str]] = {}
    for number in range(FIRST, LAST + 1):
        character = chr(number)
        syllable = pinyin(character, style=Style.NORMAL, errors="ignore", v_to_u=False)
        if syllable and syllable[0][0].isascii() and syllable[0][0].isalpha():
            readings.setdefault(syllable[0][0], []).append(character)
    lines = [f"{syllable} {''.join(readings[syllable])}" for syllable in sorted(readings)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
    sys.stdout.write(f"{TABLE.name}: {TABLE.stat().st_size} bytes\n")
