"""The desk's view of accounts and roles."""

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
