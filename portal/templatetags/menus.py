"""Menus in templates."""

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def group_of(context: dict[str, Any], address: str) -> tuple[Any, list[Any]] | None:
    """Return (group, entries) of the menu group that holds this address, or ``None``."""
    for top, entries in context["main_menu"]:
        if any(entry["address"] == address for entry in entries):
            return top, entries
    return None


@register.simple_tag(takes_context=True)
def entry_count(context: dict[str, Any]) -> int:
    """Return how many entries the bar has, groups not counted."""
    return sum(len(entries) or 1 for _, entries in context["main_menu"])
