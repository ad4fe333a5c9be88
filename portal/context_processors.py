"""What every page shows: site profile, masthead, menus, display settings."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from correspondents import second_factor
from portal.display import Display
from portal.models import MastheadTerm, MenuItem, Page, SiteProfile


def site(request: HttpRequest) -> dict[str, Any]:
    """Lazy values: a page that does not print them costs no query."""
    return {
        # Not "site": django-allauth gives its pages a "site" of its own.
        "newspaper": SimpleLazyObject(SiteProfile.current),
        "masthead": SimpleLazyObject(MastheadTerm.today),
        "main_menu": SimpleLazyObject(lambda: _printed(MenuItem.Menu.MAIN)),
        "links_menu": SimpleLazyObject(lambda: _printed(MenuItem.Menu.LINKS)),
        "footer_pages": SimpleLazyObject(lambda: list(Page.objects.filter(in_footer=True))),
        "display": Display.of(request),
        "second_factor_demanded": SimpleLazyObject(lambda: second_factor.demanded_of(request.user)),
    }


def _printed(menu: str) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """A menu as plain values: every page prints fifty entries, and templates are slow with objects."""

    def entry(item: MenuItem) -> dict[str, Any]:
        return {"text": item.text, "address": item.address, "is_wide": len(item.text) > 4}

    return [(entry(top), [entry(item) for item in items]) for top, items in MenuItem.tree(menu)]
