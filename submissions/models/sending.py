"""The author's verbs: sending a manuscript, taking it back, throwing a draft away."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from articles.models import keep
from correspondents.lifecycle import Part, StepNotAllowed
from correspondents.models import Correspondent
from submissions.models import checklist
from submissions.models.acceptance import PLACED
from submissions.models.content import COLUMNS
from submissions.models.findable import entry_of
from submissions.models.picture import ManuscriptPicture
from submissions.models.rules import SubmissionRules
from submissions.models.steps import DRAFT


class Sending(Part):
    """What a manuscript does for its author."""

    declared_at: Any
    likeness: Any
    rules: Any

    @property
    def is_declared(self) -> bool:
        """Has the author agreed to the rules that are in force now?"""
        rules = SubmissionRules.current()
        return self.declared_at is not None and self.rules_id == (rules.pk if rules else None)

    def declare(self, *, agreed: bool) -> None:
        """Note that the author agrees to the rules in force, or no longer does; not saved here."""
        if agreed and not self.is_declared:
            self.rules, self.declared_at = SubmissionRules.current(), timezone.now()
        elif not agreed:
            self.rules = self.declared_at = None

    def loose_pictures(self) -> list[ManuscriptPicture]:
        """Return the pictures that do not stand in the text already."""
        placed = set(PLACED.findall(self.body))
        rows = self.pictures.select_related("upload")
        return [row for row in rows if row.upload.key not in placed]

    def _not_complete(self) -> str:
        this: Any = self
        if self.author.state != Correspondent.State.ENGAGED:
            if self.entered_by_id:
                return "投稿人当前不在聘期内，不能代投。"
            return "您的通讯员资格当前不在聘期内，请联系编辑部。"
        if self.state == DRAFT and not self.entered_by_id:
            limit = settings.OPEN_MANUSCRIPTS_A_DAY
            if type(self).objects.sent_today(self.author) >= limit:
                return f"今天已投 {limit} 篇，达到每日上限；稿件已存为草稿，明天可以继续提交。"
        if lacking := checklist.missing(this):
            return lacking[0].sentence
        return ""

    def submit(self, *, by: User, note: str = "") -> None:
        """Send it to the desk; the text of this round is kept as it is now."""
        this: Any = self
        now = timezone.now()
        with transaction.atomic():
            self._transition(
                "submit",
                by=by,
                note=note,
                submitted_at=now,
                first_submitted_at=self.first_submitted_at or now,
                round_number=self.round_number + 1,
                sent_title=self.title,
                sent_section=self.section,
                handler=None,
                due_at=None,
                released_at=None,
                organisation=self.organisation or self.author.unit_on(timezone.localdate(now)),
            )
            self.rounds.create(
                number=self.round_number,
                **{name: getattr(self, name) for name in COLUMNS},
                content=self.content(),
                sent_at=now,
            )
            self.copies.all().delete()
            keep(entry_of(this), public=False)
            shares = [one.match.percent for one in self.likenesses()]
            self.likeness = max(shares, default=0)
            type(self).objects.filter(pk=self.pk).update(likeness=self.likeness)

    def retract(self, *, by: User, note: str = "") -> None:
        """Take it back before the desk has accepted it."""
        if self.article is not None:
            raise StepNotAllowed("稿件已采用，请在稿件页面提出申请。")
        self._transition("retract", by=by, note=note)

    def delete_draft(self) -> None:
        """Delete a draft with its files: its author does not want it, or leaves for good."""
        if self.state != DRAFT:
            raise StepNotAllowed("只有草稿可以删除。")
        uploads = [picture.upload for picture in self.pictures.select_related("upload")]
        if self.approval is not None:
            uploads.append(self.approval)
        for document in self.documents.select_related("upload"):
            document.discard()
        self.delete()
        for upload in uploads:
            upload.remove()
