"""The desk's queue of manuscripts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from correspondents.lifecycle import Step, StepNotAllowed, step
from correspondents.lifecycle_admin import LifeCycleAdmin, state_tag, typed_note
from submissions.models import DeclineReason, Manuscript

# Two verbs in one click, for pieces that need no editing.
ACCEPT_AND_SIGN = step(
    "accept_and_sign", "采用并通过初审", {"submitted", "claimed"}, "accepted", tone="primary"
)


@admin.display(description="等待")
def waiting(manuscript: Manuscript) -> str:
    """How long the author has waited for a decision."""
    if manuscript.submitted_at is None or manuscript.state not in ("submitted", "claimed"):
        return "—"
    hours = int((timezone.now() - manuscript.submitted_at).total_seconds() // 3600)
    tone = "r" if hours >= 24 else "a" if hours >= 8 else ""
    text = f"{hours // 24} 天 {hours % 24} 小时" if hours >= 24 else f"{hours} 小时"
    return format_html('<span class="wait {}">{}</span>', tone, text)


@admin.display(description="单位审核")
def by_unit(manuscript: Manuscript) -> str:
    """Whether the author's unit has approved the round that was sent last."""
    word = manuscript.unit_word
    tone = "settled" if manuscript.is_confirmed else "waiting"
    return format_html('<span class="tag tag--{}">{}</span>', tone, word) if word else "—"


@admin.register(Manuscript)
class ManuscriptAdmin(LifeCycleAdmin):
    change_form_template = "admin/submissions/manuscript_change_form.html"
    list_display = ["title", "section", "author", state_tag, by_unit, waiting, "handler"]
    list_filter = ["state", "section"]
    list_select_related = ["section", "author__organisation", "handler"]
    list_per_page = 100
    show_full_result_count = False
    search_fields = ["title", "author__name"]
    ordering = ["submitted_at", "pk"]
    view_on_site = False
    readonly_fields = [
        "section",
        "author",
        "state",
        "handler",
        "round_number",
        "submitted_at",
        "article_link",
        "organisation",
        "unit_line",
    ]
    fields: ClassVar[Any] = [
        ("author", "section", "round_number"),
        ("state", "handler", "submitted_at"),
        ("organisation", "unit_line"),
        "article_link",
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Manuscript]:
        return super().get_queryset(request).of_desk(request.user)  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The author's text is not edited; list actions need the right to decide."""
        return obj is None and request.user.has_perm("submissions.review_manuscript")

    @admin.display(description="单位审核")
    def unit_line(self, manuscript: Manuscript) -> str:
        """Who confirmed it for the unit, when, and which round."""
        if not manuscript.is_confirmed:
            return manuscript.unit_word or "—"
        who = manuscript.unit_confirmed_by
        when = timezone.localtime(manuscript.unit_confirmed_at)
        name = who.get_full_name() if who else ""
        return f"第 {manuscript.unit_confirmed_round} 稿，{name}，{when:%Y-%m-%d %H:%M}"

    @admin.display(description="文章")
    def article_link(self, manuscript: Manuscript) -> str:
        """The article it became."""
        if manuscript.article is None:
            return "—"
        address = reverse("admin:articles_article_change", args=[manuscript.article.pk])
        return format_html('<a href="{}">{}</a>', address, manuscript.article)

    # --- deciding ---------------------------------------------------------------------------

    def steps_for(self, request: HttpRequest, noun: Any) -> list[Step]:
        steps = super().steps_for(request, noun)
        names = {row.name for row in steps}
        if "accept" in names and request.user.has_perm("articles.sign_first"):
            steps.insert(0, ACCEPT_AND_SIGN)
        return steps

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        noun = kwargs.get("obj")
        if noun is not None:
            context["manuscript"] = noun
            # While the author revises, the desk sees what was sent, not the unfinished text.
            revising = noun.state == Manuscript.State.RETURNED
            context["text"] = (noun.rounds.first() if revising else None) or noun
            context["pictures"] = noun.pictures.select_related("upload")
            context["rounds"] = noun.rounds.all()
            context["reasons"] = DeclineReason.objects.all()
        return super().render_change_form(request, context, *args, **kwargs)

    def arguments(self, request: HttpRequest, row: Step) -> dict[str, Any]:
        given = super().arguments(request, row)
        if row.name == "pass_on":
            number = request.POST.get("_to", "")
            known = number.isascii() and number.isdigit()
            given["to"] = User.objects.filter(pk=int(number[:9])).first() if known else None
        return given

    def take(self, request: HttpRequest, noun: Any, name: str) -> bool:
        if name != ACCEPT_AND_SIGN.name:
            return super().take(request, noun, name)
        try:
            with transaction.atomic():
                noun.accept(by=request.user, note=typed_note(request))
                noun.article.sign(by=request.user)
        except StepNotAllowed as refusal:
            self.message_user(request, str(refusal), level="error")
            return False
        self.message_user(request, f"“{noun}”：{ACCEPT_AND_SIGN.label}，已完成。")
        return True

    def after_step(self, request: HttpRequest, noun: Any) -> HttpResponse:
        """Accepted: on to the article. Otherwise on to the next one that waits."""
        noun.refresh_from_db()
        if noun.state == "accepted" and noun.article_id:
            address = reverse("admin:articles_article_change", args=[noun.article_id])
            return HttpResponseRedirect(address)
        if noun.state in ("declined", "returned"):
            following = self.get_queryset(request).waiting().first()  # type: ignore[attr-defined]
            if following is not None:
                name = "admin:submissions_manuscript_change"
                return HttpResponseRedirect(reverse(name, args=[following.pk]))
            return HttpResponseRedirect(reverse("admin:submissions_manuscript_changelist"))
        return super().after_step(request, noun)


@admin.register(DeclineReason)
class DeclineReasonAdmin(admin.ModelAdmin):
    list_display = ["text", "position"]
    list_editable = ["position"]
