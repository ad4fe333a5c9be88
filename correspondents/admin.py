"""The desk's view of people, units and accounts."""

from __future__ import annotations

from typing import Any

from allauth.mfa.admin import Authenticator
from allauth.usersessions.admin import UserSession
from auditlog.models import LogEntry
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from correspondents import second_factor
from correspondents.accounts import SignedInRequest
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


# Keys of sessions and the data of second factors are nobody's to read, superusers included.
admin.site.unregister([User, Group, Authenticator, UserSession])


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Accounts. Only a superuser can make, see or change a superuser, or grant single rights."""

    list_display = ["username", "last_name", "email", "is_staff", "has_second_factor"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        factors = Authenticator.objects.filter(user=models.OuterRef("pk"))
        accounts = super().get_queryset(request).annotate(protected=models.Exists(factors))
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

    @admin.display(description="二次验证", boolean=True, ordering="protected")
    def has_second_factor(self, person: User) -> bool:
        """Show who signs in with a second factor."""
        return person.protected  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        """Add the page that lifts a person's second factor."""
        lift = self.admin_site.admin_view(self.lift_second_factor)
        place = path("<int:pk>/second-factor/", lift, name="auth_user_second_factor")
        return [place, *super().get_urls()]

    def lift_second_factor(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """Ask, then remove every factor of somebody who has lost the phone or the key.

        The query set keeps superusers from everybody else; one's own factor is removed where it
        was made, after the password.
        """
        person = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, person) or person == request.user:
            raise PermissionDenied
        if request.method == "POST":
            if second_factor.take_away(person, by=request.user):
                messages.success(request, f"已解除“{person}”的二次验证，其所有设备已退出登录。")
            return redirect("admin:auth_user_change", person.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": person,
            "title": "解除二次验证",
        }
        return TemplateResponse(request, "admin/auth/user/second_factor.html", context)


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
