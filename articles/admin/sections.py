"""Sections, genres, who reads what, and keywords."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from taggit.admin import TagAdmin
from taggit.models import Tag

from articles.content.keyword import FormerKeyword, merge_keywords
from articles.models import (
    Article,
    ChecklistRule,
    DeskAssignment,
    DeskPerson,
    Genre,
    Section,
    SectionAlias,
    WordRule,
    new_edition,
)
from articles.reindexing import have_found_anew
from correspondents.numbers import whole_number


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


@admin.register(WordRule)
class WordRuleAdmin(admin.ModelAdmin):
    list_display = ["wrong", "right", "kind", "level", "is_active"]
    list_editable = ["is_active"]
    list_filter = ["kind", "level", "is_active"]
    search_fields = ["wrong", "right", "why"]
    list_per_page = 100
    fields = ["kind", "wrong", "right", "level", "why", "unless", "is_active"]


admin.site.unregister(Tag)


@admin.register(Tag)
class TagsAdmin(TagAdmin):
    """Keywords are renamed, merged and deleted for all articles at once; no signature is touched."""

    inlines: list[Any] = []
    list_display = ["name", "slug"]
    actions = ["merge_selected"]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        if not self.has_change_permission(request):
            actions.pop("merge_selected", None)
        return actions

    def get_urls(self) -> list[Any]:
        # The library's own page of merging knows neither rights nor what was signed.
        return admin.ModelAdmin.get_urls(self)

    @admin.action(description="合并所选关键词")
    def merge_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Ask which of the chosen ones stays, then let it stand for all of them."""
        kept = queryset.filter(pk=whole_number(request.POST.get("_kept", "")) or 0).first()
        if "_batch" in request.POST and kept is not None:
            with transaction.atomic():
                carried = Article.objects.filter(tags__in=queryset).distinct()
                keys = list(carried.values_list("pk", flat=True))
                number = merge_keywords(kept, queryset.exclude(pk=kept.pk))
                have_found_anew(keys)
                new_edition()
            self.message_user(request, f"已把 {number} 个关键词并入“{kept}”。", messages.SUCCESS)
            return None
        if "_batch" in request.POST:
            self.message_user(request, "请选择保留哪一个关键词。", messages.ERROR)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "合并所选关键词",
            "tags": queryset,
        }
        return TemplateResponse(request, "admin/articles/merge_keywords.html", context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if "name" in form.changed_data:
                if change:
                    FormerKeyword.note(obj, form.initial["name"], becomes=obj)
                have_found_anew(list(Article.objects.filter(tags=obj).values_list("pk", flat=True)))
            new_edition()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_queryset(request, Tag.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            carried = Article.objects.filter(tags__in=queryset).distinct()
            keys = list(carried.values_list("pk", flat=True))
            super().delete_queryset(request, queryset)
            have_found_anew(keys)
            new_edition()


Tag._meta.verbose_name = Tag._meta.verbose_name_plural = "关键词"
