"""Making the sizes of a picture in a process apart; ``python -m correspondents.rendering`` is it."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO

from django.conf import settings

from correspondents.sandbox import MEBIBYTE, Overrun, run_sandboxed
from correspondents.uploads import BROKEN, BadUpload, DecodedPicture, Rendition, render

CPU_SECONDS = 60
# 110 million pixels: decoded once, and once as the decoder of HEIC holds them (benchmarks/pictures.py).
MEMORY = 2048 * MEBIBYTE
WALL_SECONDS = 180
# Settings that the process apart is told of.
LIMITS = ("PICTURE_MAX_PIXELS", "PICTURE_AVIF_SPEED")


def render_sandboxed(
    file: IO[bytes], cut: Sequence[int] | None = None
) -> tuple[DecodedPicture, list[Rendition]]:
    """Return what :func:`correspondents.uploads.render` returns, made within the limits."""
    with tempfile.TemporaryDirectory(prefix="newsroom-picture-") as folder:
        source = Path(folder, "in")
        with source.open("wb") as target:
            shutil.copyfileobj(file, target)
        try:
            run_sandboxed(
                "correspondents.rendering",
                [
                    str(source),
                    folder,
                    json.dumps(cut),
                    *(str(getattr(settings, name)) for name in LIMITS),
                ],
                cpu_seconds=CPU_SECONDS,
                memory=MEMORY,
                wall_seconds=WALL_SECONDS,
            )
            found = json.loads(Path(folder, "out.json").read_text(encoding="utf-8"))
        except (Overrun, FileNotFoundError, ValueError) as error:
            raise BadUpload(BROKEN) from error
        if "refused" in found:
            raise BadUpload(found["refused"])
        sizes = [
            Rendition(width, height, format, Path(folder, f"{width}.{format}").read_bytes())
            for width, height, format in found["sizes"]
        ]
        return DecodedPicture(
            **{name: found[name] for name in DecodedPicture.__dataclass_fields__}
        ), sizes


def main(source: str, folder: str, cut: str, *limits: str) -> None:
    """Render ``source`` into ``folder``; what was made is listed in ``out.json``."""
    settings.configure(**{name: int(value) for name, value in zip(LIMITS, limits, strict=True)})
    try:
        with Path(source).open("rb") as file:
            seen, made = render(file, json.loads(cut))
            sizes = []
            for size in made:
                Path(folder, f"{size.width}.{size.format}").write_bytes(size.data)
                sizes.append([size.width, size.height, size.format])
        found = {**asdict(seen), "sizes": sizes}
    except BadUpload as refusal:
        found = {"refused": str(refusal)}
    Path(folder, "out.json").write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
