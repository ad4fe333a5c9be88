"""Whole numbers as they come from an address or a form."""

from __future__ import annotations

import re


def whole_number(text: object, *, digits: int = 18) -> int | None:
    """Return the number that ``text`` spells in at most so many ASCII digits, else ``None``.

    Python also reads other scripts' digits, signs and blanks, and refuses very long numbers with
    an error; the database refuses more than 18 digits.
    """
    if not isinstance(text, str) or len(text) > digits:
        return None
    return int(text) if re.fullmatch(r"[0-9]+", text) else None
