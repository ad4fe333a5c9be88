"""What is pasted from Word, WPS or a web page, or sent by the desk's editor: cleaned, with word of what was lost.

Word and WPS put a whole page on the clipboard: conditional comments, styles, list markers as
text, pictures as paths of the sender's disk. The structure is kept, the dress is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import html as parser

from articles.text.accounting import Accounts, LeftOut, seen
from articles.text.pasted_lists import make_lists
from articles.text.pasted_marks import INNER, dress_to_marks, drop_marked, marks_into_lines
from articles.text.pasted_sieve import BLOCKS, DROPPED, Sieve
from articles.text.richtext import (
    CLASSES,
    clean,
    plain_tags,
    sanitised,
    to_text,
    too_deep,
    without_comments,
    without_control,
)

LONGEST = 1_000_000
# Every step takes time in proportion to what came; bounds keep patterns from trying again and again.
_CONDITION = re.compile(r"<!\[(?:if|endif)(?:[^<>]{0,200}>)?", re.IGNORECASE)
_EDGES = " \t\n\r\u3000\u00a0"
_SENTENCE_ENDS = re.compile("[\u3002\uff01\uff1f\u2026\u201d\u300d]$")
_SAFE = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_EMPTY = re.compile(r"<(p|h2|h3)>\s*</\1>\n?")
_INDENT = re.compile(r"^(?:\u3000|[ \u00a0]{2,})")


class TooLong(ValueError):
    """More than is taken at once; the message is a sentence."""


@dataclass(frozen=True)
class Tidied:
    """The cleaned HTML, and phrases that tell what was left out."""

    html: str
    dropped: tuple[str, ...]


def tidy(html: str, *, by_hand: bool = False) -> Tidied:
    """Clean what was pasted or sent; raise :class:`TooLong`.

    What somebody saw of it is placed or told; what nobody saw (hidden, deleted, codes) stays out.
    In what was written ``by_hand`` a break is a break; elsewhere it may have to end a paragraph.
    """
    if len(html) > LONGEST:
        raise TooLong("一次粘贴的内容太多，请分几次粘贴，或上传 .docx 文件。")
    html = without_control(_CONDITION.sub("", without_comments(_fragment(html))))
    left, accounts = LeftOut(), Accounts()
    if too_deep(plain_tags(html)):  # nobody's page; its words are kept
        left.add("deep")
        return Tidied(clean(html), tuple(left.phrases()))
    try:
        root = parser.fragment_fromstring(html or "<p></p>", create_parent="div")
    except Exception:  # what cannot be parsed is shown as its text
        return Tidied(clean(html), ())
    alive = list(root.iter())  # held, lest every step wraps every element anew
    accounts.given = seen("".join(root.itertext()))
    Sieve(left, accounts).walk(root)
    drop_marked(root)
    dress_to_marks(root)
    marks_into_lines(root)
    make_lists(root, accounts)
    if not by_hand:
        _split_lines(root)
    _paragraphs(root)
    _drop_empty(root)
    _undress(root)
    _wrap(root)
    text = "\n".join(parser.tostring(child, encoding="unicode").strip() for child in root)
    cleaned = _EMPTY.sub("", sanitised(text)).strip()
    del alive
    differences = accounts.differences(to_text(cleaned), left.words)
    return Tidied(cleaned, (*left.phrases(), *differences))


def _fragment(html: str) -> str:
    """What the clipboard marks as chosen, else everything."""
    opening, closing = "<!--StartFragment-->", "<!--EndFragment-->"
    begin = html.find(opening)
    end = html.find(closing, begin + len(opening)) if begin >= 0 else -1
    return html[begin + len(opening) : end] if end >= 0 else html


def _split_lines(root: Any) -> None:
    for block in {mark.getparent(): None for mark in root.iter("br")}:
        around = [block, *block.iterancestors()]
        if block.tag not in ("p", "div") or any(child.tag in INNER for child in block):
            continue
        if block is not root and not any("verse" in (one.get("class") or "") for one in around):
            _split(block)


def _paragraphs(root: Any) -> None:
    for block in [one for one in root.iter(*BLOCKS) if one is not root]:
        _begin_at_once(block)
        _end_at_once(block)
        _level(block)
    for figure in list(root.iter("figure")):
        if figure.find(".//img") is None:  # its picture did not come along
            figure.tag = DROPPED
            for caption in figure.iter("figcaption"):
                caption.tag = "p"
    drop_marked(root)
    for cell in list(root.iter("td", "th", "li")):
        inner = [child for child in cell if isinstance(child.tag, str)]
        if len(inner) == 1 and inner[0].tag == "p" and not (cell.text or "").strip():
            inner[0].drop_tag()


def _drop_empty(root: Any) -> None:
    """Lines and lists in which nothing stands, from inside outwards; cells keep their place."""
    for block in reversed(list(root.iter("p", "h2", "h3", "li", "ul", "ol", "blockquote", "div"))):
        if (block.text or "").strip(_EDGES):
            continue
        empty = not block.text_content().strip(_EDGES) and block.find(".//img") is None
        if empty and block is not root:
            block.drop_tree()


def _level(block: Any) -> None:
    """One of the elements that there are here: a paragraph, or one of two levels of headings."""
    verse = "verse" in (block.get("class") or "")
    if block.tag in ("div", "p", "h1", "h2", "h3", "h4", "h5", "h6") and not verse:
        if any(child.tag in INNER for child in block):
            block.tag = DROPPED  # lines within it are lines of their own
        elif block.tag == "div":
            block.tag = "p"
    if block.tag in ("h1", "h4", "h5", "h6"):
        block.tag = "h2" if block.tag == "h1" else "h3"


def _begin_at_once(block: Any) -> None:
    """Take the blanks away that indent a paragraph by hand, in whatever they stand."""
    element = block
    while element.tag not in INNER or element is block:
        if element.text:
            element.text = element.text.lstrip(_EDGES)
        if element.text or not len(element) or element[0].tag in ("img", "br"):
            return
        element = element[0]


def _end_at_once(block: Any) -> None:
    """A break at the end of a line breaks nothing."""
    while len(block) and block[-1].tag == "br" and not (block[-1].tail or "").strip(_EDGES):
        block.remove(block[-1])


def _split(block: Any) -> None:
    """Where a break ends a sentence, or an indent follows it, a paragraph ends."""
    tail, block.tail = block.tail, None
    line, said = block, block.text or ""
    for child in list(block):
        if child.tag == "br" and _ends_here(child, said):
            after = parser.Element(block.tag)
            after.text, child.tail = child.tail, None
            line.addnext(after)
            child.getparent().remove(child)
            line, said = after, after.text or ""
            continue
        if line is not block:
            line.append(child)
        said = (said + "".join(child.itertext()) + (child.tail or ""))[-8:]
    line.tail = tail


def _ends_here(mark: Any, before: str) -> bool:
    following = mark.getnext()
    after = mark.tail or ("" if following is None else "".join(following.itertext())[:8])
    double = following is not None and following.tag == "br" and not after.strip()
    return bool(double or _INDENT.match(after) or _SENTENCE_ENDS.search(before.rstrip(_EDGES)))


def _undress(root: Any) -> None:
    ours = {name for names in CLASSES.values() for name in names}
    for element in root.iter():
        if words := element.attrib.pop("class", None):
            kept = sorted(set(words.split()) & ours)
            if kept:
                element.set("class", " ".join(kept))
        if element.tag == "a" and not _SAFE.match(element.get("href") or ""):
            element.tag = DROPPED
    drop_marked(root)


def _wrap(root: Any) -> None:
    """Put words that stand between the blocks into paragraphs."""
    loose = parser.Element("p")
    loose.text = (root.text or "").lstrip(_EDGES)
    root.text = None

    def settle(before: Any) -> None:
        nonlocal loose
        _end_at_once(loose)
        if loose.text_content().strip(_EDGES):
            if before is None:
                root.append(loose)
            else:
                before.addprevious(loose)
        loose = parser.Element("p")

    for child in list(root):
        tail, child.tail = child.tail, None
        if child.tag in INNER or child.tag in ("hr", "aside"):
            settle(child)
            loose.text = (tail or "").lstrip(_EDGES)
        else:
            loose.append(child)
            child.tail = tail
    settle(None)
