"""What the desk puts before readers who search."""

from __future__ import annotations

from django.contrib import admin

from articles.models import HotWord, PromotedResult


@admin.register(HotWord)
class HotWordAdmin(admin.ModelAdmin):
    list_display = ["text", "is_visible", "position"]
    list_editable = ["is_visible", "position"]


@admin.register(PromotedResult)
class PromotedResultAdmin(admin.ModelAdmin):
    list_display = ["title", "words", "address", "until", "position"]
    list_editable = ["position"]
    search_fields = ["title", "words"]
