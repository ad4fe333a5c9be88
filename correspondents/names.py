"""Names of people and units, as they are stored and compared."""

import regex

# Every Chinese character, those of the later planes and of GB 18030-2022 among them.
HAN = r"\p{Han}"
# The dot inside a name (古丽娜尔·阿山) is typed in many ways.
DOT = r"[\u00b7\u0387\u2022\u2027\u2219\u22c5\u30fb\uff65\uff0e]"
# Two-character names are padded in print (杨 宁): ideographic, no-break and plain spaces.
_SPACE = regex.compile(r"[\s\u3000\u00a0\u200b\ufeff]+")
_PAD = regex.compile(rf"(?<=[{HAN}\u00b7]){_SPACE.pattern}(?=[{HAN}\u00b7])")
_DOTS = regex.compile(DOT)


def without_pad(text: str) -> str:
    """Return a text without blanks between Chinese characters."""
    return _PAD.sub("", text)


def squeeze(name: str) -> str:
    """Return the name without the pad between Chinese characters; Latin spaces stay single."""
    return without_pad(_SPACE.sub(" ", _DOTS.sub("\u00b7", name)).strip())


def key(name: str) -> str:
    """Return what a name is compared by: no spaces at all, one kind of dot, small letters."""
    return _SPACE.sub("", squeeze(name)).casefold()
