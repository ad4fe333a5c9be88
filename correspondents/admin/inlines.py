"""Rows on the page of a person: the units he was in, and what he agreed to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from correspondents.forms.desk import MembershipForm, MembershipFormSet
from correspondents.models import Consent, Membership


class MembershipInline(admin.TabularInline):
    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    extra = 0
    autocomplete_fields = ["organisation"]
    verbose_name_plural = "单位经历（调动请用“核定单位”，这里更正日期）"


class ConsentInline(admin.TabularInline):
    model = Consent
    extra = 0
    can_delete = False
    fields: ClassVar[Any] = ["kind", "notice", "given_at", "address", "withdrawn_at"]
    readonly_fields = fields
    verbose_name_plural = "同意记录（由本人给出和撤回）"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
