"""The address a request really came from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the client's address; ``None`` when there is no usable one.

    ``X-Forwarded-For`` is anybody's to write, so only the entries that our own proxies added
    count: as many, from the right, as the setting ``TRUSTED_PROXIES`` says.
    """
    address = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if trusted and len(hops) >= trusted and hops[-trusted]:
        address = hops[-trusted]
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None
