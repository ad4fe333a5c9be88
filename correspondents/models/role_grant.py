"""Roles that sign, publish or manage accounts: granted by one person, confirmed by another.

So that nobody comes alone to all the signatures a text needs. A role takes effect when a chief
who has not granted it confirms it; the account's holder has set a second factor by then, so that
whoever handed over the first link cannot use it in his place.
"""

from __future__ import annotations

import datetime as dt

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from correspondents.lifecycle import StepNotAllowed, record
from correspondents.models.letter import Letter

CONFIRM = "correspondents.confirm_rolegrant"
# Rights that only a confirmed role gives.
GUARDED = (
    "sign_first", "sign_second", "sign_final", "publish_article", "withdraw_article",
    "override_separation", "confirm_rolegrant", "change_user",
)  # fmt: skip


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def open(self) -> RoleGrantQuerySet:
        """Those that are in force, or wait to be."""
        return self.filter(ended_at__isnull=True)

    def waiting(self) -> RoleGrantQuerySet:
        """Those that a second person has to confirm."""
        return self.open().filter(confirmed_at__isnull=True)

    def gave(self, user_id: int, right: str, at: dt.datetime) -> bool:
        """Did a confirmed role give this person the right (``app.codename``) at that time?"""
        codename = right.partition(".")[2]
        then = Q(ended_at__isnull=True) | Q(ended_at__gt=at)
        rows = self.filter(then, user=user_id, confirmed_at__lte=at)
        return rows.filter(group__permissions__codename=codename).exists()


class RoleGrant(models.Model):
    """One person's role, from the day it was granted to the day it was taken away."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="账号",
        on_delete=models.CASCADE,
        related_name="role_grants",
    )
    group = models.ForeignKey(Group, verbose_name="角色", on_delete=models.CASCADE)
    # Nobody: the server itself, by a command.
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提出", null=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    granted_at = models.DateTimeField("提出时间", default=timezone.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="确认", null=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    confirmed_at = models.DateTimeField("确认时间", null=True)
    ended_at = models.DateTimeField("取消时间", null=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "角色的授予"
        ordering = ["-granted_at", "-pk"]
        permissions = [("confirm_rolegrant", "确认同事的角色")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "group"],
                condition=Q(ended_at__isnull=True),
                name="one_open_grant_per_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user.get_full_name() or self.user.username}：{self.group.name}"

    def may_confirm(self, by: User) -> str:
        """Return why this person may not confirm it, in Chinese; empty where he may."""
        if not (by.is_active and by.has_perm(CONFIRM)):
            return "只有总编辑、副总编可以确认同事的角色。"
        if by.pk == self.user_id:
            return "自己的角色不能自己确认，请由另一位总编辑或副总编确认。"
        if by.pk == self.granted_by_id:
            return "这是您提出的，请由另一位总编辑或副总编确认。"
        factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        if not Authenticator.objects.filter(user=self.user_id, type__in=factors).exists():
            return "对方还没有设置二次验证，设置好以后才能确认。"
        return ""

    def confirm(self, *, by: User) -> None:
        """Let it take effect; raises ``StepNotAllowed``."""
        if reason := self.may_confirm(by):
            raise StepNotAllowed(reason)
        with transaction.atomic():
            here = RoleGrant.objects.waiting().filter(pk=self.pk)
            if not here.update(confirmed_by=by, confirmed_at=timezone.now()):
                raise StepNotAllowed("已经有人处理过，请刷新页面查看。")
            self.refresh_from_db()
            self.user.groups.add(self.group)
            record(self.user, "role_confirmed", by=by, note=self.group.name)
            tell_chiefs(f"“{self}”经{_name(by)}确认，已经生效")

    def refuse(self, *, by: User) -> None:
        """Turn it down, or take it away where it is in force."""
        if not (by.is_active and by.has_perm(CONFIRM)) or by.pk == self.user_id:
            raise StepNotAllowed("您不能处理这一项。")
        if not RoleGrant.objects.open().filter(pk=self.pk).exists():
            raise StepNotAllowed("已经有人处理过，请刷新页面查看。")
        end_role(self.user, self.group, by=by)
        tell_chiefs(f"“{self}”由{_name(by)}取消")


def is_guarded(group: Group) -> bool:
    """Does this role sign, publish, or manage accounts?"""
    return group.permissions.filter(codename__in=GUARDED).exists()


def holds_guarded(user: User) -> bool:
    """Does this person hold such a role, or is he to get one?"""
    rights = Permission.objects.filter(codename__in=GUARDED)
    there = Group.objects.filter(permissions__in=rights)
    mine = Q(user=user) | Q(rolegrant__in=RoleGrant.objects.open().filter(user=user))
    return there.filter(mine).exists()


def give_role(user: User, group: Group, *, by: User | None) -> None:
    """Give a role at once: the server's own way, and a superuser's, who stands outside."""
    with transaction.atomic():
        now = timezone.now()
        RoleGrant.objects.open().filter(user=user, group=group).update(ended_at=now)
        RoleGrant.objects.create(
            user=user, group=group, granted_by=by, confirmed_by=by, confirmed_at=now
        )
        user.groups.add(group)
        record(user, "role_confirmed", by=by, note=group.name)


def ask_role(user: User, group: Group, *, by: User) -> None:
    """Grant a role that waits for a second person, and tell all who may confirm it."""
    with transaction.atomic():
        _, made = RoleGrant.objects.get_or_create(
            user=user, group=group, ended_at=None, defaults={"granted_by": by}
        )
        if made:
            record(user, "role_asked", by=by, note=group.name)
            tell_chiefs(f"{_name(by)}提出让“{_name(user)}”担任“{group.name}”，等您或另一位确认")


def end_role(user: User, group: Group, *, by: User | None) -> None:
    """Take a role away; in force at once."""
    with transaction.atomic():
        user.groups.remove(group)
        open_ones = RoleGrant.objects.open().filter(user=user, group=group)
        if open_ones.update(ended_at=timezone.now()):
            record(user, "role_ended", by=by, note=group.name)


def suspend_roles(user: User, *, by: User) -> list[str]:
    """Have a person's guarded roles confirmed anew: somebody else has held a key to his account."""
    names = []
    with transaction.atomic():
        for group in [group for group in user.groups.all() if is_guarded(group)]:
            end_role(user, group, by=by)
            ask_role(user, group, by=by)
            names.append(group.name)
    return names


def tell_chiefs(words: str) -> None:
    """Write to everybody who may confirm roles."""
    right = Permission.objects.filter(codename="confirm_rolegrant")
    chiefs = User.objects.filter(groups__permissions__in=right, is_active=True).distinct()
    address = settings.SITE_URL + reverse("admin:correspondents_rolegrant_changelist")
    for chief in chiefs:
        values = {"姓名": _name(chief), "事项": words, "地址": address}
        Letter.objects.write("role_news", chief.email, values)


def _name(user: User) -> str:
    return user.get_full_name() or user.get_username()
