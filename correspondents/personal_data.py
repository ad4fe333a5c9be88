"""All that is kept of a person, for that person: to look at, and to take along.

《个人信息保护法》 articles 44 and 45 (to know, to look into, to copy, to move elsewhere).
"""

from __future__ import annotations

import json
from typing import Any

from auditlog.models import LogEntry
from django.utils import timezone

from correspondents.models import Correspondent
from correspondents.signals import personal_data_asked
from correspondents.spreadsheets import csv_line

FIELDS = (
    "name", "usual_byline", "grade", "number", "motto", "strengths", "mobile", "email",
    "sign_in_mobile", "recommending_unit", "recommender", "unit_text", "unit_since", "since",
    "term_from", "term_to", "certificate_number", "notes", "organisation", "department", "post",
    "public_consent_at", "photo_consent_at", "created_at",
)  # fmt: skip
Section = tuple[str, list[dict[str, Any]]]


def collect(person: Correspondent) -> list[Section]:
    """Return (heading, rows) of everything kept of this person, in every app."""
    sections: list[Section] = [
        ("登记资料", [_record(person)]),
        (
            "单位经历",
            [_membership(row) for row in person.memberships.select_related("organisation")],
        ),
        ("同意记录", [_consent(row) for row in person.consents.select_related("notice")]),
        ("上传的文件", [_file(upload) for upload in (person.photo, person.letter) if upload]),
        ("登录记录", _sign_ins(person)),
    ]
    for _, more in personal_data_asked.send(sender=Correspondent, person=person):
        sections += more or []  # type: ignore[arg-type]
    return sections


def as_json(sections: list[Section]) -> str:
    """Return the sections as JSON, readable by a person and by a program."""
    return json.dumps(dict(sections), ensure_ascii=False, indent=1)


def as_csv(sections: list[Section]) -> str:
    """Return the sections as one table: section, number, item, value.

    Values that a spreadsheet would take for a formula get an apostrophe in front (OWASP ASVS
    1.2.10).
    """
    rows = [["类别", "序号", "项目", "内容"]]
    for heading, found in sections:
        for number, row in enumerate(found, start=1):
            rows += [[heading, f"{number}", item, str(value)] for item, value in row.items()]
    return "".join(map(csv_line, rows))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "tzinfo") and value.tzinfo is not None:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    return str(value)


def _record(person: Correspondent) -> dict[str, str]:
    facts = {"账号": person.user.username if person.user else ""}
    for name in FIELDS:
        label = str(person._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        facts[label] = _plain(getattr(person, name))
    return facts | {"状态": person.get_state_display()}  # type: ignore[attr-defined]


def _membership(row: Any) -> dict[str, str]:
    return {
        "单位": row.organisation.name,
        "部门": row.department,
        "职务": row.post,
        "从": _plain(row.since),
        "到": _plain(row.until),
    }


def _consent(row: Any) -> dict[str, str]:
    return {
        "事项": row.get_kind_display(),
        "隐私说明": str(row.notice or ""),
        "同意时间": _plain(row.given_at),
        "网络地址": row.address or "",
        "撤回时间": _plain(row.withdrawn_at),
    }


def _file(upload: Any) -> dict[str, str]:
    return {
        "文件名": upload.original_name,
        "字节数": str(upload.bytes),
        "上传时间": _plain(upload.created_at),
    }


def _sign_ins(person: Correspondent) -> list[dict[str, str]]:
    if person.user is None:
        return []
    entries = LogEntry.objects.filter(
        actor=person.user, action=LogEntry.Action.ACCESS, additional_data__event="sign_in"
    )
    return [
        {"时间": _plain(entry.timestamp), "网络地址": entry.remote_addr or ""}
        for entry in entries.order_by("-timestamp")[:200]
    ]
