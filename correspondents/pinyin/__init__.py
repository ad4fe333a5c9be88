"""How a person's name is read, for the order and the letters of the directory.

A table made from pypinyin's (see ``generate``), read once, when the first name is saved.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

# Family names that are read otherwise than the character alone. Two characters first.
_FAMILY = {
    "尉迟": "yu chi",
    "万俟": "mo qi",
    "澹台": "tan tai",
    "单于": "chan yu",
    "单": "shan",
    "仇": "qiu",
    "曾": "zeng",
    "解": "xie",
    "查": "zha",
    "区": "ou",
    "盖": "ge",
    "朴": "piao",
    "翟": "zhai",
    "覃": "qin",
    "乐": "yue",
    "缪": "miao",
    "员": "yun",
    "召": "shao",
    "种": "chong",
    "繁": "po",
    "秘": "bi",
    "折": "she",
    "黑": "he",
    "阚": "kan",
    "祭": "zhai",
    "洗": "xian",
    "薄": "bo",
    "重": "chong",
    "佴": "nai",
    "隗": "wei",
}
UNKNOWN = "#"


@cache
def _readings() -> dict[str, str]:
    text = (Path(__file__).parent / "table.txt").read_text(encoding="utf-8")
    pairs = (line.split(" ", 1) for line in text.splitlines())
    return {character: syllable for syllable, characters in pairs for character in characters}


def spell(name: str) -> str:
    """Return a personal name in syllables without tones: ``"zhou yan qiu"`` for 周砚秋.

    Latin letters stay as they are, in lower case; characters without a reading become ``~``,
    which sorts last.
    """
    for length in (2, 1):
        family = _FAMILY.get(name[:length])
        if family and len(name) > length - 1:
            return " ".join([family, *_spell(name[length:])])
    return " ".join(_spell(name))


def _spell(text: str) -> list[str]:
    table, parts, latin = _readings(), [], ""
    for character in text:
        if character.isascii() and character.isalnum():
            latin += character.lower()
            continue
        if latin:
            parts.append(latin)
            latin = ""
        if not character.isspace() and character != "\u00b7":
            parts.append(table.get(character, "~"))
    return [*parts, latin] if latin else parts


def initial(name: str) -> str:
    """Return the letter A to Z under which a name stands, or ``#``."""
    first = spell(name)[:1].upper()
    return first if first.isascii() and first.isalpha() else UNKNOWN


@cache
def _by_syllable() -> dict[str, str]:
    common: dict[str, str] = {}
    for character, syllable in _readings().items():
        if _is_common(character):
            syllable = _as_in_the_south(syllable)
            common[syllable] = common.get(syllable, "") + character
    return common


def _as_in_the_south(syllable: str) -> str:
    """Half of the country hears no difference between z and zh, n and ng."""
    return re.sub("ng$", "n", re.sub("^([zcs])h", r"\1", syllable))


def _is_common(character: str) -> bool:
    """Is it among the 3,755 that GB 2312 sorts by their readings?"""
    try:
        return 0xB0 <= character.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


def homophones(character: str) -> str:
    """Return the other common characters that are read alike, tones aside."""
    alike = _by_syllable().get(_as_in_the_south(_readings().get(character, "")), "")
    return alike.replace(character, "")
