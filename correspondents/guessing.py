"""How often something may be tried: passwords, letters to a mailbox, registrations.

Wrong passwords are counted by name and network together, so that nobody locks anybody else out. A
device that has signed in before is counted by itself: it is let in while strangers guess at the
name, and so is a passkey, which nobody can guess at. The rates are in the settings
(``ACCOUNT_RATE_LIMITS``); addresses and names go into the cache as hashes.
"""

from __future__ import annotations

import ipaddress

from allauth.core import ratelimit
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from correspondents.addresses import client_address
from correspondents.typed import code

COOKIE, SALT = "known_device", "correspondents.known-device"
COOKIE_DAYS = 180
# What one end site is given: RFC 6177; of IPv4 what one provider hands to one region.
PREFIX = {4: 24, 6: 64}


def network_of(request: HttpRequest) -> str:
    """Return the network a request comes from."""
    address = client_address(request)
    if address is None:
        return ""
    prefix = PREFIX[ipaddress.ip_address(address).version]
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))


def device_of(request: HttpRequest) -> int | None:
    """Return the key of the account that has signed in with this device before."""
    try:
        known = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_DAYS * 86400
        )
    except signing.BadSignature:
        return None
    return known if isinstance(known, int) else None


def remember_device(response: HttpResponse, account: int) -> None:
    """Have the device known from now on; the mark opens nothing by itself."""
    response.set_cookie(
        COOKIE, signing.dumps(account, salt=SALT), max_age=COOKIE_DAYS * 86400, path="/zhanghu/",
        secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
    )  # fmt: skip


def may(request: HttpRequest, action: str, key: str | None = None, *, look: bool = False) -> bool:
    """Count one more of ``action``, false when there were too many; with ``look`` only ask."""
    return ratelimit.consume(request, action=action, key=key, dry_run=look)


def may_guess(request: HttpRequest, name: str, account: int | None, *, look: bool) -> bool:
    """May one more password be tried for a name, which is that of ``account`` where there is one?"""
    if account is not None and device_of(request) == account:
        return may(request, "wrong_password_device", f"{account}", look=look)
    # Whatever way the same account is named: a number has a dozen spellings.
    name = f"#{account}" if account is not None else code(name).casefold()
    return (
        may(request, "wrong_password_network", look=look)
        and may(request, "wrong_password", f"{name} {network_of(request)}", look=look)
        and may(request, "wrong_password_name", name, look=look)
    )


def may_write_to(request: HttpRequest, account: int, mailbox: str, *, look: bool = False) -> bool:
    """May one more letter that nobody asked for but a page go to this mailbox?

    By person, by mailbox, whoever asks, and by network.
    """
    return (
        may(request, "mailbox_letters_person", f"{account}", look=look)
        and may(request, "mailbox_letters_target", code(mailbox).casefold(), look=look)
        and may(request, "mailbox_letters_network", look=look)
    )
