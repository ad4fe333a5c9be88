"""The desk's view of correspondents: applications, terms, units, contacts, merging."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.cache import never_cache

from correspondents.accounts import registry_may_reset, reset_link
from correspondents.admin.filters import PublicFilter, TermFilter, ToDoFilter
from correspondents.admin.inlines import ConsentInline, MembershipInline
from correspondents.admin.merging import Merges
from correspondents.choosing import SearchedSelect
from correspondents.contact import mobile_number
from correspondents.forms.desk import (
    MergePeopleForm,
    PersonForm,
    SettleUnitForm,
)
from correspondents.lifecycle import StepNotAllowed, record
from correspondents.lifecycle_admin import LifeCycleAdmin, state_tag
from correspondents.models import (
    Consent,
    Correspondent,
    Grade,
    Membership,
    Organisation,
    PrivacyNotice,
)

MANAGE = "correspondents.manage_correspondent"

# Pinyin as somebody types it.
_LETTERS = re.compile(r"[A-Za-z' ]{2,30}")


@admin.register(Correspondent)
class CorrespondentAdmin(Merges, LifeCycleAdmin):
    change_form_template = "admin/correspondents/correspondent_change_form.html"
    form = PersonForm
    counter = "人"
    inlines = [MembershipInline, ConsentInline]
    list_display = ["called", "unit", "number", state_tag, "term", "mobile_masked"]
    list_filter = ["state", TermFilter, ToDoFilter, PublicFilter, "grade", "organisation__region"]
    list_select_related = ["organisation", "grade", "user"]
    list_per_page = 100
    show_full_result_count = False
    search_fields = ["name"]  # get_search_results knows units, numbers and mobiles
    search_help_text = "姓名、拼音、档案号、单位的任何名称；有权限的可以用完整手机号。"
    autocomplete_fields = ["user"]
    readonly_fields = [
        "state",
        "state_changed_at",
        "created_at",
        "unit_now",
        "unit_text",
        "unit_since",
        "contact",
        "files",
        "public_consent_at",
    ]
    fieldsets = [
        ("档案", {"fields": [("name", "usual_byline"), ("number", "grade"), "since",
                            ("term_from", "term_to", "certificate_number"),
                            ("state", "state_changed_at", "created_at")]}),
        ("单位", {"fields": ["unit_now", ("unit_text", "unit_since")]}),
        ("联系方式", {"fields": ["contact", ("new_mobile", "new_email")]}),
        ("介绍与推荐", {"fields": ["motto", "strengths", ("recommending_unit", "recommender"),
                                  "files", "notes"]}),
        ("账号与公开", {"fields": ["user", "public_consent_at"]}),
    ]  # fmt: skip
    merge_form = MergePeopleForm
    merge_permission = MANAGE
    merge_field = Correspondent._meta.get_field("merged_into")
    merge_words = (
        "只合并同一个人的两份档案。文章署名、来稿、单位经历、同意记录都归到保留的档案；"
        "保留的档案已有账号的，另一个账号停用。文章上印的姓名和单位不变。"
    )

    # --- lists ------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Correspondent]:
        people = super().get_queryset(request).select_related("organisation")
        return people.current().with_colleagues_name()  # type: ignore[attr-defined]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Names without their pads, numbers, units by any name; a whole mobile number by right."""
        if not search_term.strip():
            return queryset, False
        number = mobile_number(search_term)
        if number and request.user.has_perm("correspondents.view_contact"):
            return queryset.filter(mobile=number), False
        found = queryset.search(search_term)
        if (
            letters := re.sub(r"[\s']", "", search_term.lower())
            if _LETTERS.fullmatch(search_term)
            else ""
        ):
            # As it is spelled, with or without blanks, or by the first letters of its syllables.
            whole, initials = " ?".join(letters), "[a-z]* ".join(letters)
            spelled = queryset.filter(spelling__iregex=f"^({whole}|{initials})")
            return queryset.filter(
                Q(pk__in=found.values("pk")) | Q(pk__in=spelled.values("pk"))
            ), False
        return found, False

    @admin.display(description="姓名", ordering="spelling")
    def called(self, person: Correspondent) -> str:
        """The name; of somebody who waits, what is odd about it."""
        if person.state != "pending" or not person.flags:
            return person.name
        return format_html('{} <span class="tag tag--red">{}</span>', person.name, person.flags[0])

    @admin.display(description="单位", ordering="organisation__path")
    def unit(self, person: Correspondent) -> str:
        if person.unit_text:
            return format_html('{} <span class="tag tag--pending">待核定：{}</span>',
                               person.organisation or "", person.unit_text)  # fmt: skip
        return str(person.organisation or "—")

    @admin.display(description="聘期至", ordering="term_to")
    def term(self, person: Correspondent) -> str:
        if person.term_to is None:
            return "—"
        left = person.days_left or 0
        tone = "" if person.state != "engaged" or left > 30 else "r" if left < 0 else "a"
        return format_html('<span class="wait {}">{}</span>', tone, f"{person.term_to:%Y-%m-%d}")

    @admin.display(description="手机")
    def mobile_masked(self, person: Correspondent) -> str:
        return person.masked_mobile or "—"

    # --- one record -------------------------------------------------------------------------

    @admin.display(description="现单位")
    def unit_now(self, person: Correspondent) -> str:
        parts = [str(person.organisation or ""), person.department, person.post]
        return " · ".join(part for part in parts if part) or "—"

    @admin.display(description="手机、邮箱")
    def contact(self, person: Correspondent) -> str:
        parts = [person.masked_mobile, person.masked_email]
        return "　".join(part for part in parts if part) or "—"

    @admin.display(description="照片、推荐函")
    def files(self, person: Correspondent) -> str:
        links = [
            format_html(
                '<a href="{}">{}：{}</a>',
                reverse("correspondents:file", args=[upload.key]),
                label,
                upload.original_name,
            )
            for label, upload in (("照片", person.photo), ("推荐函", person.letter))
            if upload is not None
        ]
        return format_html("{}　{}", *links) if len(links) == 2 else (links[0] if links else "—")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Linking an account opens its drafts: only those who manage accounts may."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.has_perm("auth.change_user") else [*fields, "user"]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is not None else [MembershipInline]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Rows that close come before rows that open: one present unit at a time."""
        if formset.model is not Membership:
            super().save_formset(request, form, formset, change)
            return
        rows = formset.save(commit=False)
        for row in formset.deleted_objects:
            row.delete()
        for row in sorted(rows, key=lambda row: row.until is None):
            row.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Today's unit follows the memberships."""
        super().save_related(request, form, formsets, change)
        form.instance.settle_membership()

    def history_of(self, obj: Any) -> list[models.QuerySet[Any]]:
        return [
            *super().history_of(obj),
            Membership.objects.filter(correspondent=obj),
            Consent.objects.filter(correspondent=obj),
        ]

    def view_on_site(self, obj: Correspondent) -> str | None:  # type: ignore[override]
        return obj.get_absolute_url() if obj.is_public else None

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        person = kwargs.get("obj")
        if person is not None and request.user.has_perm(MANAGE):
            context["tools"] = self._tools(request, person)
            context["flags"] = person.flags
            context["not_ready"] = person._not_ready() if person.state == "pending" else ""
            context["namesakes"] = (
                Correspondent.objects.named(person.name)
                .exclude(pk=person.pk)
                .select_related("organisation")[:20]
            )
        return super().render_change_form(request, context, *args, **kwargs)

    # --- tools ------------------------------------------------------------------------------

    TOOLS: ClassVar[dict[str, str]] = {
        "contact": "查看完整联系方式",
        "mobile": "确认为登录手机号",
        "claim": "发认领链接",
        "reset": "发重设密码链接",
        "hide": "撤下公开档案",
    }

    def _tools(self, request: HttpRequest, person: Correspondent) -> list[tuple[str, str]]:
        """The tools that make sense for this record and this person at the desk."""
        account = person.user
        sensible = {
            "contact": request.user.has_perm("correspondents.view_contact")
            and bool(person.mobile or person.email),
            "mobile": bool(person.mobile)
            and person.mobile != person.sign_in_mobile
            and account is not None
            and person.state != "pending",
            "claim": account is None and person.state != "closed",
            "reset": registry_may_reset(account),
            "hide": person.public_consent_at is not None,
        }
        return [(name, label) for name, label in self.TOOLS.items() if sensible[name]]

    def get_urls(self) -> list[Any]:
        own = [
            path(
                "<int:pk>/unit/",
                self.admin_site.admin_view(self.unit_view),
                name="correspondents_correspondent_unit",
            ),
            path(
                "<int:pk>/tool/<slug:name>/",
                self.admin_site.admin_view(never_cache(self.tool_view)),
                name="correspondents_correspondent_tool",
            ),
        ]
        return [*own, *super().get_urls()]

    def _record(self, request: HttpRequest, pk: int) -> Correspondent:
        if not request.user.has_perm(MANAGE):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request).select_related("user"), pk=pk)

    def tool_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Use one tool by POST; secrets are shown once, on a page that nothing keeps."""
        person = self._record(request, pk)
        if name not in self.TOOLS:
            raise Http404
        if request.method != "POST" or name not in dict(self._tools(request, person)):
            raise PermissionDenied
        lines: list[tuple[str, str]] = []
        try:
            lines = getattr(self, f"_tool_{name}")(request, person)
        except StepNotAllowed as refusal:
            messages.error(request, str(refusal))
        if not lines:
            return redirect("admin:correspondents_correspondent_change", person.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{self.TOOLS[name]}：{person.name}",
            "original": person,
            "lines": lines,
            "tool": name,
        }
        return TemplateResponse(request, "admin/correspondents/tool.html", context)

    def _tool_contact(self, request: Any, person: Correspondent) -> list[tuple[str, str]]:
        record(person, "contact_viewed", by=request.user)
        return [("手机", person.mobile or "—"), ("邮箱", person.email or "—")]

    def _tool_claim(self, request: Any, person: Correspondent) -> list[tuple[str, str]]:
        secret = person.offer_claim(by=request.user)
        address = reverse("correspondents:claim", args=[secret])
        until = timezone.localtime(person.claim_until)
        return [("链接", _absolute(address)), ("有效期", f"至 {until:%Y-%m-%d %H:%M}，只能用一次")]

    def _tool_reset(self, request: Any, person: Correspondent) -> list[tuple[str, str]]:
        assert person.user is not None  # noqa: S101 -- _tools has looked
        record(person, "reset_offered", by=request.user)
        return [("链接", reset_link(person.user)), ("有效期", "三天内，只能用一次")]

    def _tool_mobile(self, request: Any, person: Correspondent) -> list[tuple[str, str]]:
        person.confirm_mobile(by=request.user)
        messages.success(request, f"{person.masked_mobile} 现在可以用来登录。")
        return []

    def _tool_hide(self, request: Any, person: Correspondent) -> list[tuple[str, str]]:
        person.withdraw_consent(Consent.Kind.PROFILE, by=request.user)
        messages.success(request, "公开档案已撤下；只有本人能再次公开。")
        return []

    def unit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Settle a unit: what was typed at registration, or a move from a day on."""
        person = self._record(request, pk)
        known = Organisation.objects.resolve(person.unit_text) if person.unit_text else None
        initial = {
            "organisation": known or person.organisation,
            "since": person.unit_since,
            "department": person.department,
            "post": person.post,
            "new_name": "" if known else person.unit_text,
        }
        if initial["new_name"]:
            initial["organisation"] = None
        form = SettleUnitForm(request.POST or None, initial=initial)
        field = Membership._meta.get_field("organisation")
        for name in ("organisation", "parent"):
            choices = form.fields[name].choices  # type: ignore[attr-defined]
            form.fields[name].widget = SearchedSelect(field, self.admin_site)
            form.fields[name].widget.choices = choices  # type: ignore[attr-defined]
        if request.method == "POST" and form.is_valid() and self._settle(request, person, form):
            return redirect("admin:correspondents_correspondent_change", person.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"核定单位：{person.name}",
            "original": person,
            "form": form,
            "memberships": person.memberships.select_related("organisation"),
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/correspondents/unit.html", context)

    def _settle(self, request: Any, person: Correspondent, form: SettleUnitForm) -> bool:
        data, text = form.cleaned_data, person.unit_text
        try:
            with transaction.atomic():
                unit = form.unit()
                if data["alias"] and text and Organisation.objects.resolve(text) is None:
                    unit.aliases.create(text=text)
                person.settle_unit(
                    unit,
                    by=request.user,
                    since=data["since"],
                    department=data["department"],
                    post=data["post"],
                )
        except StepNotAllowed as refusal:
            form.add_error("since", str(refusal))
            return False
        messages.success(request, f"“{person.name}”的单位：{unit.name}。")
        return True


def _absolute(address: str) -> str:
    """The address as it is sent to somebody."""
    return settings.SITE_URL + address


@admin.register(Grade)
class GradeAdmin(admin.ModelAdmin):
    list_display = ["name", "position"]


@admin.register(PrivacyNotice)
class PrivacyNoticeAdmin(admin.ModelAdmin):
    """Versions of the notice: a new one is added, an old one is looked at."""

    list_display = ["version", "in_force_since"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People agreed to the words of a version in force: they stay."""
        coming = obj is not None and obj.in_force_since > timezone.now()
        return super().has_change_permission(request, obj) and coming

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        last = PrivacyNotice.objects.first()
        return {"version": last.version + 1 if last else 1, "body": last.body if last else ""}
