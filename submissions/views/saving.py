"""Taking what a form sends: the same way for a button, for the autosave, and after a sign-in.

Nothing typed is lost: what cannot be understood is told and shown again, what meets a newer text
is kept beside it, what comes without a session waits in the session until its author has signed
in.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.db import IntegrityError, transaction
from django.http import HttpRequest, QueryDict

from correspondents.accounts import SignedInRequest
from correspondents.models import Upload
from correspondents.numbers import whole_number
from correspondents.uploads import BadUpload
from submissions.forms import Sheet, kept_uploads
from submissions.models import Document, DraftCopy, Manuscript, ManuscriptPicture

AUTHOR_SALT = "submissions.author"
STASH = "submissions.stash"
# A form may lie open for a week; its text is bounded by Django's own limit for a request.
FORM_DAYS = 7
FIRST_SAVED = 2

Ending = Literal["saved", "conflict", "gone", "sent", "full"]
FULL = "您已有 {limit} 篇没有提交的草稿，请先提交或删除几篇，再存新的。"


@dataclass
class Received:
    """The files of one request: what could be stored, and a sentence for each that not."""

    uploads: list[Upload] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass
class Outcome:
    """How a saving ended.

    ``saved``; ``conflict``: another window has saved meanwhile, this text lies beside it;
    ``sent``: the manuscript is at the desk, nothing new was typed; ``gone``: it is at the desk,
    and what was typed since lies beside it; ``full``: this person keeps too many drafts already,
    nothing was stored and ``problems`` says so.
    """

    ending: Ending
    manuscript: Manuscript
    sheet: Sheet | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)


def save(
    request: SignedInRequest, manuscript: Manuscript, data: QueryDict, files: Any = None
) -> Outcome:
    """Store a posted form on a new or an existing manuscript of this person."""
    if manuscript.pk is None:
        manuscript = twin_of(request, data) or manuscript
    received = Received(kept_uploads(data.getlist("kept"), request.user))
    try:
        with transaction.atomic():
            return _save(request, manuscript, data, files or {}, received)
    except IntegrityError:  # the same form came twice at the same moment
        twin = twin_of(request, data)
        if twin is None:
            raise
    with transaction.atomic():
        return _save(request, twin, data, files or {}, received)


def _save(
    request: SignedInRequest,
    manuscript: Manuscript,
    data: QueryDict,
    files: Any,
    received: Received,
) -> Outcome:
    if manuscript.pk is None:
        limit = settings.DRAFTS_AT_ONCE
        if Manuscript.objects.of(request.user).drafts().count() >= limit:
            sheet = Sheet(manuscript, data)
            return Outcome("full", manuscript, sheet, [("", FULL.format(limit=limit))])
        manuscript = Manuscript.objects.start(manuscript.author, form_key=_key(data))
        expected = None
    else:
        expected = whole_number(data.get("version"), digits=9)
        own = Manuscript.objects.select_for_update(of=("self",)).writable_by(request.user)
        manuscript = own.select_related("author", "section").get(pk=manuscript.pk)
    stored = manuscript.title, manuscript.body
    # A form that never heard of its first saving (its answer was lost) goes on from that one.
    opened_earlier = expected if expected is not None else FIRST_SAVED
    behind = manuscript.version > opened_earlier
    sheet = Sheet(manuscript, data)
    typed = manuscript.title, manuscript.body
    new_words = "text" in data and _words(typed) != _words(stored)
    if not manuscript.is_editable:
        return Outcome(
            "gone" if new_words and _keep_beside(manuscript, data, typed) else "sent", manuscript
        )
    if behind and new_words:
        _keep_beside(manuscript, data, typed)
        manuscript.refresh_from_db()
        return Outcome("conflict", manuscript)
    sheet.store()
    if window := _key(data):
        manuscript.copies.filter(window=window).delete()
    receive(request, manuscript, files, received)
    attach(manuscript, received.uploads, data)
    problems = [*sheet.errors, *(("pictures", sentence) for sentence in received.problems)]
    return Outcome("saved", manuscript, sheet, problems)


def _words(text: tuple[str, str]) -> tuple[str, str]:
    title, body = text
    return "".join(title.split()), "".join(body.split())


def _keep_beside(manuscript: Manuscript, data: QueryDict, typed: tuple[str, str]) -> bool:
    DraftCopy.objects.keep(manuscript, _key(data), *typed)
    return True


def twin_of(request: SignedInRequest, data: QueryDict) -> Manuscript | None:
    """The manuscript that an earlier sending of the same form made (autosave, double click)."""
    key = _key(data)
    return key and Manuscript.objects.writable_by(request.user).filter(form_key=key).first()  # type: ignore[return-value]


def _key(data: QueryDict) -> uuid.UUID | None:
    try:
        return uuid.UUID(data.get("form_key", ""))
    except ValueError:
        return None


# --- files ----------------------------------------------------------------------------------------


def receive(
    request: SignedInRequest, manuscript: Manuscript, files: Any, received: Received
) -> None:
    """Store the files of a request; each that is refused gets its sentence."""
    if not files:
        return
    there = manuscript.pictures.count()
    for file in files.getlist("pictures"):
        try:
            received.uploads.append(accept_picture(request, file, there + len(received.uploads)))
        except BadUpload as refusal:
            received.problems.append(str(refusal))
    if word := files.get("word"):
        try:
            Document.objects.take(word, manuscript, request.user)
        except BadUpload as refusal:
            received.problems.append(str(refusal))
    if scan := files.get("approval"):
        try:
            upload = Upload.objects.accept(scan, owner=request.user, document=True)
        except BadUpload as refusal:
            received.problems.append(f"审核单：{refusal}")
        else:
            former, manuscript.approval = manuscript.approval, upload
            manuscript.save(update_fields=["approval"])
            if former is not None:
                former.remove()


def accept_picture(request: SignedInRequest, file: Any, there: int) -> Upload:
    """Store one picture; ``there`` is how many the manuscript has already."""
    most = settings.PICTURES_PER_MANUSCRIPT
    if there >= most:
        raise BadUpload(f"每篇稿件最多 {most} 张图片，“{file.name}”没有收下。")
    return Upload.objects.accept(file, owner=request.user)


def attach(
    manuscript: Manuscript, uploads: Sequence[Upload], data: QueryDict
) -> list[ManuscriptPicture]:
    """Put stored pictures onto the manuscript, behind those that are there."""
    there = manuscript.pictures.count()
    attached = set(manuscript.pictures.values_list("upload_id", flat=True))
    rows: list[ManuscriptPicture] = []
    for upload in uploads:
        if upload.pk in attached:
            continue
        rows.append(
            ManuscriptPicture.objects.create(
                manuscript=manuscript,
                upload=upload,
                position=there + len(rows),
                caption=data.get("caption", "")[:200].strip(),
                photographer=(data.get("photographer") or manuscript.author.name)[:40].strip(),
            )
        )
    return rows


# --- without a session ----------------------------------------------------------------------------


def author_token(writer: User) -> str:
    """Return what a form carries to say who writes on it, when the session has run out."""
    return signing.dumps(writer.pk, salt=AUTHOR_SALT)


def stash(request: HttpRequest) -> bool:
    """Keep a form that came without a session until its author has signed in; false for others'.

    Pictures are stored at once, in the name of the author that the form was made for: a token
    of ours says so. What is kept never leaves the session.
    """
    try:
        owner = signing.loads(
            request.POST.get("author", ""), salt=AUTHOR_SALT, max_age=FORM_DAYS * 86400
        )
    except signing.BadSignature:
        return False
    writer = User.objects.filter(pk=owner, is_active=True).first()
    if writer is None:
        return False
    data = request.POST.copy()
    data.pop("csrfmiddlewaretoken", None)
    refused = []
    for file in request.FILES.getlist("pictures")[: settings.PICTURES_PER_MANUSCRIPT]:
        try:
            upload = Upload.objects.accept(file, owner=writer)
        except BadUpload as refusal:
            refused.append(str(refusal))
        else:
            data.appendlist("kept", upload.key)
    if request.FILES.get("word") or request.FILES.get("approval"):
        refused.append("登录前选择的 Word 稿和审核单没有传上来，请重新选择。")
    request.session[STASH] = {
        "owner": owner,
        "path": request.path,
        "form": data.urlencode(),
        "refused": refused,
    }
    return True


def unstash(request: SignedInRequest) -> tuple[QueryDict, list[str]] | None:
    """Return the form that waited for this person on this address, once."""
    kept = request.session.get(STASH)
    if kept is None:
        return None
    if kept["owner"] != request.user.pk:  # somebody else has signed in at this browser
        del request.session[STASH]
        return None
    if kept["path"] != request.path:
        return None
    del request.session[STASH]
    return QueryDict(kept["form"], mutable=False), kept["refused"]
