"""Menus in templates."""

from typing import Any
from urllib.parse import quote

from django import template
from django.template.loader import render_to_string
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
def header(context: dict[str, Any]) -> SafeString:
    """Print the header with the bar of sections; the page's own entry, or its section's, is marked.

    Strangers share one; for a signed-in person it is printed with what is his.
    """
    frame: Frame = context["frame"]
    request = context["request"]
    here = context.get("current_entry") or request.path
    user = getattr(request, "user", None)  # an error page may be printed before anybody asked
    if user is None or not user.is_authenticated:
        return frame.header(here, request.get_full_path())
    own: dict[str, Any] = {
        "bar": frame.bar(here),
        "back": quote(request.get_full_path()),
        "user": user,
        "newspaper": frame.newspaper,
    }
    return render_to_string("_partials/header.html", own)


@register.simple_tag(takes_context=True)
def entry_count(context: dict[str, Any]) -> int:
    """Return how many entries the bar has, groups not counted."""
    return sum(len(entries) or 1 for _, entries in context["main_menu"])
