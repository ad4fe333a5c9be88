"""Sections, genres, who reads what, and keywords."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from taggit.admin import TagAdmin
from taggit.models import Tag

from articles.models import (
    Article,
    ChecklistRule,
    DeskAssignment,
    DeskPerson,
    Genre,
    Section,
    SectionAlias,
    new_edition,
)
from articles.reindexing import have_found_anew


class SectionAliasInline(admin.TabularInline):
    model = SectionAlias
    extra = 0


@admin.register(Section)
class SectionAdmin(admin.ModelAdmin):
    list_display = [
        "name",
        "slug",
        "layout",
        "stages",
        "accepts_submissions",
        "is_visible",
        "position",
    ]
    list_editable = ["position", "is_visible"]
    search_fields = ["name", "slug"]
    inlines = [SectionAliasInline]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A section is hidden, never deleted: its articles and addresses stay."""
        return False


@admin.register(Genre)
class GenreAdmin(admin.ModelAdmin):
    list_display = ["name", "position"]
    list_editable = ["position"]


@admin.register(ChecklistRule)
class ChecklistRuleAdmin(admin.ModelAdmin):
    list_display = ["item", "section", "weight"]
    list_editable = ["weight"]
    list_filter = ["item", "section"]
    list_select_related = ["section"]


@admin.register(DeskPerson)
class DeskPersonAdmin(admin.ModelAdmin):
    list_display = ["user", "signing_name", "away_from", "away_until"]
    list_editable = ["away_from", "away_until"]
    list_select_related = ["user"]
    autocomplete_fields = ["user"]


@admin.register(DeskAssignment)
class DeskAssignmentAdmin(admin.ModelAdmin):
    list_display = ["user", "section"]
    list_filter = ["section"]
    autocomplete_fields = ["user"]


admin.site.unregister(Tag)


@admin.register(Tag)
class TagsAdmin(TagAdmin):
    inlines: list[Any] = []
    list_display = ["name", "slug"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "name" in form.changed_data:
            have_found_anew(list(Article.objects.filter(tags=obj).values_list("pk", flat=True)))
        new_edition()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        new_edition()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        new_edition()


Tag._meta.verbose_name = Tag._meta.verbose_name_plural = "关键词"
