"""The workflow of manuscripts, articles and correspondents: the one way their state changes.

A noun lists its steps in a table; a step is taken only through :meth:`LifeCycle._transition`, which
checks the state, the rules of the noun and the right of the person, moves the row by
compare-and-swap (of two people clicking at once one wins and the other is told), and writes the
audit entry. Nothing else assigns ``state``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from auditlog.models import LogEntry
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone


class StepNotAllowed(Exception):
    """A step that cannot be taken; the message is a Chinese sentence for the person who tried."""


class Decision(models.Model):
    """A step that its taker may take back for a moment: how it was before, and what followed.

    ``effects`` names rows made by the step, as (model, key), which are deleted with it, and
    whatever else the noun wants to know of it.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    noun = GenericForeignKey()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=40)
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    before = models.JSONField()
    after = models.JSONField()
    effects = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "可撤销的决定"

    def __str__(self) -> str:
        return f"{self.label}：{self.noun}"

    @property
    def until(self) -> dt.datetime:
        """Till when it may be taken back; letters wait for it."""
        return self.made_at + dt.timedelta(seconds=settings.UNDO_SECONDS)

    def follow(self, **effects: Any) -> None:
        """Note what followed from it, in the transaction of the step."""
        self.effects = self.effects | effects
        self.save(update_fields=["effects"])

    def undo(self, *, by: User) -> LifeCycle:
        """Make everything as it was and return the noun; raises ``StepNotAllowed``."""
        with transaction.atomic():
            here = Decision.objects.select_for_update().filter(pk=self.pk, by=by).first()
            if here is None:
                raise StepNotAllowed("没有可以撤销的决定。")
            model: Any = here.content_type.model_class()
            rows = model._default_manager.filter(pk=here.object_id)
            noun: LifeCycle | None = rows.select_for_update().first()
            if noun is None:
                raise StepNotAllowed("没有可以撤销的决定。")
            if timezone.now() > here.until:
                raise StepNotAllowed("已过撤销的时间。")
            if noun._stamp() != here.after:
                raise StepNotAllowed("已经有人接着办理，不能撤销。")
            noun.check_undo(here)
            for label, key in here.effects.get("made", []):
                if not apps.get_model(label)._default_manager.filter(pk=key).delete()[0]:
                    raise StepNotAllowed("已经有人接着办理，不能撤销。")
            fields = {field.attname: field for field in noun._meta.concrete_fields}
            old = {name: fields[_key(noun, name)].to_python(v) for name, v in here.before.items()}
            old["state_changed_at"] = timezone.now()
            rows.update(**{_key(noun, name): value for name, value in old.items()})
            noun.refresh_from_db()
            noun.undone(here, by=by)
            record(noun, "undone", by=by, note=here.label)
            here.delete()
        return noun


def _key(noun: models.Model, name: str) -> str:
    return noun._meta.get_field(name).attname  # type: ignore[union-attr]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime | dt.date) else value


