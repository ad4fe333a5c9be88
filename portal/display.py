"""Display settings of a reader: theme and elder mode and size of the text. Kept in cookies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

# cookie and parameter -> allowed values; the first is the default and is not stored
CHOICES = {
    "theme": ("auto", "light", "dark"),
    "mode": ("normal", "elder"),
    "size": ("m", "s", "l", "xl"),
}
SIZE_LABELS = (("s", "小"), ("m", "中"), ("l", "大"), ("xl", "特大"))
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Display:
    """What the page's root element says, so that nothing flashes."""

    theme: str
    mode: str
    size: str

    @classmethod
    def of(cls, request: HttpRequest) -> Display:
        """Read the cookies; anything unknown is the default."""
        return cls.of_cookies(request.COOKIES)

    @classmethod
    def of_cookies(cls, cookies: Mapping[str, str]) -> Display:
        """Read the values of cookies by their names."""
        values = {}
        for name, allowed in CHOICES.items():
            value = cookies.get(name, "")
            values[name] = value if value in allowed else allowed[0]
        return cls(**values)


def remember(response: HttpResponse, wanted: dict[str, str]) -> HttpResponse:
    """Set the cookies for the allowed values among ``wanted``."""
    for name, allowed in CHOICES.items():
        value = wanted.get(name)
        if value == allowed[0]:
            response.delete_cookie(name, samesite="Lax")
        elif value in allowed:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax")
    return response
