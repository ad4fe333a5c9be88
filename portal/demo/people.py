"""People of the demo: units, accounts, correspondents, applicants."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User

from correspondents.models import Consent, Correspondent, Grade, Organisation
from correspondents.models.role_grant import give_role
from portal import roles


def units(rows: list[dict[str, Any]]) -> None:
    """Create the units, those above first."""
    for row in rows:
        parent = Organisation.objects.named(row.get("parent", "")).first()
        unit = Organisation.objects.create(
            name=row["name"],
            short_name=row.get("short", ""),
            parent=parent,
            region=row["region"],
        )
        for text in row.get("aliases", []):
            unit.aliases.create(text=text)


def account(name: str, full_name: str, role: str, *, is_staff: bool) -> User:
    """Create an account with a role; everybody has the demo's password."""
    user = User.objects.create_user(name, password=settings.DEMO_PASSWORD, is_staff=is_staff)
    user.last_name = full_name
    user.save(update_fields=["last_name"])
    give_role(user, Group.objects.get(name=role), by=None)
    return user


def staff(rows: list[dict[str, str]]) -> None:
    """Create the desk's accounts."""
    for row in rows:
        account(row["account"], row["name"], row["role"], is_staff=True)


def correspondents(rows: list[dict[str, str]], now: dt.datetime) -> None:
    """Appoint the demo's correspondents, some with an account."""
    for number, row in enumerate(rows, start=1):
        user = None
        if "account" in row:
            user = account(row["account"], row["name"], roles.CORRESPONDENT, is_staff=False)
        since = (now - dt.timedelta(days=2300 - 150 * number)).date()
        person = Correspondent.objects.create(
            user=user,
            name=row["name"],
            grade=Grade.objects.get(name=row["grade"]),
            number=f"T-{number:04d}",
            motto=row.get("motto", ""),
            strengths=row.get("strengths", ""),
            since=since,
            term_from=(now - dt.timedelta(days=700)).date(),
            term_to=(now + dt.timedelta(days=20 + 60 * number)).date(),
            state=Correspondent.State.ENGAGED,
        )
        unit = Organisation.objects.get(name=row["unit"])
        person.settle_unit(unit, by=None, department=row.get("department", ""))
        if "moved_to" in row:
            june = dt.date(now.year - 1, 6, 1)
            person.settle_unit(Organisation.objects.get(name=row["moved_to"]), by=None, since=june)
        for kind in (Consent.Kind.PRIVACY, Consent.Kind.PROFILE):
            person.give_consent(kind)


def applicants(rows: list[dict[str, str]]) -> None:
    """Register those who wait for the desk."""
    for row in rows:
        person = Correspondent.objects.create(
            name=row["name"],
            mobile=row["mobile"],
            unit_text=row["unit"],
            department=row["department"],
            post=row["post"],
        )
        if unit := Organisation.objects.resolve(row["unit"]):
            person.settle_unit(unit, by=None, department=row["department"], post=row["post"])
