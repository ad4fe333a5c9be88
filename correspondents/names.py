"""Names of people and units, as they are compared and stored."""

import re

# Two-character names are padded in print (杨 宁): ideographic, no-break and plain spaces.
_PAD = re.compile(r"(?<=[\u3400-\u9fff\u00b7])[\s\u3000\u00a0]+(?=[\u3400-\u9fff\u00b7])")


def squeeze(name: str) -> str:
    """Return the name without the pad between Chinese characters; Latin spaces stay single."""
    name = re.sub(r"[\s\u3000\u00a0]+", " ", name).strip()
    return _PAD.sub("", name)
