"""What is pasted from Word, WPS or a web page: cleaned of its residue, with word of what was lost.

Word and WPS put a whole page on the clipboard: conditional comments, styles, list markers as
text, pictures as paths of the sender's disk. The structure is kept, the dress is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml import html as parser

from articles.richtext import CLASSES, clean, too_deep

LONGEST = 1_000_000
# Every step takes time in proportion to what came; the bounds keep patterns from trying again
# and again.
LONGEST_STYLE = 2_000
_CONDITION = re.compile(r"<!\[(?:if|endif)(?:[^<>]{0,200}>)?", re.IGNORECASE)
# An element whose tags go and whose words stay: taken out in one go at the end of a step.
DROPPED = "x-dropped"
_EDGES = " \t\n\r\u3000\u00a0"
_BULLET = re.compile(
    r"^[\s\u00a0]*(?:[\u00b7\u2022\u25cf\u25cb\u25aa\u25a0\u25c6\u00a7\u2023\uf0b7\uf06c\uf0d8]|[o\u00d8](?=[\s\u00a0]))[\s\u00a0]*"
)
_NUMBER = re.compile(r"^[\s\u00a0]*[0-9]{1,3}[.)\u3001\uff0e\uff09][\s\u00a0]*")
_LEVEL = re.compile(r"mso-list:[^;\"]{0,80}?level([1-9])", re.IGNORECASE)
_BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "blockquote"}
_INNER = {
    "p",
    "div",
    "ul",
    "ol",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "figure",
}


class TooLong(ValueError):
    """More than is taken at once; the message is a sentence."""


@dataclass(frozen=True)
class Tidied:
    """The cleaned HTML, and phrases that tell what was left out."""

    html: str
    dropped: tuple[str, ...]


def tidy(html: str) -> Tidied:
    """Clean what was pasted; raise :class:`TooLong`."""
    if len(html) > LONGEST:
        raise TooLong("一次粘贴的内容太多，请分几次粘贴，或上传 .docx 文件。")
    html = _CONDITION.sub("", _without_comments(_fragment(html))).replace("\x00", "")
    if too_deep(html):  # nobody's page; its words are kept
        return Tidied(clean(html), ())
    try:
        root = parser.fragment_fromstring(html or "<p></p>", create_parent="div")
    except Exception:  # what cannot be parsed is shown as its text
        return Tidied(clean(html), ())
    lost = {"picture": 0, "script": 0, "frame": 0}
    _take_away(root, lost)
    _dress_to_marks(root)
    _lists(root)
    _paragraphs(root)
    _undress(root)
    _wrap(root)
    text = "\n".join(parser.tostring(child, encoding="unicode").strip() for child in root)
    phrases = []
    if lost["picture"]:
        phrases.append(f"图片 {lost['picture']} 张（请在“配图”里上传）")
    if lost["script"]:
        phrases.append(f"脚本 {lost['script']} 段")
    if lost["frame"]:
        phrases.append(f"嵌入内容 {lost['frame']} 处")
    return Tidied(clean(text), tuple(phrases))


def _fragment(html: str) -> str:
    """What the clipboard marks as chosen, else everything."""
    opening, closing = "<!--StartFragment-->", "<!--EndFragment-->"
    begin = html.find(opening)
    end = html.find(closing, begin + len(opening)) if begin >= 0 else -1
    return html[begin + len(opening) : end] if end >= 0 else html


def _without_comments(html: str) -> str:
    """Take comments out; one that never ends takes no words with it."""
    kept, place = [], 0
    while (begin := html.find("<!--", place)) >= 0:
        end = html.find("-->", begin + 4)
        if end < 0:
            break
        kept.append(html[place:begin])
        place = end + 3
    return "".join(kept) + html[place:].replace("<!--", "")


def _style(element: Any) -> str:
    return (element.get("style") or "")[:LONGEST_STYLE].lower().replace(" ", "")


def _drop_marked(root: Any) -> None:
    etree.strip_tags(root, DROPPED)


def _take_away(root: Any, lost: dict[str, int]) -> None:
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            if element.getparent() is not None:
                element.drop_tree()
            continue
        tag = element.tag.lower().split("}")[-1]
        if tag in ("style", "meta", "link", "title", "head", "xml", "base"):
            element.drop_tree()
        elif tag in ("script", "noscript", "template", "svg", "math", "form", "button", "select"):
            lost["script"] += tag == "script"
            element.drop_tree()
        elif tag in ("iframe", "object", "embed", "video", "audio"):
            lost["frame"] += 1
            element.drop_tree()
        elif tag in ("img", "v:imagedata", "v:shape"):
            lost["picture"] += tag == "img" and not (element.get("src") or "").startswith(
                "/pictures/"
            )
            if not (element.get("src") or "").startswith("/pictures/"):
                element.drop_tree()
        elif ":" in tag or tag == "font":  # o:p and its like: the dress, not the words
            element.tag = DROPPED
    _drop_marked(root)


def _dress_to_marks(root: Any) -> None:
    """Turn what styles say into elements, and elements that styles unsay into nothing."""
    for element in list(root.iter("span", "b", "i", "strong", "em", "u")):
        style = _style(element)
        if element.tag in ("b", "strong") and re.search(
            r"(?:^|;)font-weight:(?:normal|400)", style
        ):
            element.tag = DROPPED
        elif element.tag == "span":
            if re.search(r"mso-list:ignore", style):
                continue  # the marker of a list: read below
            if re.search(r"(?:^|;)font-weight:(?:bold|[6-9]00)", style):
                element.tag = "strong"
            elif "font-style:italic" in style:
                element.tag = "em"
            elif "vertical-align:super" in style:
                element.tag = "sup"
            elif "vertical-align:sub" in style:
                element.tag = "sub"
    _drop_marked(root)


def _lists(root: Any) -> None:
    """Word writes list items as paragraphs with a marker in front: make lists of runs of them."""
    run: list[tuple[int, bool, Any]] = []

    def settle() -> None:
        if run:
            _nest(run)
            run.clear()

    for block in list(root.iter("p", "div")):
        if block is root:
            continue
        style = _style(block)
        is_item = "mso-list" in style or "listparagraph" in (block.get("class") or "").lower()
        level = _LEVEL.search(style)
        text = block.text_content()
        numbered = bool(_NUMBER.match(text))
        if not is_item or not (level or numbered or _BULLET.match(text)):
            settle()
            continue
        previous = run[-1][2] if run else None
        if previous is not None and block.getprevious() is not previous:
            settle()
        _strip_marker(block, numbered)
        run.append((int(level[1]) if level else 1, numbered, block))
    settle()


def _strip_marker(block: Any, numbered: bool) -> None:
    ignored = [s for s in block.iter("span") if "mso-list:ignore" in _style(s)]
    if ignored:
        ignored[0].drop_tree()
        return
    pattern = _NUMBER if numbered else _BULLET
    for element in block.iter():
        if (element.text or "").strip(_EDGES):
            element.text = pattern.sub("", element.text, count=1)
            return


def _nest(run: list[tuple[int, bool, Any]]) -> None:
    stack: list[tuple[int, Any]] = []
    for level, numbered, block in run:
        while stack and stack[-1][0] > level:
            stack.pop()
        if not stack or stack[-1][0] < level:
            made = parser.Element("ol" if numbered else "ul")
            if stack and len(stack[-1][1]):
                stack[-1][1][-1].append(made)
            else:
                block.addprevious(made)
            stack.append((level, made))
        tail, block.tail = block.tail, None
        stack[-1][1].append(block)
        block.tag = "li"
        block.attrib.clear()
        if tail and tail.strip(_EDGES):
            stack[0][1].tail = (stack[0][1].tail or "") + tail


def _paragraphs(root: Any) -> None:
    for block in list(root.iter(*_BLOCKS)):
        if block is root:
            continue
        _begin_at_once(block)
        if block.tag == "div" and "verse" not in (block.get("class") or ""):
            if any(child.tag in _INNER for child in block):
                block.tag = DROPPED
                continue
            block.tag = "p"
        if block.tag in ("h1", "h4", "h5", "h6"):
            block.tag = "h2" if block.tag == "h1" else "h3"
        empty = not block.text_content().strip(_EDGES) and block.find(".//img") is None
        if empty and block.tag in ("p", "h2", "h3") and block.getparent() is not None:
            block.drop_tree()
    _drop_marked(root)
    for cell in list(root.iter("td", "th", "li")):
        inner = [child for child in cell if isinstance(child.tag, str)]
        if len(inner) == 1 and inner[0].tag == "p" and not (cell.text or "").strip():
            inner[0].drop_tag()


def _begin_at_once(block: Any) -> None:
    """Take the blanks away that indent a paragraph by hand."""
    if block.text:
        block.text = block.text.lstrip(_EDGES)
    first = next(iter(block), None)
    if first is not None and not block.text and first.tag == "span" and first.text:
        first.text = first.text.lstrip(_EDGES)


def _undress(root: Any) -> None:
    for element in list(root.iter()):
        words = set((element.get("class") or "").split())
        kept = words & {name for names in CLASSES.values() for name in names}
        element.attrib.pop("class", None)
        if kept:
            element.set("class", " ".join(sorted(kept)))
        target = element.get("href") or ""
        if element.tag == "a" and not re.match(r"(?:https?|mailto|tel):", target, re.IGNORECASE):
            element.tag = DROPPED
    _drop_marked(root)


def _wrap(root: Any) -> None:
    """Put words that stand between the blocks into paragraphs."""
    loose = parser.Element("p")
    loose.text = (root.text or "").lstrip(_EDGES)
    root.text = None

    def settle(before: Any) -> None:
        nonlocal loose
        if loose.text_content().strip(_EDGES):
            if before is None:
                root.append(loose)
            else:
                before.addprevious(loose)
        loose = parser.Element("p")

    for child in list(root):
        tail, child.tail = child.tail, None
        if child.tag in _INNER or child.tag in ("hr", "aside"):
            settle(child)
            loose.text = (tail or "").lstrip(_EDGES)
        else:
            loose.append(child)
            child.tail = tail
    settle(None)
