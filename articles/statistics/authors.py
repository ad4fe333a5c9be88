"""How much everybody has published, for lists of thousands of people.

This month is counted anew for every edition (a piece published or withdrawn, a byline claimed,
people or units merged) and kept in the shared cache between; after a few minutes in any case,
because a scheduled piece becomes public by the clock. What is older is the great mass and hardly
ever changes: it is counted when something of it did (``Edition.older``), and twice a day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q
from taggit.models import Tag

from articles.content.byline import Byline
from articles.content.edition import Edition, current_edition, month_start
from articles.workflow.article import Article
from correspondents.models import Correspondent

FRESH = 300  # seconds
# Kept as plain values: what another release has written must not need the place of a class.
NOW, OLDER, OLDER_FRESH = "by-author", "by-author-older", 12 * 3600
LATEST_PIECES, MOST_TAGS = 500, 60


@dataclass
class Tallies:
    """Published pieces by person and by unit (as printed that day), and the site's totals."""

    total: dict[int, int] = field(default_factory=dict)
    month: dict[int, int] = field(default_factory=dict)
    units: dict[int, int] = field(default_factory=dict)
    pieces: int = 0
    pieces_this_month: int = 0
    engaged: int = 0


def popular_tags(number: int) -> list[Tag]:
    """Return the tags that most of the newest public articles carry, of the present edition."""
    name = f"popular-tags:{current_edition()}"
    found = cache.get(name)
    if found is None:
        newest = Article.objects.published().in_visible_sections().newest()
        keys = list(newest.values_list("pk", flat=True)[:LATEST_PIECES])
        used = Count(
            "taggit_taggeditem_items", filter=Q(taggit_taggeditem_items__object_id__in=keys)
        )
        tags = Tag.objects.annotate(used=used).filter(used__gt=0)
        found = list(tags.order_by("-used", "name")[:MOST_TAGS])
        cache.set(name, found, FRESH)
    return list(found[:number])


def tallies() -> Tallies:
    """Return the tallies of the present edition."""
    name = f"{NOW}:{current_edition()}:{month_start():%Y%m}"
    kept = cache.get(name)
    if kept is None:
        kept = vars(_count())
        cache.set(name, kept, FRESH)
    return Tallies(**kept)


def _count() -> Tallies:
    """This month, counted; with what was before it."""
    start = month_start()
    bylines, of_ours = _public(published_at__gte=start)
    older = _older(start)
    month = bylines.tally("correspondent")
    pieces = of_ours.count()
    return Tallies(
        total=_sum(older.total, month),
        month=month,
        units=_sum(older.units, bylines.tally("organisation")),
        pieces=older.pieces + pieces,
        pieces_this_month=pieces,
        engaged=Correspondent.objects.current().engaged().count(),
    )


def _older(start: dt.datetime) -> Tallies:
    """Everything before this month, from the cache while nothing of it has changed."""
    edition = Edition.objects.values_list("older", flat=True).first()
    name = f"{OLDER}:{edition or 0}:{start:%Y%m}"
    kept = cache.get(name)
    if kept is None:
        bylines, of_ours = _public(published_at__lt=start)
        kept = {
            "total": bylines.tally("correspondent"),
            "units": bylines.tally("organisation"),
            "pieces": of_ours.count(),
        }
        cache.set(name, kept, OLDER_FRESH)
    return Tallies(**kept)


def _public(**when: dt.datetime) -> tuple[Any, Any]:
    """The bylines of public articles of a time, and those of the articles that name one of ours."""
    public = Article.objects.published().filter(**when)
    ours = Byline.objects.filter(correspondent__isnull=False).values("article")
    return Byline.objects.filter(article__in=public), public.filter(pk__in=ours)


def _sum(one: dict[int, int], other: dict[int, int]) -> dict[int, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in one.keys() | other.keys()}
