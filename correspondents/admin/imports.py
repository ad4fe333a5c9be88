"""The registry by Excel: export, template, import with a preview and a report."""

from __future__ import annotations

from typing import Any

from auditlog.models import LogEntry
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from correspondents.addresses import client_address
from correspondents.models import Correspondent, RegistryImport
from correspondents.registry_file import COLUMNS, READ_ONLY, XLSX, BadWorkbook, write

MANAGE = "correspondents.manage_correspondent"
SHOWN = 200
NOTES = (
    "第一行是列名，顺序不限；“姓名”“单位”两列必须有，其余可以没有。",
    "单位写全称、简称或别名都可以，单位库里没有的要先建单位。",
    "档案号不填，新人自动编号。有档案号的按档案号对人，没有的按姓名加现单位对人。",
    "空白的格子不会清掉档案里已有的内容；带星号的手机、邮箱不会改动。",
    "调动单位：填新单位，并在“调入日期”写从哪天起，以前的作品仍归原单位。",
    "日期写成 2026-03-01；2026年3月1日、20260301、2026年3月也可以。状态不能在这里改。",
)


@admin.register(RegistryImport)
class RegistryImportAdmin(admin.ModelAdmin):
    """Imports so far, each with its report; a new one begins with a preview."""

    change_list_template = "admin/correspondents/import_list.html"
    list_display = ["file_name", "state", "total", "result", "uploaded_by", "created_at"]
    list_select_related = ["uploaded_by"]

    @admin.display(description="新增/更新/不变/拒绝")
    def result(self, entry: RegistryImport) -> str:
        return " / ".join(str(number) for number in entry.counts.values())

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(MANAGE)

    has_module_permission = has_view_permission  # type: ignore[assignment]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MANAGE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        name = "correspondents_registryimport"
        wrap = self.admin_site.admin_view
        own = [
            path("export.xlsx", wrap(self.export_view), name=f"{name}_export"),
            path("template.xlsx", wrap(self.template_view), name=f"{name}_template"),
            path("<int:pk>/refused.xlsx", wrap(self.refused_view), name=f"{name}_refused"),
            path("<int:pk>/decide/", wrap(self.decide_view), name=f"{name}_decide"),
        ]
        return [*own, *super().get_urls()]

    # --- import -----------------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Take a workbook, keep it, and go to its preview."""
        self._check(request)
        problem = ""
        if request.method == "POST":
            file = request.FILES.get("file")
            try:
                if file is None:
                    raise BadWorkbook("请选择一个 .xlsx 文件。")
                data, name = file.read(6 * 1024 * 1024), file.name or ""
                entry = RegistryImport.take(data, name, request.user)  # type: ignore[arg-type]
                return redirect("admin:correspondents_registryimport_change", entry.pk)
            except BadWorkbook as refusal:
                problem = str(refusal)
        return self._page(request, "import_add.html", "导入档案", problem=problem, notes=NOTES)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the preview, the progress or the report."""
        self._check(request)
        entry = self.get_object(request, object_id)
        if entry is None:
            raise Http404
        rows = entry.report
        return self._page(
            request,
            "import_report.html",
            f"导入档案：{entry.file_name}",
            original=entry,
            counts=entry.counts,
            refused=[row for row in rows if row["outcome"] == "refused"],
            changed=[row for row in rows if row["outcome"] in ("new", "changed")][:SHOWN],
            shown=SHOWN,
        )

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Confirm a preview or give it up."""
        self._check(request)
        entry = get_object_or_404(RegistryImport, pk=pk)
        if request.method != "POST":
            raise PermissionDenied
        if "_confirm" in request.POST:
            if not entry.confirm(by=request.user):  # type: ignore[arg-type]
                messages.error(request, "这次导入已经有人处理过，请看最新结果。")
        elif entry.drop():
            messages.success(request, "已放弃，档案没有任何改动。")
            return redirect("admin:correspondents_registryimport_changelist")
        return redirect("admin:correspondents_registryimport_change", entry.pk)

    def refused_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give the refused rows back with their reasons, ready to be mended."""
        self._check(request)
        entry = get_object_or_404(RegistryImport, pk=pk)
        reasons = {row["row"]: row["detail"] for row in entry.report if row["outcome"] == "refused"}
        rows = [
            [*(line.values.get(name, "") for name in COLUMNS.values()), reasons[line.number]]
            for line in entry.lines()
            if line.number in reasons
        ]
        return _download(write([*COLUMNS, "原因"], rows), "refused")

    # --- export -----------------------------------------------------------------------------

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Write the people of the list as it is filtered; contacts in full by right, and logged."""
        self._check(request)
        people_admin: Any = self.admin_site.get_model_admin(Correspondent)
        try:
            people = people_admin.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:  # as the list itself answers
            name = "admin:correspondents_correspondent_changelist"
            return HttpResponseRedirect(reverse(name) + "?e=1")
        full = request.user.has_perm("correspondents.view_contact")
        rows = [_row(person, full) for person in people.select_related("organisation", "grade")]
        LogEntry.objects.create(
            content_type=ContentType.objects.get_for_model(Correspondent),
            object_pk="",
            object_repr=f"{len(rows)} 人",
            action=LogEntry.Action.ACCESS,
            actor=request.user,
            remote_addr=client_address(request),
            additional_data={
                "event": "registry_exported",
                "number": len(rows),
                "note": "含完整联系方式" if full else "联系方式已遮挡",
            },
        )
        head = [*list(COLUMNS)[:-1], *READ_ONLY]
        return _download(write(head, rows), "registry")

    def template_view(self, request: HttpRequest) -> HttpResponse:
        """Give an empty workbook with the headings and an explanation."""
        self._check(request)
        return _download(write(list(COLUMNS), [], NOTES), "template")

    def _check(self, request: HttpRequest) -> None:
        if not request.user.has_perm(MANAGE):
            raise PermissionDenied

    def _page(self, request: HttpRequest, template: str, title: str, **more: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            **more,
        }
        return TemplateResponse(request, f"admin/correspondents/{template}", context)


def _row(person: Correspondent, full: bool) -> list[Any]:
    """One person in the order of the columns, without the day of a move."""
    special = {
        "unit": person.organisation.name if person.organisation else "",
        "grade": person.grade or "",
        "state": person.get_state_display(),  # type: ignore[attr-defined]
        "mobile": person.mobile if full else person.masked_mobile,
        "email": person.email if full else person.masked_email,
    }
    names = list(COLUMNS.values())[:-1]
    cells = [special.get(name, getattr(person, name, "")) for name in names]
    return [*cells, "是" if person.is_public else "否"]


def _download(data: bytes, name: str) -> HttpResponse:
    file_name = f"{name}-{timezone.localdate():%Y%m%d}.xlsx"
    return HttpResponse(
        data,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )
