"""Find what Chromium 86 does not read in the public pages' own sheet and scripts.

The browsers of old Windows computers at the mines stop there (DESIGN, section 16). Only what takes
something away is looked for: ``aspect-ratio`` and the other extras may be ignored by a browser.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHEETS = ("static/css/site.css", "static/css/own.css", "static/css/writing.css")
SCRIPTS = ("static/js/site.js", "static/js/gallery.js", "static/js/write.js")
CSS = {
    r"(?m)^\s*inset(?:-[a-z-]+)?\s*:": "inset 87",
    r":is\(|:where\(": ":is() 88",
    r":has\(": ":has() 105",
    r"color-mix\(|oklch\(|light-dark\(": "colour functions 111",
    r"@container|@layer|@scope": "at-rule 99",
    r"(?m)^\s*(?:translate|scale|rotate)\s*:": "single transforms 104",
    r"\b\d*\.?\d+(?:dvh|svh|lvh)\b": "new viewport units 108",
    r"(?m)^\s*&|\{[^{}]*\{[^{}]*&": "nesting 112",
    r"@media[^{]*(?:<=|>=|[^-]<|[^-]>)": "media ranges 104",
}
JS = {
    r"(?<![\w.'\"])(?:const|let|class|async|await)\s+[\w{\[(]": "only var and function",
    r"=>": "arrow function",
    r"`": "template string",
    r"\?\.[A-Za-z_(\[]|\?\?": "?. or ??",
    r"\.(?:replaceAll|at|hasOwn|findLast|toSorted)\(": "new method",
    r"(?m)^\s*(?:import|export)\s": "module",
}


def faults(text: str, marks: dict[str, str]) -> list[tuple[int, str]]:
    """Return (line number, what it is) of everything beyond the floor; comments are left alone."""
    bare = re.sub(
        r"/\*.*?\*/", lambda match: re.sub(r"[^\n]", " ", match[0]), text, flags=re.DOTALL
    )
    bare = re.sub(r"(?m)(^|\s)//[^\n]*", r"\1", bare)
    return sorted(
        (bare.count("\n", 0, match.start()) + 1, what)
        for pattern, what in marks.items()
        for match in re.finditer(pattern, bare)
    )


def main() -> int:
    found = 0
    for names, marks in ((SHEETS, CSS), (SCRIPTS, JS)):
        for name in names:
            for line, what in faults((ROOT / name).read_text(encoding="utf-8"), marks):
                found += 1
                print(f"{name}:{line}: {what}")
    if found:
        print(f"{found} 处超出浏览器底线（Chromium 86）")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
