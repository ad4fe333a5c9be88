"""What an article consists of: one table, from which every list of its fields is made.

A row says what is done with a field. The desk's form, the working copy, revisions, comparisons, the
search, hints, the check code, the page and the feed ask it; nothing else lists fields.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from articles.content.base_article import BaseArticle
from articles.content.keyword import kept_tags
from articles.content.layout_facts import SATELLITES, satellites_of


class Mark(enum.Flag):
    """What is done with a part of an article."""

    TYPED = enum.auto()  # stands on the desk's form, and is kept while it is typed
    COPIED = enum.auto()  # goes to the working copy and back
    SIGNED = enum.auto()  # readings vouch for it: part of every revision and of the fingerprint
    COMPARED = enum.auto()  # has a line of its own where two versions are compared
    WORDS = enum.auto()  # running words: proofread, tidied, replaced, open to proof corrections
    SEARCHED = enum.auto()  # is found by the search
    PRINTED = enum.auto()  # part of the check code of a printed page
    SHOWN = enum.auto()  # stands with its label under the head of the page, and in the feed


class Group(enum.StrEnum):
    """The headings of the desk's form."""

    TEXT = "正文"
    SUMMARY = "摘要与关键词"
    PLACE = "栏目与版式"
    SOURCE = "来源"
    RELEASE = "发布"


@dataclass(frozen=True)
class Part:
    """One field: its name, where it stands on the form, what is done with it.

    ``joined``: on the form it stands on the line of the one before it.
    """

    name: str
    group: Group
    marks: Mark
    joined: bool = False

    @property
    def field(self) -> models.Field[Any, Any]:
        """The field of the article."""
        return field_named(self.name)

    @property
    def key(self) -> str:
        """The name of its value: what points at something else is held by key."""
        return self.field.attname

    @property
    def is_shown(self) -> bool:
        """Is it printed with its label?"""
        return Mark.SHOWN in self.marks

    @property
    def label(self) -> str:
        """What the desk calls it."""
        return str(self.field.verbose_name)


_DESK = Mark.TYPED | Mark.COPIED
_TEXT = _DESK | Mark.SIGNED | Mark.COMPARED
_LINE = _TEXT | Mark.WORDS | Mark.PRINTED

# In the order of the form. Title and text have places of their own where versions are compared.
CONTENT: tuple[Part, ...] = (
    Part("section", Group.PLACE, _TEXT),
    Part("genre", Group.PLACE, _DESK, joined=True),
    Part("layout", Group.PLACE, _TEXT),
    Part("series", Group.PLACE, _TEXT),
    Part("chapter", Group.PLACE, _DESK | Mark.SIGNED, joined=True),
    Part("kicker", Group.TEXT, _LINE | Mark.SEARCHED),
    Part("title", Group.TEXT, _LINE & ~Mark.COMPARED),
    Part("subtitle", Group.TEXT, _LINE | Mark.SEARCHED),
    Part("summary", Group.SUMMARY, _TEXT | Mark.WORDS),
    Part("body", Group.TEXT, _LINE & ~Mark.COMPARED),
    Part("origin", Group.SOURCE, _TEXT),
    Part("source", Group.SOURCE, _TEXT | Mark.SEARCHED | Mark.PRINTED, joined=True),
    Part("source_url", Group.SOURCE, _TEXT),
    Part("original_title", Group.SOURCE, _TEXT | Mark.SHOWN),
    Part("original_author", Group.SOURCE, _TEXT | Mark.SEARCHED | Mark.SHOWN, joined=True),
    Part("byline_text", Group.SOURCE, _TEXT | Mark.SEARCHED | Mark.PRINTED),
    Part("ai_note", Group.SOURCE, _TEXT | Mark.WORDS | Mark.PRINTED),
    Part("responsible_editor", Group.SOURCE, _DESK),
    Part("editor_name", Group.SOURCE, _TEXT, joined=True),
    Part("expires_at", Group.RELEASE, _DESK),
)
# What the site itself notes about an article; no text, and typed by nobody.
BOOKKEEPING = frozenset(
    {"id", "provenance", "created_by", "state", "state_changed_at", "revision", "copy_of",
     "first_published_at", "changed_at", "published_at", "legacy_id", "import_key", "import_run",
     "import_fingerprint", "created_at",
     "updated_at", "excerpt"}
)  # fmt: skip
# Rows beside the article that belong to its text, and what the desk calls them.
BESIDE = {"bylines": "署名", "images": "图片", "tags": "关键词", "corrections": "更正说明"}

