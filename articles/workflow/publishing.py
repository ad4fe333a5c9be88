"""Becoming public, and being public no more."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from articles.content.edition import new_edition
from articles.content.library import LibraryPicture
from articles.content.section import may_read_section
from articles.indexes.documents import entries_of, save_entries
from articles.workflow.publication import CAME, announce, publish_due, take_out_expired
from articles.workflow.working_copy import copy_of, put_aside, take_over
from correspondents.lifecycle import Part, StepNotAllowed, record


class Publishing(Part):
    """What an article does before readers."""

    copy_of: Any

    def publish(self, *, by: User | None, note: str = "") -> None:
        """Make it public now; the clock (``by=None``) keeps the time that was scheduled."""
        this: Any = self
        now = timezone.now()
        when = now
        if by is None:
            if self.published_at is None or self.published_at > now:
                raise StepNotAllowed("还没有到定时发布的时间。")
            when = self.published_at
        with transaction.atomic():
            if self.copy_of_id is not None:
                self._replace(by=by, note=note, when=now)
                return
            self._transition(
                "publish",
                by=by,
                note=note,
                published_at=when,
                first_published_at=self.first_published_at or when,
            )
            self.revisions.filter(number=self.revision).update(published_at=when)
            LibraryPicture.objects.keep_all_of(this)
            self.make_known(CAME)

    def _replace(self, *, by: User | None, note: str, when: dt.datetime) -> None:
        """Put a working copy in the place of what readers see."""
        this: Any = self
        assert self.copy_of_id is not None  # noqa: S101 -- the caller has looked
        original = type(self).objects.select_for_update().get(pk=self.copy_of_id)
        self.copy_of = original
        self._transition("publish", by=by, note=note)
        take_over(this, original, when)
        LibraryPicture.objects.keep_all_of(original)
        original.make_findable()
        original.watch_expiry()
        original.make_known(CAME)

    def open_copy(self, *, by: User) -> Any:
        """Begin to change what readers see: return the working copy, a new one or the one there is."""
        if not (by.is_active and by.has_perm("articles.change_article")):
            raise StepNotAllowed("您没有修改文章的权限。")
        if not may_read_section(by, self.section_id):
            raise StepNotAllowed("您不负责这个栏目。")
        if self.bylines.filter(correspondent__user=by).exists():
            raise StepNotAllowed("本稿署有您的姓名，请由其他编辑修改。")
        with transaction.atomic():
            original = type(self).objects.select_for_update().get(pk=self.pk)
            if not original.is_released:
                raise StepNotAllowed("文章没有公开，可以直接修改，不用修改稿。")
            if (there := original.copy) is not None:
                return there
            record(original, "copy_opened", by=by)
            return copy_of(original)

    def give_up(self, *, by: User, note: str = "") -> None:
        """Drop a working copy; its texts stay in the history of the original."""
        this: Any = self
        with transaction.atomic():
            self._transition("give_up", by=by, note=note)  # refused where it is none
            assert self.copy_of_id is not None  # noqa: S101
            put_aside(this, type(this).objects.select_for_update().get(pk=self.copy_of_id))

    def schedule(self, *, by: User, at: dt.datetime, note: str = "") -> None:
        """Let it become public at a time in the future."""
        if at <= timezone.now():
            raise StepNotAllowed("定时发布的时间要在现在之后。")
        self._transition(
            "schedule",
            by=by,
            note=note or f"{timezone.localtime(at):%Y-%m-%d %H:%M}",
            published_at=at,
        )
        new_edition(texts=False)  # what is kept until its time has to know of it
        self.schedule_task(at)

    def unschedule(self, *, by: User, note: str = "") -> None:
        """Take the time away; the signatures stay."""
        self._transition("unschedule", by=by, note=note, published_at=None)
        new_edition(texts=False)

    def make_findable(self) -> None:
        """Bring what finds it in line with what it says: readers' search, the desk's, fingerprints.

        Within the caller's transaction; also to be called when bylines of a public article change.
        """
        with transaction.atomic(savepoint=False):
            save_entries(entries_of(type(self).objects.locked([self.pk])))

    def watch_expiry(self) -> None:
        """Have it taken out of everything at its end."""
        if self.expires_at is not None:
            take_out_expired.using(run_after=self.expires_at).enqueue()

    def make_known(self, what: str) -> None:
        """Readers see it from now on, or no more; the worker does what follows."""
        new_edition(since=self.published_at, texts=False)
        announce.enqueue(self.pk, what)

    def schedule_task(self, at: dt.datetime) -> None:
        """Have the worker take the step at that time."""
        publish_due.using(run_after=at).enqueue()
