"""The pixels of a picture as they are to be seen: upright, on white, in sRGB, no larger than needed.

A picture of 110 million pixels takes 440 MB once it is decoded, and each way from one mode to
another takes as much again. So it is turned strip by strip, and a JPEG is decoded smaller at once.
"""

from __future__ import annotations

from PIL import ExifTags, Image, ImageCms, ImageMath, ImageOps

from correspondents.colours import transform_of

STRIP = 512
# Orientations of Exif that exchange width and height.
LYING = frozenset({5, 6, 7, 8})
SIXTEEN_BITS = frozenset({"I", "I;16", "I;16L", "I;16B"})
# What can be averaged, and turned into sRGB, as it is.
PLAIN = frozenset({"L", "RGB", "CMYK"})
# What says exactly which colour it is.
CLEAR = frozenset({"1", "P", "LA", "PA", "La", "RGBA", "RGBa", "YCbCr"})
Size = tuple[int, int]


class NotPixels(Exception):
    """The pixels are of a kind of which nobody can say how it looks."""


def upright_size(image: Image.Image) -> Size:
    """Return width and height as the picture is seen: a phone held upright stores it lying."""
    lies = image.getexif().get(ExifTags.Base.Orientation) in LYING
    return image.size[::-1] if lies else image.size


def seen_pixels(image: Image.Image, least: Size) -> Image.Image:
    """Return an opened picture as upright pixels in sRGB, mode ``RGB``; the picture is closed.

    Where it is several times as large as ``least`` it is made smaller by a whole number, to no
    less than twice that. Raises :class:`NotPixels`, and whatever the decoder raises.
    """
    orientation = image.getexif().get(ExifTags.Base.Orientation)
    wide, tall = upright_size(image)
    factor = max(1, min(wide // (2 * least[0]), tall // (2 * least[1])))
    before = image.width
    image.draft(None, (image.width // factor, image.height // factor))  # of JPEG: by 2, 4 or 8
    factor //= round(before / image.width)
    image.load()
    corner = _plain(image.crop((0, 0, 1, 1)))
    transform = transform_of(image, corner.mode)
    pixels = Image.new("RGB", (-(-image.width // factor), -(-image.height // factor)))
    for row in range(0, pixels.height, STRIP):
        bottom = min((row + STRIP) * factor, image.height)
        strip = _plain(image.crop((0, row * factor, image.width, bottom))).reduce(factor)
        seen = ImageCms.applyTransform(strip, transform) if transform else strip.convert("RGB")
        assert seen is not None  # noqa: S101 -- only in-place work returns nothing
        pixels.paste(seen, (0, row))
    image.close()
    if orientation:
        pixels.getexif()[ExifTags.Base.Orientation] = orientation
        ImageOps.exif_transpose(pixels, in_place=True)
    return pixels


def _plain(strip: Image.Image) -> Image.Image:
    """Return part of a picture as ``L``, ``RGB`` or ``CMYK``, laid on white."""
    if strip.mode in SIXTEEN_BITS:
        return _of_sixteen_bits(strip)
    if strip.mode not in PLAIN | CLEAR:
        raise NotPixels(strip.mode)
    if strip.has_transparency_data:
        plain = "L" if strip.mode in ("1", "L", "LA", "La") else "RGB"
        layer = strip.convert(f"{plain}A")
        ground = Image.new(plain, strip.size, "white")
        ground.paste(layer.convert(plain), mask=layer.getchannel("A"))
        return ground
    if strip.mode in PLAIN:
        return strip
    return strip.convert("L" if strip.mode == "1" else "RGB")


def _of_sixteen_bits(strip: Image.Image) -> Image.Image:
    """Return grey of 65,536 steps in 256; Pillow would show everything above the 255th as white.

    One grey may stand for what is transparent (PNG, third edition, 11.3.2.1).
    """
    grey = strip.convert("I")
    clear = strip.info.get("transparency")
    seen = ImageMath.lambda_eval(lambda a: a["grey"] / 257, grey=grey).convert("L")
    if isinstance(clear, int):
        mask = ImageMath.lambda_eval(lambda a: (a["grey"] == clear) * 255, grey=grey)
        seen.paste(255, mask=mask.convert("L"))
    return seen
