"""When the public site next changes by itself: a time that is reached, without anybody's deed."""

from __future__ import annotations

import datetime as dt
import time

from django.db.models import Min, Q
from django.utils import timezone

from articles.content.edition import EditionState, cached, counters
from articles.content.steps import PUBLISHED, SIGNED
from articles.content.topic import Topic
from articles.front_page.placement import Placement
from articles.workflow.article import Article


def next_moment() -> dt.datetime:
    """Return the next time at which something begins or ends; midnight at the latest."""
    now = timezone.now()
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    found = [timezone.make_aware(dt.datetime.combine(tomorrow, dt.time()))]
    coming = Article.objects.filter(state__in=[SIGNED, PUBLISHED])
    found.append(coming.filter(published_at__gt=now).aggregate(at=Min("published_at"))["at"])
    ending = coming.filter(expires_at__gt=now)
    found.append(ending.aggregate(at=Min("expires_at"))["at"])
    for model in (Placement, Topic):
        times = model._default_manager.aggregate(
            since=Min("since", filter=Q(since__gt=now)), until=Min("until", filter=Q(until__gt=now))
        )
        found += times.values()
    return min(moment for moment in found if moment is not None)


def look() -> EditionState:
    """Look at the edition; what is due is asked for once an edition, and when it has come."""
    number, texts = counters()
    due = cached("due", number, _next)
    if due <= time.time():
        due = cached("due", (number, due), _next)
    return EditionState(number, texts, due)


def _next() -> float:
    return next_moment().timestamp()
