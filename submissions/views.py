"""The correspondent's desk: write, send, follow."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from correspondents import second_factor
from correspondents.accounts import SignedInRequest
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Correspondent, Liaison, Upload
from correspondents.serving import send_picture
from correspondents.uploads import BadUpload
from submissions.forms import ManuscriptForm, NewPictureForm, PictureFormSet, kept_uploads
from submissions.models import Manuscript, ManuscriptPicture

SENT = "已收到您的稿件，稿号 {number}。编辑一般在 1 个工作日内处理，进度在本页查看。"
SAVED = "草稿已保存，只有您能看到。"
NEXT = {
    "draft": "只有您能看到，写好后请提交审稿。",
    "submitted": "编辑一般在 1 个工作日内处理。",
    "claimed": "编辑已认领，正在审稿。",
    "returned": "编辑请您修改后再提交。",
    "accepted": "稿件已采用，正在编审。",
    "declined": "可以修改后另投。",
    "retracted": "稿件已由您撤回。",
}


@dataclass
class Received:
    """The pictures of one request: what could be stored, and a sentence for each that not."""

    uploads: list[Upload] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def new(request: HttpRequest) -> HttpResponse:
    """Show the rules to visitors, the form to correspondents; take a new manuscript."""
    if not request.user.is_authenticated:
        return render(request, "submissions/welcome.html")
    author = Correspondent.objects.filter(user=request.user).first()
    if author is None:
        return render(request, "submissions/not_a_correspondent.html", status=403)
    return _write(cast(SignedInRequest, request), Manuscript(author=author))


@login_required
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change an own draft, or a manuscript that came back for revision."""
    manuscript = get_object_or_404(Manuscript.objects.of(request.user).editable(), pk=pk)
    return _write(request, manuscript)


@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    """List everything this person ever wrote here."""
    own = Manuscript.objects.of(request.user).select_related("section", "article")
    author = Correspondent.objects.filter(user=request.user).first()
    context = {
        "manuscripts": own[:200],
        "author": author,
        "charges": Liaison.objects.of(request.user),
    }
    return render(request, "submissions/mine.html", context)


