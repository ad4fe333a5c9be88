"""The desk's own search: articles in every state, and manuscripts that were sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.utils.safestring import SafeString

from articles.models import (
    ARTICLE,
    MANUSCRIPT,
    DeskAssignment,
    DeskEntry,
    PublicEntry,
    Told,
    told_of,
)
from articles.search.backend import KEY, Filter
from articles.search.query import Query
from articles.search.snippets import marked, snippet
from correspondents.numbers import whole_number

PER_PAGE = 30
RIGHTS = {ARTICLE: "articles.view_article", MANUSCRIPT: "submissions.view_manuscript"}


@dataclass(frozen=True)
class DeskHit:
    """One hit: what is told of it, title and quotation marked."""

    told: Told
    title: SafeString
    text: SafeString


@dataclass(frozen=True)
class DeskPage:
    """One page, the newest first; ``following`` is the cursor of the next, empty at the end."""

    hits: list[DeskHit]
    following: str


def find(query: Query, cursor: str, user: User) -> DeskPage:
    """Look through both indexes for what this person may see at the desk."""
    kinds = tuple(f"{KEY}k{kind}" for kind, right in RIGHTS.items() if user.has_perm(right))
    if not kinds or not query.terms:
        return DeskPage([], "")
    below = whole_number(cursor, digits=15)
    assigned = DeskAssignment.objects.filter(user=user).values_list("section_id", flat=True)
    sections = tuple(f"{KEY}s{pk}" for pk in assigned)
    found: list[tuple[int, Any]] = []
    for model, groups in (
        (PublicEntry, (kinds,)),
        (DeskEntry, (kinds, sections) if sections else (kinds,)),
    ):
        hits = model.objects.hits(query, Filter(keys=groups, below=below), limit=PER_PAGE + 1)
        found += [(number, model) for number, _ in hits.found]
    found.sort(key=lambda pair: -pair[0])
    shown = found[:PER_PAGE]
    following = str(shown[-1][0]) if len(found) > PER_PAGE else ""
    keys = [key for number, model in shown for key in model.objects.objects_of([number])]
    told = told_of(keys, user)
    words = query.words
    return DeskPage(
        [
            DeskHit(told[key], marked(told[key].title, words), snippet(told[key].text, words))
            for key in keys
            if key in told
        ],
        following,
    )
