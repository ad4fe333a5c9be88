"""What changed between two versions of a text, told the way a Chinese editor reads it.

Paragraphs are matched first: the alignment that keeps most of the text in place is chosen
(Needleman and Wunsch 1970), in which one paragraph may also have become several and several one;
in long texts it is sought between equal paragraphs. What was taken out in one place and put in at another is
shown as moved. Inside a matched pair characters are compared (:mod:`articles.text.characters`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from html.parser import HTMLParser
from typing import Literal

from articles.text.characters import Op, Span, spans

Kind = Literal["same", "changed", "added", "removed", "moved", "joined", "split"]

# Below this share of common character pairs two paragraphs are two, not one that was changed.
ALIKE = 0.4
ALIKE_IN_PARTS = 0.6
ALIKE_FAR_APART = 0.7
MOST_PARTS = 3
# How many old paragraphs may become how many new ones.
STEPS = (
    (1, 1),
    *((n, 1) for n in range(2, MOST_PARTS + 1)),
    *((1, n) for n in range(2, MOST_PARTS + 1)),
)
# Up to so many pairs the best alignment is sought at once, beyond that between equal paragraphs;
# a gap with more pairs than the largest is halved first.
SMALL = 3_600
LARGEST_GAP = 10_000

_NAMES = {
    "h2": "小标题",
    "h3": "小标题",
    "li": "列表项",
    "blockquote": "引文",
    "tr": "表格行",
    "figure": "图片",
    "cite": "出处",
    "caption": "表题",
}
_BLOCKS = {"p", "h2", "h3", "li", "blockquote", "tr", "figure", "cite", "caption", "hr"}


@dataclass(frozen=True)
class Paragraph:
    """One block of a text: the element it stands in, and its characters."""

    tag: str
    text: str

    @property
    def name(self) -> str:
        """What an editor calls it; empty for an ordinary paragraph."""
        return _NAMES.get(self.tag, "")


@dataclass(frozen=True)
class Block:
    """One paragraph of the comparison, in the order of the new text.

    ``note`` says in words what the spans cannot show (moved from where, a paragraph that became
    a heading); ``number`` is the place in the new text, in the old one for what was removed.
    """

    kind: Kind
    spans: tuple[Span, ...]
    tag: str = "p"
    note: str = ""
    number: int = 0


@dataclass
class Comparison:
    """The whole comparison."""

    blocks: list[Block] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        """Did nothing change?"""
        return all(block.kind == "same" and not block.note for block in self.blocks)

    @property
    def summary(self) -> str:
        """One sentence: how much of what changed."""
        words: dict[Kind, str] = {
            "changed": "修改",
            "added": "新增",
            "removed": "删去",
            "moved": "移动",
            "joined": "合并",
            "split": "拆分",
        }
        count = Counter(block.kind for block in self.blocks)
        told = [f"{label} {count[kind]} 段" for kind, label in words.items() if count[kind]]
        restyled = sum(block.kind == "same" and bool(block.note) for block in self.blocks)
        if restyled:
            told.append(f"改样式 {restyled} 段")
        if not told:
            return "两稿文字相同。"
        plus = sum(len(span.text) for span in self._spans("added"))
        minus = sum(len(span.text) for span in self._spans("removed"))
        return f"{'，'.join(told)}；增 {plus} 字，删 {minus} 字。"

    def _spans(self, op: Op) -> Iterable[Span]:
        return (span for block in self.blocks for span in block.spans if span.op == op)


def compare(old: str, new: str) -> Comparison:
    """Compare two cleaned HTML texts."""
    return Comparison(_compare(paragraphs(old), paragraphs(new)))


# --- paragraphs ------------------------------------------------------------------------------


def paragraphs(html: str) -> list[Paragraph]:
    """Return the blocks of a cleaned text in order; the cells of a table row stay together."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.finish()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Paragraph] = []
        self.stack: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.text += "\n"
        elif tag == "img":
            self.text += f"［图{dict(attrs).get('alt') or ''}］"
        elif tag in ("td", "th"):
            self.text += "\u3000" if self.text.strip() else ""
        elif tag in _BLOCKS:
            self.finish()
            if tag != "hr":
                self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS and tag in self.stack:
            self.finish()
            while self.stack.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.text += data.replace("\n", " ")

    def finish(self) -> None:
        text = re.sub(r"[ \u00a0]+", " ", self.text).strip()
        self.text = ""
        if text:
            # A paragraph inside a list item or a cell is told by what it stands in.
            told = [tag for tag in self.stack if tag != "p"]
            self.found.append(Paragraph(told[-1] if told else "p", text))


