"""Views whose page is the same for everybody say so; the page cache keeps no others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

View = TypeVar("View", bound=Callable[..., Any])
LONGEST_ADDRESS = 300
# Places in a list (articles.paging): anybody can make up any number of them.
CURSORS = ("older-", "newer-")


@dataclass(frozen=True)
class PublicPage:
    """What a view reads of its address beside the path.

    ``kept``: parameters of which each value has a page of its own. ``typed``: with one of these
    the page is made for who asks, as everybody writes something else.
    """

    kept: frozenset[str]
    typed: frozenset[str]

    def query_of(self, asked: str) -> str | None:
        """Return the query string by which a page is kept: known parameters, in one order.

        ``None`` where it is not kept.
        """
        if not asked:
            return ""
        try:
            pairs = dict(parse_qsl(asked, max_num_fields=50))
        except ValueError:
            return ""
        if self.typed & pairs.keys():
            return None
        known = sorted((name, value) for name, value in pairs.items() if name in self.kept)
        if any(value.startswith(CURSORS) for _, value in known):
            return None
        return urlencode(known)[:LONGEST_ADDRESS]


def public_page(*kept: str, typed: Iterable[str] = ()) -> Callable[[View], View]:
    """Mark a view whose page, and whose pictures, every stranger gets alike.

    Every parameter that the view reads is named, as ``kept`` or ``typed``; others never reach it.
    """

    def marked(view: View) -> View:
        view.public_page = PublicPage(frozenset(kept), frozenset(typed))  # type: ignore[attr-defined]
        return view

    return marked
