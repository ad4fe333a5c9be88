"""Lists as Word and WPS put them on the clipboard: paragraphs with their marker as text in front."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import html as parser

from articles.text.accounting import Accounts, seen

# What CSS allows inside a word.
_REMARK = re.compile(r"/\*[^*]{0,1000}\*+/")
_ESCAPED = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_EDGES = " \t\n\r\u3000\u00a0"
_SIGNS = "\u00b7\u2022\u25cf\u25cb\u25aa\u25a0\u25a1\u25c6\u25c7\u00a7\u2023\u27a2\u2756\u2713\uf0b7\uf06c\uf06e\uf0d8\uf075\uf0a7\uf0fc\uf076"
_BULLET = re.compile(rf"^\s*(?:[{_SIGNS}]|[o\u00d8v-](?=\s|$))\s*")
_NUMBER = re.compile(r"^\s*([0-9]{1,3})\.(?![0-9])\s*")
_LEVEL = re.compile(r"mso-list:[^;\"]{0,80}?level([1-9])", re.IGNORECASE)
IGNORED = "mso-list:ignore"


def style_of(element: Any) -> str:
    """Return what the style of an element says, in small letters and without blanks."""
    return _bare(element.get("style") or "")


@lru_cache(maxsize=512)  # a text repeats a few styles
def _bare(style: str) -> str:
    if "\\" in style:
        style = _ESCAPED.sub(_unescaped, style)
    return "".join(_REMARK.sub("", style).lower().split()).replace("!important", "")


def _unescaped(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return chr(number) if 0x20 <= number < 0xD800 else ""


@dataclass
class _Item:
    level: int
    number: int | None  # of a numbered list; none for a sign
    block: Any


def make_lists(root: Any, accounts: Accounts) -> None:
    """Make lists of runs of such paragraphs; a marker that no list prints (一、, (1)) stays as text."""
    run: list[_Item] = []

    def settle() -> None:
        if run:
            _nest(run)
            run.clear()

    for block in list(root.iter("p", "div")):
        item = _item(block, accounts) if block is not root else None
        if item is None:
            settle()
            continue
        before = run[-1].block if run else None
        if run and (block.getprevious() is not before or (before.tail or "").strip(_EDGES)):
            settle()
        run.append(item)
    settle()


def _item(block: Any, accounts: Accounts) -> _Item | None:
    """Take the marker off a paragraph that is an item of a list."""
    style = style_of(block)
    if "mso-list" not in style and "listparagraph" not in (block.get("class") or "").lower():
        return None
    level = _LEVEL.search(style)
    ignored = [span for span in block.iter("span") if IGNORED in style_of(span)]
    marker = "".join(ignored[0].itertext()) if ignored else block.text_content()
    sign, number = _BULLET.match(marker), _NUMBER.match(marker)
    found = sign or number
    if found is None or (ignored and found.end() < len(marker)):
        if ignored and marker.strip(_EDGES):
            for child in list(ignored[0]):
                ignored[0].remove(child)
            text = marker.strip(_EDGES)
            ignored[0].text = text + (" " if text[-1] < "\u2e80" else "")
            return None
        if not level:
            return None
    elif ignored:
        ignored[0].drop_tree()
    else:
        _strip(block, found)
    if found is not None:
        accounts.unseen.update(seen(found[0]))
    return _Item(int(level[1]) if level else 1, int(number[1]) if number else None, block)


def _strip(block: Any, marker: re.Match[str]) -> None:
    for element in block.iter():
        if (element.text or "").strip(_EDGES):
            element.text = (
                element.text[marker.end() :] if len(marker[0]) <= len(element.text) else ""
            )
            return


def _nest(run: list[_Item]) -> None:
    stack: list[tuple[int, Any, int | None]] = []
    for item in run:
        while stack and stack[-1][0] > item.level:
            stack.pop()
        if stack and stack[-1][0] == item.level and not _goes_on(stack[-1][2], item.number):
            stack.pop()
        if not stack or stack[-1][0] < item.level:
            made = parser.Element("ul" if item.number is None else "ol")
            if item.number is not None and item.number > 1:
                made.set("start", str(item.number))
            if stack and len(stack[-1][1]):
                stack[-1][1][-1].append(made)
            else:
                item.block.addprevious(made)
            stack.append((item.level, made, item.number))
        level, made, _ = stack[-1]
        stack[-1] = (level, made, item.number)
        tail, item.block.tail = item.block.tail, None
        made.append(item.block)
        item.block.tag = "li"
        item.block.attrib.clear()
        if tail and tail.strip(_EDGES):
            stack[0][1].tail = (stack[0][1].tail or "") + tail


def _goes_on(before: int | None, number: int | None) -> bool:
    if before is None or number is None:
        return before is number
    return number == before + 1
