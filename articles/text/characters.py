"""Two lines of text compared character by character (Myers 1986, by diff-match-patch).

A number or a Latin word is one unit, so that 120 → 150 reads as a number replaced, and a single
character that stays between two changes is drawn into them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from diff_match_patch import diff_match_patch

Op = Literal["same", "added", "removed"]

# Seconds for one pair of paragraphs; after that the rougher answer is good enough.
PATIENCE = 0.3
_UNIT = re.compile(r"[0-9\uff10-\uff19]+(?:[.,:][0-9]+)*%?|[A-Za-z]+|.", re.DOTALL)
_WORD = re.compile(r"[\w]", re.UNICODE)
_FIRST_UNIT = 0xF0000  # private characters, one for each unit


@dataclass(frozen=True)
class Span:
    """A run of characters: the same in both, added, or removed."""

    op: Op
    text: str


def spans(old: str, new: str) -> tuple[Span, ...]:
    """Compare two lines of plain text, character by character."""
    if old == new:
        return (Span("same", new),) if new else ()
    return tuple(_merged(_characters(old, new)))


def _characters(old: str, new: str) -> list[Span]:
    """Compare units; return spans in reading order, what was removed before what came for it."""
    known: dict[str, str] = {}
    words: list[str] = []

    def coded(text: str) -> str:
        out = []
        for unit in _UNIT.findall(text):
            if unit not in known:
                known[unit] = chr(_FIRST_UNIT + len(known))
                words.append(unit)
            out.append(known[unit])
        return "".join(out)

    engine = diff_match_patch()
    engine.Diff_Timeout = PATIENCE
    found = engine.diff_main(coded(old), coded(new), False)
    engine.diff_cleanupSemantic(found)
    ops: dict[int, Op] = {0: "same", 1: "added", -1: "removed"}
    read = [
        Span(ops[op], "".join(words[ord(unit) - _FIRST_UNIT] for unit in text))
        for op, text in found
    ]
    return _steadied(read)


def _steadied(read: list[Span]) -> list[Span]:
    """Draw a lone character that stays between two changes into them: 改 is not worth keeping."""
    out: list[Span] = []
    for place, span in enumerate(read):
        lone = (
            span.op == "same"
            and len(span.text) == 1
            and _WORD.match(span.text)
            and 0 < place < len(read) - 1
            and read[place - 1].op != "same"
            and read[place + 1].op != "same"
        )
        out += [Span("removed", span.text), Span("added", span.text)] if lone else [span]
    return out


def _merged(read: Iterable[Span]) -> list[Span]:
    """Put what was removed before what was added, and runs of one kind together."""
    out: list[Span] = []
    removed = added = ""
    for span in [*read, Span("same", "")]:
        if span.op == "removed":
            removed += span.text
        elif span.op == "added":
            added += span.text
        else:
            out += [Span("removed", removed)] if removed else []
            out += [Span("added", added)] if added else []
            removed = added = ""
            if span.text:
                if out and out[-1].op == "same":
                    out[-1] = Span("same", out[-1].text + span.text)
                else:
                    out.append(span)
    return out
