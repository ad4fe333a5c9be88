"""Tags as Chinese editors type them."""

import re
from collections.abc import Iterable
from typing import Any

_SEPARATOR = re.compile("[,;\n\uff0c\u3001\uff1b]")
LONGEST = 20


def split(text: str) -> list[str]:
    """Return the tags in ``text``, split at , ， 、 ; ； and never at a space."""
    seen: dict[str, str] = {}
    for part in _SEPARATOR.split(text or ""):
        part = part.replace("/", "\uff0f")  # a tag is one part of an address
        tag = re.sub(r"[\s\u3000]+", " ", part).strip()[:LONGEST]
        if tag:
            seen.setdefault(tag.casefold(), tag)
    return list(seen.values())


def join(tags: Iterable[Any]) -> str:
    """Return tags as an editor would type them."""
    return "\u3001".join(sorted(tag.name for tag in tags))
