"""Reading what somebody typed into a search field.

Nothing typed reaches the syntax of an engine: out come words, and each knows its grams.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from articles.search.folding import fold
from articles.search.grams import POINT, Needle, needle, spans
from correspondents.typed import sentence

LONGEST = 200
MOST_TERMS = 10
# Pairs of quotation marks, half and full width, and the corner brackets.
_QUOTED = re.compile(
    '["\u201c\u201d\u300c\u300e]([^"\u201c\u201d\u300c\u300d\u300e\u300f]+)["\u201c\u201d\u300d\u300f]'
)


@dataclass(frozen=True)
class Term:
    """One word, or a phrase in quotation marks: folded text that a hit contains."""

    text: str
    needles: tuple[Needle, ...]

    @property
    def is_certain(self) -> bool:
        """Does what the index finds contain it for sure?"""
        return len(self.needles) == 1 and self.needles[0].certain


@dataclass(frozen=True)
class Query:
    """What was typed, tidied (``typed``), and the words in it; no words: nothing to look for."""

    typed: str
    terms: tuple[Term, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The folded texts of the terms."""
        return tuple(term.text for term in self.terms)


def read(typed: str) -> Query:
    """Return the query in ``typed``: at most 200 characters and ten words of it.

    Blanks and punctuation part words; what stands in quotation marks is one phrase.
    """
    tidy = " ".join(sentence(typed.replace("\x00", " ")).split())[:LONGEST].strip()
    folded = fold(tidy)
    found: list[Term] = []
    rest, place = [], 0
    for quoted in _QUOTED.finditer(folded):
        rest.append(folded[place : quoted.start()])
        place = quoted.end()
        if phrase := _phrase(quoted[1]):
            found.append(phrase)
    rest.append(folded[place:])
    for piece in rest:
        found += [_word(piece[begin:end]) for begin, end in spans(piece)]
    unique = {term.text: term for term in found}
    return Query(tidy, tuple(unique.values())[:MOST_TERMS])


def words(*texts: str) -> tuple[Term, ...]:
    """Return terms for words that are folded runs already."""
    return tuple(_word(text) for text in texts)


def _word(text: str) -> Term:
    return Term(text, (needle(_as_run(text)),))


def _phrase(text: str) -> Term | None:
    """A phrase keeps what stands between its first and its last word."""
    places = spans(text)
    if not places:
        return None
    inside = text[places[0][0] : places[-1][1]]
    return Term(inside, tuple(needle(_as_run(text[begin:end])) for begin, end in places))


def _as_run(text: str) -> str:
    return text.replace(".", POINT)
