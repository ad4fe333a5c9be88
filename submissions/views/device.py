"""What the script of the form asks: autosave, single uploads, their state, paste, names.

Answers are JSON. Without a session the answer is 401, never a redirect: the script then keeps
the text on the device and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from articles.text.pasting import TooLong, tidy
from correspondents.accounts import SignedInRequest
from correspondents.models import Correspondent, Upload
from correspondents.names import key
from correspondents.uploads import BadUpload, sniff
from submissions.forms import PictureForm
from submissions.models import Document, Manuscript, checklist
from submissions.views import saving

FOUND = 8


def signed_in(view: Callable[..., JsonResponse]) -> Callable[..., JsonResponse]:
    """Answer 401 to those who are not signed in."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"problem": "登录已过期。"}, status=401)
        return view(request, *args, **kwargs)

    return never_cache(inner)


@signed_in
@require_POST
def begin(request: SignedInRequest) -> JsonResponse:
    """Save a new manuscript for the first time."""
    author = Correspondent.objects.filter(user=request.user).first()
    if author is None:
        return JsonResponse({"problem": "这个账号还没有登记为通讯员。"}, status=403)
    return _saved(request, Manuscript(author=author))


@signed_in
@require_POST
def autosave(request: SignedInRequest, pk: int) -> JsonResponse:
    """Save a manuscript that is being written."""
    manuscript = get_object_or_404(Manuscript.objects.writable_by(request.user), pk=pk)
    return _saved(request, manuscript)


def _saved(request: SignedInRequest, manuscript: Manuscript) -> JsonResponse:
    outcome = saving.save(request, manuscript, request.POST)
    manuscript = outcome.manuscript
    if outcome.ending == "full":
        return JsonResponse({"problem": outcome.problems[0][1]}, status=400)
    facts = {
        "manuscript": manuscript.pk,
        "version": manuscript.version,
        "page": reverse("submissions:edit", args=[manuscript.pk]),
    }
    if outcome.ending == "conflict":
        other = {
            "title": manuscript.title,
            "body": manuscript.body,
            "at": f"{timezone.localtime(manuscript.updated_at):%m-%d %H:%M}",
        }
        return JsonResponse(facts | {"conflict": other}, status=409)
    if outcome.ending in ("sent", "gone"):
        return JsonResponse(facts | {"sent": manuscript.get_absolute_url()}, status=410)
    return JsonResponse(
        facts
        | {
            "at": f"{timezone.localtime(manuscript.updated_at):%H:%M}",
            "problems": [sentence for _, sentence in outcome.problems],
            **_rail(manuscript),
        }
    )


def _rail(manuscript: Manuscript) -> dict[str, Any]:
    points = checklist.points(manuscript)
    lacking = sum(point.blocks for point in points)
    context = {"points": points, "lacking": lacking}
    return {"checklist": render_to_string("submissions/_checklist.html", context)}


@signed_in
@require_POST
def upload(request: SignedInRequest, pk: int) -> JsonResponse:
    """Take one file: a picture for the manuscript, or a document."""
    own = Manuscript.objects.writable_by(request.user).editable().select_related("author")
    get_object_or_404(own, pk=pk)
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"problem": "没有收到文件，请重新选择。"}, status=400)
    picture = sniff(file.read(16)) is not None
    stored: Upload | None = None
    try:
        if picture or request.POST.get("kind") == "picture":
            stored = Upload.objects.accept(file, owner=request.user)
            with transaction.atomic():
                manuscript = own.select_for_update(of=("self",)).get(pk=pk)
                rows, problems = saving.attach(manuscript, [stored], request.POST)
            if not rows:
                raise BadUpload(problems[0] if problems else "这张图片已经在稿件里了。")
            return JsonResponse({"picture": rows[0].pk, "html": _picture(request, rows[0])})
        stored = Document.objects.accept(file, request.user)
        with transaction.atomic():
            manuscript = own.select_for_update(of=("self",)).get(pk=pk)
            document = Document.objects.attach(stored, manuscript)
        if document.upload_id != stored.pk:  # it had been sent before
            stored.remove()
        return JsonResponse({"document": document.pk, "html": _document(request, document)})
    except BadUpload as refusal:
        if stored is not None:
            stored.remove_unless_used()
        return JsonResponse({"problem": str(refusal)}, status=400)


@signed_in
@require_GET
def state(request: SignedInRequest, pk: int) -> JsonResponse:
    """Tell how the files of a manuscript stand, with their rows."""
    manuscript = get_object_or_404(Manuscript.objects.writable_by(request.user), pk=pk)
    pictures = manuscript.pictures.select_related("upload")
    documents = manuscript.documents.select_related("upload")
    return JsonResponse(
        {
            "version": manuscript.version,
            "pictures": [
                {"id": row.pk, "state": row.upload.state, "html": _picture(request, row)}
                for row in pictures
            ],
            "documents": [
                {"id": row.pk, "state": row.standing, "html": _document(request, row)}
                for row in documents
            ],
        }
        | _rail(manuscript)
    )


def _picture(request: SignedInRequest, row: Any) -> str:
    form = PictureForm(instance=row, prefix=f"p{row.pk}", initial={"order": row.position + 1})
    return render_to_string("submissions/_picture_row.html", {"row": form}, request)


def _document(request: SignedInRequest, row: Document) -> str:
    return render_to_string("submissions/_document_row.html", {"document": row}, request)


@signed_in
@require_POST
def paste(request: SignedInRequest) -> JsonResponse:
    """Clean what was pasted from Word, WPS or a page, and tell what was dropped."""
    try:
        tidied = tidy(request.POST.get("html", ""))
    except TooLong as refusal:
        return JsonResponse({"problem": str(refusal)}, status=400)
    return JsonResponse({"html": tidied.html, "dropped": list(tidied.dropped)})


@signed_in
@require_GET
def names(request: SignedInRequest) -> JsonResponse:
    """Offer people for a byline: public ones, and colleagues of the own unit; names and units only."""
    text = key(request.GET.get("q", "")[:40])
    if not text:
        return JsonResponse({"people": []})
    own = Correspondent.objects.filter(user=request.user).first()
    people = Correspondent.objects.filter(name_key__startswith=text)
    known = people.public()
    if own is not None and own.organisation_id:
        known = known | people.filter(organisation_id=own.organisation_id, state="engaged")
    found = known.select_related("organisation").distinct().order_by("name", "pk")[:FOUND]
    return JsonResponse(
        {
            "people": [
                {
                    "name": person.usual_byline or person.name,
                    "unit": person.organisation.name if person.organisation else "",
                }
                for person in found
            ]
        }
    )


@signed_in
@require_GET
def token(request: SignedInRequest) -> JsonResponse:
    """Give a page that lay open a fresh token, after a new sign-in in another window."""
    return JsonResponse({"token": get_token(request), "person": request.user.pk})
