"""The text of a Word file put in order: kicker, title, bylines taken off, pictures set, the rest kept."""

from __future__ import annotations

import itertools
import re
from typing import Any

from lxml import html as parser

from articles.text.accounting import seen
from articles.text.richtext import clean, to_text
from submissions.word.bylines import label_of, names_in, said_in
from submissions.word.closing import is_for_the_desk
from submissions.word.lines import EDGES, text_of, title_of
from submissions.word.reader import Reader
from submissions.word.result import Converted, DocumentPicture, placeholder

LONGEST_TITLE = 60
_CAPTION = re.compile(r"(?:图为|图[:\uff1a]|图[一二三四五六七八九十0-9]+|\uff08图|\(图)")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_DASH = re.compile(r"^(?:[\u2014\u2015\u2500-]{2,}|\u2014|\u2015)[\s\u3000]*")
_NUMBERED = re.compile(
    r"[一二三四五六七八九十]+\u3001|[(\uff08][一二三四五六七八九十]+[)\uff09]|\d+[.\u3001]|第.{1,3}[章节条]"
)


class DocumentText:
    """The blocks that the reader made, put in order."""

    def __init__(self, reader: Reader) -> None:
        self.root, self.left, self.accounts = reader.root, reader.left, reader.accounts
        self.pictures = reader.pictures
        self.captions: dict[int, str] = {}

    def converted(self) -> Converted:
        """Return what was read, with what was left out."""
        self._tidy()
        kicker, title, subtitle = self._titles()
        bylines = self._ends()
        self._figures()
        html = clean(self._written())
        named, text = said_in(bylines), to_text(html)
        placed = kicker + title + subtitle + named + text
        told = [*self.left.phrases(), *self.accounts.differences(placed, self.left.words)]
        pictures = tuple(
            DocumentPicture(f"word-{number + 1}.{ending}", data, self.captions.get(number, ""))
            for number, (data, ending) in enumerate(self.pictures)
        )
        return Converted(kicker, title, subtitle, bylines, html, pictures, tuple(told), text)

    # the words ------------------------------------------------------------------------------

    def _tidy(self) -> None:
        for block in list(self.root.iter("p", *_HEADINGS, "li", "td", "th")):
            if block.text:
                block.text = block.text.lstrip(EDGES)
            if block.tag == "p" and not text_of(block) and block.find(".//img") is None:
                block.drop_tree()

    def _titles(self) -> tuple[str, str, str]:
        """Take kicker, title and subtitle off the top."""
        words = [block for block in self.root if text_of(block)]
        if not words or not self._is_title(words[0], len(words)):
            return "", "", ""
        title = self._take_off(words.pop(0))
        kicker = subtitle = ""
        if len(words) > 1 and self._is_kicker(words):
            kicker, title = title, self._take_off(words.pop(0))
        if words and self._is_subtitle(words[0]):
            subtitle = self._without_dash(self._take_off(words.pop(0)))
        if "\u2014\u2014" in title and not subtitle and not title.startswith("\u2014"):
            title, _, subtitle = title.partition("\u2014\u2014")
            self.accounts.unseen.update("\u2014\u2014")
        return kicker[:200], title.strip()[:200], subtitle[:200]

    def _without_dash(self, text: str) -> str:
        """The site prints the dash in front of a subtitle itself."""
        bare = _DASH.sub("", text)
        self.accounts.unseen.update(seen(text[: len(text) - len(bare)]))
        return bare.strip(EDGES)

    def _is_kicker(self, rest: list[Any]) -> bool:
        """Three lines: kicker, title and subtitle stand in the middle of the page."""
        title, subtitle = rest[0], rest[1]
        return _is_centred(title) and not names_in(text_of(title)) and self._is_subtitle(subtitle)

    def _take_off(self, block: Any) -> str:
        """Take a line off as plain text: its notes stay under the text, its pictures in it."""
        for mark in list(block.iter("sup")):
            if mark.get("class") == "note":
                self.accounts.made.subtract(seen(mark.text or ""))
                mark.drop_tree()
        text = title_of(text_of(block, joined=False))
        pictures = [image.get("src") for image in block.iter("img")]
        if not pictures:
            block.drop_tree()
            return text
        for child in list(block):
            block.remove(child)
        block.text, block.tag = None, "p"
        block.attrib.pop("class", None)
        for source in pictures:
            block.append(block.makeelement("img", {"src": source}))
        return text

    def _is_title(self, block: Any, of: int) -> bool:
        text = text_of(block)
        if len(text) > LONGEST_TITLE * 2 or block.tag not in ("p", "h1", "h2", "h3"):
            return False
        if block.tag != "p":
            return True
        if text[-1] in "\u3002\uff1b;" or names_in(text):
            return False
        bold = "".join(part.text_content() for part in block.iter("strong")).strip() == text
        return of > 1 and (_is_centred(block) or bold or len(text) <= 40)

    def _is_subtitle(self, block: Any) -> bool:
        text = text_of(block)
        named = "subtitle" in (block.get("class") or "")
        return len(text) <= LONGEST_TITLE and (named or bool(_DASH.match(text)))

    def _ends(self) -> tuple[tuple[str, str], ...]:
        """Take bylines off the top and the end, and what is for the desk alone off the end."""
        words = [block for block in self.root if text_of(block)]
        bylines = self._byline(words[0], ()) if words else ()
        if bylines:
            words.pop(0)
        while len(words) > 1:
            last = words.pop()
            if self._for_the_desk(last):
                continue
            if not self._is_closing(last, words):
                break
            closing = self._byline(last, bylines, at_end=True)
            if not closing:
                break
            bylines = bylines or closing
        return bylines

    def _is_closing(self, block: Any, before: list[Any]) -> bool:
        """Is it a line of its own, not the last of a list of names, not the last word of a talk?"""
        label = label_of(text_of(block))
        above = text_of(before[-1])
        if names_in(above) and label_of(above) == label:
            return False
        return not label or not any(text_of(one).startswith(label) for one in before)

    def _byline(
        self, block: Any, known: tuple[Any, ...], *, at_end: bool = False
    ) -> tuple[tuple[str, str], ...]:
        text = text_of(block)
        if block.tag != "p" or len(text) > LONGEST_TITLE or block.find(".//img") is not None:
            return ()
        found = names_in(text)
        if not found or (known and not set(found) <= set(known)):
            return ()
        block.drop_tree()
        named, label = said_in(found), label_of(text)
        if label:
            self.left.add("label", "", label)
        if at_end and not label and not known:  # placed, and told too
            self.left.add("byline", "", text)
            self.accounts.made.update(seen(text))
        if known:  # said once more
            self.accounts.unseen.update(seen(named))
        self.accounts.unseen.update(_besides(seen(text), seen(named + label)))
        return found

    def _for_the_desk(self, block: Any) -> bool:
        text = text_of(block)
        if block.tag != "p" or len(text) > LONGEST_TITLE * 2 or block.find(".//img") is not None:
            return False
        if not is_for_the_desk(text):
            return False
        self.left.add("closing", "", text)
        block.drop_tree()
        return True

    # the pictures ---------------------------------------------------------------------------

    def _figures(self) -> None:
        """Make a figure of each picture, behind the block it stands in, with the words below it."""
        for block in list(self.root):
            if block.tag == "table" and block.find(".//img") is not None:
                self._unframe(block)
        for block in list(self.root):
            if block.find(".//img") is not None:
                self._set_apart(block)
        for figure in list(self.root.iter("figure")):
            following = figure.getnext()
            if following is None or following.tag != "p" or not _is_caption(following):
                continue
            self._caption(figure, text_of(following))
            following.drop_tree()

    def _unframe(self, table: Any) -> None:
        """A table that only sets pictures, each with a line under it, is none."""
        rows = [list(row) for row in table.iter("tr")]
        shown: list[tuple[list[str], str]] = []  # pictures of a cell, and the words below
        taken: set[Any] = set()
        for row, below in itertools.pairwise([*rows, []]):
            names = len(below) == len(row) and not any(_pictures(cell) for cell in below)
            if row and row[0] in taken:
                continue
            for place, cell in enumerate(row):
                if found := _pictures(cell):
                    under = below[place] if names and not text_of(cell) else None
                    shown.append(
                        (found, text_of(cell) or (text_of(under) if under is not None else ""))
                    )
                    taken |= {cell, *(below if names else ())}
        rest = [cell for row in rows for cell in row if cell not in taken and text_of(cell)]
        words = "".join(words for _, words in shown)
        everything = seen(words) == seen(text_of(table))
        if rest or not everything or table.find(".//table") is not None:
            return
        if any(len(words) > LONGEST_TITLE for _, words in shown):
            return
        for sources, words in shown:
            for source in sources:
                table.addprevious(_figure(source))
            if words:
                self._caption(table.getprevious(), words)
        table.drop_tree()

    def _caption(self, figure: Any, words: str) -> None:
        caption = parser.Element("figcaption")
        caption.text = words
        figure.append(caption)
        self.captions[_number(figure.find(".//img"))] = words[:200]

    def _set_apart(self, block: Any) -> None:
        after = block
        if block.tag == "figure":
            return
        for image in list(block.iter("img")):
            figure = _figure(image.get("src"))
            image.drop_tree()
            after.addnext(figure)
            after = figure
        if not text_of(block):
            block.drop_tree()

    # the rest -------------------------------------------------------------------------------

    def _written(self) -> str:
        """Return the blocks as HTML, with headings on the two levels that there are."""
        for image in self.root.iter("img"):
            image.set("src", f"/pictures/{placeholder(_number(image))}/768.jpg")
        for block in list(self.root.iter()):
            block.attrib.pop("class", None)
            if block.tag in _HEADINGS:
                block.tag = "h2" if block.tag in ("h1", "h2") else "h3"
        blocks = [parser.tostring(block, encoding="unicode") for block in self.root]
        return "\n".join(block.strip() for block in blocks)


def _besides(text: str, known: str) -> str:
    """The characters of a line that names and label do not hold: marks between them."""
    for sign in known:
        text = text.replace(sign, "", 1)
    return text


def _is_centred(block: Any) -> bool:
    return "centred" in (block.get("class") or "") or block.tag in ("h1", "h2")


def _is_caption(block: Any) -> bool:
    text = text_of(block)
    return (
        bool(text)
        and not _NUMBERED.match(text)
        and len(text) <= LONGEST_TITLE * 2
        and (bool(_CAPTION.match(text)) or (_is_centred(block) and len(text) <= LONGEST_TITLE))
    )


def _pictures(block: Any) -> list[str]:
    return [image.get("src") for image in block.iter("img")]


def _figure(source: str) -> Any:
    figure, image = parser.Element("figure"), parser.Element("img")
    image.set("src", source)
    figure.append(image)
    return figure


def _number(image: Any) -> int:
    return int(image.get("src").lstrip("#"))
