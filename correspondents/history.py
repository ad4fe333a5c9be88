"""The history page of the admin, told by the audit log in the desk's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

EVENTS = {
    "sign_in": "登录",
    "clock_confirmed": "确认服务器的时间",
    "sign_out": "退出",
    "sign_in_failed": "登录失败",
    "second_factor_added": "启用二次验证",
    "second_factor_removed": "解除二次验证",
    "recovery_codes_renewed": "更换恢复码",
    "second_factor_failed": "二次验证失败",
    "proof_correction": "校对性修改",
    "handed_over": "移交",
    "audit_exported": "导出审计日志",
    "redirects_exported": "导出转向",
    "copy_opened": "开始修改已发布的文章",
    "restored": "恢复旧稿",
    "schedule_lifted": "取消定时",
    "undone": "撤销",
    "role_asked": "提出授予角色",
    "role_confirmed": "授予角色",
    "role_ended": "取消角色",
    "taken_over": "接手编辑",
    "proofread": "校对",
    "merged": "并入另一份",
    "unit_settled": "核定单位",
    "mobile_confirmed": "确认登录手机号",
    "claim_offered": "发认领链接",
    "claimed": "认领档案",
    "reset_offered": "发重设密码链接",
    "contact_viewed": "查看联系方式",
    "consent_withdrawn": "撤回同意",
    "registry_exported": "导出档案",
    "unit_confirmed": "单位审核确认",
    "unit_confirmation_withdrawn": "收回单位审核",
    "request_made": "作者申请",
    "request_answered": "答复作者的申请",
    "likeness_confirmed": "核对重复稿件",
    "planned": "安排期限和轻重缓急",
    "released": "超过约定期限，告知作者",
    "import_confirmed": "确认导入档案",
    "import_done": "导入档案完成",
}
ACTIONS = {0: "建立", 1: "修改", 2: "删除", 3: "查看"}
FACTS = {
    "note": "意见",
    "unit": "单位",
    "since": "自",
    "merged": "并入的",
    "kind": "事项",
    "due_at": "期限",
    "priority": "轻重缓急",
    "revision": "修订号",
    "on": "对象",
}
MOST, LONG = 300, 140


def kind_of(entry: LogEntry) -> ContentType:
    """Return what kind of thing an entry is about, without asking the database each time."""
    if not LogEntry.content_type.is_cached(entry):
        entry.content_type = ContentType.objects.get_for_id(entry.content_type_id)
    return entry.content_type


def what(entry: LogEntry) -> str:
    """Return what happened, in the desk's words."""
    facts = entry.additional_data if isinstance(entry.additional_data, dict) else {}
    event = facts.get("event", "")
    if event != "step":
        return EVENTS.get(event, "") or ACTIONS.get(entry.action, "")
    model: Any = kind_of(entry).model_class()
    try:
        return model.step_named(facts["step"]).label
    except (AttributeError, KeyError):
        return facts.get("step", "")


def details_of(entries: Iterable[LogEntry]) -> list[list[str]]:
    """Return for each entry its changed fields and its facts, a line each.

    What the fields point at is asked for all entries together, once for each kind.
    """
    entries = list(entries)
    for entry in entries:
        kind_of(entry)
    names = _names(entries)
    return [_lines(entry, names) for entry in entries]


def details(entry: LogEntry) -> list[str]:
    """The same of a single entry."""
    return details_of([entry])[0]


Names = dict[tuple[Any, str], str]


def _changed(entry: LogEntry) -> Iterator[tuple[Any, list[str]]]:
    """The fields that an entry says were changed, each with the old and the new value."""
    model = kind_of(entry).model_class()
    for name, values in (entry.changes_dict or {}).items():
        if isinstance(values, list | tuple) and len(values) == 2 and model is not None:
            with suppress(FieldDoesNotExist):
                yield model._meta.get_field(name), [str(value) for value in values]


def _names(entries: Iterable[LogEntry]) -> Names:
    wanted: dict[Any, set[int]] = {}
    told = (entry for entry in entries if entry.action != LogEntry.Action.CREATE)
    for entry in told:
        for field, values in _changed(entry):
            if isinstance(field, models.ForeignKey):
                keys = {int(value) for value in values if value.isdecimal() and len(value) < 19}
                wanted.setdefault(field.related_model, set()).update(keys)
    found: Names = {}
    for model, keys in wanted.items():
        near = [field.name for field in model._meta.fields if field.many_to_one]
        rows = model._base_manager.select_related(*near).in_bulk(keys)
        found |= {(model, str(key)): str(row) for key, row in rows.items()}
    return found


def _shown(field: Any, value: str, names: Names) -> str:
    """Return a value as the desk reads it."""
    if value in ("None", ""):
        return "空"
    if isinstance(field, models.ForeignKey):
        return names.get((field.related_model, value), f"（已删除 {value}）")
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.BooleanField):
        return {"True": "是", "False": "否"}.get(value, value)
    if isinstance(field, models.DateTimeField) and (time := parse_datetime(value)):
        aware = time if timezone.is_aware(time) else timezone.make_aware(time, dt.UTC)
        return f"{timezone.localtime(aware):%Y-%m-%d %H:%M:%S}"
    return value if len(value) <= LONG else f"{value[:LONG]}……"


def _lines(entry: LogEntry, names: Names) -> list[str]:
    lines = []
    if entry.action != LogEntry.Action.CREATE:
        for field, values in _changed(entry):
            old, new = (_shown(field, value, names) for value in values)
            lines.append(f"{getattr(field, 'verbose_name', field.name)}：{old} → {new}")
    facts = entry.additional_data if isinstance(entry.additional_data, dict) else {}
    return lines + [f"{FACTS[key]}：{facts[key]}" for key in FACTS if facts.get(key)]


class AuditHistory(admin.ModelAdmin):
    """A model whose history page shows the audit log: who, what, when, from where."""

    def history_of(self, obj: Any) -> list[models.QuerySet[Any]]:
        """Return query sets of the rows whose changes belong to this one's history."""
        return [type(obj)._default_manager.filter(pk=obj.pk)]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        wanted = models.Q()
        for rows in self.history_of(obj):
            kind = ContentType.objects.get_for_model(rows.model)
            keys = list(rows.values_list("pk", flat=True))
            wanted |= models.Q(content_type=kind, object_id__in=keys)
        entries = LogEntry.objects.filter(wanted).select_related("actor", "content_type")
        shown = list(entries.order_by("-timestamp", "-pk")[:MOST])
        context = {
            **self.admin_site.each_context(request),
            "title": f"变更记录：{obj}",
            "opts": self.opts,
            "object": obj,
            "with_addresses": request.user.has_perm("auditlog.view_logentry"),
            "rows": [
                {"entry": entry, "what": what(entry), "details": told}
                for entry, told in zip(shown, details_of(shown), strict=True)
            ],
        }
        return TemplateResponse(request, "admin/audit_history.html", context)
