"""Bylines as they are written in a text: units, names, what they did."""

from __future__ import annotations

import regex

from correspondents.names import DOT, HAN, squeeze

_UNIT = regex.compile(
    r".{2,}(?:公司|集团|煤矿|矿|厂|局|部|科|处|室|中心|队|院|校|社区|煤业|矿业|能源|工会|团委|电厂|站|办)"
)
_NAME = regex.compile(rf"{HAN}{{2,4}}|{HAN}{{1,8}}(?:{DOT}{HAN}{{1,8}})+")
_ROLE = (
    r"(?:本网|本报)?(?:特约通讯员|特约记者|通讯员|实习记者|记者|作者单位|作者|文\s*/\s*图|图\s*/\s*文|文图|图文"
    r"|供稿单位|供稿|撰稿|撰文|摄影|文|图)"
)
_LABELLED = regex.compile(rf"(?P<label>{_ROLE}\s*[:\uff1a\s])\s*(?P<who>.+)")
_INNER = regex.compile(rf"(?:^|(?<=\s)){_ROLE}\s*[:\uff1a]?\s*")
_PADDED = regex.compile(rf"(?<!{HAN})({HAN})[ \u3000]+({HAN})(?!{HAN})")
_BETWEEN = regex.compile(r"[\s\u3000\u3001\uff0c,;\uff1b]+")
_EDGES = " \t\n\u3000\u00a0"


def _bare(text: str) -> str:
    return text.strip(_EDGES).strip("()\uff08\uff09").strip(_EDGES)


def label_of(text: str) -> str:
    """Return what says what the people of a byline did: ``作者：``; empty where nothing does."""
    text = _bare(text)
    labelled = _LABELLED.fullmatch(text)
    first = labelled["label"].strip() if labelled else ""
    rest = labelled["who"] if labelled else text
    return "".join([first, *(found.strip() for found in _INNER.findall(rest))])


def names_in(text: str) -> tuple[tuple[str, str], ...]:
    """Return pairs of unit and name from a byline; empty when the line is none.

    A unit stands before its people; a unit alone is a pair without a name.
    """
    text = _bare(text)
    labelled = _LABELLED.fullmatch(text)
    text = labelled["who"] if labelled else text
    text = _INNER.sub(" ", _PADDED.sub(r"\1\2", text))
    pairs: list[tuple[str, str]] = []
    unit, used = "", True
    for token in _BETWEEN.split(text):
        if not token:
            continue
        if _NAME.fullmatch(token) and not _UNIT.fullmatch(token):
            pairs.append((unit, squeeze(token)))
            used = True
        elif _UNIT.fullmatch(token) and len(token) <= 40:
            if unit and not used:
                unit += token  # 集团 and 矿 on one line
            else:
                unit = token
            used = False
        else:
            return ()
    if unit and not used and labelled and not pairs:
        pairs.append((unit, ""))
    return tuple(pairs) if labelled or any(unit for unit, _ in pairs) else ()
