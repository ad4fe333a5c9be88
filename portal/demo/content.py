"""Where the demo's texts lie."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
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
    return [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]


def front() -> dict[str, Any]:
    """Return what is placed by hand, the serials, and the picture of the topic."""
    return tomllib.loads((HERE / "front.toml").read_text(encoding="utf-8"))


def older() -> list[dict[str, Any]]:
    """Return short pieces of earlier years."""
    return tomllib.loads((HERE / "older.toml").read_text(encoding="utf-8"))["pieces"]


def queue() -> list[dict[str, Any]]:
    """Return the manuscripts that wait at the desk."""
    return tomllib.loads((HERE / "queue.toml").read_text(encoding="utf-8"))["manuscripts"]


def pictures() -> Iterator[tuple[str, int]]:
    """Give scene and seed of every picture that the texts name."""
    for owner in [*pieces(), *queue(), {"pictures": [front()["topic"]]}]:
        for picture in owner.get("pictures", []):
            yield picture["scene"], picture["seed"]


def picture_path(scene: str, seed: int) -> Path:
    """Return where a drawn picture lies."""
    return HERE / "scenes" / f"{scene}-{seed}.webp"


def picture_file(scene: str, seed: int) -> bytes:
    """Return a drawn picture, a WebP."""
    return picture_path(scene, seed).read_bytes()