@login_required
def status(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one own manuscript: where it stands, what comes next, what was sent."""
    manuscript = get_object_or_404(
        Manuscript.objects.of(request.user).select_related("section", "article", "author"), pk=pk
    )
    context = {
        "manuscript": manuscript,
        "pictures": manuscript.pictures.select_related("upload"),
        "steps": manuscript.steps_open_to(request.user),
        "timeline": _timeline(manuscript),
        "next": NEXT[manuscript.state],
    }
    return render(request, "submissions/status.html", context)


@login_required
@require_POST
def take(request: SignedInRequest, pk: int, name: str) -> HttpResponse:
    """Take one of the author's own steps."""
    manuscript = get_object_or_404(Manuscript.objects.of(request.user), pk=pk)
    if name not in Manuscript.OWN_STEPS:
        raise Http404("没有这个步骤")
    try:
        getattr(manuscript, name)(by=request.user)
    except StepNotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        sent = name == "submit"
        messages.success(request, SENT.format(number=manuscript.number) if sent else "稿件已撤回。")
    return redirect(manuscript)


@login_required
def picture(
    request: SignedInRequest, key: str, width: int, format: str
) -> HttpResponse | FileResponse:
    """Send a picture of a manuscript to its owner, the desk of the section, or the unit's liaison."""
    upload = get_object_or_404(Upload, key=key)
    if upload.owner_id != request.user.pk:
        at_desk = (
            request.user.is_staff
            and request.user.has_perm("submissions.view_manuscript")
            and second_factor.satisfied(request)
        )
        desk = Manuscript.objects.of_desk(request.user).filter(pictures__upload=upload)
        sent = Manuscript.objects.of_units(Liaison.objects.of(request.user))
        for_unit = sent.filter(pictures__upload=upload, section__needs_unit_approval=True)
        if not (at_desk and desk.exists()) and not for_unit.exists():
            raise Http404("没有这张图片")
    return send_picture(upload, width, format)


def _write(request: SignedInRequest, manuscript: Manuscript) -> HttpResponse:
    """Fetch, form, act, render. Whatever is wrong, stored pictures and typed words come back."""
    if request.method != "POST":
        return _form_page(request, manuscript, ManuscriptForm(instance=manuscript))
    twin = _already_taken(request)
    if manuscript.pk is None and twin is not None:
        return redirect(twin)
    form = ManuscriptForm(request.POST, instance=manuscript)
    words = NewPictureForm(request.POST, request.FILES)
    rows = PictureFormSet(request.POST, instance=manuscript) if manuscript.pk else None
    received = _receive(request, manuscript)
    valid = form.is_valid() and words.is_valid() and (rows is None or rows.is_valid())
    if rows is not None and not rows.management_form.is_valid():
        received.problems.append("图片列表没有传完整，请核对下面的图片后再提交一次，文字都还在。")
        rows = None
    if not valid:
        return _form_page(request, manuscript, form, words, rows, received)
    try:
        with transaction.atomic():
            if manuscript.pk and not _still_mine_to_change(request, manuscript):
                messages.warning(request, "稿件已经提交，这次的改动没有保存。")
                return redirect(manuscript)
            form.save()
            if rows is not None:
                rows.save()
            _attach(manuscript, received.uploads, words.cleaned_data)
    except IntegrityError:  # the same form came twice at the same moment
        twin = _already_taken(request)
        if twin is None:
            raise
        return redirect(twin)
    return _after_saving(request, manuscript, received)


def _still_mine_to_change(request: SignedInRequest, manuscript: Manuscript) -> bool:
    """Lock the row; false when it was sent meanwhile, by another click or another tab."""
    own = Manuscript.objects.select_for_update(of=("self",)).of(request.user).editable()
    return own.filter(pk=manuscript.pk).first() is not None


def _after_saving(
    request: SignedInRequest, manuscript: Manuscript, received: Received
) -> HttpResponse:
    for problem in received.problems:
        messages.error(request, problem)
    if received.problems:
        messages.info(request, "文字和其他图片已存为草稿，请换一张图片后再提交。")
        return redirect("submissions:edit", manuscript.pk)
    if request.POST.get("action") != "submit":
        messages.success(request, SAVED)
        return redirect("submissions:edit", manuscript.pk)
    try:
        manuscript.submit(by=request.user)
    except StepNotAllowed as refusal:
        manuscript.refresh_from_db()
        messages.error(request, str(refusal))
        if not manuscript.is_editable:  # the same click came twice
            return redirect(manuscript)
        return redirect("submissions:edit", manuscript.pk)
    messages.success(request, SENT.format(number=manuscript.number))
    return redirect(manuscript)


def _already_taken(request: SignedInRequest) -> Manuscript | None:
    """The manuscript that an earlier sending of the same form made (double click, reload)."""
    try:
        key = uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        return None
    return Manuscript.objects.of(request.user).filter(form_key=key).first()


def _receive(request: SignedInRequest, manuscript: Manuscript) -> Received:
    """Store the pictures of this request, beside those an earlier refusal has kept."""
    received = Received(kept_uploads(request.POST.getlist("kept"), request.user))
    there = manuscript.pictures.count() if manuscript.pk else 0
    for file in request.FILES.getlist("pictures"):
        if there + len(received.uploads) >= settings.PICTURES_PER_MANUSCRIPT:
            received.problems.append(
                f"每篇稿件最多 {settings.PICTURES_PER_MANUSCRIPT} 张图片，“{file.name}”没有收下。"
            )
            continue
        try:
            received.uploads.append(Upload.objects.accept(file, owner=request.user))
        except BadUpload as refusal:
            received.problems.append(str(refusal))
    return received


def _attach(manuscript: Manuscript, uploads: list[Upload], words: dict[str, Any]) -> None:
    there = manuscript.pictures.count()
    attached = set(manuscript.pictures.values_list("upload_id", flat=True))
    for position, upload in enumerate(uploads, start=there):
        if upload.pk not in attached:
            ManuscriptPicture.objects.create(
                manuscript=manuscript,
                upload=upload,
                position=position,
                caption=words["caption"],
                photographer=words["photographer"],
            )


def _form_page(
    request: SignedInRequest,
    manuscript: Manuscript,
    form: ManuscriptForm,
    words: NewPictureForm | None = None,
    rows: Any = None,
    received: Received | None = None,
) -> HttpResponse:
    if rows is None and manuscript.pk:
        rows = PictureFormSet(instance=manuscript)
    context = {
        "manuscript": manuscript,
        "form": form,
        "words": words or NewPictureForm(initial={"photographer": manuscript.author.name}),
        "rows": rows,
        "kept": received.uploads if received else [],
        "problems": received.problems if received else [],
        "limit": settings.PICTURES_PER_MANUSCRIPT,
    }
    return render(request, "submissions/write.html", context, status=200)


def _timeline(manuscript: Manuscript) -> list[dict[str, Any]]:
    """The six dots of the way, with what is done and what is now."""
    labels = ["投稿", "审稿", "采用", "编审", "待发布", "发布"]
    article = manuscript.article
    reached = {"draft": -1, "submitted": 0, "claimed": 1, "returned": 1, "accepted": 3}.get(
        manuscript.state, 1
    )
    if manuscript.state == "accepted" and article is not None:
        reached = 5 if article.is_public else {"signed": 4, "published": 5}.get(article.state, 3)
    return [
        {"label": label, "done": place < reached or reached == 5, "now": place == reached}
        for place, label in enumerate(labels)
    ]
