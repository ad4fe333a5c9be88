"""The desk's view of people, units and accounts."""

from __future__ import annotations

from typing import Any

from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db import models
from django.http import HttpRequest

from correspondents.lifecycle_admin import LifeCycleAdmin, state_tag
from correspondents.models import Correspondent, Grade, Organisation


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


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ["name", "short_name", "parent", "region"]
    list_select_related = ["parent"]
    search_fields = ["name", "short_name"]
    autocomplete_fields = ["parent"]


@admin.register(Grade)
class GradeAdmin(admin.ModelAdmin):
    list_display = ["name", "position"]


admin.site.unregister([User, Group])


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Accounts. Only a superuser can make, see or change a superuser, or grant single rights."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        accounts = super().get_queryset(request)
        return accounts if request.user.is_superuser else accounts.filter(is_superuser=False)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or request.user.is_superuser:
            return super().get_fieldsets(request, obj)
        return [
            (None, {"fields": ["username", "password"]}),
            ("个人信息", {"fields": ["last_name", "first_name", "email"]}),
            ("角色", {"fields": ["is_active", "is_staff", "groups"]}),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are switched off, never deleted: signatures refer to them."""
        return False


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """Roles are written by the table in ``portal/roles.py``; here they are only looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


LogEntry._meta.verbose_name = LogEntry._meta.verbose_name_plural = "审计日志"
