"""What every page shows: site profile, masthead, menus, display settings."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from correspondents import second_factor
from portal.display import SIZE_LABELS
from portal.frame import Frame, current_frame
from portal.page_cache.placeholders import MARKS

SIZES = [(value, label, MARKS[f"size-{value}"]) for value, label in SIZE_LABELS]
FRAMED = ("newspaper", "masthead", "main_menu", "links_menu")


def site(request: HttpRequest) -> dict[str, Any]:
    """Lazy values: a page that does not print them costs no query."""
    frame: Any = SimpleLazyObject(current_frame)
    return {
        "frame": frame,
        # Not "site": django-allauth gives its pages a "site" of its own.
        **{name: _of(frame, name) for name in FRAMED},
        "placeholders": MARKS,
        "sizes": SIZES,
        "second_factor_demanded": SimpleLazyObject(lambda: second_factor.demanded_of(request.user)),
    }


def _of(frame: Frame, name: str) -> Any:
    return SimpleLazyObject(lambda: getattr(frame, name))
