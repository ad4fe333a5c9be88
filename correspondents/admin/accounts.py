"""The desk's view of accounts and roles."""

from __future__ import annotations

from typing import Any, cast

from allauth.mfa.admin import Authenticator
from allauth.usersessions.admin import UserSession
from auditlog.models import LogEntry
from django import forms
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
from correspondents.accounts import SignedInRequest, reset_link, send_reset_link
from correspondents.contact import masked_mail
from correspondents.forms.staff import InviteForm, StaffForm
from correspondents.lifecycle import StepNotAllowed, record
from correspondents.models import RoleGrant, SignInName
from correspondents.models.role_grant import (
    CONFIRM,
    ask_role,
    end_role,
    give_role,
    holds_guarded,
    is_guarded,
    suspend_roles,
)

admin.site.unregister([User, Group, Authenticator, UserSession])


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Accounts. Only a superuser can make, see or change a superuser, or grant single rights."""

    list_display = ["username", "last_name", "email", "is_staff", "has_second_factor"]
    filter_horizontal = ["user_permissions"]
    form = StaffForm
    add_form = InviteForm
    add_fieldsets = (
        (
            None,
            {"fields": ("username", "last_name", "first_name", "same_name", "email", "is_staff")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        factors = Authenticator.objects.filter(user=models.OuterRef("pk"))
        accounts = super().get_queryset(request).annotate(protected=models.Exists(factors))
        return accounts if request.user.is_superuser else accounts.filter(is_superuser=False)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"asked_by": request.user})

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A handful of roles to tick."""
        if db_field.name == "groups":
            boxes = forms.CheckboxSelectMultiple
            return forms.ModelMultipleChoiceField(
                Group.objects.all(), label="角色", required=False, widget=boxes
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        rights = ["is_active", "is_staff", "groups"]
        if request.user.is_superuser:
            rights += ["is_superuser", "user_permissions"]
        return [
            (None, {"fields": ["username", "last_login", "date_joined"]}),
            ("个人信息", {"fields": ["last_name", "first_name", "same_name", "email"]}),
            ("角色", {"fields": rights}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["last_login", "date_joined"] if obj is not None else []

    # --- roles and keys ---------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Another mailbox is another holder: keys from before are void."""
        super().save_model(request, obj, form, change)
        SignInName.objects.settle(obj, claims="email" in form.changed_data)
        if change and "email" in form.changed_data and obj != request.user:
            second_factor.change_locks(obj, by=cast("User", request.user))
            messages.warning(
                request, "邮箱换了，原来的密码和二次验证已失效，请把设置密码的链接发给本人。"
            )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Roles are taken away at once; those that sign, publish or manage accounts wait."""
        user, by = form.instance, cast("User", request.user)
        if "groups" not in form.cleaned_data:
            super().save_related(request, form, formsets, change)
            return
        before, wanted = set(user.groups.all()), set(form.cleaned_data["groups"])
        form.cleaned_data["groups"] = Group.objects.filter(pk__in=[one.pk for one in before])
        super().save_related(request, form, formsets, change)
        for group in before - wanted:
            end_role(user, group, by=by)
        for group in wanted - before:
            if by.is_superuser or not is_guarded(group):
                give_role(user, group, by=by)
            else:
                ask_role(user, group, by=by)
                messages.warning(
                    request, f"“{group.name}”已提出，等另一位总编辑或副总编确认后生效。"
                )

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Nobody sets a colleague's password, a superuser neither: a link does, by its holder."""
        user = self.get_object(request, id)
        if user is None or not self.has_change_permission(request, user):
            raise PermissionDenied
        if user == request.user:
            return redirect("account_change_password")
        return redirect("admin:auth_user_reset", user.pk)

    def reset_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """Have somebody set his password: by a letter, or a link that is shown once.

        Whoever saw the link could use it himself: roles that sign wait for a chief anew.
        """
        person = get_object_or_404(self.get_queryset(request), pk=pk, is_active=True)
        if not self.has_change_permission(request, person) or person == request.user:
            raise PermissionDenied
        link = ""
        if request.method == "POST":
            record(person, "reset_offered", by=request.user)
            second_factor.change_locks(person, by=request.user)
            if person.email:
                self._mail_link(request, person)
                return redirect("admin:auth_user_change", person.pk)
            names = suspend_roles(person, by=request.user)
            if names:
                messages.warning(request, f"{'、'.join(names)}：要由总编辑或副总编重新确认后生效。")
            link = reset_link(person)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": person,
            "title": "设置密码的链接",
            "link": link,
            "guarded": holds_guarded(person),
        }
        response = TemplateResponse(request, "admin/auth/user/reset.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @staticmethod
    def _mail_link(request: HttpRequest, person: User) -> None:
        """Send it, and say how that went: a mail server that is down is nobody's fault here."""
        try:
            send_reset_link(person)
        except OSError as error:  # what SMTP says is one too
            messages.error(
                request,
                f"信没有寄出（{type(error).__name__}），原来的密码已经失效；"
                "请等邮件服务恢复后再发一次链接。",
            )
        else:
            messages.success(request, f"设置密码的链接已寄到 {masked_mail(person.email)}。")

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        """An invitation goes on to the link."""
        return redirect("admin:auth_user_reset", obj.pk)

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
        reset = path(
            "<int:pk>/reset/", self.admin_site.admin_view(self.reset_view), name="auth_user_reset"
        )
        return [place, reset, *super().get_urls()]

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


@admin.register(RoleGrant)
class RoleGrantAdmin(admin.ModelAdmin):
    """Who was given which role by whom; a chief confirms those that wait, one by one."""

    list_display = ["user", "group", "granted_by", "granted_at", "confirmed_by", "standing"]
    list_filter = ["group"]
    list_select_related = ["user", "group", "granted_by", "confirmed_by"]
    change_form_template = "admin/correspondents/rolegrant_change_form.html"
    actions = None

    @admin.display(description="状态")
    def standing(self, grant: RoleGrant) -> str:
        """Whether it waits, is in force, or is over."""
        return "已取消" if grant.ended_at else "有效" if grant.confirmed_at else "待确认"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one; POST confirms it or turns it down."""
        grant: Any = self.get_object(request, object_id)
        by = cast("User", request.user)
        if request.method == "POST" and grant is not None and by.has_perm(CONFIRM):
            verb = grant.confirm if "_confirm" in request.POST else grant.refuse
            try:
                verb(by=by)
                messages.success(request, f"“{grant}”：已处理。")
            except StepNotAllowed as refusal:
                messages.error(request, str(refusal))
            return redirect("admin:correspondents_rolegrant_changelist")
        open_now = grant is not None and grant.ended_at is None
        extra = {
            "may_refuse": open_now and by.has_perm(CONFIRM) and grant.user_id != by.pk,
            "waits": open_now and grant.confirmed_at is None,
            "reason": grant.may_confirm(by) if grant is not None else "",
        }
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))


LogEntry._meta.verbose_name = LogEntry._meta.verbose_name_plural = "审计日志"
