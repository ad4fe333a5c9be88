"""Where the demo's texts lie."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def seed_page() -> Path:
    """Return the one real page of the old site, the first article of the demo."""
    return HERE / "legacy" / "seed-page.txt"


def people_file() -> dict[str, Any]:
    """Return the table of invented people and units."""
    return tomllib.loads((HERE / "people.toml").read_text(encoding="utf-8"))


def pieces() -> list[dict[str, Any]]:
    """Return every piece of the demo, in the order of its file name."""
    files = sorted((HERE / "pieces").glob("*.toml"))
    return [tomllib.loads(file.read_text(encoding="utf-8")) for file in files] + _short_pieces()


def _short_pieces() -> list[dict[str, Any]]:
    """The rows of short.toml, in the shape of the long pieces."""
    table = tomllib.loads((HERE / "short.toml").read_text(encoding="utf-8"))
    return [_short(number, row) for number, row in enumerate(table["rows"].strip().splitlines())]


def _short(number: int, row: str) -> dict[str, Any]:
    section, hours, title, role, unit, name, tags, summary, scenes, text = row.split("|")
    by_regulator = section == "anjian"
    return {
        "section": section,
        "kicker": "",
        "title": title,
        "subtitle": "",
        "summary": summary,
        "body": _body(text),
        "origin": "reprint" if by_regulator else "original",
        "source": "岚西矿山安全监管站网站" if by_regulator else "煤炭资讯网",
        "source_url": "",
        "original_title": title if by_regulator else "",
        "original_author": "",
        "bylines": [{"role": role, "unit": unit, "name": name}] if unit or name else [],
        "tags": tags.split("、"),
        "editor": ("青岩", "远山")[number % 2],
        "hours_ago": float(hours) + number / 60,
        "state": "published",
        "note": "",
        "pictures": [
            {
                "scene": scene,
                "seed": 100 + number * 7 + place,
                "alt": f"{title}（示意图）",
                "caption": summary or title,
                "photographer": name,
            }
            for place, scene in enumerate(scenes.split(","))
            if scene != "-"
        ],
    }


def _body(text: str) -> str:
    """Paragraphs are set apart by ##; a row that begins with 诗@ is verse."""
    if text.startswith("诗@"):
        stanzas = text.removeprefix("诗@").split("//")
        lines = "".join(f"<p>{stanza.replace('/', '<br>')}</p>" for stanza in stanzas)
        return f'<div class="verse">{lines}</div>'
    return "".join(f"<p>{paragraph}</p>" for paragraph in text.split("##"))


def queue() -> list[dict[str, Any]]:
    """Return the manuscripts that wait at the desk."""
    return tomllib.loads((HERE / "queue.toml").read_text(encoding="utf-8"))["manuscripts"]
