"""How much everybody has published, for lists of thousands of people.

Counted anew for every edition (a piece published or withdrawn, a byline claimed, people or units
merged) and kept in the shared cache between; after a few minutes in any case, because a scheduled
piece becomes public by the clock.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils import timezone
from taggit.models import Tag

from articles.models import Article, Byline, current_edition
from correspondents.models import Correspondent

FRESH = 300  # seconds
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


def month_start() -> dt.datetime:
    """Return the first moment of this month in the site's time zone."""
    return timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def tallies() -> Tallies:
    """Return the tallies of the present edition."""
    name = f"tallies:{current_edition()}:{month_start():%Y%m}"
    found = cache.get(name)
    if found is None:
        found = _count()
        cache.set(name, found, FRESH)
    return found


def _count() -> Tallies:
    public = Article.objects.published()
    bylines = Byline.objects.filter(article__in=public)
    lately = bylines.filter(article__published_at__gte=month_start())
    of_ours = public.filter(
        pk__in=Byline.objects.filter(correspondent__isnull=False).values("article")
    )
    return Tallies(
        total=bylines.tally("correspondent"),
        month=lately.tally("correspondent"),
        units=bylines.tally("organisation"),
        pieces=of_ours.count(),
        pieces_this_month=of_ours.filter(published_at__gte=month_start()).count(),
        engaged=Correspondent.objects.current().engaged().count(),
    )
