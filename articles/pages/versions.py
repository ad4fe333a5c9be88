"""Two versions of a piece compared as a whole: the words, and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from articles.content.image import work_words
from articles.content.snapshot import BESIDE, CONTENT, Mark, Part
from articles.models import SATELLITES, Byline, Series, all_sections
from articles.text import comparing
from articles.text.characters import Span, spans


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
    lines = [(name, spans(old.lines.get(name, ""), new.lines.get(name, ""))) for name in names]
    return {
        "title": spans(old.title, new.title),
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
    lines = {
        part.label: _words_of(part, content) for part in CONTENT if Mark.COMPARED in part.marks
    }
    roles = dict(Byline.Role.choices)
    lines[BESIDE["bylines"]] = "、".join(
        " ".join(part for part in (roles.get(role, ""), unit, name) if part)
        for role, name, unit in content.get("bylines", [])
    )
    lines[BESIDE["tags"]] = "、".join(content.get("tags", []))
    lines[BESIDE["corrections"]] = "\n".join(content.get("corrections", []))
    return Version(
        title=content.get("title", ""),
        body=content.get("body", ""),
        lines=lines | dict(_satellites(content)),
        pictures=[
            picture_words(caption, photographer, *more)
            for _, _, caption, photographer, *more in content.get("images", [])
        ],
    )


def beside(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what stands beside a text in its layout, in words under its name."""
    rows = [("连载", _series_words(content)), *_satellites(content)]
    return [(label, words) for label, words in rows if words]


def _satellites(content: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (str(model._meta.verbose_name), model.words(content.get(name, {})))
        for name, model in SATELLITES.items()
    ]


def _words_of(part: Part, content: dict[str, Any]) -> str:
    """One value in words: what points elsewhere or is chosen by what it is called."""
    value = content.get(part.key, part.field.get_default())
    if part.name == "section":
        return next((row.name for row in all_sections() if row.pk == value), "")
    if part.name == "series":
        return _series_words(content)
    return str(dict(part.field.flatchoices or ()).get(value, value) or "")


def _series_words(content: dict[str, Any]) -> str:
    if not content.get("series_id"):
        return ""
    series = Series.objects.filter(pk=content["series_id"]).first()
    return f"{series or '（已删除）'} 第 {content.get('chapter')} 章"


@dataclass(frozen=True)
class Row:
    """One paragraph in both versions, each with what it alone has."""

    left: list[Span]
    right: list[Span]
    is_same: bool


def side_by_side(comparison: comparing.Comparison) -> list[Row]:
    """Return a comparison as two columns, paragraph beside paragraph."""
    return [
        Row(
            [span for span in block.spans if span.op != "added"],
            [span for span in block.spans if span.op != "removed"],
            all(span.op == "same" for span in block.spans),
        )
        for block in comparison.blocks
    ]
