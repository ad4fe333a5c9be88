"""Find half-width punctuation in Chinese copy: templates, texts and plain strings.

Full-width marks belong beside Chinese characters; numbers, addresses and code keep theirs. Lines
that carry ``zh-punct: keep`` and the saved page of the old site are left alone.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

HAN = "\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
MARK = re.compile(
    f"(?<=[{HAN}\u201d\u2019\u300b\uff09])[,:;?!](?!//)|(?<=[A-Za-z0-9%])[,:;?!](?=[{HAN}\u201c\u300a])"
    f"|(?<=[{HAN}])\\((?=[^()\\n<>{{}}]*\\))"
)
PROSE = {".html", ".txt", ".md", ".toml"}
LEFT_ALONE = re.compile(r"demo/legacy/|^requirements|^tests/|^pyproject|LICENSE")


def texts(path: Path) -> list[tuple[int, str]]:
    """Return (line number, text) of what may be Chinese copy in a file."""
    source = path.read_text(encoding="utf-8")
    if path.suffix in PROSE:
        return list(enumerate(source.splitlines(), 1))
    lines = source.splitlines()
    found = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        raw = re.match(r"[A-Za-z]*", token.string)
        if token.type == tokenize.STRING and raw and "r" not in raw[0].lower():
            if token.string.startswith('"""'):
                continue  # docstrings are English
            for offset, text in enumerate(token.string.splitlines()):
                number = token.start[0] + offset
                if "zh-punct: keep" not in lines[number - 1]:
                    found.append((number, text))
    return found


def main() -> int:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout  # noqa: S607
    faults = 0
    for name in listed.splitlines():
        path = Path(name)
        if path.suffix not in PROSE | {".py"} or LEFT_ALONE.search(name) or not path.exists():
            continue
        for number, text in texts(path):
            if "zh-punct: keep" not in text and MARK.search(text):
                faults += 1
                print(f"{name}:{number}: {text.strip()[:100]}")
    if faults:
        print(f"{faults} 行中文里有半角标点")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
