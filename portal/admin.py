"""The desk's view of the site's own data, and of the audit log."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from auditlog.admin import LogEntryAdmin
from auditlog.models import LogEntry
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode

from articles.text.desk_editor import EditorPages
from correspondents.history import EVENTS, details, details_of, kind_of, what
from correspondents.lifecycle import record
from correspondents.spreadsheets import csv_line
from portal import redirects
from portal.admin_tasks import ScheduledJobAdmin, TaskAdmin  # noqa: F401 -- registered there
from portal.models import (
    FREQUENT,
    MastheadTerm,
    MenuItem,
    MissingPage,
    Page,
    Redirect,
    SiteProfile,
)

LARGEST_CSV = 2 * 1024 * 1024


@admin.register(SiteProfile)
class SiteProfileAdmin(admin.ModelAdmin):
    """One row; the list leads straight to it."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        profile, _ = SiteProfile.objects.get_or_create(pk=1)
        return HttpResponseRedirect(reverse("admin:portal_siteprofile_change", args=[profile.pk]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(MastheadTerm)
class MastheadTermAdmin(admin.ModelAdmin):
    list_display = ["name", "post", "duty", "since", "until", "position"]
    list_editable = ["position"]
    list_filter = ["post"]


def _no_tenth(changed: Iterable[MenuItem]) -> None:
    """Refuse a tenth entry of the strip on phones; what is over already may be cut step by step."""
    here = {item.pk: item for item in changed}
    before = MenuItem.objects.filter(menu=MenuItem.Menu.MAIN).select_related("section")
    stored = {item.pk: item for item in before}
    after = sum(item.is_in_strip for item in (stored | here).values())
    if after > FREQUENT and after > sum(item.is_in_strip for item in stored.values()):
        raise ValidationError(f"手机常用最多 {FREQUENT} 项，请先取消一项。")


class MenuItemForm(forms.ModelForm):
    def _post_clean(self) -> None:
        # The model puts together what was typed; how many there are is a question of all.
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            try:
                _no_tenth([self.instance])
            except ValidationError as error:
                self.add_error("is_frequent", error)


class MenuRows(forms.BaseModelFormSet):
    def clean(self) -> None:
        super().clean()
        if not any(form.errors for form in self.forms):
            _no_tenth(form.instance for form in self.forms)


@admin.register(MenuItem)
class MenuItemAdmin(admin.ModelAdmin):
    form = MenuItemForm
    list_display = [
        "__str__", "menu", "parent", "section", "url", "is_visible", "is_frequent", "position",
    ]  # fmt: skip
    list_editable = ["position", "is_visible", "is_frequent"]
    list_filter = ["menu", "parent", "is_frequent"]
    list_select_related = ["parent__section", "section"]

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, **kwargs | {"formset": MenuRows})


@admin.register(Page)
class PageAdmin(EditorPages, admin.ModelAdmin):
    list_display = ["title", "slug", "in_footer", "position"]
    list_editable = ["in_footer", "position"]


AUDIT_HEADS = ["时间", "谁", "事件", "对象", "改动前后", "网络地址"]


EXPORTED = 500
LINE = format_html("<br>{}", "")


def _who(entry: LogEntry) -> str:
    return entry.actor.get_full_name() or entry.actor.get_username() if entry.actor else "系统"


def _audit_row(entry: LogEntry, told: list[str]) -> list[str]:
    return [
        f"{timezone.localtime(entry.timestamp):%Y-%m-%d %H:%M:%S}",
        _who(entry),
        what(entry),
        f"{entry.content_type} {entry.object_pk} {entry.object_repr}",
        "；".join(told),
        entry.remote_addr or "",
    ]


def _chunks(rows: Any) -> Iterator[list[list[str]]]:
    """The rows of an export, so many together that what they name is asked for once."""
    entries = rows.iterator(EXPORTED)
    while chunk := list(itertools.islice(entries, EXPORTED)):
        pairs = zip(chunk, details_of(chunk), strict=True)
        yield [_audit_row(entry, told) for entry, told in pairs]


class EventFilter(admin.SimpleListFilter):
    """By what happened, in the desk's words."""

    title = "事件"
    parameter_name = "shijian"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("step", "状态变更"), *EVENTS.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        event = self.value()
        return queryset.filter(additional_data__event=event) if event else queryset


admin.site.unregister(LogEntry)


class AuditList(ChangeList):
    """One page of the log: what its rows name is asked for all of them together."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        entries = list(self.result_list)
        for entry, lines in zip(entries, details_of(entries), strict=True):
            entry.lines = lines
        self.result_list = entries  # type: ignore[assignment]


@admin.register(LogEntry)
class AuditAdmin(LogEntryAdmin):
    """The audit log: looked at, never changed."""

    list_display = ["when", "who", "what", "thing", "told", "where"]
    list_display_links = ["when"]
    list_filter = [EventFilter, "timestamp", "content_type"]
    # The kinds of things are few and remembered; joined, they are what the log is read by.
    list_select_related = ["actor"]
    date_hierarchy = None  # would look for the years in every row; the filters know the months
    fieldsets = [(None, {"fields": ["when", "who", "what", "thing", "told", "where"]})]
    readonly_fields = ["when", "who", "what", "thing", "told", "where"]
    show_full_result_count = False
    change_list_template = "admin/portal/audit_list.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return AuditList

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("csv/", view, name="auditlog_logentry_csv"), *super().get_urls()]

    def export_view(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """Send what the list shows, filters and all, as CSV; the export is logged itself."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:  # as the list itself answers
            return HttpResponseRedirect(f"{reverse('admin:auditlog_logentry_changelist')}?e=1")
        user: Any = request.user
        record(user, "audit_exported", by=user, note=request.META.get("QUERY_STRING", "")[:200])
        lines = (csv_line(row) for chunk in _chunks(rows) for row in chunk)
        content = itertools.chain(["\ufeff", csv_line(AUDIT_HEADS)], lines)
        response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="audit.csv"'
        return response

    @admin.display(description="时间", ordering="timestamp")
    def when(self, entry: LogEntry) -> str:
        return f"{timezone.localtime(entry.timestamp):%Y-%m-%d %H:%M:%S}"

    @admin.display(description="谁", ordering="actor")
    def who(self, entry: LogEntry) -> str:
        return _who(entry)

    @admin.display(description="对象")
    def thing(self, entry: LogEntry) -> str:
        return f"{kind_of(entry).name} {entry.object_pk}：{entry.object_repr}"

    @admin.display(description="网络地址")
    def where(self, entry: LogEntry) -> str:
        return entry.remote_addr or "—"

    @admin.display(description="改动前后")
    def told(self, entry: LogEntry) -> str:
        lines = entry.lines if hasattr(entry, "lines") else details(entry)
        return format_html_join(LINE, "{}", ((line,) for line in lines)) or "—"

    @admin.display(description="事件")
    def what(self, entry: LogEntry) -> str:
        """What happened, in the desk's words."""
        return what(entry)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Redirect)
