"""Taking files in: checked, stored, found again; and those that nothing shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models.functions import Substr
from django.utils import timezone

from correspondents.merging import references
from correspondents.typed import file_name
from correspondents.uploads import (
    DOCUMENTS,
    OFFICE,
    BadUpload,
    inspect,
    inspect_document,
    looks_apart,
)

# Looks of the same picture differ in so many of 64 points at most.
SAME_LOOKS = 3


_Upload = TypeVar("_Upload", bound=models.Model)


class UploadManager(models.Manager[_Upload]):
    def accept(
        self,
        file: Any,
        *,
        owner: User | None,
        make_now: bool = False,
        document: bool = False,
        office: bool = False,
    ) -> _Upload:
        """Check and store one picture; raise ``BadUpload`` with a sentence when it is refused.

        The file is written before the row, so that no row is without its file; the sizes are
        made by the worker after commit, or at once with ``make_now`` (commands). With
        ``document`` a PDF is taken too, with ``office`` a file of a word processor besides: kept
        as they came and never shown in a page. Nobody outside the desk fills the disk: after
        ``UPLOADS_A_DAY`` files within 24 hours the next one is refused; for those who are not
        engaged, and so cannot send anything, after a tenth of it.
        """
        if owner is not None and not owner.is_staff and self._too_many(owner):
            raise BadUpload("今天上传的文件太多，请明天再传，或与编辑部联系。")
        if office:
            facts = inspect_document(file, OFFICE)
        else:
            facts = inspect_document(file) if document else inspect(file)
        new: Any = self.model
        state = new.State
        upload = new(
            owner=owner,
            original_name=file_name(file.name or "", 150),
            bytes=file.size,
            width=facts.width,
            height=facts.height,
            content_type=facts.content_type,
            ending=facts.ending,
            sha256=facts.sha256,
            state=state.READY if facts.is_document else state.WAITING,
        )
        upload.original.save("original", file, save=False)
        if facts.is_document:
            upload.save()
        elif make_now:
            upload.save()
            upload.make_sizes()
        else:
            upload.save_and_ask()
        return upload

    def cut_out(self, whole: Any, cut: Sequence[int], *, owner: User | None) -> _Upload:
        """Store a part of a picture as a picture of its own; the whole stays as it is.

        ``cut``: left, top, right, bottom in percent of the upright picture.
        """
        new: Any = self.model
        part = new(
            owner=owner,
            original_name=whole.original_name,
            bytes=whole.bytes,
            width=whole.width * (cut[2] - cut[0]) // 100,
            height=whole.height * (cut[3] - cut[1]) // 100,
            content_type=whole.content_type,
            ending=whole.ending,
            sha256=whole.sha256,
            cut=list(cut),
        )
        with whole.original.open("rb") as file:
            part.original.save("original", file, save=False)
        part.save_and_ask()
        return part

    def same_as(self, upload: Any) -> list[_Upload]:
        """Other pictures with the same file, or that look the same (saved anew, made smaller).

        Two of the looks that differ in at most three points have one of four quarters in
        common, so only those are compared.
        """
        alike = models.Q(sha256=upload.sha256)
        rows: Any = self.exclude(pk=upload.pk).exclude(ending__in=DOCUMENTS)
        if upload.looks:
            for start in range(1, 17, 4):
                quarter = upload.looks[start - 1 : start + 3]
                rows = rows.annotate(**{f"looks_{start}": Substr("looks", start, 4)})
                alike |= models.Q(**{f"looks_{start}": quarter})
        found: list[_Upload] = []
        for row in rows.filter(alike):
            near = bool(upload.looks and row.looks) and (
                looks_apart(row.looks, upload.looks) <= SAME_LOOKS
            )
            if near or (row.sha256 == upload.sha256 and row.cut == upload.cut):
                found.append(row)
        return found

    def _too_many(self, owner: User) -> bool:
        since = timezone.now() - dt.timedelta(days=1)
        person = getattr(owner, "correspondent", None)
        engaged = person is not None and person.state == person.State.ENGAGED
        most = settings.UPLOADS_A_DAY if engaged else settings.UPLOADS_A_DAY // 10
        return self.filter(owner=owner, created_at__gte=since).count() >= most

    def unattached(self, *, older_than: dt.timedelta, owned: bool = False) -> list[_Upload]:
        """Files that nothing refers to: of forms that were never finished, and had no owner;
        with ``owned``, those that their owners have taken out again, or never taken over.
        """
        rows = self.filter(owner__isnull=not owned, created_at__lt=timezone.now() - older_than)
        for model, field in references(self.model, single=True):
            used = model._default_manager.filter(**{f"{field}__isnull": False})
            rows = rows.exclude(pk__in=used.values(field))
        return list(rows)
