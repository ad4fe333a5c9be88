"""Pictures are shown as they looked to who took them: colours, modes, motion, size."""

from __future__ import annotations

import io
import struct
import zlib

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageCms

from correspondents.colours import ADOBE, ADOBE_GAMMA, BT2020, P3, SRGB, matrix_profile
from correspondents.models import Upload
from submissions.models import Manuscript
from tests import factories as f

pytestmark = pytest.mark.django_db
pillow_heif.register_heif_opener()

SIZE = (480, 320)
GREEN, WHITE, GREY = (0, 170, 60), (255, 255, 255), (128, 128, 128)
# A red so dark is one step of P3 in sixteen of sRGB.
DARK = 18
# The same green as each space writes it: by the matrices of the standards, worked out apart.
IN_P3, IN_ADOBE, IN_BT2020 = (77, 166, 76), (93, 169, 71), (100, 159, 77)


def saved(image: Image.Image, format: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def plain(color, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, SIZE, color)


def shown(data: bytes, at=(20, 20), *, sandboxed: bool = False) -> tuple[int, int, int]:
    """The colour a reader sees of a file that somebody sent."""
    upload = Upload.objects.accept(SimpleUploadedFile("a.jpg", data), owner=None)
    upload.make_sizes(sandboxed=sandboxed)
    assert upload.is_ready, upload.failure
    assert (upload.width, upload.height) == SIZE
    found = []
    for size in upload.renditions:
        with upload.original.storage.open(size["path"]) as file, Image.open(file) as image:
            assert "icc_profile" not in image.info
            if size["width"] == SIZE[0] and size["format"] in ("jpg", "webp"):
                found.append(image.convert("RGB").getpixel(at))
    assert near(found[0], found[1], 6)
    return found[0]


def near(one, other, tolerance: int = 6) -> bool:
    """Within so many of 256 steps; where red is dark, a step of light is many of code."""
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def interoperable(index: str) -> bytes:
    """Exif as a camera writes it that was set to Adobe RGB: no profile, one word."""
    exif = Image.Exif()
    exif[0x0112] = 1
    exif.get_ifd(0xA005)[1] = index
    exif.get_ifd(0x8769)[0xA005] = exif.get_ifd(0xA005)
    return exif.tobytes()


def png(chunks: list[tuple[bytes, bytes]], color, *, kind: int = 2, depth: int = 8) -> bytes:
    """A PNG with the chunks that Pillow does not write; ``color`` as the bytes of one pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", *SIZE, depth, kind, 0, 0, 0)
    rows = (b"\0" + bytes(color) * SIZE[0]) * SIZE[1]
    parts = [(b"IHDR", head), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def chromaticities(points) -> bytes:
    red, green, blue, white = points
    numbers = [value for point in (white, red, green, blue) for value in point]
    return struct.pack(">8I", *(round(value * 100_000) for value in numbers))


PROFILES = {
    "P3": (IN_P3, matrix_profile(P3)),
    "Adobe RGB": (IN_ADOBE, matrix_profile(ADOBE, ADOBE_GAMMA)),
    "BT.2020": (IN_BT2020, matrix_profile(BT2020)),
    "sRGB": (GREEN, ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()),
}


@pytest.mark.parametrize("space", PROFILES)
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_profile_is_applied(space, format):
    color, profile = PROFILES[space]
    data = saved(plain(color), format, icc_profile=profile, quality=95)
    assert near(shown(data), GREEN, DARK), shown(data)


def test_the_process_apart_does_the_same():
    color, profile = PROFILES["P3"]
    assert near(shown(saved(plain(color), "PNG", icc_profile=profile), sandboxed=True), GREEN, DARK)


def test_what_says_nothing_is_left_as_it_is():
    for format in ("JPEG", "PNG", "WEBP", "HEIF"):
        assert near(shown(saved(plain(IN_P3), format, quality=95)), IN_P3)


def test_a_profile_that_is_broken_or_of_other_colours_says_nothing():
    grey = plain(128, "L")
    assert near(shown(saved(grey, "JPEG", icc_profile=PROFILES["P3"][1])), GREY)
    assert near(shown(saved(plain(IN_P3), "JPEG", icc_profile=b"ICC" * 60)), IN_P3)


def test_adobe_rgb_told_by_exif_alone():
    data = saved(plain(IN_ADOBE), "JPEG", quality=95, exif=interoperable("R03"))
    assert near(shown(data), GREEN, DARK)
    data = saved(plain(IN_ADOBE), "JPEG", quality=95, exif=interoperable("R98"))
    assert near(shown(data), IN_ADOBE)


def test_primaries_told_by_heic_without_a_profile():
    data = saved(plain(IN_P3), "HEIF", quality=95, color_primaries=12, transfer_characteristics=13)
    assert near(shown(data), GREEN, DARK)


def test_primaries_and_gamma_told_by_png():
    told = [(b"gAMA", struct.pack(">I", 45455)), (b"cHRM", chromaticities(P3))]
    assert near(shown(png(told, IN_P3)), GREEN, DARK)
    assert near(shown(png([(b"sRGB", b"\0"), *told], IN_P3)), IN_P3)
    usual = [(b"gAMA", struct.pack(">I", 45455)), (b"cHRM", chromaticities(SRGB))]
    assert shown(png(usual, GREY)) == GREY
    linear = [(b"gAMA", struct.pack(">I", 100_000))]
    assert near(shown(png(linear, (55, 55, 55))), (128, 128, 128))


@pytest.mark.parametrize(
    "told",
    [
        [(b"gAMA", struct.pack(">I", 1))],
        [(b"gAMA", struct.pack(">I", 0))],
        [(b"cHRM", chromaticities([(0.3, 0.3)] * 4))],
    ],
)
def test_what_a_png_says_wrongly_says_nothing(told):
    assert near(shown(png(told, GREY)), GREY)


def test_four_colours_as_printers_send_them():
    """Adobe writes them upside down, and says so; both are read as what they show."""
    data = saved(plain((255, 0, 255, 0), "CMYK"), "JPEG", quality=95)
    red, green, blue = shown(data)
    assert green > 200
    assert red < 60
    assert blue < 90


CLEAR = (0, 170, 60, 0)
HALF = (0, 170, 60, 128)


def palette(alpha) -> Image.Image:
    image = plain(0, "P")
    image.putpalette([0, 170, 60, 255, 0, 0])
    image.info["transparency"] = alpha
    return image


@pytest.mark.parametrize(
    ("what", "data", "seen"),
    [
        ("one bit", saved(plain(1, "1"), "PNG"), WHITE),
        ("one bit, black", saved(plain(0, "1"), "PNG"), (0, 0, 0)),
        ("grey", saved(plain(128, "L"), "JPEG"), GREY),
        ("grey, clear", saved(plain((0, 0), "LA"), "PNG"), WHITE),
        ("grey, half clear", saved(plain((0, 128), "LA"), "PNG"), (127, 127, 127)),
        ("one grey is clear", saved(plain(128, "L"), "PNG", transparency=128), WHITE),
        ("one colour is clear", saved(plain(GREEN), "PNG", transparency=GREEN), WHITE),
        ("clear", saved(plain(CLEAR, "RGBA"), "PNG"), WHITE),
        ("half clear", saved(plain(HALF, "RGBA"), "PNG"), (127, 212, 157)),
        ("half clear, WebP", saved(plain(HALF, "RGBA"), "WEBP", lossless=True), (127, 212, 157)),
        ("half clear, HEIC", saved(plain(HALF, "RGBA"), "HEIF", quality=95), (127, 212, 157)),
        ("palette", saved(palette(None).convert("RGB").quantize(4), "GIF"), GREEN),
        ("palette, clear", saved(palette(0), "PNG", transparency=0), WHITE),
        ("palette, half clear", saved(palette(b"\x80\xff"), "PNG"), (127, 212, 157)),
        ("palette, clear, GIF", saved(palette(0), "GIF", transparency=0), WHITE),
        ("grey of 16 bits", png([], (0x80, 0x80), kind=0, depth=16), GREY),
        (
            "grey of 16 bits, clear",
            png([(b"tRNS", b"\x80\x80")], (0x80, 0x80), kind=0, depth=16),
            WHITE,
        ),
        ("colours of 16 bits", png([], (0, 0, 170, 170, 60, 60), depth=16), GREEN),
    ],
)
def test_what_a_mode_shows(what, data, seen):
    assert near(shown(data), seen), (what, shown(data))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright_whatever_the_camera_says(orientation):
    """The corner that is red when held upright is red, and at its place."""
    upright = plain(GREY)
    upright.paste((200, 0, 0), (0, 0, 240, 160))
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    stored = upright.transpose(turns[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(stored, "JPEG", exif=exif.tobytes(), quality=95)
    assert near(shown(data), (200, 0, 0), 12)
    assert near(shown(data, at=(400, 280)), GREY)


def test_a_large_picture_is_the_same_picture():
    """Made smaller while it is read: by the decoder, in strips, and after turning."""
    large = Image.new("RGB", (6000, 4400), GREEN)
    large.paste((200, 0, 0), (0, 0, 3000, 2200))
    for format in ("JPEG", "PNG"):
        exif = Image.Exif()
        exif[0x0112] = 6
        data = saved(large, format, exif=exif.tobytes(), quality=95)
        upload = Upload.objects.accept(SimpleUploadedFile("a", data), owner=None, make_now=True)
        assert (upload.width, upload.height) == (4400, 6000)
        with upload.original.storage.open(upload.path_of(1368, "jpg")) as file:
            image = Image.open(file)
            assert image.size == (1368, 1865)
            assert near(image.getpixel((1000, 300)), (200, 0, 0))
            assert near(image.getpixel((300, 300)), GREEN)
            assert near(image.getpixel((1000, 1700)), GREEN)


def test_a_jpeg_that_is_decoded_smaller_is_as_sharp_as_it_can_be():
    """By the decoder and by us, but not by both: an edge is an edge in the widest size."""
    large = Image.new("L", (12_000, 1_200))
    large.paste(255, (0, 0, 6_000, 1_200))
    data = saved(large, "JPEG", quality=95)
    upload = Upload.objects.accept(SimpleUploadedFile("a", data), owner=None, make_now=True)
    with upload.original.storage.open(upload.path_of(1368, "jpg")) as file:
        image = Image.open(file).convert("L")
        assert image.size == (1368, 137)
        # The edge lies between these two: 255 and 0, but for what a step in the middle leaves.
        assert image.getpixel((683, 60)) > 225
        assert image.getpixel((684, 60)) < 30


def test_a_part_of_a_large_picture_keeps_its_pixels():
    """A tenth of it is still wide enough for the widest place: the whole is not made too small."""
    fine = Image.new("L", (9000, 3000))
    fine.paste(255, (0, 0, 4050, 3000))
    upload = Upload.objects.accept(
        SimpleUploadedFile("a", saved(fine, "PNG")), owner=None, make_now=True
    )
    part = Upload.objects.cut_out(upload, (40, 0, 55, 100), owner=None)
    f.work()
    part.refresh_from_db()
    assert (part.width, part.height) == (1350, 3000)
    with part.original.storage.open(part.path_of(1368, "jpg")) as file:
        image = Image.open(file).convert("L")
        assert image.size == (1350, 3000)
        assert image.getpixel((440, 9)) > 240
        assert image.getpixel((460, 9)) < 15


FRAMES = [plain((200, 0, 0)), plain(GREEN)]
MOTION = "这是动图，网站上只显示第一帧。"


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_motion_that_is_lost_is_told(format):
    """To who sent it, on the form, and to the editor who reads it."""
    li = f.correspondent()
    data = saved(FRAMES[0], format, save_all=True, append_images=FRAMES[1:], duration=200)
    upload = Upload.objects.accept(SimpleUploadedFile("a.gif", data), owner=li.user)
    manuscript = f.manuscript(li)
    manuscript.pictures.create(upload=upload, caption="井口")
    f.work()
    page = f.signed_in(li.user).get(reverse("submissions:edit", args=[manuscript.pk]))
    assert MOTION in page.content.decode()
    Manuscript.objects.get(pk=manuscript.pk).submit(by=li.user)
    address = reverse("admin:submissions_manuscript_change", args=[manuscript.pk])
    assert MOTION in f.signed_in(f.editor()).get(address).content.decode()
    upload.refresh_from_db()
    with upload.original.storage.open(upload.path_of(480, "jpg")) as file:
        assert near(Image.open(file).getpixel((9, 9)), (200, 0, 0))


def test_a_still_picture_is_told_nothing():
    for data in (saved(FRAMES[0], "GIF"), saved(FRAMES[0], "WEBP"), saved(FRAMES[0], "PNG")):
        upload = Upload.objects.accept(SimpleUploadedFile("a", data), owner=None, make_now=True)
        assert upload.remark == ""


def test_two_pictures_in_one_file_of_a_camera_do_not_move():
    """Phones put a depth map or a smaller picture behind the first (CIPA DC-007)."""
    data = saved(FRAMES[0], "MPO", save_all=True, append_images=FRAMES[1:])
    assert near(shown(data), (200, 0, 0))
    assert Upload.objects.get().remark == ""


def test_the_limits_hold_what_phones_take(settings):
    assert settings.PICTURE_MAX_PIXELS == 110_000_000
    assert settings.PICTURE_MAX_BYTES == 40 * 1024 * 1024
    assert settings.REQUEST_MAX_BYTES > 12 * settings.PICTURE_MAX_BYTES


@pytest.mark.parametrize("size", [(8192, 6144), (12_000, 9_166)])
def test_the_largest_pictures_become_what_they_show(size):
    """In the process apart, within its limits of memory and time."""
    data = saved(Image.new("L", size, 128), "PNG", compress_level=1)
    upload = Upload.objects.accept(SimpleUploadedFile("a.png", data), owner=None)
    upload.make_sizes(sandboxed=True)
    assert upload.is_ready, upload.failure
    assert (upload.width, upload.height) == size
    with upload.original.storage.open(upload.path_of(1368, "jpg")) as file:
        assert near(Image.open(file).getpixel((99, 99)), GREY)


def test_one_pixel_more_is_refused_with_a_sentence(client, settings):
    settings.PICTURE_MAX_PIXELS = SIZE[0] * SIZE[1] - 1
    li = f.correspondent()
    manuscript = f.manuscript(li)
    page = f.signed_in(li.user).post(
        reverse("submissions:edit", args=[manuscript.pk]),
        f.typed(pictures=SimpleUploadedFile("a.png", saved(plain(GREEN), "PNG"))),
        follow=True,
    )
    assert "像素太多" in page.content.decode()
