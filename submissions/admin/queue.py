"""The desk's queue of manuscripts: one list, one page for each, and what is done with them."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from articles.models import MANUSCRIPT, DeskAssignment, found_numbers
from articles.pages.alike_pages import AlikePages
from articles.pages.versions import compared
from articles.search.query import read
from correspondents import keys
from correspondents.deciding import Changed, check_seen, offer_undo, seen_input, versions_seen
from correspondents.lifecycle import Step, StepNotAllowed, step
from correspondents.lifecycle_admin import LifeCycleAdmin, typed_note
from correspondents.numbers import whole_number
from submissions.admin.desk_pages import DeskPages, listed, person_of
from submissions.admin.filters import (
    CallFilter,
    NeedFilter,
    SectionFilter,
    StateFilter,
    UnitFilter,
    WaitFilter,
    new_talk,
    open_requests,
)
from submissions.admin.review import context_of, version
from submissions.models import (
    DeclineReason,
    Manuscript,
    ManuscriptPicture,
    Report,
    colleagues,
)
from submissions.models.findable import sent_text
from submissions.models.steps import ASSIGN, ENTER, REVIEW

# Two verbs in one click, for pieces that need no editing.
ACCEPT_AND_SIGN = step(
    "accept_and_sign", "采用并通过初审", {"submitted", "claimed"}, "accepted", tone="primary"
)
# The keys of the decisions, shown on their buttons.
KEYS = {"accept": "A", "send_back": "R", "decline": "D", "claim": "C", "release": "U"}


@admin.register(Manuscript)
class ManuscriptAdmin(DeskPages, AlikePages, LifeCycleAdmin):
    change_list_template = "admin/submissions/manuscript_change_list.html"
    change_form_template = "admin/submissions/manuscript_change_form.html"
    list_display = ["piece", "place", "standing", "waiting", "due", "in_hands_of"]
    list_display_links = None
    list_filter = [StateFilter, WaitFilter, SectionFilter, UnitFilter, NeedFilter, CallFilter]
    list_select_related = [
        "sent_section",
        "author__organisation",
        "organisation",
        "handler",
        "call",
    ]
    list_per_page = 100
    list_max_show_all = 100
    show_full_result_count = False
    search_fields = ["sent_title", "author__name", "organisation__name"]
    search_help_text = "标题、正文、作者、单位，或稿号。"
    sortable_by: ClassVar[list[str]] = []
    view_on_site = False

    # --- the list ---------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Manuscript]:
        rows = super().get_queryset(request).of_desk(request.user)  # type: ignore[attr-defined]
        return rows.annotate(
            has_talk=Exists(new_talk()),
            has_request=Exists(open_requests()),
            has_pictures=Exists(ManuscriptPicture.objects.filter(manuscript=OuterRef("pk"))),
        )

    def get_ordering(self, request: HttpRequest) -> Any:
        """What waits: the urgent first, then the longest wait; what is done: the newest first."""
        chosen = request.GET.get("zt", "")
        done = chosen in ("all", "returned", "accepted", "declined", "retracted")
        if done or (not chosen and request.GET.get("q", "").strip()):
            return ["-state_changed_at", "-pk"]
        return ["-priority", "submitted_at", "pk"]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """The tracking number that an author reads out, or words of what was sent."""
        day, _, number = search_term.strip().partition("-")
        key = whole_number(number)
        if len(day) == 8 and whole_number(day) is not None and key is not None:
            return queryset.filter(pk=key), False
        query = read(search_term)
        if not query.terms:
            return queryset, False
        sections = DeskAssignment.objects.sections_of(request.user)  # type: ignore[arg-type]
        return queryset.filter(pk__in=found_numbers(query, MANUSCRIPT, sections)), False

    @admin.display(description="稿件")
    def piece(self, manuscript: Any) -> str:
        """Title and author, and what is special about it."""
        marks = [
            (manuscript.priority > 0, "red", manuscript.get_priority_display()),
            (manuscript.priority < 0, "grey", manuscript.get_priority_display()),
            (manuscript.has_talk, "amber", "新留言"),
            (manuscript.has_request, "red", "有申请"),
            (manuscript.likeness >= 100 * settings.PROBABLY_SAME_TEXT,
             "red" if manuscript.likeness >= 100 * settings.SAME_TEXT else "amber",
             f"与别稿相同 {manuscript.likeness}%"),
            (manuscript.released_at is not None, "red", "已过约定期限"),
            (manuscript.round_number > 1, "blue", f"第 {manuscript.round_number} 稿"),
            (manuscript.has_pictures, "grey", "有图"),
            (manuscript.call_id is not None, "blue", "征文"),
            (manuscript.entered_by_id is not None, "grey", "代投"),
            (bool(manuscript.unit_word), "green" if manuscript.is_confirmed else "amber",
             manuscript.unit_word),
        ]  # fmt: skip
        return format_html(
            '<a class="q-title" href="{}" data-manuscript="{}">{}</a> {}'
            '<small class="q-by">{}　{}</small>',
            reverse("admin:submissions_manuscript_change", args=[manuscript.pk]),
            manuscript.pk,
            manuscript.sent_title or "（没有标题）",
            format_html_join(
                " ",
                '<span class="tag tag--{}">{}</span>',
                ((tone, word) for there, tone, word in marks if there),
            ),
            manuscript.author.name,
            manuscript.organisation or manuscript.author.organisation or "",
        )

    @admin.display(description="栏目")
    def place(self, manuscript: Manuscript) -> str:
        """The section it was sent to."""
        return manuscript.sent_section.name if manuscript.sent_section else "—"

    @admin.display(description="状态")
    def standing(self, manuscript: Manuscript) -> str:
        """The state, as a label."""
        return format_html(
            '<span class="tag tag--{}">{}</span>{}',
            manuscript.state,
            manuscript.get_state_display(),
            seen_input(manuscript),
        )

    @admin.display(description="等待")
    def waiting(self, manuscript: Manuscript) -> str:
        """How long the author has waited for a decision."""
        if manuscript.submitted_at is None or not manuscript.is_waiting:
            return "—"
        hours = int((timezone.now() - manuscript.submitted_at).total_seconds() // 3600)
        tone = "r" if manuscript.is_overdue else "a" if hours >= 8 else ""
        text = (
            f"{hours // 24} 天 {hours % 24} 小时"
            if hours >= 24
            else f"{hours} 小时"
            if hours
            else "不到 1 小时"
        )
        return format_html('<span class="wait {}">{}</span>', tone, text)

    @admin.display(description="期限")
    def due(self, manuscript: Manuscript) -> str:
        """Until when the desk wants it decided."""
        if manuscript.due_at is None or not manuscript.is_waiting:
            return "—"
        tone = "r" if manuscript.due_at < timezone.now() else ""
        at = timezone.localtime(manuscript.due_at)
        return format_html('<span class="wait {}">{}</span>', tone, f"{at:%m-%d %H:%M}")

    @admin.display(description="处理人")
    def in_hands_of(self, manuscript: Manuscript) -> str:
        """Who has it."""
        handler = manuscript.handler
        return (handler.get_full_name() or handler.username) if handler else "—"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        extra = {
            "title": "来稿",
            "may_enter": request.user.has_perm(ENTER),
            "may_hand_over": request.user.has_perm(ASSIGN),
        }
        return super().changelist_view(request, extra | (extra_context or {}))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        if request.user.has_perm(REVIEW):
            words = "把所选来稿转给同事"
            actions["pass_on"] = (pass_on_selected, "pass_on", words)
        return actions

    def response_action(
        self, request: HttpRequest, queryset: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """What was chosen by hand is reported on even where it has left the list meanwhile."""
        if request.POST.get("select_across", "0") != "1":
            queryset = self.get_queryset(request)
        return super().response_action(request, queryset, *args, **kwargs)

    # --- one --------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(ENTER)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The author's text is not edited; list actions need the right to decide."""
        return obj is None and request.user.has_perm(REVIEW)

    def get_urls(self) -> list[Any]:
        def own(address: str, view: Any, name: str) -> Any:
            wrapped = self.admin_site.admin_view(view)
            return path(address, wrapped, name=f"submissions_manuscript_{name}")

        return [
            own("<int:pk>/read/", self.read_view, "read"),
            *super().get_urls(),
        ]

    def stock_reasons(self) -> Any:
        return DeclineReason.objects.all()

    def steps_for(self, request: HttpRequest, noun: Any) -> list[Step]:
        steps = super().steps_for(request, noun)
        names = {row.name for row in steps}
        if "accept" in names and request.user.has_perm("articles.sign_first"):
            steps.insert(1, ACCEPT_AND_SIGN)
        return steps

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        noun = kwargs.get("obj")
        if noun is not None:
            context |= self._review(request, noun)
        return super().render_change_form(request, context, *args, **kwargs)

    def _review(self, request: HttpRequest, noun: Manuscript) -> dict[str, Any]:
        steps = self.steps_for(request, noun)
        return {
            **context_of(request, noun),
            "decisions": [
                (row, "" if keys.are_off(request) else KEYS.get(row.name, ""))
                for row in steps
                if row.name != "pass_on"
            ],
            "may_pass_on": any(row.name == "pass_on" for row in steps),
            "own_address": reverse("admin:submissions_manuscript_change", args=[noun.pk]),
            "step_url": reverse("admin:submissions_manuscript_step", args=[noun.pk]),
            "desk_url": reverse("admin:submissions_manuscript_desk", args=[noun.pk]),
            "typed": request.session.pop(_typed(noun.pk), ""),
        }

    def read_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show one manuscript beside the list."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        noun = get_object_or_404(self.get_queryset(request), pk=pk)
        context = {"pane": True, "opts": self.opts, **self._review(request, noun)}
        return render(request, "admin/submissions/_review.html", context)

    def words_of(self, noun: Manuscript) -> tuple[str, str]:
        return noun.sent_title, sent_text(noun)

    # --- deciding ---------------------------------------------------------------------------

    def steps_of(self, noun: Any) -> list[Step]:
        return [*super().steps_of(noun), ACCEPT_AND_SIGN]

    def changed_since(self, noun: Manuscript, seen: str) -> Changed:
        """The difference between the round that was read and the one that was sent last."""
        number = whole_number(seen)
        read = noun.rounds.filter(number=number).first() if number is not None else None
        last = noun.last_round
        if read is None or last is None:
            return Changed()
        return Changed(compared(version(read), version(last)), when=last.sent_at,
                       who=noun.author.name)  # fmt: skip

    def arguments(self, request: HttpRequest, row: Step) -> dict[str, Any]:
        given = super().arguments(request, row)
        if row.name == "pass_on":
            given["to"] = person_of(request.POST.get("_to", ""))
        return given

    def take(self, request: HttpRequest, noun: Any, name: str) -> bool:
        if name != ACCEPT_AND_SIGN.name:
            done = super().take(request, noun, name)
        else:
            done = self._accept_and_sign(request, noun)
        if not done and (note := typed_note(request)):
            request.session[_typed(noun.pk)] = note
        return done

    def _accept_and_sign(self, request: HttpRequest, noun: Manuscript) -> bool:
        try:
            with transaction.atomic():
                user: Any = request.user
                article = noun.accept(by=user, note=typed_note(request))
                article.sign(by=user)
            offer_undo(request, [noun], ACCEPT_AND_SIGN.label, self.page_of(noun))
            offer_undo(request, [article], ACCEPT_AND_SIGN.label, self.page_of(noun), more=True)
        except StepNotAllowed as refusal:
            self.message_user(request, str(refusal), level="error")
            return False
        self.message_user(request, f"“{noun}”：{ACCEPT_AND_SIGN.label}，已完成。")
        return True

    def after_step(self, request: HttpRequest, noun: Any, *, taken: bool) -> HttpResponse:
        """Back to the list it was read from; else accepted: the article, decided: the next one."""
        if (back := listed(request)) is not None:
            return HttpResponseRedirect(back)
        noun.refresh_from_db()
        if noun.state == "accepted" and noun.article_id:
            address = reverse("admin:articles_article_review", args=[noun.article_id])
            return HttpResponseRedirect(address)
        if noun.state in ("declined", "returned"):
            following = self.get_queryset(request).waiting().first()  # type: ignore[attr-defined]
            if following is not None:
                name = "admin:submissions_manuscript_change"
                return HttpResponseRedirect(reverse(name, args=[following.pk]))
            return HttpResponseRedirect(reverse("admin:submissions_manuscript_changelist"))
        return super().after_step(request, noun, taken=taken)


