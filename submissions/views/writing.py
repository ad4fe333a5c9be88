"""The page on which a manuscript is written, saved and sent."""

from __future__ import annotations

import re
import uuid
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from correspondents.accounts import SignedInRequest
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Correspondent
from correspondents.numbers import whole_number
from submissions.forms import FilesForm, ManuscriptForms, PictureRows
from submissions.models import CallForPapers, DraftCopy, Manuscript, checklist
from submissions.views import saving

SENT = "已收到您的稿件，稿号 {number}。编辑一般在 1 个工作日内处理，进度在本页查看。"
SAVED = "草稿已保存，只有您能看到。"
RESTORED = "登录前填写的内容已经恢复，请核对后提交。"
CONFLICT = "这篇稿件在另一个窗口或另一台设备上更新过。两份文字都保存了，请在下面选择用哪一份。"
GONE = "稿件已经提交。您在另一个窗口写的文字没有丢，保存在本页下方。"


def new(request: HttpRequest) -> HttpResponse:
    """Show the rules to visitors, the form to correspondents; take a new manuscript."""
    if not request.user.is_authenticated:
        if request.method == "POST" and saving.stash(request):
            return _to_sign_in(request)
        calls = CallForPapers.objects.open().select_related("section")
        return render(request, "submissions/welcome.html", {"calls": calls})
    author = Correspondent.objects.filter(user=request.user).first()
    if author is None:
        return render(request, "submissions/not_a_correspondent.html", status=403)
    manuscript = Manuscript(author=author)
    wanted = whole_number(request.GET.get("zhengwen", ""))
    if wanted is not None:
        manuscript.call = CallForPapers.objects.open().filter(pk=wanted).first()
        manuscript.section = manuscript.call.section if manuscript.call else None
    return _write(cast(SignedInRequest, request), manuscript)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an own draft, or a manuscript that came back for revision."""
    if not request.user.is_authenticated:
        if request.method == "POST" and saving.stash(request):
            return _to_sign_in(request)
        return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
    manuscript = get_object_or_404(
        Manuscript.objects.writable_by(request.user).select_related("author", "section", "call"),
        pk=pk,
    )
    if request.method != "POST" and not manuscript.is_editable:
        return redirect(manuscript.address_for(request.user))
    return _write(cast(SignedInRequest, request), manuscript)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    messages.warning(request, "登录已过期。您填写的内容都保留着，登录后自动恢复。")
    return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")


def _write(request: SignedInRequest, manuscript: Manuscript) -> HttpResponse:
    """Fetch, save, act, render. Whatever is wrong, stored pictures and typed words come back."""
    if request.method == "POST":
        return _after(request, saving.save(request, manuscript, request.POST, request.FILES))
    waited = saving.unstash(request)
    if waited is None:
        return form_page(request, manuscript, ManuscriptForms(manuscript))
    data, refused = waited
    for sentence in refused:
        messages.error(request, sentence)
    outcome = saving.save(request, manuscript, data)
    if outcome.ending == "saved":
        messages.success(request, RESTORED)
    return _after(request, outcome, restored=True)


def _after(
    request: SignedInRequest, outcome: saving.Outcome, *, restored: bool = False
) -> HttpResponse:
    manuscript = outcome.manuscript
    if outcome.ending == "conflict":
        messages.warning(request, CONFLICT)
        return redirect("submissions:edit", manuscript.pk)
    if outcome.ending in ("sent", "gone"):
        if outcome.ending == "gone":
            messages.warning(request, GONE)
        return redirect(manuscript.address_for(request.user))
    action = "" if restored else request.POST.get("action", "")
    if outcome.problems:
        if action == "submit" and outcome.ending == "saved":
            messages.info(request, "稿件已存为草稿，改好下面几处就能提交。")
        return form_page(request, manuscript, outcome.sheet, outcome.problems)
    if action == "submit":
        return _send(request, manuscript)
    if action == "preview":
        return redirect("submissions:preview", manuscript.pk)
    if action == "save":
        messages.success(request, SAVED)
    if number := re.fullmatch(r"(take|remove)-([0-9]{1,18})", action):
        _document(request, manuscript, number[1], int(number[2]))
        action = "word"
    anchor = {"byline": "#f-bylines", "word": "#f-word"}.get(action, "")
    return redirect(reverse("submissions:edit", args=[manuscript.pk]) + anchor)


def _document(request: SignedInRequest, manuscript: Manuscript, what: str, pk: int) -> None:
    """Make what was read from a Word file the text, or take the file away."""
    document = get_object_or_404(manuscript.documents, pk=pk)
    if what == "remove":
        document.discard()
        messages.success(request, "文件已移除。")
    elif document.adopt():
        messages.success(request, "Word 稿已带入，请核对标题、署名、正文和图片说明。")
    else:
        messages.info(request, "这个文件已经带入过，或还没有读出。")


def _send(request: SignedInRequest, manuscript: Manuscript) -> HttpResponse:
    try:
        manuscript.submit(by=request.user)
    except StepNotAllowed as refusal:
        manuscript.refresh_from_db()
        if not manuscript.is_editable:  # the same click came twice
            return redirect(manuscript.address_for(request.user))
        lacking = [(point.field, point.sentence) for point in checklist.missing(manuscript)]
        if str(refusal) not in {sentence for _, sentence in lacking}:
            lacking = [("", str(refusal))]
        return form_page(request, manuscript, ManuscriptForms(manuscript), lacking)
    messages.success(request, SENT.format(number=manuscript.number))
    return redirect(manuscript.address_for(request.user))


def form_page(
    request: SignedInRequest,
    manuscript: Manuscript,
    sheet: ManuscriptForms | None,
    problems: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    """Show the form, with what is wrong at its top."""
    sheet = sheet or ManuscriptForms(manuscript)
    sheet.form.tell(problems or [])
    saved = manuscript.pk is not None
    drafts = Manuscript.objects.of(request.user).drafts().exclude(pk=manuscript.pk)
    context = {
        "manuscript": manuscript,
        "form": sheet.form,
        "bylines": sheet.bylines,
        # Those that came with this very form are there too.
        "pictures": (sheet.pictures if sheet.pictures.errors else PictureRows(manuscript)).forms,
        "files": FilesForm(),
        "documents": manuscript.documents.select_related("upload") if saved else [],
        "copies": manuscript.copies.all() if saved else [],
        "problems": problems or [],
        "wrong": {name for name, _ in problems or []},
        "points": checklist.points(manuscript) if saved else [],
        "lacking": len(checklist.missing(manuscript)) if saved else None,
        "drafts": drafts[:6],
        "remarks": manuscript.messages.exclude(standing="") if saved else [],
        "author_token": saving.author_token(request.user),
        "window": uuid.uuid4(),
        "config": config_of(request, manuscript),
        "limit": settings.PICTURES_PER_MANUSCRIPT,
        "calls": CallForPapers.objects.open().exists(),
    }
    return render(request, "submissions/write.html", context)


def config_of(request: SignedInRequest, manuscript: Manuscript) -> dict[str, Any]:
    """What the script of the page has to know."""
    saved = manuscript.pk is not None
    return {
        "person": request.user.pk,
        "manuscript": manuscript.pk,
        "version": manuscript.version if saved else None,
        "body": manuscript.body,
        "saved": manuscript.updated_at.isoformat() if saved else None,
        "begin": reverse("submissions:begin"),
        "root": reverse("submissions:new"),
        "paste": reverse("submissions:paste"),
        "names": reverse("submissions:names"),
        "token": reverse("submissions:token"),
        "signIn": reverse("account_login"),
        "pictures": reverse("articles:picture", args=["KEY", 768, "jpg"]),
        "most": settings.PICTURES_PER_MANUSCRIPT,
        "largest": settings.PICTURE_MAX_BYTES,
    }


@login_required
@require_POST
def drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Delete an own draft."""
    manuscript = get_object_or_404(Manuscript.objects.writable_by(request.user).drafts(), pk=pk)
    manuscript.delete_draft()
    messages.success(request, "草稿已删除。")
    return redirect("submissions:mine")


@login_required
@require_POST
def choose_copy(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """Use the other text of two, or throw it away."""
    manuscript = get_object_or_404(Manuscript.objects.writable_by(request.user), pk=pk)
    copy = get_object_or_404(DraftCopy, pk=number, manuscript=manuscript)
    if "drop" in request.POST:
        copy.delete()
        messages.success(request, "另一份文字已删除。")
    elif manuscript.is_editable:
        copy.swap()
        messages.success(request, "已换成另一份；换下来的一份也还在。")
    return redirect("submissions:edit" if manuscript.is_editable else "submissions:status", pk)


@login_required
def preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show an own manuscript as readers would see it."""
    manuscript = get_object_or_404(
        Manuscript.objects.writable_by(request.user).select_related("section", "author"), pk=pk
    )
    context = {
        "manuscript": manuscript,
        "bylines": manuscript.bylines.all(),
        "pictures": manuscript.loose_pictures(),
    }
    return render(request, "submissions/preview.html", context)
