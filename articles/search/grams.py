"""Index terms: for every place of a text what stands there and next.

A run is an unbroken row of letters, digits and ideographs; punctuation and blanks end it. At
every place of a run begins one gram: of an ideograph the pair with its right neighbour (the last
one alone), of a letter or digit up to four of them, closed by the neighbour that is neither.
``2014年3月`` is ``2014 014年 14年 4年 年3 3月 月``. So a word of any two characters, and any part
of a number, is a row of whole grams, and what is known only in part is the beginning of one.
"""

from __future__ import annotations

import itertools
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

# A change of what this module makes needs ``manage.py rebuild_search``.
VERSION = 1
LONGEST_ASCII = 4
# A full stop between digits belongs to the number; in a gram it is a character that the engine
# does not split at.
POINT = "\u00b7"
# Pairs that begin in the private use area are in no text: their numbers are free.
LONG = (0xE0000000, 0x10000000)
TITLE = (0xF0000000, 0x08FF0000)
_POINT = re.compile(r"(?<=[0-9])\.(?=[0-9])")
# ㎡, ℃ and their like are written inside words.
_RUN = re.compile(rf"(?:[^\W_]|[{POINT}\u2103\u3380-\u33df])+")

_WIDE, _NARROW = re.compile(rf"[^\x00-\x7f{POINT}]+"), re.compile(rf"[\x00-\x7f{POINT}]+")


@dataclass(frozen=True)
class Needle:
    """How an index looks for a word: whole grams in a row, then the beginning of one.

    ``certain``: what the index finds contains the word; otherwise the text has to be looked at.
    """

    grams: tuple[str, ...]
    prefix: str
    certain: bool


def runs(folded: str) -> list[str]:
    """Return the runs of a folded text."""
    return _RUN.findall(_POINT.sub(POINT, folded))


def grams(run: str) -> list[str]:
    """Return the grams of a run, one for each place."""
    if not run.isascii() and not any(map(str.isascii, run)):  # the common case
        return [run[place : place + 2] for place in range(len(run))]
    return [_gram(run, place) for place in range(len(run))]


def _gram(run: str, place: int) -> str:
    if not _narrow(run[place]):
        return run[place : place + 2]
    end = place + 1
    while end < len(run) and end - place < LONGEST_ASCII and _narrow(run[end]):
        end += 1
    return run[place : end + (end - place < LONGEST_ASCII)]


def _narrow(character: str) -> bool:
    return character.isascii() or character == POINT


def stream(folded: str) -> str:
    """Return all grams of a text in order: what an engine stores.

    No gap is needed between runs: the last gram of a run stands alone, and a needle's whole
    grams never do, so none reaches over punctuation.
    """
    return " ".join(gram for run in runs(folded) for gram in grams(run))


def spans(folded: str) -> list[tuple[int, int]]:
    """Return where the runs of a text begin and end."""
    return [match.span() for match in _RUN.finditer(_POINT.sub(POINT, folded))]


def needle(run: str) -> Needle:
    """Return how to look for ``run`` as a part of any longer run."""
    found = grams(run)
    known: list[str] = []
    covered = 0
    for place, gram in enumerate(found):
        if not _is_whole(run, place, gram):
            break
        known.append(gram)
        covered = place + len(gram)
    if covered >= len(run):
        return Needle(tuple(known), "", certain=True)
    if not known:
        return Needle((), run, certain=True)
    # The rest would be a prefix of very many grams: looking at the few texts is cheaper.
    return Needle(tuple(known), "", certain=False)


def _is_whole(run: str, place: int, gram: str) -> bool:
    """Would the gram be the same if more followed?"""
    if not _narrow(run[place]):
        return len(gram) == 2
    return len(gram) == LONGEST_ASCII or not _narrow(gram[-1])


def codes(folded: str) -> set[int]:
    """Return the grams of a text, their beginnings and single characters, as 32-bit numbers."""
    found: set[int] = set()
    for run in runs(folded):
        if max(run) > "\uffff":
            found.update(code(gram) for gram in itertools.chain(run, _with_beginnings(run)))
            continue
        found.update(map(ord, run))
        for wide in _WIDE.finditer(run):
            # A pair's code is just its bytes in UTF-16: from every even place, and every odd one.
            pairs = run[wide.start() : wide.end() + 1].encode("utf-16-be")
            for begin in (0, 2):
                found.update(struct.unpack_from(f">{(len(pairs) - begin) // 4}i", pairs, begin))
        for narrow in _NARROW.finditer(run):
            for place in range(*narrow.span()):
                gram = _gram(run, place)
                found.update(code(gram[:end]) for end in range(2, len(gram) + 1))
    return found


def title_codes(folded: str) -> set[int]:
    """Return the same of a title, in numbers that are no text's."""
    return {
        title_code(gram)
        for run in runs(folded)
        for gram in itertools.chain(run, _with_beginnings(run))
    }


def _with_beginnings(run: str) -> Iterator[str]:
    for gram in grams(run):
        yield gram
        for end in range(2, len(gram)):
            yield gram[:end]


def code(gram: str) -> int:
    """Return a gram as a signed number of 32 bits: exact for up to two common characters."""
    if len(gram) <= 2 and all(ord(character) < 0x10000 for character in gram):
        return _signed(ord(gram) if len(gram) == 1 else ord(gram[0]) << 16 | ord(gram[1]))
    return _hashed(gram, *LONG)


def title_code(gram: str) -> int:
    """Return the number of a gram in a title: not exact, and no number of any other gram."""
    return _hashed(gram, *TITLE)


def _hashed(gram: str, first: int, span: int) -> int:
    return _signed(first + zlib.crc32(gram.encode()) % span)


def _signed(number: int) -> int:
    return number - (1 << 32) if number >= 1 << 31 else number
