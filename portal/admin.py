"""The desk's view of the site's own data, and of the audit log."""

from __future__ import annotations

from typing import Any

from auditlog.admin import LogEntryAdmin
from auditlog.models import LogEntry
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from articles.desk_editor import EditorPages
from correspondents.history import what
from portal.models import MastheadTerm, MenuItem, Page, ScheduledJob, SiteProfile
from portal.schedule import JOBS


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


@admin.register(MenuItem)
class MenuItemAdmin(admin.ModelAdmin):
    list_display = ["__str__", "menu", "parent", "section", "url", "is_visible", "position"]
    list_editable = ["position", "is_visible"]
    list_filter = ["menu", "parent"]
    list_select_related = ["parent__section", "section"]


@admin.register(Page)
class PageAdmin(EditorPages, admin.ModelAdmin):
    list_display = ["title", "slug", "in_footer", "position"]
    list_editable = ["in_footer", "position"]


admin.site.unregister(LogEntry)


@admin.register(LogEntry)
class AuditAdmin(LogEntryAdmin):
    """The audit log: looked at, never changed."""

    list_display = ["created", "what", "resource_url", "msg_short", "user_url", "remote_addr"]

    @admin.display(description="事件")
    def what(self, entry: LogEntry) -> str:
        """What happened, in the desk's words."""
        return what(entry)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ScheduledJob)
class ScheduledJobAdmin(admin.ModelAdmin):
    """Daily jobs and the times of keeping they carry out: looked at, never changed."""

    list_display = ["label", "rule", "due_at", "finished_at", "done", "failure"]
    list_display_links = None

    @admin.display(description="任务")
    def label(self, job: ScheduledJob) -> str:
        return JOBS[job.name].label if job.name in JOBS else job.name

    @admin.display(description="规定")
    def rule(self, job: ScheduledJob) -> str:
        return JOBS[job.name].rule() if job.name in JOBS else "已停用"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
