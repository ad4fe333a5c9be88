"""Rules of the style sheets that nothing on any page can match, by their classes and ids."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHEETS = sorted((ROOT / "static/css").glob("*.css"))
SOURCES = [
    *(ROOT / "templates").rglob("*.html"),
    *(ROOT / "static/js").glob("*.js"),
    *(path for app in ("portal", "articles", "correspondents", "submissions")
      for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts),
]  # fmt: skip
# Names that Django's admin, its calendar and CKEditor give to what they make.
FOREIGN = ROOT / ".ci/foreign-classes.txt"


def named(css: str) -> Iterator[tuple[str, str]]:
    """Every class and id of a sheet, with the selector it stands in."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    for selectors in re.findall(r"(?:^|[{}])\s*([^{}@]+)(?=\{)", css):
        for selector in selectors.split(","):
            plain = re.sub(r"\[[^]]*\]", "", selector)
            for name in re.findall(r"[.#](-?[A-Za-z][\w-]*)", plain):
                yield " ".join(selector.split()), name


def main() -> int:
    """Print what is dead; 1 where something is."""
    texts = {path: path.read_text(encoding="utf-8") for path in SOURCES}
    text = "\n".join(texts.values())
    # Within quotes alone: attributes of templates, strings of scripts and of Python.
    quoted = re.findall(r'"[^"]*"|\'[^\'\n]*\'|`[^`]*`', text)
    scripts = [content for path, content in texts.items() if path.suffix == ".js"]
    words = set(re.findall(r"[A-Za-z][\w-]*", " ".join((*quoted, *scripts))))
    # Names that are put together while a page is printed: heat-{{ tint }}, f"crop--{crop}".
    begun = set(re.findall(r"([A-Za-z][\w-]*-)(?=\{|[\"'`] ?[+~]|\$\{)", text))
    foreign = set(FOREIGN.read_text(encoding="utf-8").split())
    dead = [
        f"{sheet.name}: {selector}  ({name})"
        for sheet in SHEETS
        for selector, name in named(sheet.read_text(encoding="utf-8"))
        if name not in words | foreign and not name.startswith(tuple(begun))
    ]
    for line in dead:
        print(line)
    return 1 if dead else 0


if __name__ == "__main__":
    sys.exit(main())
