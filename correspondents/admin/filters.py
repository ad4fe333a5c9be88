"""Filters of the list of correspondents: what wants doing, and whose term ends."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest


class TermFilter(admin.SimpleListFilter):
    """The expiry list."""

    title = "聘期"
    parameter_name = "term"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("over", "已过期未处理"),
            ("30", "30 天内到期"),
            ("60", "60 天内到期"),
            ("90", "90 天内到期"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "over":
            return queryset.overdue().order_by("term_to", "pk")
        return queryset.ending_within(int(self.value())) if self.value() else queryset

    def value(self) -> Any:
        value = super().value()
        return value if value in ("over", "30", "60", "90") else None


class ToDoFilter(admin.SimpleListFilter):
    """What the desk has still to settle about people."""

    title = "待办"
    parameter_name = "todo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("unit", "单位待核定"), ("mobile", "登录手机号待确认"), ("account", "没有账号")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "unit":
            return queryset.waiting_for_unit()
        if self.value() == "mobile":
            engaged = queryset.engaged().filter(user__isnull=False).exclude(mobile="")
            confirmed = engaged.filter(sign_in_mobile=F("mobile"))
            return engaged.exclude(pk__in=confirmed.values("pk"))
        if self.value() == "account":
            return queryset.engaged().filter(user__isnull=True)
        return queryset


class PublicFilter(admin.SimpleListFilter):
    """Who agreed to a public profile."""

    title = "公开档案"
    parameter_name = "public"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "已公开"), ("no", "未公开")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "yes":
            return queryset.public()
        if self.value() == "no":
            return queryset.filter(public_consent_at__isnull=True)
        return queryset
