"""What the largest pictures take of the process that makes their sizes.

``python -m benchmarks.pictures [FILE …]``: without files, pictures of 110 million pixels are drawn
and made as JPEG, PNG with transparency and HEIC. Printed for each: the address space at its most,
as a share of what the process is allowed, CPU seconds likewise, and the same beside the plain JPEG
of the same run. A picture that does not fit is named as refused.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("DEBUG", "1")

from django.conf import settings
from PIL import Image
from pillow_heif import register_heif_opener
from tqdm import tqdm

from correspondents import rendering
from correspondents.sandbox import Overrun, run_sandboxed


def drawn(folder: Path) -> Iterator[Path]:
    """Draw a picture of as many pixels as are allowed, and save it in each format."""
    register_heif_opener()
    width = 12_000
    height = settings.PICTURE_MAX_PIXELS // width
    grain = Image.effect_noise((width // 4, height // 4), 60).resize((width, height))
    picture = Image.merge("RGB", (grain, grain.transpose(Image.Transpose.FLIP_LEFT_RIGHT), grain))
    for name, options in (
        ("plain.jpg", {"quality": 80}),
        ("progressive.jpg", {"quality": 80, "progressive": True}),
        ("phone.heic", {"quality": 40}),
    ):
        picture.save(folder / name, **options)
        yield folder / name
    shade = Image.linear_gradient("L").resize((width, height))
    del grain, picture
    Image.merge("RGBA", (shade,) * 4).save(folder / "transparent.png", compress_level=1)
    yield folder / "transparent.png"


def measured(file: Path, folder: Path) -> tuple[float, float, str]:
    """Return the peak of address space in bytes, CPU seconds and what came of it."""
    limits = [str(getattr(settings, name)) for name in rendering.LIMITS]
    try:
        said = run_sandboxed(
            "benchmarks.measured",
            [str(file), str(folder), "null", *limits],
            cpu_seconds=rendering.CPU_SECONDS,
            memory=rendering.MEMORY,
            wall_seconds=rendering.WALL_SECONDS * 4,
        )
    except Overrun as error:
        return rendering.MEMORY, rendering.CPU_SECONDS, f"refused ({error})"
    peak, seconds, found = said.split(" ", 2)
    return int(peak) * 1024, float(seconds), found.strip()


def main() -> None:
    """Print one line a picture."""
    with tempfile.TemporaryDirectory(prefix="newsroom-pictures-") as name:
        folder = Path(name)
        given = [Path(file).resolve() for file in sys.argv[1:]]
        first: tuple[float, float] | None = None
        for file in tqdm(given or drawn(folder), total=len(given) or 4, unit="picture"):
            peak, seconds, found = measured(file, folder)
            first = first or (peak, seconds)
            tqdm.write(
                f"{file.name:18} memory {peak / rendering.MEMORY:4.0%} of the limit, "
                f"{peak / first[0]:.2f} x; CPU {seconds / rendering.CPU_SECONDS:4.0%} of the limit, "
                f"{seconds / first[1]:.2f} x; {found}"
            )


if __name__ == "__main__":
    main()
