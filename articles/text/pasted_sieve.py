"""What of pasted HTML is text, what is told, and what nobody saw."""

from __future__ import annotations

import re
from typing import Any

from lxml import html as parser

from articles.text.accounting import Accounts, LeftOut, quoted, seen
from articles.text.pasted_hiding import StyleSheets, handed_down, is_hidden
from articles.text.pasted_lists import style_of
from articles.text.richtext import TAGS

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
# What Word puts beside the text for a comment, and where it lists them.
_COMMENT = re.compile(r"mso-(?:element:comment|special-character:comment)|mso-comment-reference")


_DESCRIBING = {"title", "desc", "metadata", "annotation", "annotation-xml", "defs", "mphantom"}


class Sieve:
    """Takes out what is not text and tells what had been seen of it."""

    def __init__(self, left: LeftOut, accounts: Accounts) -> None:
        self.left, self.accounts = left, accounts
        self._places: dict[Any, str] = {}

    def walk(self, root: Any) -> None:
        """Go through all elements, from outside inwards."""
        self.sheets = StyleSheets(root)
        waiting: list[tuple[Any, frozenset[str]]] = [(root, frozenset())]
        while waiting:
            parent, hidden = waiting.pop()
            for element in list(parent):
                if not isinstance(element.tag, str):
                    element.drop_tree()
                    continue
                if hidden:
                    element.tail = self._unseen_words(element, element.tail)
                style = style_of(element)
                if self._take_out(element, style):
                    continue
                below = handed_down(style, hidden) if style else hidden
                if below:
                    element.text = self._unseen_words(element, element.text)
                if len(element):
                    waiting.append((element, below))

    def _unseen_words(self, element: Any, words: str | None) -> str | None:
        """Words that size, visibility or colour hide: they go, and are told."""
        if words and seen(words):
            self.left.add("hidden", self._place(element))
            self.accounts.unseen.update(seen(words))
        return None

    def _take_out(self, element: Any, style: str) -> bool:
        """Take one element out where it is no text; false where it stays or its words do."""
        tag = element.tag.lower().split("}")[-1]
        kind = self._unseen(element, tag, style)
        if kind is not None:
            return self._out(element, kind)
        if tag in ("svg", "canvas", "math"):
            return self._drawing(element, "formula" if tag == "math" else "chart")
        if tag in _CONTROLS or tag == "input":
            return self._control(element)
        if tag == "rt":
            return self._drawing(element, "ruby")
        if tag in ("img", "v:imagedata"):
            return self._picture(element)
        if tag == "pre":
            _break_lines(element)
        stray = tag in _HOMES and element.getparent().tag not in _HOMES[tag]
        element.tag = "div" if stray or tag in _LINES else tag if tag in _KNOWN else DROPPED
        return False

    def _unseen(self, element: Any, tag: str, style: str) -> str | None:
        """Why nobody sees an element; empty where that is not worth a word, ``None`` for what is seen."""
        dress = (element.get("class") or "").lower()
        kind = None
        if tag in _CODES:
            return ""
        if tag == "script" or tag in _FRAMES:
            return "script" if tag == "script" else "frame"
        if is_hidden(element, style, self.sheets):
            kind = "hidden"
        elif tag == "del" or "msodel" in dress:
            kind = "deleted"
        elif (style and _COMMENT.search(style)) or "msocom" in dress:
            kind = "comment"
        return kind if kind is None or _shows(element) else ""

    def _out(self, element: Any, kind: str) -> bool:
        if kind:
            self.left.add(kind, self._place(element))
        self.accounts.unseen.update(seen("".join(element.itertext())))
        element.drop_tree()
        return True

    def _told(self, element: Any, kind: str, words: str) -> bool:
        if seen(words):
            self.left.add(kind, self._place(element), words)
        element.drop_tree()
        return True

    def _drawing(self, element: Any, kind: str) -> bool:
        words = self._shown(element)
        self.accounts.unseen.update(seen("".join(element.itertext())))
        self.accounts.unseen.subtract(seen(words))
        return self._told(element, kind, words)

    def _control(self, element: Any) -> bool:
        words = self._shown(element)
        self.accounts.unseen.update(seen("".join(element.itertext())))
        self.accounts.unseen.subtract(seen(words))
        if element.tag == "input" and element.get("type") not in ("hidden", "checkbox", "radio"):
            words = element.get("value") or ""
            self.accounts.made.update(seen(words))
        return self._told(element, "control", words)

    def _shown(self, element: Any) -> str:
        """The words of a drawing, a formula, a control: what only describes it is not seen."""
        found = [element.text or ""]
        for child in element:
            if isinstance(child.tag, str):
                tag = child.tag.lower()
                if tag not in _DESCRIBING and self._unseen(child, tag, style_of(child)) is None:
                    found.append(self._shown(child))
            found.append(child.tail or "")
        return "".join(found)

    def _place(self, element: Any) -> str:
        """Where something stood: the beginning of the line it was in, without its own words."""
        above, own = element.getparent(), set(element.iter())
        while above.getparent() is not None and above.tag not in BLOCKS | _LINES:
            above = above.getparent()
        if above.getparent() is None:
            return ""
        if (
            above not in self._places
        ):  # what is asked of many pictures of one line is looked up once
            shown = (
                one for one in above.iter() if one not in own and one.tag not in ("script", "style")
            )
            words = next(
                (" ".join(one.text.split()) for one in shown if (one.text or "").strip()), ""
            )
            self._places[above] = f"“{quoted(words, 8)}”处" if words else ""
        return self._places[above]

    def _picture(self, element: Any) -> bool:
        if (element.get("src") or "").startswith("/pictures/"):
            return False
        if not {element.get("width"), element.get("height")} & {
            "0",
            "1",
        }:  # counts readers, shows nothing
            self.left.add("pasted", self._place(element))
        element.drop_tree()
        return True


def _shows(element: Any) -> bool:
    return bool(seen("".join(element.itertext()))) or element.find(".//img") is not None


def _break_lines(block: Any) -> None:
    """Preformatted lines are lines."""
    for element in [one for one in block.iter() if isinstance(one.tag, str)]:
        for child in list(element):
            child.tail, breaks = _lines_of(child.tail)
            for made in reversed(breaks):
                child.addnext(made)
        element.text, breaks = _lines_of(element.text)
        for made in reversed(breaks):
            element.insert(0, made)


def _lines_of(words: str | None) -> tuple[str, list[Any]]:
    """The first line of a text, and the others as breaks with what follows them."""
    first, *rest = (words or "").split("\n")
    breaks = []
    for line in rest:
        breaks.append(parser.Element("br"))
        breaks[-1].tail = line
    return first, breaks
