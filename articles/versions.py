"""Two versions of a piece compared as a whole: the words, and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from articles import comparing
from articles.models import Byline, all_sections

LABELS = {
    "kicker": "引题",
    "subtitle": "副题",
    "summary": "摘要",
    "section": "栏目",
    "byline_text": "署名整行改写",
    "bylines": "署名",
    "origin": "来源性质",
    "source": "来源",
    "source_url": "原文地址",
    "original_title": "原标题",
    "original_author": "原作者",
    "editor_name": "编辑署名",
    "layout": "版式",
    "tags": "关键词",
    "corrections": "更正说明",
}
ORIGINS = {"original": "原创", "reprint": "转载", "compiled": "综合"}


@dataclass(frozen=True)
class Version:
    """What one version says: ``lines`` by what they are called, pictures in words."""

    title: str
    body: str
    lines: dict[str, str] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)


def compared(old: Version, new: Version) -> dict[str, Any]:
    """Return what a page shows of the difference: title, changed lines, body, pictures."""
    names = dict.fromkeys([*old.lines, *new.lines])
    lines = [
        (name, comparing.pieces(old.lines.get(name, ""), new.lines.get(name, ""))) for name in names
    ]
    return {
        "title": comparing.pieces(old.title, new.title),
        "lines": [(name, told) for name, told in lines if any(one.op != "same" for one in told)],
        "pictures_gone": [one for one in old.pictures if one not in new.pictures],
        "pictures_new": [one for one in new.pictures if one not in old.pictures],
        "body": comparing.compare(old.body, new.body),
    }


def picture_words(caption: str, photographer: str) -> str:
    """Return a picture in words."""
    return f"{caption or '（没有说明）'}{'　' + photographer + ' 摄' if photographer else ''}"


def version_of(content: dict[str, Any]) -> Version:
    """Return the version that the content of an article (:meth:`Article.content`) is."""
    sections = {row.pk: row.name for row in all_sections()}
    values = {name: str(content.get(name) or "") for name in LABELS}
    roles = dict(Byline.Role.choices)
    values |= {
        "section": sections.get(content.get("section_id", 0), ""),
        "origin": ORIGINS.get(content.get("origin", ""), ""),
        "bylines": "、".join(
            " ".join(part for part in (roles.get(role, ""), unit, name) if part)
            for role, name, unit in content.get("bylines", [])
        ),
        "tags": "、".join(content.get("tags", [])),
        "corrections": "\n".join(content.get("corrections", [])),
    }
    return Version(
        title=content.get("title", ""),
        body=content.get("body", ""),
        lines={LABELS[name]: values[name] for name in LABELS},
        pictures=[
            picture_words(caption, photographer)
            for _, _, caption, photographer, *_ in content.get("images", [])
        ],
    )


@dataclass(frozen=True)
class Row:
    """One paragraph in both versions, each with what it alone has."""

    left: list[comparing.Piece]
    right: list[comparing.Piece]
    is_same: bool


def side_by_side(comparison: comparing.Comparison) -> list[Row]:
    """Return a comparison as two columns, paragraph beside paragraph."""
    return [
        Row(
            [piece for piece in block.pieces if piece.op != "added"],
            [piece for piece in block.pieces if piece.op != "removed"],
            all(piece.op == "same" for piece in block.pieces),
        )
        for block in comparison.blocks
    ]
