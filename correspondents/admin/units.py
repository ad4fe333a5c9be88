"""The desk's view of units."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html

from correspondents.admin.merging import Merges
from correspondents.forms.desk import MergeUnitsForm
from correspondents.history import AuditHistory
from correspondents.models import Organisation, OrganisationAlias


class AliasInline(admin.TabularInline):
    model = OrganisationAlias
    extra = 1


@admin.register(Organisation)
class OrganisationAdmin(Merges, AuditHistory):
    """The tree of units. A unit is merged into another, never deleted."""

    change_form_template = "admin/correspondents/organisation_change_form.html"
    list_display = ["in_tree", "short_name", "also", "region"]
    list_filter = ["region"]
    list_select_related = ["parent"]
    list_per_page = 100
    show_full_result_count = False
    search_fields = ["name"]  # get_search_results knows every name
    search_help_text = "全称、简称、别名都可以，不分空格。"
    ordering = ["path"]
    autocomplete_fields = ["parent"]
    inlines = [AliasInline]
    merge_form = MergeUnitsForm
    merge_permission = "correspondents.merge_organisation"
    merge_field = Organisation._meta.get_field("parent")
    merge_words = (
        "文章署名、人员、来稿和下级单位都归到保留的单位，用稿数随之相加；"
        "原来的名称成为别名，原来的网页地址转到保留的单位。文章上印的单位名称不变。"
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Organisation]:
        units = super().get_queryset(request).prefetch_related("aliases")
        return units.current()  # type: ignore[attr-defined]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Find units by any of their names."""
        if not search_term.strip():
            return queryset, False
        return queryset.mentioning(search_term), False

    def history_of(self, obj: Any) -> list[models.QuerySet[Any]]:
        return [*super().history_of(obj), OrganisationAlias.objects.filter(organisation=obj)]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def view_on_site(self, obj: Organisation) -> str:
        return obj.get_absolute_url()

    @admin.display(description="全称", ordering="path")
    def in_tree(self, unit: Organisation) -> str:
        """The name, moved in by its depth in the tree."""
        depth = max(0, unit.path.count("/") - 1)
        return format_html("{}{}", "\u3000" * depth, unit.name)

    @admin.display(description="别名")
    def also(self, unit: Organisation) -> str:
        return "、".join(alias.text for alias in unit.aliases.all())
