"""Changing the text of an article: what an edit does to its readings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from articles.content.library import with_picture_replaced
from articles.content.section import may_read_section
from articles.content.snapshot import WORDS, fingerprint_of
from articles.content.steps import FIRST, ORDER, SIGN_STEPS
from articles.workflow import chain
from articles.workflow.duties import may_not_sign
from articles.workflow.revision import Revision, characters_changed
from articles.workflow.working_copy import put_content
from correspondents.lifecycle import Part, StepNotAllowed
from correspondents.models import Upload


class Editing(Part):
    """What an article does when somebody edits it."""

    revision: Any

    def settle_edit(
        self,
        *,
        by: User,
        before: dict[str, Any] | None,
        proof_correction: bool = False,
        kind: str = Revision.Kind.SAVED,
        note: str = "",
    ) -> None:
        """Draw the consequences of a saved edit; call in the transaction that saved it.

        ``before`` is :meth:`content` as it was, ``None`` for a new article. Writes a revision
        when anything differs. The readings from the stage that the editor could sign onwards are
        void, unless the edit is a proof correction of a few characters (logged as such).
        """
        after = self.content()
        if before == after:
            return
        if proof_correction and before is not None:
            self._check_proof_correction(before, after)
        self.revision += 1
        type(self).objects.filter(pk=self.pk).update(revision=self.revision)
        self.make_findable()
        self.revisions.create(
            number=self.revision,
            content=after,
            fingerprint=fingerprint_of(after),
            created_by=by,
            is_proof_correction=proof_correction,
            kind=kind,
            note=note,
        )
        if proof_correction:
            self.note_event("proof_correction", by=by, revision=self.revision)
            return
        stage = min(self._stage_of_edit(by), self.first_unsigned(), key=ORDER.index)
        if ORDER.index(stage) < ORDER.index(self.state):
            self._transition("fall_back", by=by, target=stage, published_at=None)
            self.readings.revoke_from(stage)

    def save_conflict(
        self, content: dict[str, Any], *, by: User | None, note: str, at: dt.datetime | None = None
    ) -> Revision:
        """Keep a text that met a newer one, so that nothing typed is lost."""
        return self.revisions.create(
            content=content,
            fingerprint=fingerprint_of(content),
            kind=Revision.Kind.ASIDE,
            created_by=by,
            created_at=at or timezone.now(),
            note=note,
        )

    def rewrite(
        self,
        change: Callable[[dict[str, Any]], tuple[dict[str, Any], int]],
        *,
        by: User,
        note: str,
    ) -> int:
        """Change head and text by a rule, as one revision; return how often it applied.

        ``change`` takes the content as it is now and returns the new one and the number.
        """
        with transaction.atomic():
            article = self._held_as_read()
            before = article.content()
            after, number = change(before)
            if number:
                for name in WORDS:
                    setattr(article, name, after[name])
                article.save()
                article.settle_edit(by=by, before=before, note=note[:200])
        self.refresh_from_db()
        return number

    def replace_picture(self, old: Upload, new: Upload, *, by: User) -> bool:
        """Put another picture in the place of one, among the pictures and within the text.

        One revision; False where the old one does not stand. Refused as every other change is.
        """
        if not may_read_section(by, self.section_id):
            raise StepNotAllowed("您不负责这个栏目。")
        with transaction.atomic():
            article = type(self).objects.select_for_update().get(pk=self.pk)
            if not article.is_editable:
                raise StepNotAllowed(f"文章现在是“{article.get_state_display()}”，不能修改。")
            before = article.content()
            body = with_picture_replaced(article.body, old, new)
            there = set(article.images.values_list("upload_id", flat=True))
            if body == article.body and old.pk not in there:
                return False
            if body != article.body:
                article.body = body
                article.save()
            rows = article.images.filter(upload=old)
            if new.pk in there:
                rows.delete()  # it stands there already: once is enough
            else:
                rows.update(upload=new)
            article.settle_edit(by=by, before=before, note="图库替换图片")
        return True

    def restore_revision(self, revision: Revision, *, by: User) -> None:
        """Make it say again what a revision says, as a new revision."""
        with transaction.atomic():
            article = self._held_as_read()
            if not (
                by.has_perm("articles.change_article") and may_read_section(by, article.section_id)
            ):
                raise StepNotAllowed("您没有修改这篇文章的权限。")
            before = article.content()
            put_content(article, revision.content)
            if before == article.content():
                raise StepNotAllowed("这一稿与现在的文字相同，不用恢复。")
            note = f"恢复{revision}"
            article.settle_edit(by=by, before=before, kind=Revision.Kind.RESTORED, note=note)
            article.note_event("restored", by=by, note=str(revision))
        self.refresh_from_db()

    def _held_as_read(self) -> Any:
        """Hold its row and return it, if it may be edited and is as it was when it was read."""
        article = type(self).objects.select_for_update().get(pk=self.pk)
        if not article.is_editable:
            raise StepNotAllowed("文章现在不能修改；已发布的请先开始修改。")
        if article.version_token != self.version_token:
            raise StepNotAllowed("您打开之后文字改过，没有办理；请看过现在的文字再办。")
        return article

    def _stage_of_edit(self, by: User) -> str:
        """The latest stage up to now that this person may sign, or has signed; else 初审."""
        this: Any = self
        signed = self.readings.valid().filter(signed_by=by).values_list("stage", flat=True).first()
        if signed:
            return signed
        for stage in reversed(self.stages):
            row = self.step_named(SIGN_STEPS[stage])
            reached = ORDER.index(stage) <= ORDER.index(self.state)
            if reached and self.may(row, by) and not may_not_sign(this, stage, by):
                return stage
        return FIRST

    def _check_proof_correction(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        this: Any = self
        size = characters_changed(before, after, WORDS)
        if chain.exceeds(chain.corrected(this, size)):
            raise StepNotAllowed(chain.TOO_MUCH)
