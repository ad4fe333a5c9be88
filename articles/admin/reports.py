"""Errors that readers report, as the desk settles them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator

from articles.models import ErrorReport
from articles.workflow.error_report import SETTLE
from correspondents.lifecycle import record
from correspondents.lifecycle_admin import LifeCycleAdmin, state_tag


@admin.register(ErrorReport)
class ErrorReportAdmin(LifeCycleAdmin):
    """Reports on articles of the own sections; how to reach the reader is for who settles them."""

    counter = "条"
    list_display = ["what", "kind", "said", state_tag, "made_at", "settled_by"]
    list_filter = ["state", "kind"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["article__title"]
    search_help_text = "文章标题。"
    fields: ClassVar[Any] = [
        "piece", "kind", "text", "contact", "state", "answer", "settled_by", "made_at",
    ]  # fmt: skip
    readonly_fields = fields
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ErrorReport]:
        reports: Any = super().get_queryset(request)
        return reports.of_desk(request.user).select_related("article__section", "settled_by")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without the contact for those who only look on."""
        may = request.user.has_perm(SETTLE)
        return [name for name in self.fields if name != "contact" or may]

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Whoever sees how to reach a reader is written down."""
        found = super().get_object(request, object_id, from_field)
        looks = request.method == "GET" and request.path.endswith("/change/")
        if found is not None and found.contact and looks and request.user.has_perm(SETTLE):
            record(found, "contact_viewed", by=request.user)  # type: ignore[arg-type]
        return found

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is edited; list actions need the right to settle."""
        return obj is None and request.user.has_perm(SETTLE)

    @admin.display(description="文章")
    def what(self, report: ErrorReport) -> str:
        return report.article.title

    @admin.display(description="说明")
    def said(self, report: ErrorReport) -> str:
        return Truncator(report.text).chars(40)

    @admin.display(description="文章")
    def piece(self, report: ErrorReport) -> str:
        """The article as readers see it, and where the desk works on it."""
        article = report.article
        return format_html(
            '<a href="{}">{}</a>　<a href="{}">审读</a>',
            article.get_absolute_url(),
            article.title,
            reverse("admin:articles_article_review", args=[article.pk]),
        )
