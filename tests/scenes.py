"""The demo's pictures, drawn by program: flat layers, a graded sky, ember lights, light grain.

Nothing is photographed and nobody is shown; the same scene, seed and size give the same picture.
They lie drawn in ``scenes``: ``make scenes`` draws what the demo's texts name and is not there.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw, ImageFilter
from tqdm import tqdm

from portal.demo.content import picture_path, pictures

Colour = tuple[int, int, int]
OVER = 2  # drawn at twice the size, then reduced: smooth edges
QUALITY = 60
SIZE = (1440, 900)

# sky from top to bottom, then far hills, near hills, ground, figures
PALETTES: tuple[tuple[Colour, Colour, Colour, Colour, Colour, Colour, Colour], ...] = (
    ((42, 48, 66), (176, 108, 72), (242, 186, 118), (96, 82, 88), (58, 50, 54), (34, 30, 31), (18, 16, 16)),
    ((112, 142, 166), (190, 204, 208), (236, 230, 214), (138, 158, 168), (98, 118, 122), (84, 90, 78), (40, 42, 42)),
    ((64, 84, 116), (146, 142, 160), (232, 178, 148), (92, 96, 118), (58, 62, 82), (40, 42, 52), (20, 20, 26)),
    ((150, 160, 164), (196, 200, 198), (224, 222, 212), (150, 156, 156), (116, 122, 120), (96, 98, 90), (52, 52, 50)),
)  # fmt: skip
EMBER, LAMP, COAL = (240, 162, 76), (255, 226, 168), (22, 19, 16)


class Sheet:
    """A drawing at twice its size, with the helpers every scene needs."""

    def __init__(self, size: tuple[int, int], seed: int) -> None:
        self.size = size
        self.w, self.h = size[0] * OVER, size[1] * OVER
        self.random = random.Random(seed)
        self.palette = PALETTES[seed % len(PALETTES)]
        self.image = Image.new("RGB", (self.w, self.h))
        self.pen = ImageDraw.Draw(self.image)

    def x(self, share: float) -> float:
        """Return a share of the width in pixels."""
        return share * self.w

    def y(self, share: float) -> float:
        """Return a share of the height in pixels."""
        return share * self.h

    def grade(self, *colours: Colour) -> None:
        """Fill the sheet with a smooth vertical gradient."""
        column = Image.new("RGB", (1, len(colours)))
        column.putdata(colours)
        self.image.paste(column.resize((self.w, self.h), Image.Resampling.BICUBIC))

    def sky(self) -> None:
        """The palette's sky, with a low sun behind haze."""
        self.grade(self.palette[0], self.palette[1], self.palette[2])
        self.glow(self.random.uniform(0.2, 0.8), 0.52, 0.3, self.palette[2], 0.55)

    def hills(self, base: float, height: float, colour: Colour, waves: int = 3) -> None:
        """One ridge of hills across the sheet, down to the lower edge."""
        parts = [
            (
                self.random.uniform(0.4, 1.0),
                self.random.uniform(0.6, 2.6),
                self.random.uniform(0, 6.3),
            )
            for _ in range(waves)
        ]
        total = sum(part[0] for part in parts)
        ridge = []
        for step in range(121):
            share = step / 120
            lift = sum(a * math.sin(f * share * 6.28 + p) for a, f, p in parts) / total
            ridge.append((self.x(share), self.y(base - height * (0.5 + 0.5 * lift))))
        self.pen.polygon([(0, self.h), *ridge, (self.w, self.h)], fill=colour)

    def glow(
        self, x: float, y: float, radius: float, colour: Colour, strength: float = 1.0
    ) -> None:
        """A soft light, made small and blurred: cheap at any size."""
        scale = 16
        layer = Image.new("L", (self.w // scale, self.h // scale))
        cx, cy = x * layer.width, y * layer.height
        r = radius * layer.width / 2
        ImageDraw.Draw(layer).ellipse((cx - r, cy - r, cx + r, cy + r), fill=int(255 * strength))
        layer = layer.filter(ImageFilter.GaussianBlur(r * 0.55)).resize(self.image.size)
        light = Image.new("RGB", self.image.size, colour)
        self.image.paste(Image.composite(light, self.image, layer))
        self.pen = ImageDraw.Draw(self.image)

    def bar(
        self, a: tuple[float, float], b: tuple[float, float], width: float, colour: Colour
    ) -> None:
        """A straight piece of steel between two points given in shares."""
        self.pen.line(
            [(self.x(a[0]), self.y(a[1])), (self.x(b[0]), self.y(b[1]))],
            fill=colour,
            width=max(1, round(self.x(width))),
        )

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """A filled rectangle in shares."""
        self.pen.rectangle((self.x(left), self.y(top), self.x(right), self.y(bottom)), fill=colour)

    def dot(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A filled circle; the radius is a share of the width."""
        r = self.x(radius)
        self.pen.ellipse((self.x(x) - r, self.y(y) - r, self.x(x) + r, self.y(y) + r), fill=colour)

    def webp(self) -> bytes:
        """Reduce, add light grain and return the WebP."""
        small = self.image.resize(self.size, Image.Resampling.LANCZOS)
        w, h = self.size[0] // 2, self.size[1] // 2
        noise = Image.frombytes("L", (w, h), self.random.randbytes(w * h))
        grain = noise.point(lambda value: 116 + value * 24 // 255).resize(self.size)
        small = ImageChops.overlay(small, Image.merge("RGB", [grain] * 3))
        buffer = io.BytesIO()
        small.save(buffer, "WEBP", quality=QUALITY, method=6)
        return buffer.getvalue()


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour ``share`` of the way from one to the other."""
    r, g, b = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return r, g, b


def tower(sheet: Sheet, x: float, foot: float, height: float, colour: Colour) -> None:
    """A winding tower: legs, bracing, two sheaves, the slanting back stay."""
    top, half = foot - height, height * 0.1
    thick = 0.004 * height / 0.4
    for side in (-1, 1):
        sheet.bar((x + side * half, foot), (x + side * half * 0.45, top), thick, colour)
    for step in range(5):
        low, high = foot - height * step / 5, foot - height * (step + 1) / 5
        wide, narrow = half * (1 - 0.11 * step), half * (1 - 0.11 * (step + 1))
        sheet.bar((x - wide, low), (x + narrow, high), thick * 0.6, colour)
        sheet.bar((x + wide, low), (x - narrow, high), thick * 0.6, colour)
    sheet.bar((x + half * 0.4, top), (x + height * 0.42, foot), thick * 1.3, colour)
    sheet.bar((x - half * 1.1, top), (x + half * 1.1, top), thick * 1.4, colour)
    for sheave in (-0.55, 0.55):
        cx, cy, r = x + sheave * half, top - height * 0.04, height * 0.052
        sheet.dot(cx, cy, r, colour)
        sheet.dot(cx, cy, r * 0.72, mix(colour, sheet.palette[1], 0.45))
        for turn in range(4):
            dx, dy = math.cos(turn * 0.785) * r, math.sin(turn * 0.785) * r
            tall = sheet.w / sheet.h
            sheet.bar((cx - dx, cy - dy * tall), (cx + dx, cy + dy * tall), thick * 0.4, colour)
    sheet.box(x - half * 1.6, foot - height * 0.16, x + half * 1.6, foot, colour)


def works(sheet: Sheet, foot: float, colour: Colour, lamp: Colour) -> None:
    """Buildings around the shaft, some windows lit."""
    x = sheet.random.uniform(0.02, 0.1)
    while x < 0.95:
        width, height = sheet.random.uniform(0.05, 0.13), sheet.random.uniform(0.05, 0.13)
        sheet.box(x, foot - height, x + width, foot, colour)
        if sheet.random.random() < 0.4:
            sheet.box(x + width * 0.7, foot - height * 2, x + width * 0.78, foot, colour)
        for column in range(int(width / 0.016)):
            for row in range(int(height / 0.035)):
                if sheet.random.random() < 0.45:
                    left, top = x + 0.006 + column * 0.016, foot - height + 0.012 + row * 0.035
                    sheet.box(left, top, left + 0.006, top + 0.014, lamp)
        x += width + sheet.random.uniform(0.0, 0.06)


def headframe(sheet: Sheet) -> None:
    """The shaft at dusk."""
    sky = sheet.palette
    sheet.sky()
    sheet.hills(0.62, 0.2, sky[3])
    sheet.hills(0.72, 0.16, sky[4])
    sheet.hills(0.8, 0.03, sky[5])
    works(sheet, 0.8, sky[6], LAMP)
    tower(sheet, sheet.random.uniform(0.3, 0.62), 0.81, 0.5, sky[6])
    sheet.box(0, 0.8, 1, 1, sky[6])
    sheet.glow(0.45, 0.8, 0.5, EMBER, 0.22)


def winter(sheet: Sheet) -> None:
    """The same shaft in snow."""
    snow = (226, 230, 232)
    sheet.grade((120, 134, 150), (176, 186, 194), (222, 224, 222))
    sheet.hills(0.6, 0.22, (158, 170, 180))
    sheet.hills(0.7, 0.16, (184, 192, 198))
    dark = (58, 62, 68)
    works(sheet, 0.78, dark, LAMP)
    tower(sheet, sheet.random.uniform(0.35, 0.7), 0.79, 0.46, dark)
    sheet.hills(0.8, 0.04, snow)
    for _ in range(46):
        x, foot = sheet.random.uniform(0, 1), sheet.random.uniform(0.8, 0.98)
        size = (foot - 0.7) * 0.34
        for layer in range(3):
            y = foot - size * (0.2 + 0.62 * layer)
            half = size * 0.26 * (1 - 0.24 * layer)
            sheet.pen.polygon(
                [(sheet.x(x - half), sheet.y(y)), (sheet.x(x + half), sheet.y(y)),
                 (sheet.x(x), sheet.y(y - size * 0.8))],
                fill=mix((52, 70, 70), snow, 0.1 * layer),
            )  # fmt: skip
    for _ in range(420):
        sheet.dot(sheet.random.random(), sheet.random.random(),
                  sheet.random.uniform(0.0006, 0.0022), (248, 250, 250))  # fmt: skip


def longwall(sheet: Sheet) -> None:
    """Hydraulic supports running into the light of the face."""
    sheet.grade((26, 28, 32), (34, 34, 36), (18, 17, 17))
    vanish = sheet.random.uniform(0.62, 0.8)
    sheet.glow(vanish, 0.5, 0.5, (196, 214, 226), 0.9)
    for step in range(12):
        near = (1 - step / 12) ** 1.7
        x = vanish - near * (vanish + 0.12)
        width, top, bottom = 0.13 * near + 0.006, 0.5 - 0.46 * near, 0.5 + 0.44 * near
        tone = mix((150, 156, 160), (26, 26, 28), min(1, near * 1.15))
        sheet.box(x, top, x + width * 0.9, top + 0.05 * near + 0.004, mix(tone, EMBER, 0.35))
        for leg in (0.12, 0.5):
            sheet.box(x + width * leg, top, x + width * (leg + 0.2), bottom, tone)
            sheet.box(x + width * (leg + 0.05), 0.5, x + width * (leg + 0.1), bottom,
                      mix(tone, (230, 232, 232), 0.35))  # fmt: skip
        sheet.box(x, bottom - 0.03 * near, x + width, bottom, mix(tone, COAL, 0.5))
    wall = [(vanish, 0.5), (1.02, 0.02), (1.02, 0.98)]
    sheet.pen.polygon([(sheet.x(x), sheet.y(y)) for x, y in wall], fill=(16, 15, 15))
    for _ in range(70):
        far = sheet.random.random()
        x = vanish + (1 - vanish) * far
        y = 0.5 + sheet.random.uniform(-0.42, 0.42) * far
        sheet.dot(x, y, 0.004 * far, mix((70, 74, 80), (16, 15, 15), sheet.random.random()))
    sheet.glow(vanish - 0.02, 0.46, 0.12, LAMP, 0.8)


def tunnel(sheet: Sheet) -> None:
    """An arched roadway with lamps, and two people walking home."""
    sheet.grade((24, 21, 19), (32, 27, 23), (18, 16, 15))
    cx, cy = sheet.random.uniform(0.44, 0.56), 0.56
    for step in range(13):
        near = (1 - step / 13) ** 1.8
        half, height = 0.6 * near + 0.03, 0.74 * near + 0.05
        warm = mix((26, 22, 19), (150, 96, 48), (1 - near) ** 2)
        outline = (
            sheet.x(cx - half),
            sheet.y(cy - height),
            sheet.x(cx + half),
            sheet.y(cy + height * 0.9),
        )
        sheet.pen.ellipse(outline, fill=warm)
        sheet.pen.arc(
            outline,
            180,
            360,
            fill=mix(warm, (214, 150, 86), 0.28),
            width=round(sheet.x(0.01 * near + 0.001)),
        )
        sheet.box(cx - half, cy + height * 0.34, cx + half, cy + height, mix(warm, COAL, 0.45))
    sheet.glow(cx, cy - 0.02, 0.3, (255, 214, 150), 0.85)
    for step in range(1, 8):
        near = (1 - step / 9) ** 1.8
        for side in (-1, 1):
            sheet.dot(cx + side * 0.3 * near, cy - 0.52 * near, 0.006 * near + 0.001, LAMP)
    for side in (-1, 1):
        sheet.bar((cx + side * 0.012, cy + 0.03), (cx + side * 0.2, 1.0), 0.004, (150, 110, 70))
    for x, tall in ((cx - 0.035, 0.2), (cx + 0.03, 0.22)):
        figure(sheet, x, 0.74, tall, COAL)


def figure(sheet: Sheet, x: float, foot: float, tall: float, colour: Colour) -> None:
    """A walker in a helmet, from behind."""
    wide = tall * 0.13
    for side in (-0.5, 0.5):
        sheet.bar(
            (x + side * wide, foot), (x + side * wide * 0.5, foot - tall * 0.45), wide * 0.6, colour
        )
    sheet.pen.rounded_rectangle(
        (sheet.x(x - wide), sheet.y(foot - tall * 0.82), sheet.x(x + wide), sheet.y(foot - tall * 0.38)),
        radius=sheet.x(wide * 0.5), fill=colour,
    )  # fmt: skip
    sheet.dot(x, foot - tall * 0.88, wide * 0.62, colour)
    sheet.box(x - wide * 0.8, foot - tall * 0.9, x + wide * 0.8, foot - tall * 0.875, colour)


def miners(sheet: Sheet) -> None:
    """A shift in the dark, each with a lamp."""
    sheet.grade((12, 11, 11), (26, 21, 18), (14, 12, 12))
    number = sheet.random.randint(4, 6)
    places = [(number_ + 0.5) / number for number_ in range(number)]
    for place in places:
        sheet.glow(place, 0.4 + sheet.random.uniform(-0.03, 0.03), 0.34, (226, 150, 70), 0.5)
    for place in places:
        y = 0.46 + sheet.random.uniform(-0.03, 0.03)
        tone = mix(COAL, (70, 52, 40), sheet.random.uniform(0.1, 0.5))
        sheet.pen.ellipse(
            (sheet.x(place - 0.12), sheet.y(y + 0.2), sheet.x(place + 0.12), sheet.y(1.3)),
            fill=tone,
        )
        sheet.pen.ellipse(
            (sheet.x(place - 0.045), sheet.y(y - 0.04), sheet.x(place + 0.045), sheet.y(y + 0.2)),
            fill=mix(tone, (150, 104, 74), 0.5),
        )
        sheet.pen.pieslice(
            (sheet.x(place - 0.06), sheet.y(y - 0.12), sheet.x(place + 0.06), sheet.y(y + 0.12)),
            180,
            360,
            fill=mix(tone, EMBER, 0.45),
        )
        sheet.box(place - 0.066, y - 0.004, place + 0.066, y + 0.012, mix(tone, EMBER, 0.3))
    for place in places:
        sheet.glow(place, 0.42, 0.1, LAMP, 0.95)
        sheet.dot(place, 0.42, 0.012, (255, 248, 226))


def control(sheet: Sheet) -> None:
    """The dispatching room: a wall of figures, three people before it."""
    sheet.grade((10, 20, 30), (14, 34, 48), (8, 12, 16))
    colours = ((86, 190, 214), (110, 214, 168), EMBER)
    for row in range(2):
        for column in range(4):
            left, top = 0.05 + column * 0.23, 0.08 + row * 0.27
            sheet.box(left, top, left + 0.21, top + 0.24, (16, 44, 60))
            colour = sheet.random.choice(colours)
            heights = [sheet.random.uniform(0.03, 0.17) for _ in range(12)]
            if sheet.random.random() < 0.5:
                for place, height in enumerate(heights):
                    x = left + 0.015 + place * 0.0155
                    sheet.box(x, top + 0.22 - height, x + 0.009, top + 0.22, colour)
            else:
                line = [(sheet.x(left + 0.012 + place * 0.0168), sheet.y(top + 0.21 - height))
                        for place, height in enumerate(heights)]  # fmt: skip
                sheet.pen.line(line, fill=colour, width=round(sheet.x(0.0022)), joint="curve")
    sheet.glow(0.5, 0.36, 0.9, (70, 150, 180), 0.2)
    sheet.box(0, 0.83, 1, 1, (9, 12, 15))
    for x in (0.22, 0.5 + sheet.random.uniform(-0.05, 0.05), 0.78):
        sheet.pen.ellipse(
            (sheet.x(x - 0.075), sheet.y(0.66), sheet.x(x + 0.075), sheet.y(1.12)), fill=(7, 9, 12)
        )
        sheet.dot(x, 0.62, 0.033, (7, 9, 12))
        sheet.box(x - 0.12, 0.86, x + 0.12, 0.875, (40, 84, 100))


def train(sheet: Sheet) -> None:
    """A coal train crossing the plain."""
    sky = sheet.palette
    sheet.sky()
    sheet.hills(0.58, 0.2, sky[3])
    sheet.hills(0.66, 0.12, sky[4])
    sheet.box(0, 0.66, 1, 1, mix(sky[4], (150, 130, 96), 0.5))
    sheet.hills(0.78, 0.05, mix(sky[5], (120, 104, 76), 0.4))
    rail = 0.72
    sheet.box(0, rail, 1, rail + 0.012, sky[6])
    x = sheet.random.uniform(-0.04, 0.06)
    sheet.box(x, rail - 0.13, x + 0.12, rail, (150, 44, 30))
    sheet.box(x + 0.015, rail - 0.11, x + 0.045, rail - 0.07, LAMP)
    x += 0.135
    while x < 1:
        sheet.box(x, rail - 0.075, x + 0.078, rail, mix(sky[6], (70, 66, 62), 0.5))
        heap = [
            (x + 0.004, rail - 0.073),
            (x + 0.02, rail - 0.096),
            (x + 0.058, rail - 0.1),
            (x + 0.074, rail - 0.073),
        ]
        sheet.pen.polygon([(sheet.x(a), sheet.y(b)) for a, b in heap], fill=COAL)
        for wheel in (0.016, 0.062):
            sheet.dot(x + wheel, rail + 0.004, 0.007, COAL)
        x += 0.086
    sheet.hills(0.99, 0.14, mix(sky[5], (104, 96, 66), 0.3))


def openpit(sheet: Sheet) -> None:
    """Benches of an open pit with small lorries."""
    sky = sheet.palette
    sheet.sky()
    sheet.hills(0.36, 0.12, sky[3])
    for bench in range(8):
        base = 0.42 + bench * 0.085
        tone = mix((196, 156, 108), (52, 44, 40), bench / 8)
        sheet.hills(base, 0.07, tone, waves=2)
        sheet.hills(base + 0.02, 0.05, mix(tone, COAL, 0.18), waves=2)
        for _ in range(sheet.random.randint(1, 3)):
            x, y, size = sheet.random.uniform(0.05, 0.95), base + 0.02, 0.012 + 0.003 * bench
            sheet.box(x, y - size, x + size * 1.9, y, EMBER)
            sheet.box(x + size * 1.9, y - size * 0.7, x + size * 2.5, y, mix(EMBER, COAL, 0.3))
            for wheel in (0.4, 1.9):
                sheet.dot(x + size * wheel, y, size * 0.3, COAL)


def green(sheet: Sheet) -> None:
    """Solar panels and meadow around a lake where the ground once sank."""
    fresh = sheet.random.uniform(0, 0.3)
    sheet.grade((132, 176, 206), (192, 216, 224), (238, 238, 220))
    sheet.hills(0.5, 0.18, mix((128, 164, 150), (170, 160, 120), fresh))
    sheet.hills(0.58, 0.12, mix((104, 148, 112), (150, 140, 90), fresh))
    sheet.hills(0.66, 0.05, mix((126, 168, 104), (170, 152, 92), fresh))
    lake = (sheet.x(0.18), sheet.y(0.6), sheet.x(1.1), sheet.y(0.82))
    sheet.pen.ellipse(lake, fill=(158, 196, 212))
    for row in range(4):
        y = 0.78 + row * 0.065
        size = 0.034 + row * 0.012
        x = -0.02 - (row % 2) * 0.03
        while x < 1.02:
            panel = [
                (x, y),
                (x + size * 1.15, y),
                (x + size * 0.95, y + size * 0.8),
                (x - size * 0.2, y + size * 0.8),
            ]
            sheet.pen.polygon([(sheet.x(a), sheet.y(b)) for a, b in panel], fill=(38, 62, 96))
            sheet.bar(
                (x + size * 0.45, y), (x + size * 0.3, y + size * 0.8), 0.0012, (120, 150, 182)
            )
            x += size * 1.35
        sheet.box(
            0, y + size * 0.8, 1, y + size * 0.8 + 0.008, mix((96, 140, 78), (150, 136, 80), fresh)
        )


def calligraphy(sheet: Sheet) -> None:
    """Ink on paper: strokes of a loaded brush (no characters), and a red seal."""
    sheet.grade((242, 236, 222), (246, 241, 230), (238, 231, 216))
    for _ in range(500):
        x, y = sheet.random.random(), sheet.random.random()
        sheet.bar(
            (x, y), (x + sheet.random.uniform(-0.01, 0.01), y + 0.004), 0.0006, (226, 217, 200)
        )
    for column in range(3):
        for row in range(2):
            _strokes(sheet, 0.78 - column * 0.24, 0.12 + row * 0.4)
    left, top = sheet.random.uniform(0.1, 0.16), 0.76
    sheet.box(left, top, left + 0.06, top + 0.096, (166, 40, 27))
    for line in range(3):
        sheet.box(
            left + 0.01,
            top + 0.018 + line * 0.024,
            left + 0.05,
            top + 0.026 + line * 0.024,
            (242, 226, 210),
        )


def _strokes(sheet: Sheet, x: float, y: float) -> None:
    """A handful of strokes that swell and thin out like a brush."""
    ink = (28, 26, 26)
    for _ in range(sheet.random.randint(4, 6)):
        ax, ay = x + sheet.random.uniform(0, 0.13), y + sheet.random.uniform(0, 0.26)
        flat = sheet.random.random() < 0.5
        bx = ax + sheet.random.uniform(0.05, 0.12) * (1 if flat else 0.3)
        by = ay + sheet.random.uniform(0.03, 0.16) * (0.25 if flat else 1)
        bend = sheet.random.uniform(-0.03, 0.03)
        for step in range(60):
            t = step / 59
            px = ax + (bx - ax) * t + bend * math.sin(t * 3.14)
            py = ay + (by - ay) * t + bend * math.sin(t * 3.14)
            swell = 0.003 + 0.0095 * abs(math.cos(t * 2.6)) * (1 - 0.35 * t)
            sheet.dot(px, py, swell, ink)


DRAWN: dict[str, Callable[[Sheet], None]] = {
    scene.__name__: scene
    for scene in (headframe, longwall, tunnel, control, train, openpit, green, miners, winter, calligraphy)
}  # fmt: skip
SCENES: tuple[str, ...] = tuple(DRAWN)


def draw(scene: str, seed: int, size: tuple[int, int] = SIZE) -> bytes:
    """Return a WebP of the named scene; ``ValueError`` for a scene there is not."""
    if scene not in DRAWN:
        raise ValueError(f"no such scene: {scene}")
    sheet = Sheet(size, seed)
    DRAWN[scene](sheet)
    return sheet.webp()


def main() -> None:
    """Draw the pictures that the demo names and that are not there."""
    for scene, seed in tqdm(sorted(pictures()), desc="演示图片", unit="张", disable=None):
        path = picture_path(scene, seed)
        if not path.exists():
            path.write_bytes(draw(scene, seed))


if __name__ == "__main__":
    main()
