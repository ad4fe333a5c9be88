"""Keeping robots from asking what costs: so many requests a minute from one address."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from correspondents.addresses import client_address

MINUTE = 60
HOUR = 3600
# Addresses that are remembered at once; a flood of them only makes the oldest count anew.
REMEMBERED = 10_000
# RFC 6177: the least that one end site is given.
HOUSEHOLD = 64


class Throttle:
    """Counts in the memory of this process: a shared count would cost more than a search.

    With several processes an address may ask each of them so often.
    """

    def __init__(self) -> None:
        self._asked: dict[str, tuple[int, int]] = {}
        self._lock = Lock()

    def allows(self, address: str, most: int) -> bool:
        """Count one request; false when there were ``most`` in this minute already."""
        minute = int(time.monotonic() // MINUTE)
        with self._lock:
            then, number = self._asked.pop(address, (minute, 0))
            number = number + 1 if then == minute else 1
            self._asked[address] = (minute, number)
            while len(self._asked) > REMEMBERED:
                del self._asked[next(iter(self._asked))]
        return number <= most


def asker(address: str | None) -> str:
    """Who is counted: of IPv6 the network a household or a company gets, and no address as one."""
    if address is None or ":" not in address:
        return address or ""
    return str(ipaddress.ip_network((address, HOUSEHOLD), strict=False))


def throttled(
    setting: Callable[[], int],
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Answer 429 with a sentence beyond so many requests a minute; 0 is no limit."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        throttle = Throttle()

        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            most = setting()
            if most and not throttle.allows(asker(client_address(request)), most):
                response = render(request, "429.html", status=429)
                response["Retry-After"] = str(MINUTE)
                return response
            return view(request, *args, **kwargs)

        return inner

    return decorate


def allows_in_an_hour(purpose: str, address: str, most: int) -> bool:
    """Take one of ``most`` places an hour for an address, in all processes; false when none is left.

    Places, not a counter: of two requests at once only one gets the last place, whatever the
    cache. The address goes into the cache as a keyed hash. 0 is no limit.
    """
    mark = salted_hmac(purpose, address).hexdigest()[:32]
    places = (f"an-hour:{purpose}:{mark}:{place}" for place in range(most))
    return not most or any(cache.add(place, 1, HOUR) for place in places)
