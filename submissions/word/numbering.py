"""Automatic numbers of paragraphs (ECMA-376, part 1, 17.9): what Word prints in front of each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from submissions.word.names import child, is_on, name_of, value_of

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
LEVELS = 9


def chinese(
    number: int, digits: str = _DIGITS, units: tuple[str, ...] = ("", "十", "百", "千")
) -> str:
    """Return a number below ten thousand as it is counted: 一， 十， 十一， 二十， 一百零一."""
    if not 0 < number < 10_000:
        return str(number)
    out, gap = "", False
    for place, digit in zip(range(len(str(number)) - 1, -1, -1), str(number), strict=True):
        if digit == "0":
            gap = bool(out)
            continue
        out += ("零" if gap else "") + digits[int(digit)] + units[place]
        gap = False
    return out.removeprefix("一") if 10 <= number < 20 and digits is _DIGITS else out


def _roman(number: int) -> str:
    out = ""
    for value, letters in (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
        (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        out += letters * (number // value)
        number %= value
    return out


def _letters(number: int) -> str:
    return chr(65 + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else str(number)


def _from(first: int, most: int) -> Callable[[int], str]:
    """Characters that stand one after the other in Unicode, as ① to ⑳."""
    return lambda number: chr(first + number - 1) if 0 < number <= most else str(number)


def _of(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)] if number > 0 else str(number)


def _digits(signs: str) -> Callable[[int], str]:
    return lambda number: "".join(signs[int(digit)] for digit in str(abs(number)))


FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02d}",
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
         "taiwaneseCountingThousand", "koreanDigital2"), chinese,
    ),
    **dict.fromkeys(
        ("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"),
        lambda number: chinese(number, _LEGAL, ("", "拾", "佰", "仟")),
    ),
    **dict.fromkeys(("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"),
                    _digits(_DIGITS)),
    "ideographTraditional": _of(_STEMS),
    "ideographZodiac": _of(_BRANCHES),
    "ideographZodiacTraditional": lambda n: _of(_STEMS)(n) + _of(_BRANCHES)(n),
    "decimalEnclosedCircle": _from(0x2460, 20),
    "decimalEnclosedCircleChinese": _from(0x2460, 20),
    "decimalEnclosedParen": _from(0x2474, 20),
    "decimalEnclosedFullstop": _from(0x2488, 20),
    "ideographEnclosedCircle": _from(0x3280, 10),
    **dict.fromkeys(("decimalFullWidth", "decimalFullWidth2"),
                    _digits("\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19")),
    "numberInDash": lambda number: f"- {number} -",
    "none": lambda number: "",
}  # fmt: skip


@dataclass
class Level:
    """One level of a list: how it counts, and what stands around the number."""

    format: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None
    legal: bool = False


@dataclass(frozen=True)
class Marker:
    """What stands in front of a paragraph: ``text``, empty for a bullet; the ``number`` of a plain
    list (1. 2. 3.), else ``None``; and the depth."""

    text: str
    number: int | None
    level: int

    @property
    def is_bullet(self) -> bool:
        """A sign, the same for every item."""
        return not self.text


class Numbering:
    """Counts as Word does: every definition on, whatever stands between its paragraphs."""

    def __init__(self, tree: Any, style_numbers: dict[str, str]) -> None:
        self._levels: dict[str, dict[int, Level]] = {}  # of a definition
        self._nums: dict[str, str] = {}  # a list -> its definition
        self._overrides: dict[str, dict[int, Level]] = {}
        self._starts: dict[str, dict[int, int]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._style_links: dict[str, str] = {}
        self._begun: set[tuple[str, int]] = set()
        self._style_numbers = style_numbers
        self.level_of_style: dict[tuple[str, str], int] = {}  # (list, style) -> level
        for element in () if tree is None else tree:
            if name_of(element) == "w:abstractNum":
                self._definition(element)
        for element in () if tree is None else tree:
            if name_of(element) == "w:num":
                self._list(element)

    def _definition(self, element: Any) -> None:
        key = value_of(element, "abstractNumId") or ""
        self._levels[key] = {}
        for part in element:
            if name_of(part) == "w:numStyleLink":
                self._style_links[key] = value_of(part) or ""
            elif name_of(part) == "w:lvl":
                number = _number(value_of(part, "ilvl"))
                self._levels[key][number] = _level(part)
                if style := value_of(child(part, "w:pStyle")):
                    self.level_of_style[key, style] = number

    def _list(self, element: Any) -> None:
        key = value_of(element, "numId") or ""
        self._nums[key] = value_of(child(element, "w:abstractNumId")) or ""
        self._overrides[key], self._starts[key] = {}, {}
        for part in element:
            if name_of(part) != "w:lvlOverride":
                continue
            number = _number(value_of(part, "ilvl"))
            if (level := child(part, "w:lvl")) is not None:
                self._overrides[key][number] = _level(level)
            if (start := child(part, "w:startOverride")) is not None:
                self._starts[key][number] = _number(value_of(start), 1)

    def definition_of(self, key: str) -> str:
        """The definition behind a list, through the style that it may lead to."""
        found = self._nums.get(key, "")
        for _ in range(LEVELS):
            style = self._style_links.get(found)
            if style is None or style not in self._style_numbers:
                break
            found = self._nums.get(self._style_numbers[style], "")
        return found

    def _level(self, key: str, number: int) -> Level | None:
        own = self._overrides.get(key, {}).get(number)
        return own or self._levels.get(self.definition_of(key), {}).get(number)

    def marker(self, key: str, number: int) -> Marker | None:
        """Count one paragraph of a list at a level; ``None`` where nothing is printed."""
        level = self._level(key, number)
        if level is None:
            return None
        if level.format == "bullet":
            return Marker("", None, number)
        counts = self._counts[self.definition_of(key)]
        if number in self._starts.get(key, {}) and (key, number) not in self._begun:
            counts[number] = self._starts[key][number]
        else:
            counts[number] = counts[number] + 1 if number in counts else level.start
        self._begun.add((key, number))
        for deeper in range(number + 1, LEVELS):
            below = self._level(key, deeper)
            restarts = below is None or below.restart is None or below.restart > number
            if deeper in counts and restarts:
                del counts[deeper]

        def one(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            other = self._level(key, place) or Level()
            count = counts.setdefault(place, other.start)
            plain = level.legal and other.format != "none"
            return str(count) if plain else FORMATS.get(other.format, str)(count)

        text = re.sub(r"%([1-9])", one, level.text)
        is_plain = level.format == "decimal" and level.text.strip() == f"%{number + 1}."
        return Marker(text, counts[number] if is_plain else None, number) if text.strip() else None


def _number(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else otherwise


def _level(element: Any) -> Level:
    found = Level()
    for part in element:
        name = name_of(part)
        if name == "w:numFmt":
            found.format = value_of(part) or "decimal"
        elif name == "w:lvlText":
            found.text = value_of(part) or ""
        elif name == "w:start":
            found.start = _number(value_of(part), 1)
        elif name == "w:lvlRestart":
            found.restart = _number(value_of(part))
        elif name == "w:isLgl":
            found.legal = bool(is_on(part))
        elif name == "mc:AlternateContent":  # a format that is newer than the element
            for way in part:
                if (format := child(way, "w:numFmt")) is not None:
                    found.format = value_of(format) or found.format
    return found
