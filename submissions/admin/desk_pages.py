"""What the desk does beside a decision: writing, noting, planning, handing over, entering for somebody."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from articles.content.steps import ORDER
from articles.models import Article
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Correspondent
from correspondents.numbers import whole_number
from submissions.models import AuthorRequest, Manuscript, colleagues, hand_over
from submissions.models.steps import ASSIGN, REVIEW

# Years that a due date may have: the ends of the calendar have no time zone.
EARLIEST, LATEST = 2000, 2100


class DeskPages(admin.ModelAdmin):
    """Adds these pages to the desk of manuscripts."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/desk/", wrap(self.desk_view), name="submissions_manuscript_desk"),
            path("handover/", wrap(self.handover_view), name="submissions_manuscript_handover"),
            *super().get_urls(),
        ]

    def desk_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say something to the author, note something, plan, settle a remark, answer a request."""
        if request.method != "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        noun = get_object_or_404(self.get_queryset(request).select_related("author"), pk=pk)
        user: Any = request.user
        if not user.has_perm(REVIEW):
            raise PermissionDenied
        typed = request.POST.get("body", "")
        deeds = {
            "say": lambda: noun.add_message(typed, by=user, quote=request.POST.get("quote", "")),
            "jot": lambda: noun.add_internal_note(typed, by=user),
            "plan": lambda: self._plan(request, noun),
            "mark": lambda: self._mark(request, noun),
            "answer": lambda: self._answer(request, noun),
        }
        done = {
            "say": "留言已发给作者。",
            "jot": "内部备注已保存，只有编辑部能看到。",
            "plan": "期限和轻重缓急已保存。",
            "mark": "意见的状态已更新。",
            "answer": "已答复，作者会收到通知。",
        }
        what = request.POST.get("_do", "")
        if what not in deeds:
            raise Http404("没有这个操作")
        try:
            deeds[what]()
        except StepNotAllowed as refusal:
            messages.error(request, str(refusal))
            if typed.strip():
                messages.info(request, f"您填写的内容：{typed.strip()[:1000]}")
        else:
            messages.success(request, done[what])
        address = reverse("admin:submissions_manuscript_change", args=[noun.pk])
        return HttpResponseRedirect(listed(request) or f"{address}#talk")

    def _plan(self, request: HttpRequest, noun: Manuscript) -> None:
        raw = request.POST.get("due_at", "").strip()
        until: dt.datetime | None = None
        if raw:
            try:
                until = parse_datetime(raw)
            except ValueError:
                until = None
            if until is None or not EARLIEST <= until.year <= LATEST:
                raise StepNotAllowed("请把期限写成日期和时间，例如 2026-11-25 18:00。")
            until = timezone.make_aware(until) if timezone.is_naive(until) else until
        priority = request.POST.get("priority", "0")
        known = priority in {str(value) for value in Manuscript.Priority.values}
        noun.plan(by=request.user, due_at=until, priority=int(priority) if known else 99)  # type: ignore[arg-type]

    def _mark(self, request: HttpRequest, noun: Manuscript) -> None:
        row = row_of(noun.messages, request.POST.get("message", ""))
        if row is None or not row.mark(request.POST.get("standing", ""), by_desk=True):
            raise StepNotAllowed("没有这条意见，请刷新页面后重试。")

    def _answer(self, request: HttpRequest, noun: Manuscript) -> None:
        row: AuthorRequest | None = row_of(noun.requests, request.POST.get("request", ""))
        if row is None:
            raise StepNotAllowed("没有这份申请，请刷新页面后重试。")
        row.settle(
            request.POST.get("standing", ""),
            by=request.user,  # type: ignore[arg-type]
            answer=request.POST.get("body", ""),
        )

    # --- an absent colleague ----------------------------------------------------------------

    def handover_view(self, request: HttpRequest) -> HttpResponse:
        """Give everything an absent colleague holds to somebody else, or back to the queue."""
        if not request.user.has_perm(ASSIGN):
            raise PermissionDenied
        held = Manuscript.objects.of_desk(request.user).filter(state="claimed")  # type: ignore[arg-type]
        report, absent, to = None, None, None
        if request.method == "POST":
            absent = person_of(request.POST.get("absent", ""))
            back = request.POST.get("to", "") == "queue"
            to = None if back else person_of(request.POST.get("to", ""))
            if absent is None or (to is None and not back):
                messages.error(request, "请选择谁不在，以及交给谁。")
            else:
                report = hand_over(absent, to, by=request.user)  # type: ignore[arg-type]
        holders = dict(
            held.exclude(handler=None).values_list("handler").annotate(number=Count("pk"))
        )
        in_hand = Article.objects.of_desk(request.user).filter(state__in=ORDER)  # type: ignore[arg-type]
        rows = in_hand.exclude(responsible_editor=None).values_list("responsible_editor")
        for person, number in rows.annotate(number=Count("pk")):
            holders[person] = holders.get(person, 0) + number
        people = User.objects.filter(pk__in=holders).order_by("last_name", "username")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "移交同事手上的来稿和文章",
            "holders": [(person, holders[person.pk]) for person in people],
            "colleagues": colleagues(),
            "report": report,
            "absent": absent,
            "to": to,
        }
        return TemplateResponse(request, "admin/submissions/handover.html", context)

    # --- for a correspondent ------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Choose for whom a manuscript is entered that came by mail or on paper."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        typed = request.POST.get("q", request.GET.get("q", "")).strip()[:60]
        people = Correspondent.objects.engaged().select_related("organisation", "grade")
        if number := request.POST.get("author", ""):
            author = row_of(people, number)
            if author is None:
                messages.error(request, "请从名单里选择一位在聘的通讯员。")
            elif author.user_id == request.user.pk:
                messages.error(request, "这是您自己，请直接用在线投稿。")
            else:
                started = Manuscript.objects.start(author, entered_by=request.user)
                return HttpResponseRedirect(reverse("submissions:edit", args=[started.pk]))
        mine = Manuscript.objects.filter(entered_by=request.user, state="draft")  # type: ignore[misc]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "代投来稿",
            "q": typed,
            "people": people.search(typed)[:20] if typed else [],
            "drafts": mine.select_related("author").order_by("-updated_at")[:20],
        }
        return TemplateResponse(request, "admin/submissions/behalf.html", context)


def person_of(number: str) -> User | None:
    """Return the person of that number, ``None`` for none or no number."""
    found: User | None = row_of(User.objects, number)
    return found


def row_of(rows: Any, number: str) -> Any:
    """Return the row of that number among these, ``None`` for none or no number."""
    key = whole_number(number)
    return rows.filter(pk=key).first() if key is not None else None


def listed(request: HttpRequest) -> str | None:
    """The list that a decision was taken from, with its filters; our own address alone."""
    back = request.POST.get("_back")
    if back is None:
        return None
    query = back if back.startswith(("?", "#")) and len(back) < 500 and back.isprintable() else ""
    return reverse("admin:submissions_manuscript_changelist") + query
