"""What of pasted HTML is text, what is told, and what nobody saw."""

from __future__ import annotations

import re
from typing import Any

from lxml import html as parser

from articles.accounting import Accounts, LeftOut, quoted, seen
from articles.pasted_lists import style_of
from articles.richtext import TAGS

# An element whose tags go and whose words stay: taken out in one go at the end of a step.
DROPPED = "x-dropped"
# Words in these are never seen.
_CODES = {"style", "meta", "link", "title", "head", "xml", "base", "noscript", "template", "rp"}
_FRAMES = {"iframe", "object", "embed", "video", "audio", "applet", "frame", "noframes"}
_CONTROLS = {"button", "select", "textarea", "option", "datalist", "progress", "meter"}
# Elements that stand on lines of their own, as paragraphs here.
_LINES = {
    "section", "article", "header", "footer", "main", "nav", "address", "dl", "dt", "dd", "pre", "center",
    "fieldset", "legend", "details", "summary", "hgroup", "dialog", "form", "body", "search", "menu", "dir",
}  # fmt: skip
MARKED = {"span", "b", "i", "u", "font", "strike", "big", "small", "tt", "ins", "mark"}
_KNOWN = TAGS | MARKED | {"h1", "h4", "h5", "h6", "tfoot"}
BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "blockquote"}
_ROWS = {"table", "thead", "tbody", "tfoot"}
# What is a paragraph where it stands alone.
_HOMES = {
    "li": {"ul", "ol"}, "td": {"tr"}, "th": {"tr"}, "tr": _ROWS, "thead": _ROWS, "tbody": _ROWS,
    "tfoot": _ROWS, "caption": {"table"}, "figcaption": {"figure"},
}  # fmt: skip
_HIDDEN = re.compile(
    r"(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|opacity:0(?:\.0*)?(?:;|$)|mso-hide:all"
    r"|font-size:0(?:px|pt|r?em|%)?(?:;|$)|color:transparent|(?:left|top|text-indent):-\d{3,})"
)
_FLAT = re.compile(r"(?:^|;)(?:max-)?height:0(?:px|pt|em)?(?:;|$)")
# What Word puts beside the text for a comment, and where it lists them.
_COMMENT = re.compile(r"mso-(?:element:comment|special-character:comment)|mso-comment-reference")


class Sieve:
    """Takes out what is not text and tells what had been seen of it."""

    def __init__(self, left: LeftOut, accounts: Accounts) -> None:
        self.left, self.accounts = left, accounts

    def walk(self, root: Any) -> None:
        """Go through all elements, from outside inwards."""
        waiting = [root]
        while waiting:
            for element in list(waiting.pop()):
                if not isinstance(element.tag, str):
                    element.drop_tree()
                elif not self._take(element):
                    waiting.append(element)

    def _take(self, element: Any) -> bool:
        """Take one element out where it is no text; false where it stays or its words do."""
        tag = element.tag.lower().split("}")[-1]
        kind = self._unseen(element, tag)
        if kind is not None:
            return self._out(element, kind)
        if tag in ("svg", "canvas", "math"):
            return self._drawing(element, "formula" if tag == "math" else "chart")
        if tag in _CONTROLS or tag == "input":
            return self._control(element)
        if tag == "rt":
            return self._told(element, "ruby", "".join(element.itertext()))
        if tag in ("img", "v:imagedata"):
            return self._picture(element)
        if tag == "pre":
            _break_lines(element)
        stray = tag in _HOMES and element.getparent().tag not in _HOMES[tag]
        element.tag = "div" if stray or tag in _LINES else tag if tag in _KNOWN else DROPPED
        return False

    def _unseen(self, element: Any, tag: str) -> str | None:
        """Why nobody sees an element; empty where that is not worth a word, ``None`` for what is seen."""
        style, dress = style_of(element), (element.get("class") or "").lower()
        kind = None
        if tag in _CODES:
            return ""
        if tag == "script" or tag in _FRAMES:
            return "script" if tag == "script" else "frame"
        if _is_hidden(element, style):
            kind = "hidden"
        elif tag == "del" or "msodel" in dress:
            kind = "deleted"
        elif _COMMENT.search(style) or "msocom" in dress:
            kind = "comment"
        return kind if kind is None or _shows(element) else ""

    def _out(self, element: Any, kind: str) -> bool:
        if kind:
            self.left.add(kind, _place(element))
        self.accounts.unseen.update(seen("".join(element.itertext())))
        element.drop_tree()
        return True

    def _told(self, element: Any, kind: str, words: str) -> bool:
        if seen(words):
            self.left.add(kind, _place(element), words)
        element.drop_tree()
        return True

    def _drawing(self, element: Any, kind: str) -> bool:
        words = _drawn(element)
        self.accounts.unseen.update(seen("".join(element.itertext())))
        self.accounts.unseen.subtract(seen(words))
        return self._told(element, kind, words)

    def _control(self, element: Any) -> bool:
        words = "".join(element.itertext())
        if element.tag == "input" and element.get("type") not in ("hidden", "checkbox", "radio"):
            words = element.get("value") or ""
            self.accounts.made.update(seen(words))
        return self._told(element, "control", words)

    def _picture(self, element: Any) -> bool:
        if (element.get("src") or "").startswith("/pictures/"):
            return False
        if not {element.get("width"), element.get("height")} & {
            "0",
            "1",
        }:  # counts readers, shows nothing
            self.left.add("pasted", _place(element))
        element.drop_tree()
        return True


def _is_hidden(element: Any, style: str) -> bool:
    flat = _FLAT.search(style) and "overflow:hidden" in style
    return bool(_HIDDEN.search(style) or flat) or element.get("hidden") is not None


def _shows(element: Any) -> bool:
    return bool(seen("".join(element.itertext()))) or element.find(".//img") is not None


def _drawn(element: Any) -> str:
    """The words of a drawing or a formula: what only describes it is not seen."""
    unseen = {
        "title",
        "desc",
        "metadata",
        "style",
        "script",
        "annotation",
        "annotation-xml",
        "defs",
    }
    found = [] if element.tag in unseen else [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag.lower() not in unseen:
            found.append(_drawn(child))
        found.append(child.tail or "")
    return "".join(found)


def _place(element: Any) -> str:
    """Where something stood: the beginning of the line it was in, without its own words."""
    above, own = element.getparent(), set(element.iter())
    while above.getparent() is not None and above.tag not in BLOCKS | _LINES:
        above = above.getparent()
    if above.getparent() is None:
        return ""
    shown = (one for one in above.iter() if one not in own and one.tag not in ("script", "style"))
    words = next((" ".join(one.text.split()) for one in shown if (one.text or "").strip()), "")
    return f"“{quoted(words, 8)}”处" if words else ""


def _break_lines(block: Any) -> None:
    """Preformatted lines are lines."""
    for element in list(block.iter()):
        if not isinstance(element.tag, str):
            continue
        lines = (element.text or "").split("\n")
        element.text = lines[0]
        for number, line in enumerate(lines[1:]):
            made = parser.Element("br")
            made.tail = line
            element.insert(number, made)
        for child in list(element):
            if child.tag == "br" and "\n" not in (child.tail or ""):
                continue
            first, *rest = (child.tail or "").split("\n")
            child.tail = first
            for line in reversed(rest):
                made = parser.Element("br")
                made.tail = line
                child.addnext(made)
