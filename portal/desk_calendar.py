"""The calendar of the desk: what becomes public, what ends, what the front page changes, by day."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from articles.content.steps import ORDER
from articles.models import Article, Placement

# So many events of one kind are fetched for a month.
MOST = 500


@dataclass
class Event:
    """One line in a day: the time, what happens, to what, and where it is set."""

    at: dt.datetime
    what: str
    title: str
    url: str


@dataclass
class Day:
    """One day of the calendar; ``published`` is how many pieces became public on it."""

    date: dt.date
    within: bool
    today: bool
    published: int = 0
    events: list[Event] = field(default_factory=list)


def month_of(user: User, first: dt.date) -> list[list[Day]]:
    """Return the weeks of a month, Monday first, with what is planned for the own sections."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    today = timezone.localdate()
    days = {day: Day(day, day.month == first.month, day == today) for week in weeks for day in week}
    start, end = _midnight(weeks[0][0]), _midnight(weeks[-1][-1] + dt.timedelta(days=1))
    for event in _events(user, start, end):
        days[timezone.localdate(event.at)].events.append(event)
    for day in days.values():
        day.events.sort(key=lambda event: event.at)
    for date, number in _published(user, start, end):
        days[date].published = number
    return [[days[day] for day in week] for week in weeks]


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _events(user: User, start: dt.datetime, end: dt.datetime) -> list[Event]:
    desk = Article.objects.of_desk(user)
    now = timezone.now()
    coming = desk.filter(
        Q(state__in=ORDER, published_at__gt=now), published_at__gte=start, published_at__lt=end
    )
    ending = desk.filter(copy_of=None, expires_at__gte=start, expires_at__lt=end)
    found = [
        _of_article("发布修改稿" if piece.copy_of_id else "发布", piece, piece.published_at)
        for piece in coming.only("title", "published_at", "copy_of")[:MOST]
    ]
    found += [
        _of_article("到期", piece, piece.expires_at)
        for piece in ending.only("title", "expires_at")[:MOST]
    ]
    if user.has_perm("articles.view_placement"):
        for name, what in (("since", "上"), ("until", "下")):
            within = {f"{name}__gte": start, f"{name}__lt": end}
            for row in Placement.objects.filter(**within).select_related("article")[:MOST]:
                url = reverse("admin:articles_placement_change", args=[row.pk])
                kind = f"{what}{row.get_kind_display()}"
                found.append(Event(getattr(row, name), kind, row.title or row.article.title, url))
    return found


def _of_article(what: str, piece: Article, at: Any) -> Event:
    return Event(at, what, piece.title, reverse("admin:articles_article_review", args=[piece.pk]))


def _published(user: User, start: dt.datetime, end: dt.datetime) -> list[tuple[dt.date, int]]:
    rows = Article.objects.of_desk(user).published()
    rows = rows.filter(published_at__gte=start, published_at__lt=end).order_by()
    counted = rows.annotate(day=TruncDate("published_at")).values("day")
    return list(counted.annotate(number=Count("pk")).values_list("day", "number"))
