"""The desk's view of correspondents."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from correspondents.lifecycle_admin import LifeCycleAdmin, state_tag
from correspondents.models import Correspondent, Grade


@admin.register(Correspondent)
class CorrespondentAdmin(LifeCycleAdmin):
    list_display = ["name", "organisation", "grade", "number", state_tag]
    list_filter = ["state", "grade"]
    list_select_related = ["organisation", "grade"]
    search_fields = ["name", "number", "organisation__name", "organisation__short_name"]
    autocomplete_fields = ["user"]
    readonly_fields = ["state", "state_changed_at", "public_consent_at"]
    fields = [
        "name",
        "grade",
        "number",
        "motto",
        "since",
        "user",
        "public_consent_at",
        "state",
        "state_changed_at",
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Linking an account opens its drafts: only those who manage accounts may."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.has_perm("auth.change_user") else [*fields, "user"]


@admin.register(Grade)
class GradeAdmin(admin.ModelAdmin):
    list_display = ["name", "position"]


# Keys of sessions and the data of second factors are nobody's to read, superusers included.
