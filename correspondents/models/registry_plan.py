"""What the rows of a workbook mean against the registry as it is: a plan for each, or a refusal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from correspondents.contact import masked, mobile_number
from correspondents.models.correspondent import Correspondent
from correspondents.models.grade import Grade
from correspondents.models.organisation import Organisation
from correspondents.names import key
from correspondents.registry_file import Line
from correspondents.typed import code, day

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
WORDS = ("usual_byline", "strengths", "certificate_number", "email", "mobile", "number")
DAYS = ("since", "term_from", "term_to")
LABELS = {
    "usual_byline": "常用署名", "strengths": "擅长体裁", "certificate_number": "聘书编号",
    "email": "邮箱", "mobile": "手机", "number": "档案号", "since": "入册日期",
    "term_from": "聘期自", "term_to": "聘期至", "grade": "等级", "department": "部门",
    "post": "职务", "name": "姓名", "unit": "单位",
}  # fmt: skip
LENGTHS = {
    name: Correspondent._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
    for name in ("name", "usual_byline", "strengths", "certificate_number", "number", "email",
                 "department", "post")
}  # fmt: skip


class Refused(Exception):
    """A row that is not imported; the message says why."""


@dataclass
class Plan:
    """What a row means: the person it is about, if there is one, and what would change."""

    line: Line
    person: Correspondent | None = None
    unit: Organisation | None = None
    moved_on: dt.date | None = None
    grade: Grade | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        if self.person is None:
            return NEW
        return CHANGED if self.changes else SAME

    @property
    def detail(self) -> str:
        """The changes in words; contacts without what identifies anybody."""
        parts = []
        for name, (old, new) in self.changes.items():
            if name in ("mobile", "email"):
                old, new = masked(old), masked(new)
            parts.append(f"{LABELS.get(name, name)}：{old or '空'} → {new}")
        return "；".join(parts)


class Reader:
    """Reads rows against the registry as it is now."""

    def __init__(self) -> None:
        self.units: dict[str, Organisation | None] = {}
        self.grades = {grade.name: grade for grade in Grade.objects.all()}
        self.states = {str(label): value for value, label in Correspondent.State.choices}
        self.seen: dict[tuple[str, str], int] = {}

    def plan(self, line: Line) -> Plan:
        """Return what a row means; raise :class:`Refused`."""
        if line.fault:
            raise Refused(line.fault)
        values = line.values
        self._check_words(values)
        plan = Plan(line, unit=self._unit(values["unit"]))
        plan.fields = self._fields(line)
        plan.moved_on = self._day(values, "moved_on")
        plan.person = self._person(plan)
        if name := values.get("grade"):
            plan.grade = self.grades.get(name)
            if plan.grade is None:
                raise Refused(f"等级“{name}”不存在。")
        self._check_against_others(plan)
        self._compare(plan)
        return plan

    def _check_words(self, values: dict[str, str]) -> None:
        if not values.get("name"):
            raise Refused("没有姓名。")
        if not values.get("unit"):
            raise Refused("没有单位。")
        for name, longest in LENGTHS.items():
            if len(values.get(name, "")) > longest:
                raise Refused(f"{LABELS[name]}太长，最多 {longest} 字。")

    def _unit(self, text: str) -> Organisation:
        wanted = key(text)
        if wanted not in self.units:
            self.units[wanted] = Organisation.objects.resolve(text)
        unit = self.units[wanted]
        if unit is None:
            several = Organisation.objects.named(text).count() > 1
            raise Refused(
                f"单位名称“{text}”对应多个单位，请写全称。"
                if several
                else f"单位“{text}”不在单位库里，请先建单位。"
            )
        return unit

    @staticmethod
    def _day(values: dict[str, str], name: str) -> dt.date | None:
        try:
            return day(values.get(name, ""), last=name == "term_to", serial=True)
        except ValueError:
            label = LABELS.get(name, "调入日期")
            raise Refused(f"{label}“{values[name]}”不是日期，请写成 2026-03-01。") from None

    def _fields(self, line: Line) -> dict[str, Any]:
        """Values that are given and not masked, in the form they are stored."""
        values = line.values
        fields: dict[str, Any] = {}
        for name in WORDS:
            text = values.get(name, "")
            if text and "****" not in text and "***@" not in text:
                fields[name] = code(text) if name in ("email", "number") else text
        self._check_contacts(fields)
        for name in DAYS:
            if (when := self._day(values, name)) is not None:
                fields[name] = when
        start, end = fields.get("term_from"), fields.get("term_to")
        if start and end and end < start:
            raise Refused("聘期结束早于开始。")
        self._check_twice(line, fields)
        return fields

    @staticmethod
    def _check_contacts(fields: dict[str, Any]) -> None:
        if mobile := fields.get("mobile"):
            fields["mobile"] = mobile_number(mobile)
            if not fields["mobile"]:
                raise Refused("手机不是 11 位手机号码。")
        if mailbox := fields.get("email"):
            try:
                validate_email(mailbox)
            except ValidationError:
                raise Refused("邮箱格式不对。") from None

    def _check_twice(self, line: Line, fields: dict[str, Any]) -> None:
        for name in ("mobile", "number"):
            if fields.get(name):
                first = self.seen.setdefault((name, fields[name].upper()), line.number)
                if first != line.number:
                    raise Refused(f"{LABELS[name]}与第 {first} 行重复。")

    def _person(self, plan: Plan) -> Correspondent | None:
        """The person by number, else by name and present unit; two of one name stay two."""
        name = key(plan.line.values["name"])
        people = Correspondent.objects.select_related("organisation", "grade", "merged_into")
        if number := plan.fields.get("number"):
            person = people.filter(number__iexact=number).first()
            if person is not None and person.name_key != name:
                raise Refused(f"档案号 {number} 属于另一个姓名（{person.name}）。")
            if person is not None:
                return self._open(person)
        alike = list(people.current().filter(name_key=name, organisation=plan.unit)[:5])
        if number:
            alike = [person for person in alike if not person.number]
        if len(alike) > 1:
            raise Refused("同名同单位有多人，请填写档案号。")
        return self._open(alike[0]) if alike else None

    @staticmethod
    def _open(person: Correspondent) -> Correspondent:
        if person.merged_into_id or person.state == Correspondent.State.CLOSED:
            raise Refused("个人档案已注销或已合并。")
        return person

    def _check_against_others(self, plan: Plan) -> None:
        person = plan.person
        mobile = plan.fields.get("mobile")
        if mobile:
            holder = Correspondent.objects.filter(sign_in_mobile=mobile).first()
            if holder is not None and (person is None or holder.pk != person.pk):
                raise Refused("手机已是别人的登录名。")
        state = plan.line.values.get("state")
        if state and state not in self.states:
            raise Refused(f"状态“{state}”不存在。")
        if state and self.states[state] != (person.state if person else "engaged"):
            raise Refused("状态请在编辑部里办理，导入不改状态。")
        if person is not None and person.organisation_id != plan.unit.pk and not plan.moved_on:  # type: ignore[union-attr]
            raise Refused("单位与档案不同，请填写调入日期。")

    def _compare(self, plan: Plan) -> None:
        person = plan.person
        if person is None:
            return
        for name, new in plan.fields.items():
            old = getattr(person, name)
            if old != new and (name != "number" or not old):
                plan.changes[name] = (str(old or ""), str(new))
        if plan.grade is not None and plan.grade != person.grade:
            plan.changes["grade"] = (str(person.grade or ""), plan.grade.name)
        if person.organisation_id != plan.unit.pk:  # type: ignore[union-attr]
            plan.changes["unit"] = (str(person.organisation or ""), plan.unit.name)  # type: ignore[union-attr]
        for name in ("department", "post"):
            new = plan.line.values.get(name, "")
            if new and new != getattr(person, name):
                plan.changes[name] = (getattr(person, name), new)
