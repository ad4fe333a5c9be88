"""The desk appoints the liaisons of units."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from correspondents.models import Liaison


@admin.register(Liaison)
class LiaisonAdmin(admin.ModelAdmin):
    """Charges are ended, never deleted."""

    list_display = ["organisation", "correspondent", "granted_by", "granted_at", "ended_at"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["organisation", "correspondent__organisation", "granted_by"]
    search_fields = ["correspondent__name", "organisation__name"]
    autocomplete_fields = ["organisation", "correspondent"]
    fields = ["organisation", "correspondent", "ended_at"]
    actions = ["end"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["organisation", "correspondent", "ended_at"] if obj else ["ended_at"]

    def save_model(self, request: Any, obj: Liaison, form: Any, change: bool) -> None:
        if not change:
            obj.granted_by = request.user
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description="结束所选", permissions=["change"])
    def end(self, request: HttpRequest, queryset: models.QuerySet[Liaison]) -> None:
        """End charges; the pages of the unit are closed to them at once."""
        ended = 0
        for charge in queryset.filter(ended_at__isnull=True):
            charge.ended_at = timezone.now()
            charge.save()
            ended += 1
        self.message_user(request, f"已结束 {ended} 项。")
