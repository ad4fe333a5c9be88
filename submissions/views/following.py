"""What became of it: the list of one's manuscripts, the page of one, words with the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from correspondents import second_factor
from correspondents.accounts import SignedInRequest
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Correspondent, Liaison, Upload
from correspondents.numbers import whole_number
from correspondents.serving import send_original, send_picture
from submissions.models import AuthorRequest, Manuscript, Message, Notice
from submissions.models.message import unread
from submissions.views.writing import SENT

PER_PAGE = 50
NEXT = {
    "draft": "只有您能看到，写好后请提交审稿。",
    "submitted": "编辑一般在 1 个工作日内处理。",
    "claimed": "编辑已认领，正在审稿。",
    "returned": "编辑请您修改后再提交。",
    "accepted": "稿件已采用，正在编审。",
    "declined": "可以修改后另投。",
    "retracted": "稿件已由您撤回。",
}
NEXT_OF_ARTICLE = {
    "已采用": "正在编审，发布后会通知您。",
    "待发布": "已签发，等待发布。",
    "已发布": "可以在网站上阅读，也可以申请更正。",
    "已撤稿": "文章不再公开。",
    "未采用": "编审中没有通过。",
}


@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    """List everything this person ever wrote here."""
    own = Manuscript.objects.of(request.user).select_related("section", "article")
    wanted = request.GET.get("zhuangtai", "")
    if wanted in Manuscript.State.values:
        own = own.filter(state=wanted)
    author = Correspondent.objects.filter(user=request.user).first()
    page = Paginator(own.order_by("-updated_at", "-pk"), PER_PAGE).get_page(request.GET.get("ye"))
    context = {
        "page": page,
        "rows": [{"manuscript": row, "next": next_of(row)} for row in page],
        "author": author,
        "charges": Liaison.objects.of(request.user),
        "notices": Notice.objects.of(request.user).unread()[:5],
        "states": [(value, AUTHORS_STATES[value]) for value in Manuscript.State.values],
        "wanted": wanted,
    }
    return render(request, "submissions/mine.html", context)


TAKEN = {
    "submit": SENT,
    "retract": "稿件已撤回。",
    "agree": "谢谢，编辑部会继续处理这篇稿件。",
    "disagree": "已答复编辑部，稿件不再处理。",
}
AUTHORS_STATES = {
    "draft": "草稿",
    "submitted": "已投稿",
    "claimed": "审稿中",
    "returned": "退改中",
    "accepted": "已采用",
    "declined": "未采用",
    "retracted": "已撤回",
}


def next_of(manuscript: Manuscript) -> str:
    """What comes next, in one sentence for the author."""
    if manuscript.released_at is not None and manuscript.is_waiting:
        return "已过约定的期限，您可以自行处理；也可以继续等编辑部的决定。"
    if manuscript.state == "accepted":
        return NEXT_OF_ARTICLE.get(manuscript.author_word[0], NEXT["accepted"])
    if manuscript.state == "declined" and manuscript.remark:
        return f"原因：{manuscript.remark}"
    return NEXT[manuscript.state]


@login_required
def status(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one own manuscript: where it stands, what comes next, what was sent, what was said."""
    manuscript = get_object_or_404(
        Manuscript.objects.of(request.user).select_related("section", "article", "author"), pk=pk
    )
    talk = list(manuscript.messages.select_related("writer"))
    unread(manuscript.messages.all(), by_desk=False).update(read_at=timezone.now())
    Notice.objects.told().filter(manuscript=manuscript).mark_read()
    context = {
        "manuscript": manuscript,
        "pictures": manuscript.loose_pictures(),
        "steps": manuscript.steps_open_to(request.user),
        "timeline": timeline(manuscript),
        "next": next_of(manuscript),
        "talk": talk,
        "open_remarks": sum(row.standing == Message.Standing.OPEN for row in talk),
        "requests": manuscript.requests.all(),
        "may_ask": may_ask(manuscript),
        "kinds": AuthorRequest.Kind.choices,
        "notices": manuscript.notices.told()[:30],
        "rounds": manuscript.rounds.all(),
        "documents": manuscript.documents.select_related("upload"),
        "copies": manuscript.copies.all(),
        "others": Manuscript.objects.of(request.user)
        .exclude(pk=pk)
        .select_related("article", "section")[:5],
    }
    return render(request, "submissions/status.html", context)


def may_ask(manuscript: Manuscript) -> bool:
    """Is there an article about which the author may ask something?"""
    return manuscript.author_word[0] in ("已采用", "待发布", "已发布") and (
        manuscript.article is not None
    )


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
        messages.success(request, TAKEN[name].format(number=manuscript.number))
    return redirect(manuscript)


