"""What may be uploaded, and how a picture is made anew from its pixels.

One core for everybody: the request sniffs, limits and stores the original (:func:`inspect`);
the worker re-encodes (:func:`render`). Nothing a browser gets was ever sent by a browser: names
are ours, position data and every other hidden field are gone, formats are JPEG and WebP, and
AVIF for the widths of figures where Pillow can write it.
Limits come from the settings (``PICTURE_MAX_BYTES``, ``PICTURE_MAX_PIXELS``). What the pixels mean
is in ``pixels.py`` and ``colours.py``.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from PIL import Image, features

from correspondents.pixels import NotPixels, Size, seen_pixels, upright_size

# Widths in pixels that ``srcset`` offers; a picture is never enlarged.
WIDTHS = (240, 336, 480, 768, 1040, 1368)
# What AVIF is made for: the pictures of articles, which are most of what a reader loads.
AVIF_WIDTHS = frozenset({480, 768, 1368})
# Of 0 to 10: at 8 a third of a second for the largest, within a tenth of the least bytes.
AVIF_SPEED = 8
TALLEST = 16_000
PICTURE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF")
# Files kept as they came, by their first bytes: media type and ending.
PDF = (b"%PDF-", ("application/pdf", "pdf"))
OFFICE = (
    PDF,
    (
        b"PK\x03\x04",
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ),
    # .doc and .wps are the same container.
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ("application/x-ole-storage", "doc")),
    (b"{\\rtf", ("application/rtf", "rtf")),
)
DOCUMENTS = frozenset({"pdf", "docx", "doc", "rtf", "odt"})
# The first member of an OpenDocument text, which is a zip like .docx (ODF 1.3, part 2, 3.3).
OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.text"
ASK = "请上传 JPG、PNG、WebP、GIF 或 HEIC 格式的照片。"
BROKEN = "图片已损坏，无法读取，请重新导出或换一张照片。"
UNCLEAR = "图片的颜色格式少见，显示不准，请另存为 JPG 再传。"
# Formats that may hold more than one picture, to be shown one after the other.
MOVING = frozenset({"GIF", "PNG", "WEBP"})
STILL = "这是动图，网站上只显示第一帧。"


class BadUpload(Exception):
    """A file that is refused; the message is one Chinese sentence for the sender."""


@dataclass(frozen=True)
class Facts:
    """What is known of an accepted original: pixels, media type, file ending, SHA-256."""

    width: int
    height: int
    content_type: str
    ending: str
    sha256: str

    @property
    def is_document(self) -> bool:
        """Is it kept as it came, without sizes?"""
        return self.ending in DOCUMENTS


@dataclass(frozen=True)
class Rendition:
    """One size of a picture: pixels, ``jpg``, ``webp`` or ``avif``, and its bytes."""

    width: int
    height: int
    format: str
    data: bytes


def sniff(head: bytes) -> tuple[str, str] | None:
    """Return (media type, file ending) of a picture by its first 16 bytes, never by its name."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png", "png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp", "webp"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif", "gif"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1"):
        return "image/heic", "heic"
    return None


def inspect(file: Any) -> Facts:
    """Return the facts of an uploaded picture, or raise :class:`BadUpload`.

    ``file`` is a Django ``UploadedFile`` (or has ``name``, ``size`` and reads bytes). Only the
    header is decoded here.
    """
    name = file.name or "图片"
    if not file.size:
        raise BadUpload(f"“{name}”是空文件，请重新选择。")
    if file.size > settings.PICTURE_MAX_BYTES:
        raise BadUpload(
            f"“{name}”有 {megabytes(file.size)} MB，超过单张 "
            f"{megabytes(settings.PICTURE_MAX_BYTES)} MB 的上限，请压缩后再传。"
        )
    file.seek(0)
    kind = sniff(file.read(16))
    if kind is None:
        raise BadUpload(f"“{name}”不是可用的图片。{ASK}")
    file.seek(0)
    try:
        with _opened(file) as image:
            width, height = image.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadUpload(_too_many_pixels(name)) from error
    except Exception as error:  # hostile files raise anything, SyntaxError among them
        raise BadUpload(f"“{name}”{BROKEN}") from error
    if width * height > settings.PICTURE_MAX_PIXELS:
        raise BadUpload(_too_many_pixels(name))
    return Facts(width, height, *kind, _sum(file))


def inspect_document(file: Any, kinds: Any = (PDF,)) -> Facts:
    """Return the facts of a picture, or of a document of the given kinds; else ``BadUpload``."""
    name = file.name or "文件"
    if not file.size:
        raise BadUpload(f"“{name}”是空文件，请重新选择。")
    file.seek(0)
    head = file.read(96)
    known = next((facts for mark, facts in kinds if head.startswith(mark)), None)
    if known and OPEN_DOCUMENT in head:
        known = ("application/vnd.oasis.opendocument.text", "odt")
    if known is None:
        if kinds is OFFICE and sniff(head) is None:
            raise BadUpload(
                f"“{name}”不是 Word 文件，请上传 .docx、.doc、.wps、.rtf、.odt 或 .pdf。"
            )
        return inspect(file)
    if file.size > settings.DOCUMENT_MAX_BYTES:
        raise BadUpload(
            f"“{name}”有 {megabytes(file.size)} MB，超过 "
            f"{megabytes(settings.DOCUMENT_MAX_BYTES)} MB 的上限，请压缩后再传。"
        )
    content_type, ending = known
    return Facts(0, 0, content_type, ending, _sum(file))


