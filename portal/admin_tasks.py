"""What the machinery does: daily jobs, and background work that waits, runs, failed or is done."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django_tasks_db import admin as shipped
from django_tasks_db.models import DBTaskResult, get_date_max

from portal import work
from portal.jobs import JOBS
from portal.models import ScheduledJob

TONES = {"READY": "waiting", "RUNNING": "active", "FAILED": "red", "SUCCESSFUL": "settled"}
STATES = {"READY": "等待", "RUNNING": "正在办理", "FAILED": "没有做成", "SUCCESSFUL": "做完了"}


class LookedAt(admin.ModelAdmin):
    """Looked at, never changed by hand."""

    list_display_links = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ScheduledJob)
class ScheduledJobAdmin(LookedAt):
    """Daily jobs and the times of keeping they carry out."""

    list_display = ["label", "rule", "due_at", "finished_at", "done", "failure"]
    fields: ClassVar[Any] = list_display

    @admin.display(description="任务")
    def label(self, job: ScheduledJob) -> str:
        return str(job)

    @admin.display(description="规定")
    def rule(self, job: ScheduledJob) -> str:
        return JOBS[job.name].rule() if job.name in JOBS else "已停用"


class Standing(admin.SimpleListFilter):
    """What still has to be done comes first; what was done today can be looked up."""

    title = "状态"
    parameter_name = "zt"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("waiting", "等待"),
            ("running", "正在办理"),
            ("failed", "没有做成"),
            ("today", "今天做完"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        wanted = self.value()
        if wanted == "today":
            today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
            return queryset.filter(status="SUCCESSFUL", finished_at__gte=today)
        states = {"waiting": "READY", "running": "RUNNING", "failed": "FAILED"}
        return queryset.filter(status=states[wanted]) if wanted in states else queryset


# Imported here, so that it is there to be replaced.
admin.site.unregister(shipped.DBTaskResult)
DBTaskResult._meta.verbose_name = DBTaskResult._meta.verbose_name_plural = "后台任务"
ScheduledJob.add_to_class(
    "__str__", lambda job: JOBS[job.name].label if job.name in JOBS else job.name
)
DBTaskResult.add_to_class("__str__", lambda one: work.label_of(one.task_path))


@admin.register(DBTaskResult)
class TaskAdmin(LookedAt):
    """Background work. What a task was asked with is not shown: it may hold a link of a letter."""

    list_display = ["what", "state", "reason", "times"]
    fields = ["what", "state", "times", "told"]
    readonly_fields = ["told"]
    list_filter = [Standing]
    ordering = ["-enqueued_at"]
    show_full_result_count = False
    list_per_page = 100
    actions = ["try_again"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The list's action needs its own right; nothing else is changed."""
        return obj is None and self.has_retry_permission(request)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """The right that the action asks for."""
        return request.user.has_perm("django_tasks_database.change_dbtaskresult")

    @admin.action(description="再试一次", permissions=["retry"])
    def try_again(self, request: HttpRequest, tasks: QuerySet[DBTaskResult]) -> None:
        """Begin anew with what was given up."""
        chosen = tasks.count()
        if done := work.try_again(tasks):
            self.message_user(request, f"{done} 项正在重新办理，稍后在本页看结果。")
        if rest := chosen - done:
            self.message_user(
                request, f"{rest} 项不是“没有做成”的状态，没有重新办理。", level=messages.WARNING
            )

    @admin.display(description="任务", ordering="task_path")
    def what(self, one: DBTaskResult) -> str:
        label, attempts = work.label_of(one.task_path), len(one.worker_ids)
        tried = format_html("<br><small>第 {} 次</small>", attempts) if attempts > 1 else ""
        return format_html('<span class="wait">{}</span>{}', label, tried)

    @admin.display(description="状态", ordering="status")
    def state(self, one: DBTaskResult) -> str:
        told = '<span class="tag tag--{}">{}</span>'
        return format_html(told, TONES[one.status], STATES[one.status])

    @admin.display(description="上次的原因")
    def reason(self, one: DBTaskResult) -> str:
        return work.reason_of(one)

    @admin.display(description="出错时的记录")
    def told(self, one: DBTaskResult) -> str:
        return format_html("<pre>{}</pre>", one.traceback) if one.traceback else "—"

    @admin.display(description="时间", ordering="enqueued_at")
    def times(self, one: DBTaskResult) -> str:
        """When it was asked for, when it began, and what comes next."""
        rows = [("排队", one.enqueued_at), ("开始", one.started_at), ("结束", one.finished_at)]
        if one.status == "READY":
            soon = one.run_after == get_date_max()
            rows = [*rows[:2], ("下次", None if soon else one.run_after)]
        lines = [(word, f"{timezone.localtime(at):%m-%d %H:%M}") for word, at in rows if at]
        return format_html_join("", '<span class="wait">{} {}</span><br>', lines)
