"""The figures on the desk's first page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from auditlog.models import LogEntry
from django.conf import settings
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, BylineClaim, DeskDraft, ErrorReport, Section
from articles.pages.charts import DayChart, day_chart
from correspondents.models import Clock, Correspondent, Letter, RoleGrant
from correspondents.models.role_grant import CONFIRM
from portal import daily_backup, delays
from portal.jobs import JOBS
from portal.models import KeptList, ScheduledJob
from submissions.models import AuthorRequest, Manuscript

OVERDUE = dt.timedelta(hours=24)
DAYS = 30
# So long the desk is told that a time was taken from a piece.
LATELY = dt.timedelta(days=7)
IN_HAND = ("first_reading", "second_reading", "final_reading", "signed")


def figures(user: Any) -> dict[str, Any]:
    """Return what the first page shows: what waits and how long, own work, today, the machinery."""
    if not user.has_perm("submissions.view_manuscript"):
        return {}
    waiting = Manuscript.objects.of_desk(user).waiting()
    return {
        "now": timezone.localtime(),
        "yesterday": _of_yesterday(user),
        "tiles": [_incoming(waiting), *_readings(user), _today_tile(user)],
        "people": _people(user),
        "queue": waiting.select_related("sent_section", "author__organisation")[:8],
        "pieces": _longest(user),
        "mine": _mine(user),
        "kept": KeptList.objects.filter(user=user),
        "today": _published(user)[:10],
        "scheduled": _scheduled(user)[:10],
        "lifted": _lifted(user),
        "outside": _outside(user),
        "no_second_factor": user.has_perm(CONFIRM) and not settings.STAFF_MFA_REQUIRED,
        "chart": _chart(user),
    }


def machinery(user: Any) -> dict[str, Any]:
    """Return what does not work by itself and has to be seen: background work, daily jobs."""
    return {
        "delays": delays.delays(),
        "given_up": delays.given_up(),
        "jobs": [
            (JOBS[job.name].label, job.failure)
            for job in ScheduledJob.objects.exclude(failure="")
            if job.name in JOBS
        ],
        "late_jobs": ScheduledJob.objects.filter(due_at__lt=timezone.now() - OVERDUE).count(),
        "backup": daily_backup.state(),
        "leap": Clock.objects.leap(),
        "now": timezone.localtime(),
        "may_look": user.has_perm("django_tasks_database.view_dbtaskresult"),
    }


def _incoming(waiting: Any) -> dict[str, Any]:
    oldest = waiting.values_list("submitted_at", flat=True).first()
    return {
        "label": "来稿待处理",
        "number": waiting.count(),
        "note": _waited(oldest),
        "url": _list("submissions_manuscript", "zt=waiting"),
        "hot": oldest is not None and timezone.now() - oldest > OVERDUE,
    }


def _readings(user: Any) -> list[dict[str, Any]]:
    """How many wait for each reading, and how long the oldest; of released ones the next time."""
    rows = Article.objects.of_desk(user).filter(state__in=IN_HAND)
    told = rows.values("state").annotate(number=Count("pk"), since=Min("state_changed_at"))
    found = {row["state"]: row for row in told}
    coming = _scheduled(user).values_list("published_at", flat=True).first()
    tiles = []
    for state in IN_HAND:
        row: dict[str, Any] = found.get(state, {"number": 0, "since": None})  # type: ignore[assignment]
        note, hot = _waited(row["since"]) if row["since"] else "", False
        if state == Article.State.SIGNED:
            note = f"下一篇 {timezone.localtime(coming):%m-%d %H:%M} 发布" if coming else ""
        elif row["since"] is not None:
            hot = timezone.now() - row["since"] > OVERDUE
        tiles.append(
            {
                "label": Article.State(state).label,
                "number": row["number"],
                "note": note,
                "url": _list("articles_article", f"state__exact={state}"),
                "hot": hot,
            }
        )
    return tiles


def _today_tile(user: Any) -> dict[str, Any]:
    return {
        "label": "今日已发",
        "number": _published(user).count(),
        "note": "",
        "url": _list("articles_article", "state__exact=published"),
        "hot": False,
    }


def _published(user: Any) -> Any:
    """What became public today, the newest first."""
    return Article.objects.of_desk(user).published().on_day(timezone.localdate()).newest()


def _scheduled(user: Any) -> Any:
    """What becomes public at a time that is set, the next first."""
    rows = Article.objects.of_desk(user).filter(state=Article.State.SIGNED)
    return rows.filter(published_at__gt=timezone.now()).order_by("published_at")


def _lifted(user: Any) -> list[tuple[Any, str]]:
    """What lost its time lately because its readings did not hold, and waits again; with the reason."""
    entries = LogEntry.objects.filter(additional_data__event="schedule_lifted")
    entries = entries.filter(timestamp__gte=timezone.now() - LATELY).order_by("-timestamp")
    reasons: dict[str, str] = {}
    for number, facts in entries.values_list("object_pk", "additional_data")[:50]:
        reasons.setdefault(number, (facts or {}).get("note", ""))
    here = Q(pk__in=reasons) | Q(copy_of__in=reasons)  # of a copy it is told of the original
    rows = Article.objects.of_desk(user).filter(here, state__in=IN_HAND[:3])
    return [
        (row, reasons[str(row.copy_of_id or row.pk)]) for row in rows.order_by("-state_changed_at")
    ]


def _outside(user: Any) -> list[dict[str, Any]]:
    """What superusers did lately: they stand outside the roles, so it is shown to who may see it."""
    if not user.has_perm("auditlog.view_logentry"):
        return []
    entries = LogEntry.objects.filter(timestamp__gte=timezone.now() - LATELY)
    acted = entries.filter(actor__is_superuser=True).values("actor__username")
    return list(acted.annotate(number=Count("pk"), last=Max("timestamp")).order_by("-last"))


def _longest(user: Any) -> Any:
    """What waits longest for a reading."""
    rows = Article.objects.of_desk(user).filter(state__in=IN_HAND[:3])
    rows = rows.select_related("section", "responsible_editor")
    return rows.order_by("state_changed_at", "pk")[:8]


def _mine(user: Any) -> list[dict[str, Any]]:
    """What this person has begun or is asked for; only what is not nothing."""
    held = Manuscript.objects.of_desk(user).filter(state="claimed", handler=user)
    own = Article.objects.of_desk(user).filter(state__in=IN_HAND, responsible_editor=user)
    asked = AuthorRequest.objects.filter(standing=AuthorRequest.Standing.OPEN)
    asked = asked.filter(manuscript__in=Manuscript.objects.of_desk(user))
    unsaved = DeskDraft.objects.filter(user=user).exclude(data={}).select_related("article")
    rows = [
        ("我认领的来稿", held.count(), _list("submissions_manuscript", "zt=mine")),
        (
            "我负责的文章",
            own.count(),
            _list("articles_article", "fanwei=mine"),
        ),
        (
            "作者的申请待答复",
            asked.count(),
            _list("submissions_authorrequest", "standing__exact=open"),
        ),
    ]
    if user.has_perm("articles.settle_errorreport"):
        reports = ErrorReport.objects.of_desk(user).open()
        query = _list("articles_errorreport", "state__exact=open")
        rows.append(("读者纠错待处理", reports.count(), query))
    told = [{"label": label, "number": number, "url": url} for label, number, url in rows if number]
    for draft in unsaved[:5]:
        where = (
            reverse("admin:articles_article_change", args=[draft.article_id])
            if draft.article_id
            else reverse("admin:articles_article_add")
        )
        label = f"没有保存：{draft.article or '新文章'}"
        told.append({"label": label, "number": "", "url": where})
    return told


def _of_yesterday(user: Any) -> dict[str, int]:
    day = timezone.localdate() - dt.timedelta(days=1)
    sent = Manuscript.objects.of_desk(user).filter(first_submitted_at__date=day)
    return {
        "received": sent.count(),
        "published": Article.objects.of_desk(user).published().on_day(day).count(),
    }


def _chart(user: Any) -> DayChart:
    """Received and published by day, of the last thirty."""
    first = timezone.localdate() - dt.timedelta(days=DAYS - 1)
    start = timezone.make_aware(dt.datetime.combine(first, dt.time()))
    received = _by_day(
        Manuscript.objects.of_desk(user).filter(first_submitted_at__gte=start), "first_submitted_at"
    )
    published = _by_day(
        Article.objects.of_desk(user).published().filter(published_at__gte=start), "published_at"
    )
    days = [first + dt.timedelta(days=number) for number in range(DAYS)]
    rows = [(f"{day:%m-%d}", received.get(day, 0), published.get(day, 0)) for day in days]
    return day_chart(rows, ("收稿", "发布"))


def _by_day(rows: Any, field: str) -> dict[dt.date, int]:
    counted = rows.order_by().annotate(day=TruncDate(field)).values("day")
    return {row["day"]: row["number"] for row in counted.annotate(number=Count("pk"))}


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
    if user.has_perm(CONFIRM):
        waiting = RoleGrant.objects.waiting().exclude(user=user).count()
        rows.append(("角色待确认", waiting, _list("correspondents_rolegrant", "")))
    if user.has_perm("correspondents.view_letter"):
        for label, standing in (("没有寄出的信", "failed"), ("可能已寄出的信", "unsure")):
            where = _list("correspondents_letter", f"standing__exact={standing}")
            rows.append((label, Letter.objects.filter(standing=standing).count(), where))
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
