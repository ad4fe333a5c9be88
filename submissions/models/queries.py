"""Questions about many manuscripts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Self, TypeVar

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Count, Q
from django.utils import timezone

from articles.models import limits_of
from correspondents.models import Correspondent, Liaison
from submissions.models.document import Document
from submissions.models.picture import ManuscriptPicture
from submissions.models.steps import (
    CLAIMED,
    DECLINED,
    DRAFT,
    ENTER,
    RETRACTED,
    RETURNED,
    SUBMITTED,
)

_Manuscript = TypeVar("_Manuscript", bound=models.Model)


class ManuscriptQuerySet(models.QuerySet[_Manuscript]):
    def of(self, user: User) -> Self:
        """This person's own manuscripts; what the desk enters for him belongs to them once sent."""
        return self.filter(author__user=user).exclude(state=DRAFT, entered_by__isnull=False)

    def writable_by(self, user: User) -> Self:
        """Those this person may write on: the own ones, and what he enters for somebody."""
        own = Q(author__user=user) & ~Q(state=DRAFT, entered_by__isnull=False)
        if user.is_staff and user.has_perm(ENTER):
            own |= Q(entered_by=user)
        return self.filter(own)

    def editable(self) -> Self:
        """Those their author may change now."""
        return self.filter(state__in=[DRAFT, RETURNED])

    def drafts(self) -> Self:
        """Those begun and not sent."""
        return self.filter(state=DRAFT)

    def waiting(self) -> Self:
        """Those the desk has to decide, the urgent first, then the longest wait."""
        return self.filter(state__in=[SUBMITTED, CLAIMED]).order_by(
            "-priority", "submitted_at", "pk"
        )

    def overdue(self) -> Self:
        """Those past the day the desk has set for them, else past the desk's own hours."""
        now = timezone.now()
        late = Q(
            due_at__isnull=True, submitted_at__lt=now - dt.timedelta(hours=settings.DESK_HOURS)
        )
        return self.waiting().filter(late | Q(due_at__lt=now))

    def beyond_promise(self) -> Self:
        """Those that wait longer than the rules promise, and whose authors have not been told."""
        promised = timezone.now() - dt.timedelta(days=settings.DECISION_DAYS)
        return self.waiting().filter(submitted_at__lt=promised, released_at__isnull=True)

    def at_desk(self) -> Self:
        """Everything the desk may see; drafts belong to their authors alone."""
        return self.exclude(state=DRAFT)

    def of_units(self, charges: Iterable[Liaison]) -> Self:
        """Those sent by people of the units somebody looks after; drafts never.

        The unit is the one of the day of sending: a person who moves leaves it behind.
        """
        mine = Q(pk__in=[])
        for charge in charges:
            mine |= Q(organisation__path__startswith=charge.organisation.path)
        return self.at_desk().filter(mine)

    def of_desk(self, user: User) -> Self:
        """Those of the sections this person reads."""
        rows, limits = self.at_desk(), limits_of(user)
        return rows.filter(sent_section__in=limits) if limits else rows

    def drop_rejected_files(self) -> int:
        """Delete the files of what was not used, after their time; return how many.

        Declined, or taken back by the author, and nothing happened to it since. Text stays.
        """
        before = timezone.now() - dt.timedelta(days=settings.KEEP_REJECTED_FILES_DAYS)
        done = self.filter(
            state__in=[DECLINED, RETRACTED], state_changed_at__lt=before, article__isnull=True
        )
        pictures = ManuscriptPicture.objects.filter(manuscript__in=done).select_related("upload")
        for picture in pictures:
            with transaction.atomic():
                picture.delete()
                picture.upload.remove()
        documents = Document.objects.filter(manuscript__in=done).select_related("upload")
        for document in documents:
            with transaction.atomic():
                document.discard()
        return len(pictures) + len(documents)

    def sent_today(self, author: Correspondent) -> int:
        """How many this person has sent since midnight; of those taken back, every second one.

        Who takes one back to send a better one is not held up; who sends and takes back without
        end is.
        """
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        sent = self.filter(author=author, first_submitted_at__gte=midnight)
        retracted = Count("pk", filter=Q(state=RETRACTED))
        figures = sent.aggregate(all=Count("pk"), retracted=retracted)
        return int(figures["all"] - (figures["retracted"] + 1) // 2)
