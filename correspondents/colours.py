"""What the numbers of a picture's pixels mean, told in sRGB: the only colours that are published.

A file says it by an ICC profile (ICC.1:2022), by primaries and a gamma (PNG, third edition, 11.3.2;
ITU-T H.273 in HEIC), or by one word of Exif (DCF 2.0: ``R03`` is Adobe RGB). What says nothing is
sRGB already, as every browser takes it.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from contextlib import suppress

from PIL import Image, ImageCms

Point = tuple[float, float]
# x and y of red, green, blue and white (IEC 61966-2-1, Adobe RGB (1998), SMPTE EG 432-1, BT.2020).
D65: Point = (0.3127, 0.3290)
SRGB = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), D65)
ADOBE = ((0.640, 0.330), (0.210, 0.710), (0.150, 0.060), D65)
P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), D65)
BT2020 = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), D65)
# Numbers of primaries in H.273, table 2.
NUMBERED = {9: BT2020, 11: P3, 12: P3}
ADOBE_GAMMA = 563 / 256
# The curve of sRGB as ICC writes it (parametric curve, type 3): g, a, b, c, d.
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
# Pillow's modes by the four letters with which a profile names its colours.
COLOURS = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}
INTEROPERABILITY, INDEX = 0xA005, 1
Rows = Sequence[Sequence[float]]


def transform_of(image: Image.Image, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return what turns pixels of ``mode`` (``RGB``, ``L``, ``CMYK``) into sRGB; ``None``: they are.

    A profile for other colours than the picture has, or one that cannot be read, says nothing.
    """
    with suppress(ImageCms.PyCMSError, OSError, ValueError, ZeroDivisionError, struct.error):
        profile = image.info.get("icc_profile") or (_profile_told(image) if mode == "RGB" else None)
        if not profile:
            return None
        read = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if COLOURS.get(read.profile.xcolor_space) == mode:
            intent = ImageCms.Intent(read.profile.rendering_intent)
            ours = ImageCms.createProfile("sRGB")
            return ImageCms.buildTransform(read, ours, mode, "RGB", intent)
    return None


def _profile_told(image: Image.Image) -> bytes | None:
    """Return a profile for what a picture without one says otherwise."""
    told = image.info
    if "srgb" in told:  # a chunk of PNG that outranks gamma and primaries
        return None
    if primaries := NUMBERED.get((told.get("nclx_profile") or {}).get("color_primaries", 0)):
        return matrix_profile(primaries)
    if "gamma" in told or "chromaticity" in told:
        return _profile_of_png(told.get("chromaticity"), told.get("gamma"))
    if image.getexif().get_ifd(INTEROPERABILITY).get(INDEX) == "R03":
        return matrix_profile(ADOBE, ADOBE_GAMMA)
    return None


def _profile_of_png(chromaticity: Sequence[float] | None, gamma: float | None) -> bytes | None:
    """``chromaticity``: x and y of white, red, green, blue; ``gamma``: of the file, as 1/2.2."""
    primaries: Sequence[Point] = SRGB
    if chromaticity and min(chromaticity[1::2]) > 0:
        white, red, green, blue = zip(chromaticity[::2], chromaticity[1::2], strict=True)
        primaries = red, green, blue, white
    usual = gamma is None or abs(gamma - 1 / 2.2) < 0.01
    if usual and _near(primaries, SRGB):
        return None
    return matrix_profile(primaries, None if usual or not gamma else 1 / gamma)


def _near(one: Sequence[Point], other: Sequence[Point]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(abs(a[0] - b[0]) < 0.005 and abs(a[1] - b[1]) < 0.005 for a, b in pairs)


def matrix_profile(primaries: Sequence[Point], gamma: float | None = None) -> bytes:
    """Return an ICC profile of three primaries and a white, with a gamma or the curve of sRGB.

    Version 4 (ICC.1:2022, 8.3.3): the columns of the matrix, adapted to D50 by Bradford's matrix.
    Raises ``ValueError`` for points that span no triangle.
    """
    *points, white = primaries
    columns = [[x / y, 1.0, (1 - x - y) / y] for x, y in points]
    light = [white[0] / white[1], 1.0, (1 - white[0] - white[1]) / white[1]]
    matrix = [list(row) for row in zip(*columns, strict=True)]
    strengths = _times(_inverse(matrix), light)
    adapt = _adaptation(light)
    if gamma is None:
        curve = b"para" + struct.pack(">IHH", 0, 3, 0) + _fixed(SRGB_CURVE)
    else:
        curve = b"para" + struct.pack(">IHH", 0, 0, 0) + _fixed([gamma])
    tags = {b"wtpt": _xyz(D50)}
    for name, column, strength in zip((b"r", b"g", b"b"), columns, strengths, strict=True):
        tags[name + b"XYZ"] = _xyz(_times(adapt, [value * strength for value in column]))
        tags[name + b"TRC"] = curve
    return _written(tags)


D50 = (0.9642, 1.0, 0.8249)
BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))


def _adaptation(white: Sequence[float]) -> Rows:
    """Return the matrix that takes colours seen under ``white`` to D50 (Bradford)."""
    ours, theirs = _times(BRADFORD, white), _times(BRADFORD, D50)
    scaled = [
        [value * theirs[row] / ours[row] for value in BRADFORD[row]] for row in range(len(BRADFORD))
    ]
    columns = [_times(_inverse(BRADFORD), column) for column in zip(*scaled, strict=True)]
    return list(zip(*columns, strict=True))


def _times(matrix: Rows, column: Sequence[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, column, strict=True)) for row in matrix]


def _inverse(matrix: Rows) -> Rows:
    """Return the inverse of a matrix of three by three."""
    (a, b, c), (d, e, f), (g, h, i) = matrix
    determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    if abs(determinant) < 1e-9:
        raise ValueError("no triangle of colours")
    adjugate = (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )
    return [[value / determinant for value in row] for row in adjugate]


def _fixed(values: Sequence[float]) -> bytes:
    """Return numbers as ICC writes them: signed, sixteen bits behind the point."""
    return struct.pack(f">{len(values)}i", *(round(value * 65_536) for value in values))


def _xyz(values: Sequence[float]) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(values)


def _written(tags: dict[bytes, bytes]) -> bytes:
    """Return the profile with these tags."""
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += struct.pack(">4sII", name, start + len(data), len(value))
        data += value + b"\0" * (-len(value) % 4)
    head = struct.pack(">I4x", start + len(data)) + b"\x04\x00\x00\x00mntrRGB XYZ " + b"\0" * 12
    head += b"acsp" + b"\0" * 28 + _fixed(D50)
    return head.ljust(128, b"\0") + table + data
