"""System checks of the sections."""

from typing import Any

from django.core import checks
from django.db import DatabaseError

from articles.models import Section, reserved_slugs


def register() -> None:
    """Have ``manage.py check --database default`` look at the sections."""
    checks.register(section_slugs, checks.Tags.database)


def section_slugs(app_configs: Any, databases: Any = None, **_: Any) -> list[checks.CheckMessage]:
    """A section whose slug equals another address would hide one of them."""
    if not databases:
        return []
    try:
        taken = Section.objects.filter(slug__in=reserved_slugs()).values_list("slug", flat=True)
        return [
            checks.Error(f"栏目地址“{slug}”与网站的其他地址冲突。", id="articles.E001")
            for slug in taken
        ]
    except DatabaseError:  # before the first migration there are no sections
        return []
