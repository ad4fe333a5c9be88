"""Putting the rules together: a proof in, hints out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from articles.proofreading import rules
from articles.proofreading.blocks import Block, blocks_of
from articles.proofreading.found import Finding, Level
from articles.proofreading.words import Word

__all__ = ["Hint", "Level", "ProofText", "check"]

# So much of what stands around a hint makes it the same hint again after other edits.
AROUND = 6
LONGEST_TITLE = 30


@dataclass(frozen=True)
class PictureWords:
    """The words of one picture."""

    caption: str
    photographer: str
    alt: str
    is_decorative: bool = False


@dataclass(frozen=True)
class ProofText:
    """What is looked at: the lines of the head, the text, bylines as printed, pictures."""

    title: str
    body: str
    # All lines of the head in the order of reading, by field; nothing: the title alone.
    lines: Mapping[str, str] = field(default_factory=dict)
    bylines: Sequence[tuple[str, str]] = ()  # unit, name
    byline_text: str = ""
    is_reprint: bool = False
    is_literary: bool = False
    source: str = ""
    pictures: Sequence[PictureWords] = ()


@dataclass(frozen=True)
class Hint:
    """One thing to look at.

    ``where``: the field (``title``, ``body``, ``byline``, ``pictures``, ``source`` ...); in the
    body ``block`` is the paragraph, counted from 0, and ``start`` and ``end`` bound the
    characters in it; elsewhere they bound them in the line. ``suggest`` is ``None`` where nothing
    can be put in by itself.
    """

    rule: str
    level: Level
    where: str
    start: int
    end: int
    found: str
    suggest: str | None
    why: str
    block: int = 0
    around: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """What it is remembered by: the rule, the words, and what stands beside them."""
        text = "\n".join((self.rule, self.where, self.found, self.around))
        return hashlib.sha256(text.encode()).hexdigest()[:24]


def check(proof: ProofText, words: Iterable[Word]) -> list[Hint]:
    """Return the hints of a proof, in the order of reading: head, byline, text, pictures."""
    lists = rules.Lists(words)
    blocks = blocks_of(proof.body)
    hints = [*_head(proof, lists, blocks), *_bylines(proof)]
    whole = rules.across([block.text for block in blocks], lists)
    for number, block in enumerate(blocks):
        found = rules.in_paragraph(
            block.text, lists, is_verse=block.is_verse, is_literary=proof.is_literary
        )
        found += [one for place, one in whole if place == number]
        hints += _placed(sorted(found, key=lambda one: (one.start, one.end)), number, block)
    return [*hints, *_beside(proof)]


def _head(proof: ProofText, lists: rules.Lists, blocks: list[Block]) -> Iterator[Hint]:
    for name, text in (proof.lines or {"title": proof.title}).items():
        for one in rules.in_paragraph(text, lists, is_literary=proof.is_literary):
            yield _hint(one, name, text)
        if name == "title":
            yield from _title(text, blocks)
        elif name != "summary" and text.endswith("\u3002"):
            yield Hint("S16", Level.ADVICE, name, len(text) - 1, len(text), "\u3002", "",
                       "末尾不用句号")  # fmt: skip


def _title(title: str, blocks: list[Block]) -> Iterator[Hint]:
    if len(title) > LONGEST_TITLE:
        yield Hint("S16", Level.ADVICE, "title", 0, len(title), title, None,
                   f"标题 {len(title)} 字，超过 {LONGEST_TITLE} 字")  # fmt: skip
    if title.endswith("\u3002"):
        yield Hint("S16", Level.ERROR, "title", len(title) - 1, len(title), "\u3002", "",
                   "标题末尾不用句号")  # fmt: skip
    if blocks and title and blocks[0].text.strip() == title.strip():
        yield Hint("S16", Level.ADVICE, "title", 0, len(title), title, None,
                   "标题与正文第一行相同")  # fmt: skip


def _bylines(proof: ProofText) -> Iterator[Hint]:
    lines = [name for _, name in proof.bylines] + [proof.byline_text]
    for text in lines:
        for one in rules.in_byline(text):
            yield _hint(one, "byline", text)


def _placed(found: list[Finding], number: int, block: Block) -> Iterator[Hint]:
    """What overlaps a surer or earlier hint is left out."""
    kept: list[Finding] = []
    for one in sorted(found, key=lambda row: (row.level.order, row.start, -row.end)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    for one in sorted(kept, key=lambda row: row.start):
        yield _hint(one, "body", block.text, number)


def _hint(one: Finding, where: str, text: str, block: int = 0) -> Hint:
    # Within its sentence: what is written before or after it makes it no other hint.
    before = text[: one.start].rsplit("\u3002", 1)[-1][-AROUND:]
    after = text[one.end : one.end + AROUND].split("\u3002", 1)[0]
    around = f"{before}|{after}"
    return Hint(
        one.rule, one.level, where, one.start, one.end, text[one.start : one.end], one.suggest,
        one.why, block, around,
    )  # fmt: skip


def _beside(proof: ProofText) -> Iterator[Hint]:
    for number, picture in enumerate(proof.pictures, start=1):
        lacks = [
            word
            for word, there in (
                ("图片说明", picture.caption),
                ("拍摄者", picture.photographer),
                ("替代文字", picture.alt or picture.caption),
            )
            if not there
        ]
        if lacks and not picture.is_decorative:
            yield Hint("S15", Level.ADVICE, "pictures", number, number, f"第 {number} 张图", None,
                       f"缺{'、'.join(lacks)}")  # fmt: skip
    if proof.is_reprint and not proof.source:
        yield Hint("S19", Level.ERROR, "source", 0, 0, "来源", None, "转载要写来源")
