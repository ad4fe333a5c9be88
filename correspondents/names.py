"""Names of people and units, as they are stored and compared."""

import re

# Two-character names are padded in print (杨 宁): ideographic, no-break and plain spaces.
_SPACE = r"[\s\u3000\u00a0\u200b\ufeff]+"
_PAD = re.compile(rf"(?<=[\u3400-\u9fff\u00b7]){_SPACE}(?=[\u3400-\u9fff\u00b7])")
# The dot inside a name (古丽娜尔·阿山) is typed in many ways.
_DOTS = re.compile(r"[\u2022\u2027\u30fb\uff65\uff0e]")


def squeeze(name: str) -> str:
    """Return the name without the pad between Chinese characters; Latin spaces stay single."""
    name = re.sub(_SPACE, " ", _DOTS.sub("\u00b7", name)).strip()
    return _PAD.sub("", name)


def key(name: str) -> str:
    """Return what a name is compared by: no spaces at all, one kind of dot, small letters."""
    return re.sub(_SPACE, "", squeeze(name)).casefold()
