"""What a manuscript consists of: one table, from which the lists of its fields are made.

As for articles (``articles/content/snapshot.py``): what a round keeps, what is compared between two
rounds, what goes into the article.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from submissions.models.base_manuscript import BaseManuscript


class Mark(enum.Flag):
    """What is done with a field of a manuscript."""

    ROUND = enum.auto()  # kept with every round, as it was sent
    COMPARED = enum.auto()  # has a line of its own where two rounds are compared
    CARRIED = enum.auto()  # goes into the article


@dataclass(frozen=True)
class Part:
    """One field, and what is done with it."""

    name: str
    marks: Mark

    @property
    def label(self) -> str:
        """What the desk calls it."""
        manuscript: Any = apps.get_model("submissions", "Manuscript")
        return str(manuscript._meta.get_field(self.name).verbose_name)


CONTENT: tuple[Part, ...] = (
    Part("kicker", Mark.ROUND | Mark.COMPARED | Mark.CARRIED),
    Part("title", Mark.ROUND | Mark.CARRIED),
    Part("subtitle", Mark.ROUND | Mark.COMPARED | Mark.CARRIED),
    Part("body", Mark.ROUND | Mark.CARRIED),
    Part("section", Mark.ROUND | Mark.COMPARED | Mark.CARRIED),
    Part("genre", Mark.ROUND | Mark.COMPARED | Mark.CARRIED),
    Part("call", Mark.ROUND),
    Part("event_date", Mark.ROUND | Mark.COMPARED),
    Part("approver", Mark.ROUND | Mark.COMPARED),
    Part("publication", Mark.ROUND),
    Part("published_where", Mark.ROUND | Mark.COMPARED),
    Part("ai_use", Mark.ROUND),
    Part("ai_note", Mark.ROUND | Mark.COMPARED),
    Part("to_desk", Mark.ROUND),
    Part("rules", Mark.ROUND),
    Part("declared_at", Mark.ROUND),
)
# Columns of the round itself; the rest is kept as its content.
COLUMNS = ("title", "subtitle", "body")
# How the author is reached, and what the site itself notes.
BOOKKEEPING = frozenset(
    {"id", "number", "author", "approval", "phone", "sent_title", "sent_section", "likeness", "state",
     "state_changed_at", "handler", "due_at", "priority", "released_at", "entered_by", "remark",
     "organisation", "unit_confirmed_by", "unit_confirmed_at", "unit_confirmed_round",
     "resume_asked_by", "resume_note", "article", "round_number", "version", "form_key",
     "created_at", "updated_at", "first_submitted_at", "submitted_at"}
)  # fmt: skip


def marked(mark: Mark) -> tuple[Part, ...]:
    """Return the fields that carry a mark, in the order of the table."""
    return tuple(part for part in CONTENT if mark in part.marks)


def content_of(manuscript: BaseManuscript) -> dict[str, Any]:
    """Return what belongs to a round besides its columns, as plain values."""
    names = [part.name for part in marked(Mark.ROUND) if part.name not in COLUMNS]
    return {name: _plain(getattr(manuscript, name)) for name in names} | {
        "rules": manuscript.rules.version if manuscript.rules else None,
        "bylines": [
            [row.get_role_display(), row.name, row.unit_text] for row in manuscript.bylines.all()
        ],
        "pictures": [
            [row.upload.key, row.caption, row.photographer]
            for row in manuscript.pictures.select_related("upload")
        ],
    }


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, models.Model) else value
