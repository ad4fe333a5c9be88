"""The desk's people and their work: who can take a manuscript, handing over, what is known of authors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.db import models, transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from articles.content.section import DeskAssignment, may_read_section
from articles.content.steps import ORDER
from articles.models import Article, DeskPerson
from correspondents.lifecycle import StepNotAllowed, record
from correspondents.models import Correspondent, Letter, Organisation
from submissions import letters
from submissions.models.manuscript import Manuscript
from submissions.models.steps import ACCEPTED, CLAIMED, DECLINED, DRAFT, REVIEW

LATELY_DAYS = 90
SHOWN = 5
LISTED = 20


def colleagues(section: int | None = None) -> models.QuerySet[User]:
    """Return those who can decide manuscripts, of one section where it is given, by name.

    Who is away today is left out.
    """
    app, codename = REVIEW.split(".")
    right = Permission.objects.filter(content_type__app_label=app, codename=codename)
    holds = Q(user_permissions__in=right) | Q(groups__permissions__in=right) | Q(is_superuser=True)
    people = User.objects.filter(holds, is_active=True, is_staff=True).distinct()
    people = people.exclude(pk__in=DeskPerson.objects.away().values("user"))
    if section is not None:
        assigned = DeskAssignment.objects.values("user")
        here = DeskAssignment.objects.filter(section=section).values("user")
        people = people.filter(Q(pk__in=here) | ~Q(pk__in=assigned))
    return people.order_by("last_name", "first_name", "username")


@dataclass
class Report:
    """What came of something done to many: how many went well, and why the others did not."""

    done: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)

    def attempt(self, manuscript: Manuscript, verb: Callable[[], object]) -> None:
        """Do it to one; note how it went."""
        try:
            with transaction.atomic():
                verb()
        except StepNotAllowed as refusal:
            self.refused.append((str(manuscript), str(refusal)))
        else:
            self.done += 1


def hand_over(absent: User, to: User | None, *, by: User) -> Report:
    """Give everything an absent colleague holds to another, or back to the queue."""
    report = Report()
    held = Manuscript.objects.of_desk(by).filter(state=CLAIMED, handler=absent)
    for row in held.select_related("sent_section", "author").order_by("submitted_at", "pk"):
        if to is None:
            note = f"{absent.get_full_name()}不在，放回待处理"
            report.attempt(row, partial(row.release, by=by, note=note))
        else:
            report.attempt(row, partial(row.pass_on, by=by, to=to))
    if to is not None:
        _hand_articles(report, absent, to, by=by)
    return report


def articles_held(user: User, *, by: User) -> models.QuerySet[Article]:
    """Articles on their way that somebody is responsible for, of the sections ``by`` reads."""
    return Article.objects.of_desk(by).filter(state__in=ORDER, responsible_editor=user)


def _hand_articles(report: Report, absent: User, to: User, *, by: User) -> None:
    for article in articles_held(absent, by=by).order_by("pk"):
        if not may_read_section(to, article.section_id):
            report.refused.append((article.title, f"“{to.get_full_name()}”不负责这个栏目。"))
            continue
        Article.objects.filter(pk=article.pk).update(responsible_editor=to)
        note = f"责任编辑由{absent.get_full_name()}移交给{to.get_full_name()}"
        record(article.copy_of or article, "handed_over", by=by, note=note)
        report.done += 1


def remind_of_overdue(editor: User) -> bool:
    """Write to an editor what lies too long in the own sections; false if told today, or nothing.

    What a colleague has claimed is the colleague's. The letter lists the oldest ones.
    """
    mine = Q(handler__isnull=True) | Q(handler=editor)
    late = Manuscript.objects.of_desk(editor).overdue().filter(mine)
    late = late.exclude(author__user=editor).order_by("submitted_at", "pk")
    number = late.count()
    if not number or not editor.email:
        return False
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    told = Letter.objects.filter(
        key=letters.REMINDER.key, mailbox=editor.email, created_at__gte=today
    )
    if told.exists():
        return False
    rows = list(late.select_related("sent_section")[:LISTED])
    lines = [f"· {row.sent_title}（{row.sent_section}，等待 {_waited(row)}）" for row in rows]
    if number > len(rows):
        lines.append(f"……等 {number} 篇")
    queue = reverse("admin:submissions_manuscript_changelist")
    letter = Letter.objects.write(
        letters.REMINDER.key,
        editor.email,
        {
            "姓名": editor.get_full_name() or editor.username,
            "篇数": number,
            "小时": settings.DESK_HOURS,
            "最久": _waited(rows[0]),
            "清单": "\n".join(lines),
            "地址": f"{settings.SITE_URL}{queue}?wait=overdue",
        },
        about="超时来稿",
    )
    return letter is not None


def _waited(manuscript: Manuscript) -> str:
    """How long its author has waited, in words."""
    if manuscript.submitted_at is None:
        return ""
    hours = int((timezone.now() - manuscript.submitted_at).total_seconds() // 3600)
    return f"{hours // 24} 天" if hours >= 48 else f"{hours} 小时"


@dataclass(frozen=True)
class Lately:
    """What somebody has sent within the last days, and what became of it."""

    sent: int
    accepted: int
    declined: int
    published: int
    rows: list[Manuscript]

    @property
    def rate(self) -> int | None:
        """Percent accepted of what was decided; ``None`` before there is any."""
        decided = self.accepted + self.declined
        return round(100 * self.accepted / decided) if decided else None


def lately_of(who: Correspondent | Organisation, *, but: Manuscript, reader: User) -> Lately:
    """Return what this person, or this unit with those under it, sent within the last 90 days.

    The figures count everything; the list names what ``reader`` may open.
    """
    since = timezone.now() - dt.timedelta(days=LATELY_DAYS)
    if isinstance(who, Correspondent):
        rows = Manuscript.objects.filter(author=who)
    else:
        rows = Manuscript.objects.filter(organisation__path__startswith=who.path)
    rows = rows.exclude(state=DRAFT).filter(first_submitted_at__gte=since)
    public = Q(
        article__state__in=[Article.State.SIGNED, Article.State.PUBLISHED],
        article__published_at__lte=timezone.now(),
    )
    figures = rows.aggregate(
        sent=Count("pk"),
        accepted=Count("pk", filter=Q(state=ACCEPTED)),
        declined=Count("pk", filter=Q(state=DECLINED)),
        published=Count("pk", filter=public),
    )
    others = rows.of_desk(reader).exclude(pk=but.pk).select_related("article", "author")
    return Lately(**figures, rows=list(others.order_by("-first_submitted_at")[:SHOWN]))
