"""Menus in templates."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from portal.frame import Frame

register = template.Library()


@register.simple_tag(takes_context=True)
def group_of(context: dict[str, Any], address: str) -> tuple[Any, list[Any]] | None:
    """Return (group, entries) of the menu group that holds this address, or ``None``."""
    for top, entries in context["main_menu"]:
        if any(entry["address"] == address for entry in entries):
            return top, entries
    return None


@register.simple_tag(takes_context=True)
def bar(context: dict[str, Any]) -> SafeString:
    """Print the bar of sections; the page's own entry, or its section's, is marked."""
    frame: Frame = context["frame"]
    return frame.bar(context.get("current_entry") or context["request"].path)


@register.simple_tag(takes_context=True)
def entry_count(context: dict[str, Any]) -> int:
    """Return how many entries the bar has, groups not counted."""
    return sum(len(entries) or 1 for _, entries in context["main_menu"])
