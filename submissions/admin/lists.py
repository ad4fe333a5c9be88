"""What the desk keeps beside the queue: rules, calls, reasons, requests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from articles.text.desk_editor import EditorPages
from submissions.models import (
    AuthorRequest,
    CallForPapers,
    DeclineReason,
    Manuscript,
    SubmissionRules,
)


@admin.register(DeclineReason)
class DeclineReasonAdmin(admin.ModelAdmin):
    list_display = ["text", "position"]
    list_editable = ["position"]


@admin.register(CallForPapers)
class CallForPapersAdmin(admin.ModelAdmin):
    list_display = ["title", "section", "opens_on", "closes_on", "is_visible", "sent"]
    list_select_related = ["section"]
    list_filter = ["is_visible"]
    search_fields = ["title"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[CallForPapers]:
        sent = models.Count("manuscript", filter=~models.Q(manuscript__state="draft"))
        return super().get_queryset(request).annotate(sent_number=sent)

    @admin.display(description="收到稿件")
    def sent(self, call: Any) -> str:
        """How many came, as a link to them."""
        address = reverse("admin:submissions_manuscript_changelist")
        return format_html(
            '<a href="{}?zw={}&amp;zt=all">{}</a>', address, call.pk, call.sent_number
        )


class RulesForm(forms.ModelForm):
    """The next version of the rules, begun from the last one."""

    class Meta:
        model = SubmissionRules
        fields = ["body", "in_force_since"]


@admin.register(SubmissionRules)
class SubmissionRulesAdmin(EditorPages, admin.ModelAdmin):
    form = RulesForm
    list_display = ["__str__", "in_force_since", "in_force"]
    ordering = ["-version"]

    @admin.display(description="生效", boolean=True)
    def in_force(self, rules: SubmissionRules) -> bool:
        """Has its time come?"""
        return rules.is_in_force

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        last = SubmissionRules.objects.first()
        return {"body": last.body if last else "", **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            newest = SubmissionRules.objects.aggregate(most=models.Max("version"))["most"]
            obj.version = (newest or 0) + 1
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A version that somebody may have agreed to stays as it is."""
        return super().has_change_permission(request, obj) and (obj is None or not obj.is_in_force)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.is_in_force)


@admin.register(AuthorRequest)
class AuthorRequestAdmin(admin.ModelAdmin):
    """The list of what authors ask for; each is answered on the page of its manuscript."""

    list_display = ["piece", "kind", "standing", "asked_at", "answered_by"]
    list_display_links = None
    list_filter = ["standing", "kind"]
    list_select_related = ["manuscript__author", "answered_by"]
    search_fields = ["manuscript__title", "manuscript__author__name"]
    date_hierarchy = "asked_at"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[AuthorRequest]:
        seen = Manuscript.objects.of_desk(request.user)  # type: ignore[arg-type]
        return super().get_queryset(request).filter(manuscript__in=seen)

    @admin.display(description="稿件")
    def piece(self, row: AuthorRequest) -> str:
        """The manuscript, and who asks."""
        address = reverse("admin:submissions_manuscript_change", args=[row.manuscript_id])
        return format_html(
            '<a href="{}#ask">{}</a>　{}', address, row.manuscript, row.manuscript.author.name
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
