"""Normalising Chinese text: the rules that are safe to automate (docs/glossary.md, A-rules).

Never NFKC (it would turn ㎡ into m2), never a change of wording.
"""

import re

import regex

from correspondents.names import HAN

# What counts as Chinese beside a mark: ideographs, Chinese marks and units, curly quotes.
_HAN = rf"{HAN}\u2e80-\u2fdf\u3001-\u301f\uff01-\uff0f\uff1a-\uff20\u201c\u201d\u2018\u2019\u2026\u2014"
_UNIT = "\u33a1\u33a5\u2103\u00b2\u00b3"
_FULL = {",": "\uff0c", ";": "\uff1b", ":": "\uff1a", "?": "\uff1f", "!": "\uff01"}
_ASCII = re.compile(r"[A-Za-z0-9]")
_CHINESE = regex.compile(f"[{_HAN}]")
_MARK = re.compile(r"[,;:?!]")
# Addresses, mailboxes, times, ratios and grouped numbers keep their marks.
_KEEP = regex.compile(
    rf"(?:https?|ftp)://[^\s{HAN}\u3000-\u33ff\uff00-\uffef\u201c\u201d<>\"]+"
    r"|www\.[A-Za-z0-9_.-]+(?:/[\x21-\x7e]*)?|[A-Za-z0-9_.+-]+@[A-Za-z0-9_-]+\.[A-Za-z0-9_.]+"
    r"|[0-9]+(?:[:,][0-9]+)+",
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


# --- a whole text -----------------------------------------------------------------------------

_HTML = re.compile(r"(<[^<>]*>)")
_BLOCK = re.compile(
    r"<(p|h2|h3|li|td|th|figcaption|blockquote|cite|caption)(\s[^<>]*)?>(.*?)</\1>", re.DOTALL
)
_VERSE = re.compile(r'(<div class="verse">.*?</div>)', re.DOTALL)
_EMPTY = re.compile(r"<p(?:\s[^<>]*)?>(?:\s|&nbsp;|\u00a0|\u3000|\u200b|\ufeff|<br>)*</p>\s*")
_DOUBLE_BREAK = re.compile(r"(?:\s*<br>\s*){2,}")
_WIDE = {number: chr(number - 0xFEE0) for number in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}  # fmt: skip
_ELLIPSIS = re.compile(r"\.{3,6}|\u3002{3,6}|(?<!\u2026)\u2026(?!\u2026)")
_DASH = regex.compile(
    rf"(?<=[{HAN}\u201d\u300b])(?:--|\u2014(?!\u2014)|\u2500\u2500)(?<!\u2014\u2014)(?=[{HAN}\u201c\u300a])"
)
_INNER_SPACE = regex.compile(rf"(?<=[{HAN}])[ \u00a0\u3000]+(?=[{HAN}])")
_REPEATED = re.compile(r"([\uff0c\u3002])\1+")
# Where names stand side by side, a space parts them: a line of bylines, (通讯员 张三 李四)。
_SIGNED = re.compile(
    r"\A\W*(?:\u672c\u7f51)?(?:\u7279\u7ea6)?(?:作者|通讯员|记者|编辑|供稿|摄影|整理|文/图|图/文)|"
    r"[\uff08(][^\uff08\uff09()]{0,60}(?:通讯员|记者|摄影|供稿)[^\uff08\uff09()]{0,60}[\uff09)]"
)
_QUOTED_TITLE = re.compile(r"\u300a[^\u300a\u300b]*\u300b|\u3014\d{4}\u3015")


def normalise(html: str) -> str:
    """Return cleaned HTML after the rules A1, A2 and A4 to A10; verse and quoted titles stay.

    Only what is safe to do without asking: spaces, empty paragraphs, widths of marks, letters
    and digits, ellipses and dashes, repeated marks. Doing it twice changes nothing more.
    """
    parts = _VERSE.split(html)
    return "".join(
        part if part.startswith('<div class="verse">') else _prose(part) for part in parts
    )


def _prose(html: str) -> str:
    html = _BLOCK.sub(_split_breaks, html)
    html = _BLOCK.sub(_paragraph, html)
    return _EMPTY.sub("", html)


def _split_breaks(match: re.Match[str]) -> str:
    """Rule A4: an empty line inside a paragraph parts it."""
    tag, more, inner = match[1], match[2] or "", match[3]
    if (
        tag != "p"
        or not _DOUBLE_BREAK.search(inner)
        or "<" in _DOUBLE_BREAK.sub("", inner).replace("<br>", "")
    ):
        return match[0]
    return "".join(f"<p{more}>{part}</p>" for part in _DOUBLE_BREAK.split(inner))


def _paragraph(match: re.Match[str]) -> str:
    tag, more, inner = match[1], match[2] or "", match[3]
    pieces = _HTML.split(inner)
    texts = [piece for piece in pieces if not piece.startswith("<")]
    # The marks of one paragraph are looked at together: a neighbour may stand in another element.
    whole = "\ue000".join(texts).replace("&nbsp;", "\u00a0")
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return "\ue001" * len(found[0])

    whole = _QUOTED_TITLE.sub(keep, whole)
    whole = _line(whole, keep_spaces=tag in ("h2", "h3") or _SIGNED.search(whole) is not None)
    for text in kept:
        whole = whole.replace("\ue001" * len(text), text, 1)
    done = iter(whole.split("\ue000"))
    inner = "".join(piece if piece.startswith("<") else next(done) for piece in pieces)
    return f"<{tag}{more}>{strip_paragraph(inner)}</{tag}>"


def _line(text: str, *, keep_spaces: bool) -> str:
    """``keep_spaces``: rule A9 leaves out titles set by hand and names side by side."""
    text = full_width(text.translate(_WIDE).replace("\u200b", "").replace("\ufeff", ""))
    if not keep_spaces:
        text = _INNER_SPACE.sub("", text)
    text = _ELLIPSIS.sub("\u2026\u2026", text)
    return _REPEATED.sub(r"\1", _DASH.sub("\u2014\u2014", text))
