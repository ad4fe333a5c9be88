"""Reading a Word file in a process apart; ``python -m submissions.sandbox`` is that process.

The answer comes back as JSON and files, never as objects: what a hostile file may have done to
the process ends with it.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import IO

from correspondents.sandbox import MEBIBYTE, Overrun, run_sandboxed
from submissions.word.convert import convert
from submissions.word.package import TOO_COMPLEX, BadDocument
from submissions.word.result import Converted, DocumentPicture

CPU_SECONDS = 30
MEMORY = 1024 * MEBIBYTE
WALL_SECONDS = 90
LARGEST_ANSWER = 20 * MEBIBYTE


def convert_sandboxed(file: IO[bytes]) -> Converted:
    """Read a Word file within the limits; raise ``BadDocument`` with a sentence."""
    with tempfile.TemporaryDirectory(prefix="newsroom-word-") as folder:
        source, answer = Path(folder, "in.docx"), Path(folder, "out.json")
        file.seek(0)
        with source.open("wb") as target:
            shutil.copyfileobj(file, target)
        try:
            run_sandboxed(
                "submissions.sandbox",
                [str(source), str(answer)],
                cpu_seconds=CPU_SECONDS,
                memory=MEMORY,
                wall_seconds=WALL_SECONDS,
            )
            if answer.stat().st_size > LARGEST_ANSWER:
                raise Overrun("answer")
        except (Overrun, FileNotFoundError) as error:
            raise BadDocument(TOO_COMPLEX) from error
        found = json.loads(answer.read_text(encoding="utf-8"))
        if "refused" in found:
            raise BadDocument(found["refused"])
        pictures = tuple(
            DocumentPicture(
                one["name"], Path(folder, f"{number}.picture").read_bytes(), one["caption"]
            )
            for number, one in enumerate(found.pop("pictures"))
        )
        bylines = tuple((unit, name) for unit, name in found.pop("bylines"))
        dropped = tuple(found.pop("dropped"))
        return Converted(**found, pictures=pictures, bylines=bylines, dropped=dropped)


def main(source: str, answer: str) -> None:
    """Read ``source``; write the answer, and the pictures beside it."""
    try:
        with Path(source).open("rb") as file:
            found = convert(file)
    except BadDocument as refusal:
        Path(answer).write_text(json.dumps({"refused": str(refusal)}), encoding="utf-8")
        return
    folder = Path(answer).parent
    for number, picture in enumerate(found.pictures):
        (folder / f"{number}.picture").write_bytes(picture.data)
    facts = asdict(found)
    for picture in facts["pictures"]:
        del picture["data"]
    Path(answer).write_text(json.dumps(facts), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