class RedirectAdmin(admin.ModelAdmin):
    """Redirects, with CSV in and out."""

    list_display = ["path", "target", "note", "made_at"]
    search_fields = ["path", "target", "note"]
    list_per_page = 100
    show_full_result_count = False
    change_list_template = "admin/portal/redirect_list.html"

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("csv/", wrap(self.export_view), name="portal_redirect_csv"),
            path("csv/in/", wrap(self.import_view), name="portal_redirect_import"),
        ]
        return [*own, *super().get_urls()]

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        return {"path": request.GET.get("path", "")[:300]}

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Send all of them as CSV; logged."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        record(request.user, "redirects_exported", by=request.user)  # type: ignore[arg-type]
        head = {"Content-Disposition": 'attachment; filename="zhuanxiang.csv"'}
        return HttpResponse(redirects.export(), "text/csv; charset=utf-8", headers=head)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Take a CSV file in, by POST; every line that is refused is told."""
        if request.method != "POST" or not self.has_add_permission(request):
            raise PermissionDenied
        file = request.FILES.get("file")
        text = redirects.decoded(file.read(LARGEST_CSV)) if file else ""
        if not text.strip():
            messages.error(request, "请选择一个 CSV 文件，每行写旧地址、新地址、说明。")
        else:
            done, refused = redirects.read_in(text)
            messages.success(request, f"收下 {done} 条，没有收下 {len(refused)} 条。")
            for number, reason in refused[:20]:
                messages.error(request, f"第 {number} 行：{reason}")
        return HttpResponseRedirect(reverse("admin:portal_redirect_changelist"))


@admin.register(MissingPage)
class MissingPageAdmin(admin.ModelAdmin):
    """Addresses that nobody found: redirected from here, or dropped from the list."""

    list_display = ["path", "number", "first_at", "last_at", "redirect"]
    list_display_links = None
    search_fields = ["path"]
    show_full_result_count = False

    @admin.display(description="处理")
    def redirect(self, row: MissingPage) -> str:
        address = f"{reverse('admin:portal_redirect_add')}?{urlencode({'path': row.path})}"
        return format_html('<a href="{}">转向</a>', address)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
