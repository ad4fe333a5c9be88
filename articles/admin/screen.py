"""What the screen of one article says at a glance, read or written: its stages, its cards, why it came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from articles.content.steps import ORDER
from articles.models import Article


@dataclass(frozen=True)
class Card:
    """A part of the rail: its anchor, its name in the index, a word on how it stands, and its tone.

    ``tone``: empty for done, ``w`` for something to look at, ``x`` for what blocks, ``z`` for not known yet.
    """

    anchor: str
    name: str
    word: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Square:
    """One stage of the readings: ``standing`` is done, now or empty for to come."""

    letter: str
    name: str
    standing: str


def squares(article: Article) -> list[Square]:
    """Return the stages that the section asks for, as the bar shows them."""
    at = ORDER.index(article.state) if article.state in ORDER else len(ORDER)
    found = []
    for stage in article.stages:
        place = ORDER.index(stage)
        standing = "done" if place < at else "now" if place == at else ""
        name = str(Article.State(stage).label).removeprefix("待")
        found.append(Square(name[0], name, standing))
    return found


def returned_by(log: list[dict[str, Any]]) -> Any:
    """The entry of the last step, when that step handed the piece back."""
    steps = (row["entry"] for row in log if row["entry"].additional_data.get("event") == "step")
    last = next(steps, None)
    handed = last is not None and last.additional_data.get("step", "").startswith("pass_back")
    return last if handed else None


def index_of(article: Article, states: dict[str, tuple[str, str]]) -> list[Card]:
    """The cards of the rail in their fixed order, each with a word on how it stands."""
    images = list(article.images.all())
    bare = sum(not (row.caption or row.is_decorative) for row in images)
    bylines, tags = article.bylines.count(), article.tags.count()
    return [
        Card("bylines", "署名", f"{bylines} ✓" if bylines else "无", "" if bylines else "w"),
        Card("pictures", "图片", f"缺 {bare}" if bare else str(len(images)), "w" if bare else ""),
        Card("keywords", "关键词", f"{tags} ✓" if tags else "无", "" if tags else "w"),
        Card("place", "栏目", "✓"),
        Card("hints", "校对", *states["hints"]),
        Card("points", "检查", *states["points"]),
        Card("alike", "比对", *states["alike"]),
        Card("talk", "经过", "", "z"),
    ]
