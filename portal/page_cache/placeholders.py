"""The reader's choices in a page: printed as marks, filled in when the page is sent.

So one body of a page serves every reader. A mark cannot be guessed by anybody who writes for the
site: it is made of the secret key, and no page that is sent contains one.
"""

from __future__ import annotations

import hmac
import re

from django.conf import settings

from portal.display import CHOICES, Display

NAMES = ("root", *(f"size-{value}" for value in CHOICES["size"]))


def _mark(name: str) -> str:
    key = settings.SECRET_KEY.encode()
    return f"[{hmac.digest(key, b'slot', 'sha256').hex()[:24]}:{name}]"


MARKS = {name: _mark(name) for name in NAMES}
_ANY = re.compile(("|".join(re.escape(mark) for mark in MARKS.values())).encode())
_NAMES = {mark.encode(): name for name, mark in MARKS.items()}


def values(display: Display) -> dict[str, bytes]:
    """Return what stands in each place for one reader."""
    root = f' data-size="{display.size}"'
    if display.theme != CHOICES["theme"][0]:
        root += f' data-theme="{display.theme}"'
    if display.mode != CHOICES["mode"][0]:
        root += f' data-mode="{display.mode}"'
    chosen = {f"size-{value}": b"" for value in CHOICES["size"]}
    chosen[f"size-{display.size}"] = b' aria-current="true"'
    return {"root": root.encode(), **chosen}


def parts_of(body: bytes) -> tuple[list[bytes], list[str]]:
    """Return the pieces between the marks of a body, and the names of the marks, in order."""
    names = [_NAMES[found] for found in _ANY.findall(body)]
    return _ANY.split(body), names


def filled(body: bytes, display: Display) -> bytes:
    """Return the body as one reader gets it."""
    chosen = values(display)
    return _ANY.sub(lambda found: chosen[_NAMES[found[0]]], body)
