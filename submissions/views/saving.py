"""Taking what a form sends: the same way for a button, for the autosave, and after a sign-in.

Nothing typed is lost: what cannot be understood is told and shown again, what meets a newer text
is kept beside it, what comes without a session waits in the session until its author has signed
in.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
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
from submissions.forms import ManuscriptForms, kept_uploads
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

    pictures: list[Upload] = field(default_factory=list)
    word: Upload | None = None
    approval: Upload | None = None
    problems: list[str] = field(default_factory=list)
    # Of these, what came with this very request.
    stored: list[Upload] = field(default_factory=list)

    def drop_what_is_not_used(self) -> None:
        """Delete what was stored for nothing: the form had come before, or was refused."""
        for upload in self.stored:
            upload.remove_unless_used()


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
    sheet: ManuscriptForms | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)


def save(
    request: SignedInRequest, manuscript: Manuscript, data: QueryDict, files: Any = None
) -> Outcome:
    """Store a posted form on a new or an existing manuscript of this person."""
    if manuscript.pk is None:
        manuscript = twin_of(request, data) or manuscript
    # Looking at files takes time: it is done before anything is locked.
    received = receive(request, data, files or {})
    try:
        try:
            with transaction.atomic():
                outcome = _save(request, manuscript, data, received)
        except IntegrityError:  # the same form came twice at the same moment
            twin = twin_of(request, data)
            if twin is None:
                raise
            with transaction.atomic():
                outcome = _save(request, twin, data, received)
    finally:
        received.drop_what_is_not_used()
    return outcome


def _save(
    request: SignedInRequest,
    manuscript: Manuscript,
    data: QueryDict,
    received: Received,
) -> Outcome:
    if manuscript.pk is None:
        limit = settings.DRAFTS_AT_ONCE
        if Manuscript.objects.of(request.user).drafts().count() >= limit:
            sheet = ManuscriptForms(manuscript, data)
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
    sheet = ManuscriptForms(manuscript, data)
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
    refused = [*received.problems, *place(manuscript, received, data)]
    problems = [*sheet.errors, *(("pictures", sentence) for sentence in refused)]
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


def receive(request: SignedInRequest, data: QueryDict, files: Any) -> Received:
    """Store the files of a request; each that is refused gets its sentence."""
    received = Received(kept_uploads(data.getlist("kept"), request.user))
    if not files:
        return received

    def take(accept: Callable[[], Upload], about: str = "") -> Upload | None:
        try:
            received.stored.append(accept())
        except BadUpload as refusal:
            received.problems.append(f"{about}{refusal}")
            return None
        return received.stored[-1]

    owner = request.user
    for file in files.getlist("pictures"):
        if upload := take(partial(Upload.objects.accept, file, owner=owner)):
            received.pictures.append(upload)
    if word := files.get("word"):
        received.word = take(partial(Document.objects.accept, word, owner))
    if scan := files.get("approval"):
        accept = partial(Upload.objects.accept, scan, owner=owner, document=True)
        received.approval = take(accept, "审核单：")
    return received


def place(manuscript: Manuscript, received: Received, data: QueryDict) -> list[str]:
    """Put what was stored onto a manuscript that is locked; return sentences for what has no place."""
    _, problems = attach(manuscript, received.pictures, data)
    if received.word is not None:
        try:
            Document.objects.attach(received.word, manuscript)
        except BadUpload as refusal:
            problems.append(str(refusal))
    if received.approval is not None:
        former, manuscript.approval = manuscript.approval, received.approval
        manuscript.save(update_fields=["approval"])
        if former is not None:
            former.remove()
    return problems


def attach(
    manuscript: Manuscript, uploads: Sequence[Upload], data: QueryDict
) -> tuple[list[ManuscriptPicture], list[str]]:
    """Put stored pictures onto the manuscript, behind those that are there.

    Returns the new rows, and a sentence for each picture that is one too many. The same file is
    there once, however often it is sent. The manuscript is locked by the caller's transaction.
    """
    rows: list[ManuscriptPicture] = []
    problems, most = [], settings.PICTURES_PER_MANUSCRIPT
    there = set(manuscript.pictures.values_list("upload__sha256", flat=True))
    place = manuscript.pictures.count()
    for upload in uploads:
        if upload.sha256 in there:
            continue
        if place >= most:
            problems.append(f"每篇稿件最多 {most} 张图片，“{upload.original_name}”没有收下。")
            continue
        rows.append(
            ManuscriptPicture.objects.create(
                manuscript=manuscript,
                upload=upload,
                position=place,
                caption=data.get("caption", "")[:200].strip(),
                photographer=(data.get("photographer") or manuscript.author.name)[:40].strip(),
            )
        )
        there.add(upload.sha256)
        place += 1
    return rows, problems


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
