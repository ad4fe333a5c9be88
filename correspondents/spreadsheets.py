"""Tables for spreadsheets: nothing in a cell is run (OWASP ASVS 5.0, 1.2.10)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

# What a spreadsheet takes for the beginning of a formula, in any width; and what some drop first.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def guarded(text: str) -> str:
    """Return the text so that no spreadsheet runs it."""
    return f"'{text}" if text.lstrip(" ").startswith(_RUNS) else text


def csv_line(cells: Iterable[str]) -> str:
    """Return one line of CSV, every cell guarded."""
    out = io.StringIO()
    csv.writer(out).writerow([guarded(text) for text in cells])
    return out.getvalue()