@login_required
@require_POST
def talk(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write to the desk, or say that a remark has been dealt with."""
    manuscript = get_object_or_404(Manuscript.objects.of(request.user), pk=pk)
    number = whole_number(request.POST.get("changed", ""))
    if number is not None:
        message = get_object_or_404(manuscript.messages, pk=number)
        message.mark(Message.Standing.CHANGED, by_desk=False)
        return redirect(f"{manuscript.get_absolute_url()}#m{message.pk}")
    try:
        made = manuscript.add_message(request.POST.get("body", ""), by=request.user)
    except StepNotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{manuscript.get_absolute_url()}#talk")
    messages.success(request, "留言已发给编辑部。")
    return redirect(f"{manuscript.get_absolute_url()}#m{made.pk}")


@login_required
@require_POST
def ask(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for a correction, a withdrawal, or the name to be taken off."""
    manuscript = get_object_or_404(
        Manuscript.objects.of(request.user).select_related("article", "author"), pk=pk
    )
    typed = request.POST.get("body", "")
    try:
        manuscript.request_change(request.POST.get("kind", ""), typed, by=request.user)
    except StepNotAllowed as refusal:
        messages.error(request, str(refusal))
        if typed.strip():
            messages.info(request, f"您填写的内容：{typed.strip()[:1000]}")
    else:
        messages.success(request, "申请已提交，编辑部答复后会通知您。")
    return redirect(f"{manuscript.get_absolute_url()}#ask")


@login_required
def notices(request: SignedInRequest) -> HttpResponse:
    """List this person's notices; what is shown counts as read."""
    rows = Notice.objects.of(request.user).select_related("manuscript__article")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("ye"))
    shown = list(page)
    Notice.objects.filter(pk__in=[row.pk for row in shown]).mark_read()
    return render(request, "submissions/notices.html", {"page": page, "rows": shown})


@login_required
def picture(
    request: SignedInRequest, key: str, width: int, format: str
) -> HttpResponse | FileResponse:
    """Send a picture of a manuscript to its owner, the desk of the section, or the unit's liaison."""
    upload = get_object_or_404(Upload, key=key)
    if not _may_see(request, upload):
        raise Http404("没有这张图片")
    response = send_picture(upload, width, format)
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
def file(request: SignedInRequest, key: str) -> FileResponse:
    """Send a document or a scan to its owner, or to the desk of the section."""
    upload = get_object_or_404(Upload, key=key)
    carries = Q(documents__upload=upload) | Q(approval=upload)
    own = Manuscript.objects.writable_by(request.user).filter(carries)
    at_desk = Manuscript.objects.of_desk(request.user).filter(carries)
    if not (own.exists() or (_at_desk(request) and at_desk.exists())):
        raise Http404("没有这个文件")
    return send_original(upload)


def _at_desk(request: SignedInRequest) -> bool:
    return (
        request.user.is_staff
        and request.user.has_perm("submissions.view_manuscript")
        and second_factor.satisfied(request)
    )


def _may_see(request: SignedInRequest, upload: Upload) -> bool:
    if upload.owner_id == request.user.pk:
        return True
    # What the desk has entered for somebody is his.
    if Manuscript.objects.of(request.user).filter(pictures__upload=upload).exists():
        return True
    if _at_desk(request):
        desk = Manuscript.objects.of_desk(request.user)
        if desk.filter(pictures__upload=upload).exists():
            return True
    sent = Manuscript.objects.of_units(Liaison.objects.of(request.user))
    return sent.filter(pictures__upload=upload, sent_section__needs_unit_approval=True).exists()


def timeline(manuscript: Manuscript) -> list[dict[str, Any]]:
    """The six dots of the way, with what is done, what is now, and when."""
    labels = ["投稿", "审稿", "采用", "编审", "待发布", "发布"]
    article = manuscript.article
    reached = {"draft": -1, "submitted": 0, "claimed": 1, "returned": 1, "accepted": 3}.get(
        manuscript.state, 1
    )
    if manuscript.state == "accepted" and article is not None:
        reached = 5 if article.is_public else {"signed": 4, "published": 5}.get(article.state, 3)
    told = {row.event: row.created_at for row in manuscript.notices.told().order_by("created_at")}
    when = [
        manuscript.first_submitted_at,
        told.get("claimed"),
        told.get("accepted"),
        told.get("accepted"),
        told.get("signed"),
        article.published_at if article is not None and article.is_public else None,
    ]
    return [
        {
            "label": label,
            "done": place < reached or reached == 5,
            "now": place == reached,
            "at": when[place] if place <= reached else None,
        }
        for place, label in enumerate(labels)
    ]
