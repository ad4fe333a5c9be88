"""The one door through which manuscripts, articles and correspondents change their state.

A noun lists its steps in a table; a step is taken only through :meth:`LifeCycle._take`, which
checks the state, the rules of the noun and the right of the person, moves the row by
compare-and-swap (of two people clicking at once one wins and the other is told), and writes the
audit entry. Nothing else assigns ``state``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone


class StepNotAllowed(Exception):
    """A step that cannot be taken; the message is a Chinese sentence for the person who tried."""


@dataclass(frozen=True)
class Step:
    """One row of a step table.

    ``name`` is the verb on the noun, ``label`` the word on the button, ``sources`` the states it
    leaves, ``targets`` the states it may lead to (the first unless the noun decides otherwise).
    ``permission`` is ``app.codename``; a step without one belongs to the noun's owner; with
    ``by_system`` the clock may take it too. An ``automatic`` one follows from something else and
    has no button.
    """

    name: str
    label: str
    sources: frozenset[str]
    targets: tuple[str, ...]
    permission: str = ""
    note_required: bool = False
    batch: bool = False
    tone: str = ""
    by_system: bool = False
    automatic: bool = False


def step(
    name: str, label: str, sources: Iterable[str], targets: str | tuple[str, ...], **options: Any
) -> Step:
    """Write one row of a step table; the keywords are those of :class:`Step`."""
    targets = (targets,) if isinstance(targets, str) else targets
    return Step(name, label, frozenset(sources), targets, **options)


class LifeCycle(models.Model):
    """A noun with a state. Subclasses give ``State``, ``STEPS`` and a verb for every step."""

    STEPS: ClassVar[tuple[Step, ...]] = ()
    # The fields that change whenever what a person decides about has changed.
    VERSION: ClassVar[tuple[str, ...]] = ()
    state: Any
    state_changed_at = models.DateTimeField("状态变更时间", default=timezone.now, editable=False)

    class Meta:
        abstract = True

    # --- asking ---------------------------------------------------------------------------

    @property
    def version_token(self) -> str:
        """What was read: pages carry it, and a step is taken on nothing else."""
        values = [getattr(self, name) for name in self.VERSION]
        if len(values) == 1:
            return str(values[0])
        told = json.dumps([str(value) for value in values], ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @classmethod
    def step_named(cls, name: str) -> Step:
        """Return the row of that name; ``KeyError`` when the table has none."""
        for row in cls.STEPS:
            if row.name == name:
                return row
        raise KeyError(name)

    def may(self, row: Step, user: User) -> bool:
        """May this person take this kind of step here? (Role and section, not state.)"""
        return bool(row.permission) and user.is_active and user.has_perm(row.permission)

    def obstacle(self, row: Step, user: User | None) -> str:
        """Return why a rule of the noun stands against the step, in Chinese; empty for none."""
        return ""

    def target_of(self, row: Step) -> str:
        """Return the state the step leads to from here."""
        return row.targets[0]

    def steps_open_to(self, user: User) -> list[Step]:
        """Return the steps this person may take now, in the order of the table."""
        return [
            row
            for row in self.STEPS
            if self.state in row.sources
            and not row.automatic
            and self.may(row, user)
            and not self.obstacle(row, user)
        ]

    # --- moving ---------------------------------------------------------------------------

    def _take(
        self,
        name: str,
        *,
        by: User | None,
        note: str = "",
        target: str = "",
        **stamps: Any,
    ) -> None:
        """Take a step or raise :class:`StepNotAllowed`; ``stamps`` are fields set with it.

        ``by`` is the person, or ``None`` for the clock; ``target`` chooses among several targets.
        Bound to the version that was read: where it has changed since, nothing is done. Runs in
        the caller's transaction.
        """
        row = self.step_named(name)
        note = note.strip()
        if self.state not in row.sources:
            raise StepNotAllowed(
                f"当前状态是“{self.get_state_display()}”，不能“{row.label}”。"  # type: ignore[attr-defined]
            )
        allowed = row.by_system if by is None else self.may(row, by)
        if not allowed:
            raise StepNotAllowed(f"您没有“{row.label}”的权限。")
        if reason := self.obstacle(row, by):
            raise StepNotAllowed(reason)
        if row.note_required and not note:
            raise StepNotAllowed(f"“{row.label}”需要填写意见或原因。")
        source, target = self.state, target or self.target_of(row)
        if target not in row.targets:
            raise StepNotAllowed(f"“{row.label}”不能到达“{target}”。")
        with transaction.atomic():
            stamps |= {"state": target, "state_changed_at": timezone.now()}
            read = {name: getattr(self, name) for name in self.VERSION}
            here = models.Q(pk=self.pk, state=source, **read)
            moved = type(self)._default_manager.filter(here).update(**stamps)
            if not moved:
                raise StepNotAllowed(self._overtaken())
            self.refresh_from_db()
            self._record(by=by, step=name, note=note, state=[source, target])

    def _record(self, *, by: User | None, **facts: Any) -> None:
        """Write the step into the audit log, about this noun unless it stands for another."""
        record(self, "step", by=by, **facts)

    def _overtaken(self) -> str:
        """Say who was faster."""
        last = LogEntry.objects.get_for_object(self).filter(actor__isnull=False).first()
        who = f"“{last.actor}”" if last and last.actor else "其他人"
        return f"{who}刚刚已经处理，请刷新页面查看最新状态。"


def record(noun: models.Model, event: str, *, by: User | None, **facts: Any) -> LogEntry | None:
    """Write one audit entry about ``noun``: what happened (``event``), who did it, the facts.

    The address of the request is added by the audit middleware.
    """
    changes = {key: facts.pop(key) for key in list(facts) if isinstance(facts[key], list)}
    return LogEntry.objects.log_create(
        noun,
        force_log=True,
        action=LogEntry.Action.UPDATE,
        changes=changes,
        actor=by,
        additional_data={"event": event, **facts},
    )
