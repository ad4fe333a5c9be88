"""The desk's own search: articles in every state, and manuscripts that were sent."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils.safestring import SafeString

from articles.models import (
    ARTICLE,
    MANUSCRIPT,
    DeskAssignment,
    DeskEntry,
    PublicEntry,
    TextSummary,
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

    told: TextSummary
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
    sections = tuple(f"{KEY}s{pk}" for pk in DeskAssignment.objects.sections_of(user))
    own = (kinds, sections) if sections else (kinds,)
    number, table = _cursor(cursor)
    found: list[tuple[int, int]] = []
    for place, (model, groups) in enumerate(((PublicEntry, (kinds,)), (DeskEntry, own))):
        # Both count seconds: the same number may stand in each.
        below = None if number is None else number + (place > table)
        hits = model.objects.hits(query, Filter(keys=groups, below=below), limit=PER_PAGE + 1)
        found += [(one, place) for one, _ in hits.found]
    found.sort(key=lambda pair: (-pair[0], pair[1]))
    shown = found[:PER_PAGE]
    following = "{}-{}".format(*shown[-1]) if len(found) > PER_PAGE else ""
    keys = _objects_of(shown)
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


def _cursor(text: str) -> tuple[int | None, int]:
    """The last hit that was shown: its number, and in which of the two indexes."""
    number, _, table = text.partition("-")
    return whole_number(number, digits=15), int(table == "1")


def _objects_of(shown: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What the entries stand for, in their order."""
    there: dict[tuple[int, int], tuple[int, int]] = {}
    for place, model in enumerate((PublicEntry, DeskEntry)):
        numbers = [number for number, table in shown if table == place]
        rows = model.objects.filter(pk__in=numbers).values_list("pk", "kind", "object_id")
        there |= {(number, place): (kind, key) for number, kind, key in rows}
    return [there[one] for one in shown if one in there]
