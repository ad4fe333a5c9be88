"""Two versions of a piece compared as a whole: the words, and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from articles import comparing
from articles.models import SATELLITES, Byline, Series, all_sections
from articles.models.image import work_words

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
    "series": "连载",
    "accident": "事故要素",
    "vendor": "厂商信息",
    "interview": "受访人",
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


def picture_words(caption: str, photographer: str, *more: Any) -> str:
    """Return a picture in words; ``more``: what a revision keeps of it besides."""
    work = more[1] if len(more) > 1 else {}
    words = work_words(work) + ("\u3000受访人肖像" if work.get("is_portrait") else "")
    own = _own_words(caption, photographer)
    return f"{own}\u3000{words}" if words else own


def _own_words(caption: str, photographer: str) -> str:
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
        "series": _series_words(content),
    }
    values |= {name: model.words(content.get(name, {})) for name, model in SATELLITES.items()}
    return Version(
        title=content.get("title", ""),
        body=content.get("body", ""),
        lines={LABELS[name]: values[name] for name in LABELS},
        pictures=[
            picture_words(caption, photographer, *more)
            for _, _, caption, photographer, *more in content.get("images", [])
        ],
    )


def beside(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what stands beside a text in its layout, in words under its name."""
    lines = version_of(content).lines
    names = ("series", *SATELLITES)
    return [(LABELS[name], lines[LABELS[name]]) for name in names if lines[LABELS[name]]]


def _series_words(content: dict[str, Any]) -> str:
    if not content.get("series_id"):
        return ""
    series = Series.objects.filter(pk=content["series_id"]).first()
    return f"{series or '（已删除）'} 第 {content.get('chapter')} 章"


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
