"""A cleaned text as a page prints it: what is added here is added while printing and never stored.

Tables stand in a box that scrolls by keyboard too, pictures are offered in all their sizes, links of
advertisements say what they are, and questions are told from answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

import regex

from articles.text.richtext import PICTURE
from correspondents.names import HAN

_TABLE = re.compile(r"<(/?)table(?=[\s>])[^>]*>")
_IMAGE = re.compile(rf'<img\b[^>]*\ssrc="({PICTURE.pattern})"[^>]*>')
_KEY = re.compile(r"/pictures/([A-Za-z0-9_-]+)/")
_SIZE = re.compile(r'\s(?:width|height|srcset|sizes|loading)="[^"]*"')
_LINK = re.compile(r"<a\b[^>]*>")
_REL = re.compile(r'\srel="[^"]*"')
_CAPTION = re.compile(r"\s*<caption[^>]*>(.*?)</caption>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
# Who asks; the name of who answers comes from the article.
ASKING = ("记者", "问", "主持人", "本网记者", "编者")
_SPEAKER = regex.compile(rf"<p>(?:<strong>)?([{HAN}\u00b7A-Za-z]{{1,20}})\uff1a(?:</strong>)?")


def with_tables_in_boxes(html: str) -> str:
    """Put every outer table into a region that a keyboard can scroll, each with its own name."""
    parts: list[str] = []
    depth = at = 0
    names = Counter[str]()
    for tag in _TABLE.finditer(html):
        if not tag[1]:
            if depth == 0:
                caption = _CAPTION.match(html, tag.end())
                words = _TAG.sub("", caption[1]).strip().replace('"', "&quot;") if caption else ""
                words = words or "表格"
                names[words] += 1
                name = words if names[words] == 1 else f"{words} {names[words]}"
                parts += [
                    html[at : tag.start()],
                    f'<div class="scroll" role="region" aria-label="{name}" tabindex="0">',
                ]
                at = tag.start()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                parts += [html[at : tag.end()], "</div>"]
                at = tag.end()
    if depth:  # the parser closes what is open; nothing here relies on it
        return html
    return "".join([*parts, html[at:]])


def with_all_sizes(html: str, sizes_of: Callable[[str], str]) -> str:
    """Offer every picture of the text in its sizes; ``sizes_of(key)`` gives the attributes."""

    def offered(match: re.Match[str]) -> str:
        key = _KEY.search(match[1])
        more = sizes_of(key[1]) if key else ""
        if not more:
            return match[0]
        return f"{_SIZE.sub('', match[0]).rstrip('/> ')} {more}>"

    return _IMAGE.sub(offered, html)


def as_advertisement(html: str) -> str:
    """Say of every link that it was paid for: ``rel="sponsored nofollow"``."""
    return _LINK.sub(
        lambda link: f'{_REL.sub("", link[0])[:-1]} rel="sponsored nofollow noopener noreferrer">',
        html,
    )


def as_questions(html: str, answering: Iterable[str]) -> str:
    """Mark paragraphs that begin with who asks, or with who answers — 记者 or 问 and the name or 答."""
    answers = {"答", *(name for name in answering if name)}

    def marked(match: re.Match[str]) -> str:
        who = match[1]
        kind = "q" if who in ASKING else "a" if who in answers else ""
        return f'<p class="{kind}"><b>{who}\uff1a</b>' if kind else match[0]

    return _SPEAKER.sub(marked, html)