SCHEME = 2
# What the first scheme took, for ever: signatures and printed sheets of then can be checked.
_FIRST_SCHEME = (
    "kicker", "title", "subtitle", "summary", "body", "byline_text", "origin", "source",
    "source_url", "layout", "original_title", "original_author", "editor_name", "section_id",
)  # fmt: skip


def field_named(name: str) -> models.Field[Any, Any]:
    """Return a field of the article."""
    article: Any = apps.get_model("articles", "Article")
    return article._meta.get_field(name)  # type: ignore[no-any-return]


def marked(mark: Mark) -> tuple[str, ...]:
    """Return the names of the fields that carry a mark, in the order of the table."""
    return tuple(part.name for part in CONTENT if mark in part.marks)


WORDS = marked(Mark.WORDS)


def fieldsets() -> dict[Group, list[str | tuple[str, ...]]]:
    """Return the fields of the desk's form by heading; those of one line together."""
    found: dict[Group, list[str | tuple[str, ...]]] = {}
    for part in CONTENT:
        if Mark.TYPED not in part.marks:
            continue
        lines = found.setdefault(part.group, [])
        if part.joined and lines:
            before = lines.pop()
            lines.append((*([before] if isinstance(before, str) else before), part.name))
        else:
            lines.append(part.name)
    return found


def content_of(article: BaseArticle) -> dict[str, Any]:
    """Return everything a reading vouches for, as plain values; read from the database.

    Bylines count as they are printed: a later link to the registry is no change of the text.
    Keywords are kept by name, to be read, and by key, because the desk renames them for all.
    """
    beside = type(article).objects.select_related(*SATELLITES)
    fresh = beside.get(pk=article.pk)
    tags = sorted(fresh.tags.values_list("name", "pk"))
    content = {part.key: getattr(fresh, part.key) for part in CONTENT if Mark.SIGNED in part.marks}
    content |= {
        "bylines": [[row.role, row.name, row.unit_text] for row in fresh.bylines.all()],
        "images": [
            [image.upload.key, image.alt, image.caption, image.photographer, *image.told_besides()]
            for image in fresh.images.select_related("upload")
        ],
        "tags": [name for name, _ in tags],
        "tag_keys": sorted(key for _, key in tags),
        "corrections": list(fresh.corrections.values_list("text", flat=True)),
    }
    return content | satellites_of(fresh)


def said(content: dict[str, Any]) -> dict[str, Any]:
    """Return a content of whatever scheme as it counts today: two that say the same are equal.

    What is at its default is left out; keywords that were renamed, merged or deleted for all
    articles count as what became of them.
    """
    tags = kept_tags(content.get("tags", []), content.get("tag_keys"))
    return without_defaults(content | {"tags": tags, "tag_keys": None})


def fingerprint_of(content: dict[str, Any]) -> str:
    """Return the number of the scheme and the SHA-256 of an article's content."""
    return f"{SCHEME}:{_SCHEMES[SCHEME](content)}"


def is_of(fingerprint: str, content: dict[str, Any]) -> bool:
    """Is this the fingerprint of that content, by the scheme in which it was taken?"""
    scheme, _, digest = fingerprint.rpartition(":")
    made = _SCHEMES.get(int(scheme or 1)) if scheme.isdecimal() or not scheme else None
    return made is not None and made(content) == digest


def in_first_scheme(content: dict[str, Any]) -> dict[str, Any]:
    """Return a content of now as the first scheme wrote it down."""
    old = {name: content[name] for name in _FIRST_SCHEME}
    old |= {name: content[name] for name in ("bylines", "images", "tags")}
    if content.get("corrections"):
        old["corrections"] = content["corrections"]
    if content.get("series_id") is not None:
        old |= {"series_id": content["series_id"], "chapter": content["chapter"]}
    return old | {name: content[name] for name in SATELLITES if name in content}


def _first(content: dict[str, Any]) -> str:
    """Every value as it was kept, the empty ones too."""
    return _digest(in_first_scheme(content) if "tag_keys" in content else content)


def _second(content: dict[str, Any]) -> str:
    """What is not at its default; keywords by key."""
    plain = without_defaults(content)
    plain.pop("tags", None)
    return _digest(plain)


_SCHEMES: dict[int, Callable[[dict[str, Any]], str]] = {1: _first, 2: _second}


def without_defaults(content: dict[str, Any]) -> dict[str, Any]:
    """Return what is said in a content: fields that came later change nothing in older texts."""
    usual = {part.key: part.field.get_default() for part in CONTENT if part.field.has_default()}
    return {
        name: value
        for name, value in content.items()
        if value not in ("", None, [], {}) and value != usual.get(name)
    }


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