@dataclass(frozen=True)
class Step:
    """One row of a step table.

    ``name`` is the verb on the noun, ``label`` the word on the button, ``sources`` the states it
    leaves, ``targets`` the states it may lead to (the first unless the noun decides otherwise).
    ``permission`` is ``app.codename``; a step without one belongs to the noun's owner; with
    ``by_system`` the clock may take it too. An ``automatic`` one follows from something else and
    has no button. An ``undoable`` one can be taken back for a moment by who took it; what follows
    from one with a ``consequence`` is said before it is taken.
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
    undoable: bool = False
    consequence: str = ""


def step(
    name: str, label: str, sources: Iterable[str], targets: str | tuple[str, ...], **options: Any
) -> Step:
    """Write one row of a step table; the keywords are those of :class:`Step`."""
    targets = (targets,) if isinstance(targets, str) else targets
    return Step(name, label, frozenset(sources), targets, **options)


class Part:
    """Mix into a noun: some of its verbs in a module of their own. Its fields are those of the noun."""

    if TYPE_CHECKING:
        objects: Any
        _default_manager: Any

        def __getattr__(self, name: str) -> Any: ...

        def __setattr__(self, name: str, value: Any) -> None: ...


class LifeCycle(models.Model):
    """A noun with a state. Subclasses give ``State``, ``STEPS`` and a verb for every step."""

    STEPS: ClassVar[tuple[Step, ...]] = ()
    # The fields that change whenever what a person decides about has changed.
    VERSION: ClassVar[tuple[str, ...]] = ()
    state: Any
    # The step that this object has taken last, while it can be taken back.
    decision: Decision | None = None
    state_changed_at = models.DateTimeField("状态变更时间", default=timezone.now, editable=False)

    class Meta:
        abstract = True

    # --- asking ---------------------------------------------------------------------------

    @property
    def version_token(self) -> str:
        """What was read: pages carry it, and a step is taken on nothing else."""
        values = [getattr(self, _key(self, name)) for name in self.VERSION]
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

    def obstacle(self, row: Step, user: User | None, *, override: bool = False) -> str:
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

    def _transition(
        self,
        name: str,
        *,
        by: User | None,
        note: str = "",
        target: str = "",
        override: bool = False,
        **stamps: Any,
    ) -> None:
        """Take a step or raise :class:`StepNotAllowed`; ``stamps`` are fields set with it.

        ``by`` is the person, or ``None`` for the clock; ``target`` chooses among several targets;
        ``override`` sets those rules aside that a noun says may be.
        Bound to the version that was read: where it has changed since, nothing is done. Runs in
        the caller's transaction.
        """
        row, self.decision = self.step_named(name), None
        note = note.strip()
        if self.state not in row.sources:
            raise StepNotAllowed(
                f"当前状态是“{self.get_state_display()}”，不能“{row.label}”。"  # type: ignore[attr-defined]
            )
        allowed = row.by_system if by is None else self.may(row, by)
        if not allowed:
            raise StepNotAllowed(f"您没有“{row.label}”的权限。")
        if reason := self.obstacle(row, by, override=override):
            raise StepNotAllowed(reason)
        if row.note_required and not note:
            raise StepNotAllowed(f"“{row.label}”需要填写意见或原因。")
        source, target = self.state, target or self.target_of(row)
        if target not in row.targets:
            raise StepNotAllowed(f"“{row.label}”不能到达“{target}”。")
        with transaction.atomic():
            stamps |= {"state": target, "state_changed_at": timezone.now()}
            before = {name: _plain(getattr(self, _key(self, name))) for name in stamps}
            read = {name: getattr(self, name) for name in self.VERSION}
            here = models.Q(pk=self.pk, state=source, **read)
            moved = type(self)._default_manager.filter(here).update(**stamps)
            if not moved:
                raise StepNotAllowed(self._overtaken())
            self.refresh_from_db()
            self._record(by=by, step=name, note=note, state=[source, target])
            if row.undoable and by is not None:
                self.decision = Decision.objects.create(
                    noun=self, by=by, label=row.label, before=before, after=self._stamp()
                )

    def _stamp(self) -> list[str]:
        """What tells whether anything has happened since."""
        return [self.state, self.state_changed_at.isoformat(), self.version_token]

    # --- taking back ------------------------------------------------------------------------

    def check_undo(self, decision: Decision) -> None:
        """Raise ``StepNotAllowed`` where somebody has gone on from what was decided."""

    def undone(self, decision: Decision, *, by: User) -> None:
        """Put right what followed from the step, once the fields are what they were."""

    def _record(self, *, by: User | None, **facts: Any) -> None:
        """Write the step into the audit log, about this noun unless it stands for another."""
        record(self, "step", by=by, **facts)

    def _overtaken(self) -> str:
        """Say who was faster."""
        last = LogEntry.objects.get_for_object(self).filter(actor__isnull=False).first()
        who = f"“{last.actor}”" if last and last.actor else "其他人"
        return f"{who}刚刚已经处理，请刷新页面查看最新状态。"


def record(
    noun: models.Model | Part, event: str, *, by: User | None, **facts: Any
) -> LogEntry | None:
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
