"""What stands around every page: site profile, masthead, menus, footer.

Read and printed once for an edition and a day, then kept in the memory of the process: it is the
same for every reader, and printing its hundred links costs more than most pages have to say.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from articles.models import once_an_edition
from correspondents.models import Upload
from portal.models import MastheadTerm, MenuItem, Page, SiteProfile

# Stands in the printed header for the address of the page; no text of the desk holds a control mark.
BACK = "\x1a"
# A group or entry of a menu as templates print it, and the entries under it.
Menu = list[tuple[dict[str, Any], list[dict[str, Any]]]]


class Frame:
    """The values of one edition, each read when it is first printed."""

    def __init__(self) -> None:
        self._bars: dict[str, SafeString] = {}
        self._headers: dict[str, SafeString] = {}

    @cached_property
    def newspaper(self) -> SiteProfile:
        """The site's profile."""
        return SiteProfile.current()

    @cached_property
    def masthead(self) -> list[tuple[str, str]]:
        """Posts and who holds them that day."""
        return MastheadTerm.today()

    @cached_property
    def main_menu(self) -> Menu:
        """The bar: groups with their entries."""
        return _printed(MenuItem.Menu.MAIN)

    @cached_property
    def frequent(self) -> list[dict[str, Any]]:
        """The strip under the bar on phones."""
        return [_entry(item) for item in MenuItem.frequent()]

    @cached_property
    def links_menu(self) -> Menu:
        """Friends of the site."""
        return _printed(MenuItem.Menu.LINKS)

    @cached_property
    def footer_pages(self) -> list[Page]:
        """Static pages that the footer lists."""
        return list(Page.objects.filter(in_footer=True))

    @cached_property
    def pictures_in_hand(self) -> int:
        """Of a demo: how many of its pictures the worker has yet to make; each raises the edition."""
        if not self.newspaper.is_demo:
            return 0
        return Upload.objects.filter(state=Upload.State.WAITING, owner=None).count()

    @cached_property
    def head(self) -> SafeString:
        """What every page says of itself to programs: icons, style, the feeds of the site."""
        return _rendered("_partials/head.html", {"newspaper": self.newspaper})

    @cached_property
    def footer(self) -> SafeString:
        """The footer, printed."""
        names = ("newspaper", "masthead", "main_menu", "links_menu", "footer_pages", "entry_count")
        return _rendered("_partials/footer.html", {name: getattr(self, name) for name in names})

    @cached_property
    def _entries(self) -> frozenset[str]:
        return frozenset(row["address"] for top, rows in self.main_menu for row in (top, *rows))

    @cached_property
    def entry_count(self) -> int:
        """How many entries the bar has, groups not counted."""
        return sum(len(entries) or 1 for _, entries in self.main_menu)

    def group_of(self, address: str) -> tuple[Any, list[Any]] | None:
        """Return group and entries of the menu group that holds this address, or ``None``."""
        for top, entries in self.main_menu:
            if any(entry["address"] == address for entry in entries):
                return top, entries
        return None

    def bar(self, address: str) -> SafeString:
        """Return the bar, printed, with the entry that leads to ``address`` marked as present."""
        here = address if address in self._entries else ""
        if here not in self._bars:
            context = {"main_menu": self.main_menu, "here": here}
            self._bars[here] = _rendered("_partials/bar.html", context)
        return self._bars[here]

    def header(self, address: str, path: str) -> SafeString:
        """Return the header as every stranger gets it; its switches lead back to ``path``."""
        here = address if address in self._entries else ""
        if here not in self._headers:
            bar, newspaper = self.bar(here), self.newspaper
            context = {"bar": bar, "newspaper": newspaper, "back": BACK, "user": AnonymousUser()}
            self._headers[here] = _rendered("_partials/header.html", context)
        # Quoted it holds no mark of HTML, so it stands in the text as it is.
        return SafeString(self._headers[here].replace(BACK, quote(path)))


def _rendered(template: str, context: dict[str, Any]) -> SafeString:
    return SafeString(render_to_string(template, context))  # escaped where it was printed


def _entry(item: MenuItem) -> dict[str, Any]:
    return {"text": item.text, "address": item.address, "is_wide": len(item.text) > 4}


def _printed(menu: str) -> Menu:
    return [(_entry(top), [_entry(item) for item in items]) for top, items in MenuItem.tree(menu)]


@once_an_edition
def current_frame() -> Frame:
    """Return the frame of the present edition."""
    return Frame()


def header_for(request: HttpRequest, entry: str) -> SafeString:
    """Return the header with the bar of sections; ``entry``, or else the page's own, is marked.

    Strangers share one; for a signed-in person it is printed with what is his.
    """
    frame, here = current_frame(), entry or request.path
    user = getattr(request, "user", None)  # an error page may be printed before anybody asked
    if user is None or not user.is_authenticated:
        return frame.header(here, request.get_full_path())
    back, bar = quote(request.get_full_path()), frame.bar(here)
    own = {"bar": bar, "back": back, "user": user, "newspaper": frame.newspaper}
    return _rendered("_partials/header.html", own)