def _compare(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> list[Block]:
    rows = [_Row([i], [i]) for i in range(_common(old, new))]
    ends = _common(old[len(rows) :][::-1], new[len(rows) :][::-1])
    a, b, c, d = len(rows), len(old) - ends, len(rows), len(new) - ends
    if (b - a) * (d - c) <= SMALL:
        rows += _aligned(old, new, (a, b), (c, d))
    else:
        rows += _anchored(old, new, (a, b), (c, d))
    rows += [_Row([b + n], [d + n]) for n in range(ends)]
    return [_block(old, new, row) for row in _with_moves(old, new, rows)]


def _common(one: Sequence[Paragraph], other: Sequence[Paragraph]) -> int:
    """How many paragraphs are equal from the beginning."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if _key(left) != _key(right):
            break
        count += 1
    return count


def _anchored(
    old: Sequence[Paragraph],
    new: Sequence[Paragraph],
    left: tuple[int, int],
    right: tuple[int, int],
) -> list[_Row]:
    """Match long texts between paragraphs that are equal in both."""
    (a, b), (c, d) = left, right
    keys = [_key(one) for one in old[a:b]], [_key(one) for one in new[c:d]]
    rows: list[_Row] = []
    for op, i, j, x, y in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if op == "equal":
            pairs = zip(range(a + i, a + j), range(c + x, c + y), strict=True)
            rows += [_Row([one], [other]) for one, other in pairs]
        else:
            rows += _aligned(old, new, (a + i, a + j), (c + x, c + y))
    return rows


def _key(paragraph: Paragraph) -> str:
    return "".join(paragraph.text.split())


@dataclass
class _Row:
    """Paragraphs of the old text that became paragraphs of the new one."""

    old: list[int]
    new: list[int]
    moved: bool = False


def _aligned(
    old: Sequence[Paragraph],
    new: Sequence[Paragraph],
    left: tuple[int, int],
    right: tuple[int, int],
) -> list[_Row]:
    """Match the paragraphs of a gap so that most of the text stays where it is."""
    (a, b), (c, d) = left, right
    height, width = b - a, d - c
    if not height or not width:
        return [*(_Row([i], []) for i in range(a, b)), *(_Row([], [j]) for j in range(c, d))]
    if height * width > LARGEST_GAP:
        x, y = (a + b) // 2, (c + d) // 2
        return _aligned(old, new, (a, x), (c, y)) + _aligned(old, new, (x, b), (y, d))
    best = [[0.0] * (width + 1) for _ in range(height + 1)]
    came: list[list[tuple[int, int]]] = [[(1, 0)] * (width + 1) for _ in range(height + 1)]
    pairs = _Pairs(old, new)
    for i in range(height + 1):
        for j in range(width + 1):
            if i and best[i - 1][j] >= best[i][j]:
                best[i][j], came[i][j] = best[i - 1][j], (1, 0)
            if j and best[i][j - 1] >= best[i][j]:
                best[i][j], came[i][j] = best[i][j - 1], (0, 1)
            for x, y in ((x, y) for x, y in STEPS if x <= i and y <= j):
                worth = pairs.worth(range(a + i - x, a + i), range(c + j - y, c + j))
                if worth and best[i - x][j - y] + worth > best[i][j]:
                    best[i][j], came[i][j] = best[i - x][j - y] + worth, (x, y)
    rows = []
    i, j = height, width
    while i or j:
        x, y = came[i][j] if i and j else ((1, 0) if i else (0, 1))
        rows.append(_Row(list(range(a + i - x, a + i)), list(range(c + j - y, c + j))))
        i, j = i - x, j - y
    return rows[::-1]


class _Pairs:
    """How much of two paragraphs, or of several put together, is common."""

    def __init__(self, old: Sequence[Paragraph], new: Sequence[Paragraph]) -> None:
        self.texts = [_key(one) for one in old], [_key(one) for one in new]
        self.grams: dict[str, Counter[str]] = {}

    def alike(self, old: Iterable[int], new: Iterable[int]) -> tuple[float, int]:
        """Return the share of common character pairs (Dice 1945) and the length of both."""
        left = "".join(self.texts[0][i] for i in old)
        right = "".join(self.texts[1][j] for j in new)
        if left == right:
            return 1.0, len(left) + len(right)
        one, other = self._of(left), self._of(right)
        whole = one.total() + other.total()
        return (2 * (one & other).total() / whole if whole else 0.0), len(left) + len(right)

    def worth(self, old: range, new: range) -> float:
        share, length = self.alike(old, new)
        parts = len(old) > 1 or len(new) > 1
        if share < (ALIKE_IN_PARTS if parts else ALIKE):
            return 0.0
        # Every part has to be in it: a short paragraph beside a long one is not a part of it.
        if parts and not self._all_in(old, new):
            return 0.0
        return share * length

    def _all_in(self, old: range, new: range) -> bool:
        many, one = (old, new) if len(old) > 1 else (new, old)
        side = 0 if many is old else 1
        whole = self._of(self.texts[1 - side][one[0]])
        for place in many:
            part = self._of(self.texts[side][place])
            if part.total() and (part & whole).total() / part.total() < ALIKE_IN_PARTS:
                return False
        return True

    def _of(self, text: str) -> Counter[str]:
        if text not in self.grams:
            self.grams[text] = Counter(text[i : i + 2] for i in range(max(len(text) - 1, 1)))
        return self.grams[text]


def _with_moves(old: Sequence[Paragraph], new: Sequence[Paragraph], rows: list[_Row]) -> list[_Row]:
    """Join what was taken out in one place with what was put in at another."""
    pairs = _Pairs(old, new)
    gone = [row for row in rows if not row.new]
    come = [row for row in rows if not row.old]
    found = []
    for lost in gone:
        for made in come:
            share, length = pairs.alike(lost.old, made.new)
            if share >= ALIKE_FAR_APART and length >= 8:
                found.append((share, length, lost, made))
    taken: list[_Row] = []
    for _, _, lost, made in sorted(found, key=lambda one: one[:2], reverse=True):
        if lost not in taken and made.old == []:
            made.old, made.moved = lost.old, True
            taken.append(lost)
    return [row for row in rows if not any(row is one for one in taken)]


def _block(old: Sequence[Paragraph], new: Sequence[Paragraph], row: _Row) -> Block:
    before, after = [old[i] for i in row.old], [new[j] for j in row.new]
    if not after:
        gone = tuple(Span("removed", one.text) for one in before)
        return Block("removed", gone, before[0].tag, number=row.old[0] + 1)
    number = row.new[0] + 1
    if not before:
        return Block("added", (Span("added", after[0].text),), after[0].tag, number=number)
    told = spans(_joined(before), _joined(after))
    made = Block(_kind(row, told), told, after[0].tag, number=number)
    if row.moved:
        made = replace(made, note=f"原在第 {row.old[0] + 1} 段")
    elif len(before) > 1:
        made = replace(made, note=f"由原第 {row.old[0] + 1}—{row.old[-1] + 1} 段合并")
    elif len(after) > 1:
        made = replace(made, note=f"由原第 {row.old[0] + 1} 段拆成 {len(after)} 段")
    elif before[0].tag != after[0].tag:
        names = [one.name or "普通段落" for one in (before[0], after[0])]
        made = replace(made, note="" if names[0] == names[1] else f"{names[0]}改为{names[1]}")
    return made


def _kind(row: _Row, told: Sequence[Span]) -> Kind:
    if row.moved:
        return "moved"
    if len(row.old) > 1:
        return "joined"
    if len(row.new) > 1:
        return "split"
    return "changed" if any(span.op != "same" for span in told) else "same"


def _joined(several: Sequence[Paragraph]) -> str:
    # The mark shows where paragraphs met; it is compared like any other character.
    return "¶".join(one.text for one in several)
