"""Normalising Chinese text: the rules that are safe to automate (docs/glossary.md, A-rules).

Never NFKC (it would turn ㎡ into m2), never a change of wording.
"""

import re

# What counts as Chinese beside a mark: ideographs, Chinese marks and units, curly quotes.
_HAN = (
    "\u2e80-\u2fdf\u3001-\u301f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003134f\uff01-\uff0f\uff1a-\uff20\u201c\u201d\u2018\u2019\u2026\u2014"
)
_UNIT = "\u33a1\u33a5\u2103\u00b2\u00b3"
_FULL = {",": "\uff0c", ";": "\uff1b", ":": "\uff1a", "?": "\uff1f", "!": "\uff01"}
_ASCII = re.compile(r"[A-Za-z0-9]")
_CHINESE = re.compile(f"[{_HAN}]")
_MARK = re.compile(r"[,;:?!]")
# Addresses, mailboxes, times, ratios and grouped numbers keep their marks.
_KEEP = re.compile(
    r"(?:https?|ftp)://[^\s\u3000-\u9fff\uff00-\uffef\u201c\u201d<>\"]+"
    r"|www\.[\w.-]+(?:/[\x21-\x7e]*)?|[\w.+-]+@[\w-]+\.[\w.]+|\d+(?:[:,]\d+)+",
    re.ASCII,
)
# No feed and no XML can carry these.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PAIR = re.compile(r"\(([^()\n]*)\)")
_TELEPHONE_CODE = re.compile(r"\d{2,5}")
# Spaces, no-break and ideographic spaces, zero-width characters.
SPACE = " \t\r\n\u00a0\u3000\u200b\ufeff"


def full_width(text: str) -> str:
    """Rules A5 and A6: make half-width marks and brackets full-width where the text is Chinese.

    A mark changes when at least one neighbour is Chinese (a unit such as ㎡ or ³ on the left
    counts) and not both are ASCII letters or digits; marks inside addresses, times and numbers
    stay. Brackets change as a pair, except telephone codes such as (023).
    """
    # A mark that was made full-width is Chinese for the mark beside it.
    while (done := _one_pass(text)) != text:
        text = done
    return text


def _one_pass(text: str) -> str:
    text = _PAIR.sub(lambda m: _bracket(m, text), text)
    kept = [m.span() for m in _KEEP.finditer(text)]

    def mark(match: re.Match[str]) -> str:
        at = match.start()
        if any(start <= at < end for start, end in kept):
            return match[0]
        before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
        if _ASCII.match(before) and _ASCII.match(after):
            return match[0]
        chinese = _CHINESE.match(before) or _CHINESE.match(after) or (before and before in _UNIT)
        return _FULL[match[0]] if chinese else match[0]

    return _MARK.sub(mark, text)


def strip_paragraph(text: str) -> str:
    """Rule A1: take the indent and other outer spaces of every kind off a paragraph."""
    return _CONTROL.sub("", text).strip(SPACE)


def _bracket(match: re.Match[str], text: str) -> str:
    inner = match[1]
    if _TELEPHONE_CODE.fullmatch(inner):
        return match[0]
    outside = text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
    if _CHINESE.search(inner) or _CHINESE.search(outside):
        return f"\uff08{inner}\uff09"
    return match[0]