@admin.action(description="把所选来稿转给同事")
def pass_on_selected(modeladmin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """Ask to whom, then pass the chosen ones on, with a report."""
    if "_batch" in request.POST:
        to = person_of(request.POST.get("_to", ""))
        if to is not None:
            report = Report()
            note = typed_note(request)
            seen = versions_seen(request)
            for noun in queryset:
                report.attempt(
                    noun, partial(_pass_on, noun, seen, by=request.user, to=to, note=note)
                )
            name = to.get_full_name() or to.username
            modeladmin.tell(request, f"转给{name}", report.done, report.refused)
            return None
        messages.error(request, "请选择转给哪位同事。")
    context = {
        **modeladmin.admin_site.each_context(request),
        "opts": modeladmin.opts,
        "title": "把所选来稿转给同事",
        "label": "转给同事",
        "action": "pass_on",
        "select_across": request.POST.get("select_across", "0"),
        "nouns": queryset,
        "seen": request.POST.getlist("_seen"),
        "colleagues": colleagues(),
    }
    return TemplateResponse(request, "admin/lifecycle_batch.html", context)


def _pass_on(noun: Manuscript, seen: dict[str, str], **facts: Any) -> None:
    check_seen(noun, seen)
    noun.pass_on(**facts)


def _typed(pk: int) -> str:
    return f"desk.note.{pk}"