def _sum(file: Any) -> str:
    """Return the SHA-256 of the file, which is left at its beginning."""
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in iter(lambda: file.read(1 << 20), b""):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


@dataclass(frozen=True)
class DecodedPicture:
    """What a picture is once it is decoded: its upright size in pixels, its looks, and a sentence
    about what of it is not shown, or none.
    """

    width: int
    height: int
    looks: str
    remark: str = ""


def render(
    file: IO[bytes], cut: Sequence[int] | None = None
) -> tuple[DecodedPicture, Iterator[Rendition]]:
    """Return what the picture is and its renditions, made from the pixels alone.

    ``cut``: keep only the part between left, top, right and bottom, in percent. Raises
    :class:`BadUpload` for anything that does not decode within the limits.
    """
    box = tuple(cut or (0, 0, 100, 100))
    try:
        with _opened(file) as image:
            if image.width * image.height > settings.PICTURE_MAX_PIXELS:
                raise BadUpload(BROKEN)
            moves = image.format in MOVING and getattr(image, "is_animated", False)
            whole = upright_size(image)
            left, top, right, bottom = _part(whole, box)
            size = right - left, bottom - top
            width, height = largest(size)
            # So large must the whole be for the part to have enough pixels.
            least = -(-width * whole[0] // size[0]), -(-height * whole[1] // size[1])
            pixels = seen_pixels(image, least)
        pixels = pixels.crop(_part(pixels.size, box)) if cut else pixels
        looks = _looks(pixels)
    except NotPixels as error:
        raise BadUpload(UNCLEAR) from error
    except Exception as error:  # as above
        raise BadUpload(BROKEN) from error
    return DecodedPicture(*size, looks, STILL if moves else ""), _sizes(pixels, size)


def _part(size: Size, box: Sequence[int]) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom in pixels of a box in percent."""
    (wide, tall), (left, top, right, bottom) = size, box
    return left * wide // 100, top * tall // 100, right * wide // 100, bottom * tall // 100


def _looks(pixels: Image.Image) -> str:
    """Return 16 hexadecimal digits that stay nearly the same when a picture is saved anew.

    The difference hash (N. Krawetz, 2013): is each of 8 x 8 points darker than its neighbour?
    Empty for a picture without contrast, which would be the same as every other one.
    """
    grey = pixels.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = "".join(
        "1" if grey[9 * row + column] < grey[9 * row + column + 1] else "0"
        for row in range(8)
        for column in range(8)
    )
    return "" if len(set(bits)) == 1 else f"{int(bits, 2):016x}"


def looks_apart(one: str, other: str) -> int:
    """Return in how many of 64 points two pictures' looks differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _too_many_pixels(name: str) -> str:
    limit = settings.PICTURE_MAX_PIXELS // 10_000
    return f"“{name}”的像素太多，超过 {limit} 万像素的上限，请缩小后再传。"


def megabytes(size: int) -> str:
    """Return bytes as megabytes, without a needless decimal."""
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0")


def _opened(file: IO[bytes]) -> Image.Image:
    """Open with the closed list of formats; a warning about size is an error."""
    if sniff(file.read(16)) == ("image/heic", "heic"):
        # Loaded only for phones that send it: the library is of no use to most processes.
        from pillow_heif import register_heif_opener  # noqa: PLC0415 -- see above

        register_heif_opener()
    file.seek(0)
    # Pillow warns at its own limit, and raises at twice that; ours is the first.
    Image.MAX_IMAGE_PIXELS = settings.PICTURE_MAX_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        return Image.open(file, formats=PICTURE_FORMATS if _heif_known() else PICTURE_FORMATS[:-1])


def _heif_known() -> bool:
    return "HEIF" in Image.OPEN


def largest(size: Size) -> Size:
    """Return the largest width that is made of such a picture, and its height."""
    width, height = size
    # A phone's long screenshot: WebP ends at 16,383 pixels.
    most = min(width, WIDTHS[-1], max(1, width * TALLEST // height))
    return most, max(1, round(height * most / width))


def _sizes(pixels: Image.Image, size: Size) -> Iterator[Rendition]:
    most, _ = largest(size)
    for width in [w for w in WIDTHS if w < most] + [most]:
        height = max(1, round(size[1] * width / size[0]))
        small = pixels.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        # A new image: no EXIF, no colour profile, no comment can travel along.
        for ending, name, options in _formats(width in AVIF_WIDTHS or width == most):
            buffer = io.BytesIO()
            clean = Image.new("RGB", small.size)
            clean.paste(small)
            clean.save(buffer, name, **options)
            yield Rendition(width, height, ending, buffer.getvalue())


def _formats(avif: bool) -> list[tuple[str, str, dict[str, Any]]]:
    """Return ending, Pillow's name and options of what one width is written in."""
    formats: list[tuple[str, str, dict[str, Any]]] = [
        ("jpg", "JPEG", {"quality": 78, "optimize": True, "progressive": True}),
        ("webp", "WEBP", {"quality": 76, "method": 4}),
    ]
    if avif and features.check("avif"):
        # One thread: the process that makes it has a limit of memory, and the worker two cores.
        speed = getattr(settings, "PICTURE_AVIF_SPEED", AVIF_SPEED)
        formats.append(("avif", "AVIF", {"quality": 55, "speed": speed, "max_threads": 1}))
    return formats
