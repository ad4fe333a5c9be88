"""Importing the registry from a workbook: a plan to look at, then the deed, row by row."""

from __future__ import annotations

import secrets
from collections import Counter
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from correspondents.lifecycle import StepNotAllowed, record
from correspondents.models.correspondent import Correspondent
from correspondents.models.registry_plan import (
    CHANGED,
    DAYS,
    NEW,
    REFUSED,
    SAME,
    Plan,
    Reader,
    Refused,
)
from correspondents.names import squeeze
from correspondents.registry_file import BadWorkbook, Line, inspect, read
from correspondents.tasks import task
from correspondents.typed import file_name

READING, PREVIEW, RUNNING, DONE, DROPPED = "reading", "preview", "running", "done", "dropped"


def carry_out(plan: Plan, by: User) -> None:
    """Do what a row means, through the verbs of the noun; runs in its own transaction."""
    values, unit = plan.line.values, plan.unit
    words: Any = {name: values.get(name, "") for name in ("department", "post")}
    assert unit is not None  # noqa: S101 -- every plan has one
    with transaction.atomic():
        person = plan.person
        if person is None:
            person = Correspondent.objects.create(
                name=squeeze(values["name"]), grade=plan.grade, **plan.fields
            )
            person.settle_unit(unit, by=by, **words)
            person.approve(by=by, note="导入", quiet=True)
            given = {name: plan.fields[name] for name in DAYS if name in plan.fields}
            Correspondent.objects.filter(pk=person.pk).update(**given)
            return
        for name in plan.changes.keys() & plan.fields.keys():
            setattr(person, name, plan.fields[name])
        written = [*(plan.changes.keys() & plan.fields.keys())]
        if "grade" in plan.changes:
            person.grade = plan.grade
            written.append("grade")
        person.save(update_fields=written)
        if plan.changes.keys() & {"unit", "department", "post"}:
            person.settle_unit(unit, by=by, since=plan.moved_on, **words)


def import_path(entry: RegistryImport, name: str) -> str:
    """Return where the workbook goes; nothing of the sender's file name is used."""
    return f"originals/imports/{secrets.token_urlsafe(16)}.xlsx"


class RegistryImport(models.Model):
    """One workbook: its preview, its progress, its report."""

    class State(models.TextChoices):
        READING = READING, "正在读取"
        PREVIEW = PREVIEW, "待确认"
        RUNNING = RUNNING, "导入中"
        DONE = DONE, "已完成"
        DROPPED = DROPPED, "已放弃"

    file = models.FileField("文件", upload_to=import_path, max_length=120)
    file_name = models.CharField("文件名", max_length=150)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", null=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    created_at = models.DateTimeField("上传时间", default=timezone.now)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.READING)
    total = models.PositiveIntegerField("行数", default=0)
    done = models.PositiveIntegerField("已处理", default=0)
    problem = models.CharField("没有读出的原因", max_length=200, blank=True, editable=False)
    ignored = models.JSONField("没有用到的列", default=list)
    # [{"row", "name", "outcome", "detail"}, ...]: first the plan, then what became of it
    report = models.JSONField(default=list)

    class Meta:
        verbose_name = verbose_name_plural = "档案导入"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def counts(self) -> dict[str, int]:
        """Rows by outcome."""
        found = Counter(row["outcome"] for row in self.report)
        return {name: found.get(name, 0) for name in (NEW, CHANGED, SAME, REFUSED)}

    def lines(self) -> list[Line]:
        """Return the rows of the kept workbook."""
        with self.file.open("rb") as file:
            return read(file.read())[0]

    @classmethod
    def take(cls, data: bytes, name: str, by: User) -> RegistryImport:
        """Keep a workbook and have the worker read it; ``BadWorkbook`` for what is none."""
        inspect(data)
        entry = cls(file_name=file_name(name, 150), uploaded_by=by)
        entry.file.save("import.xlsx", ContentFile(data), save=False)
        with transaction.atomic():
            entry.save()
            look_at_import.enqueue(entry.pk)
        return entry

    def look(self) -> None:
        """Make the plan: what each row would do. Changes nothing but this row."""
        try:
            with self.file.open("rb") as file:
                lines, ignored = read(file.read())
        except BadWorkbook as refusal:
            self.give_up(str(refusal))
            return
        self._settle(READING, total=len(lines), ignored=ignored)
        report = self._told(lines, READING)
        self._settle(READING, state=PREVIEW, done=0, report=report)

    def _told(self, lines: list[Line], state: str, by: User | None = None) -> list[dict[str, Any]]:
        """Say of every row what it means, with ``by`` do it; note on the way how far it is."""
        reader, report = Reader(), []
        for number, line in enumerate(lines, start=1):
            report.append(_report(line, reader, by))
            if number % 50 == 0:
                self._settle(state, done=number)
        return report

    def confirm(self, *, by: User) -> bool:
        """Have the worker do it; false when somebody was faster."""
        with transaction.atomic():
            if not self._settle(PREVIEW, state=RUNNING, done=0):
                return False
            record(self, "import_confirmed", by=by)
            run_import.enqueue(self.pk, by.pk)
        return True

    def give_up(self, reason: str) -> None:
        """It can be confirmed again: what was taken over stays as it is. What could not be read
        is dropped, with the reason.
        """
        self._settle(RUNNING, state=PREVIEW)
        self._settle(READING, state=DROPPED, problem=reason[:200])

    def drop(self) -> bool:
        """Give it up before it was confirmed."""
        return self._settle(PREVIEW, state=DROPPED) or self._settle(READING, state=DROPPED)

    def _settle(self, source: str, **to: Any) -> bool:
        return bool(RegistryImport.objects.filter(pk=self.pk, state=source).update(**to))

    def run(self, by: User) -> None:
        """Carry out every row; what has become impossible meanwhile is refused, the rest goes on."""
        self.report = report = self._told(self.lines(), RUNNING, by)
        self._settle(RUNNING, state=DONE, done=len(report), report=report)
        record(self, "import_done", by=by, note=str(self.counts))


def _report(line: Line, reader: Reader, by: User | None = None) -> dict[str, Any]:
    """Say what a row means; with ``by`` do it."""
    entry = {"row": line.number, "name": line.values.get("name", "")}
    try:
        plan = reader.plan(line)
        if by is not None and plan.outcome in (NEW, CHANGED):
            carry_out(plan, by)
    except (Refused, StepNotAllowed) as refusal:
        return entry | {"outcome": REFUSED, "detail": str(refusal)}
    except IntegrityError:
        return entry | {"outcome": REFUSED, "detail": "档案号或手机刚刚被占用，请再导入一次。"}
    return entry | {"outcome": plan.outcome, "detail": plan.detail}


@task()
def look_at_import(import_id: int) -> dict[str, int]:
    """Read one workbook in the worker, and say what each row would do. Repeatable."""
    entry = RegistryImport.objects.filter(pk=import_id).first()
    if entry is None:
        return {}
    if entry.state == READING:
        entry.look()
    return entry.counts


@task()
def run_import(import_id: int, user_id: int) -> dict[str, int]:
    """Import one confirmed workbook in the worker. Repeatable: a second run changes nothing."""
    if (entry := RegistryImport.objects.get(pk=import_id)).state == RUNNING:
        entry.run(User.objects.get(pk=user_id))
    return entry.counts
