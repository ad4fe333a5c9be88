"""Names of people and units, as they are stored and compared."""

import regex

from correspondents.typed import one_line

# Every Chinese character, those of the later planes and of GB 18030-2022 among them.
HAN = r"\p{Han}"
# The dot inside a name (古丽娜尔·阿山) is typed in many ways.
DOT = r"[\u00b7\u0387\u1427\u2022\u2024\u2027\u2218\u2219\u22c5\u2e31\u2e33\u30fb\u318d\ufe52\uff0e\uff65]"
# Two-character names are padded in print (杨 宁): ideographic, no-break and plain spaces.
_PAD = regex.compile(rf"(?<=[{HAN}\u00b7])\s+(?=[{HAN}\u00b7])")
# A full stop in the line is one too, between two Chinese characters.
_DOTS = regex.compile(rf"\s*{DOT}\s*|(?<=[{HAN}])\.(?=[{HAN}])")


def without_pad(text: str) -> str:
    """Return a text without blanks between Chinese characters."""
    return _PAD.sub("", text)


def squeeze(name: str) -> str:
    """Return the name without the pad between Chinese characters; Latin spaces stay single."""
    return without_pad(_DOTS.sub("\u00b7", one_line(name)))


def key(name: str) -> str:
    """Return what a name is compared by: no blanks, no dots, small letters.

    A name of two parts is typed with any of a dozen dots, with a blank, or with nothing between.
    """
    return squeeze(name).replace(" ", "").replace("\u00b7", "").casefold()
