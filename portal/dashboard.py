"""The figures on the desk's first page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from articles.models import Article, BylineClaim, Section
from correspondents.models import Correspondent, Letter
from submissions.models import Manuscript

OVERDUE = dt.timedelta(hours=24)
STUCK = dt.timedelta(minutes=5)


def figures(user: Any) -> dict[str, Any]:
    """Return the queue tiles, the oldest waiting manuscripts and whether the worker is alive."""
    if not user.has_perm("submissions.view_manuscript"):
        return {}
    waiting = Manuscript.objects.of_desk(user).waiting()
    oldest = waiting.values_list("submitted_at", flat=True).first()
    states = dict(
        Article.objects.of_desk(user)
        .filter(state__in=["first_reading", "second_reading", "final_reading", "signed"])
        .values_list("state")
        .annotate(number=Count("pk"))
    )
    tiles = [
        {
            "label": "来稿待处理",
            "number": waiting.count(),
            "note": _waited(oldest),
            "url": _list("submissions_manuscript", "zt=waiting"),
            "hot": oldest is not None and timezone.now() - oldest > OVERDUE,
        }
    ]
    tiles += [
        {
            "label": Article.State(state).label,
            "number": states.get(state, 0),
            "note": "",
            "url": _list("articles_article", f"state__exact={state}"),
            "hot": False,
        }
        for state in ("first_reading", "second_reading", "final_reading", "signed")
    ]
    return {
        "tiles": tiles,
        "people": _people(user),
        "queue": waiting.select_related("sent_section", "author__organisation")[:10],
        "stuck": _stuck(),
    }


def _people(user: Any) -> list[dict[str, Any]]:
    """What waits to be settled about correspondents; only what is not nothing."""
    rows = []
    if user.has_perm("correspondents.manage_correspondent"):
        people = Correspondent.objects.current()
        ending = people.ending_within(settings.TERM_REMINDER_DAYS).count()
        rows += [
            ("登记待审核", people.filter(state="pending").count(), "state__exact=pending"),
            ("聘期已满或将满", ending, "term=30"),
            ("单位待核定", people.waiting_for_unit().count(), "todo=unit"),
        ]
        address = "correspondents_correspondent"
        rows = [(label, number, _list(address, query)) for label, number, query in rows]
    if user.has_perm("correspondents.view_letter"):
        failed = Letter.objects.filter(standing=Letter.State.FAILED).count()
        where = _list("correspondents_letter", "standing__exact=failed")
        rows.append(("没有寄出的信", failed, where))
    if user.has_perm("articles.settle_claim"):
        desk = Section.objects.of_desk(user)
        claims = BylineClaim.objects.filter(state="waiting", byline__article__section__in=desk)
        query = _list("articles_bylineclaim", "state__exact=waiting")
        rows.append(("署名认领待核定", claims.count(), query))
    return [{"label": label, "number": number, "url": url} for label, number, url in rows if number]


def _list(name: str, query: str) -> str:
    return f"{reverse(f'admin:{name}_changelist')}?{query}"


def _waited(since: dt.datetime | None) -> str:
    if since is None:
        return "没有等待的稿件"
    hours = int((timezone.now() - since).total_seconds() // 3600)
    return f"最久等待 {hours} 小时" if hours else "最久等待不到 1 小时"


def _stuck() -> int:
    """How many jobs have been due for so long that the worker must have stopped."""
    due = timezone.now() - STUCK
    at_once = Q(run_after=get_date_max(), enqueued_at__lt=due)
    return DBTaskResult.objects.ready().filter(at_once | Q(run_after__lt=due)).count()
