"""Mobile numbers and mailboxes: their form, and how they are shown to those who need not know."""

import re

from correspondents.typed import code

# Mainland mobile numbers, with or without the code of the country, as phones hand them over.
_MOBILE = re.compile(r"(?:tel:)?(?:\+?86|0086)?(1[3-9][0-9]{9})", re.IGNORECASE)
_BETWEEN = re.compile(r"[-.()]")


def mobile_number(text: str) -> str:
    """Return the eleven digits of a mainland mobile number, or an empty string."""
    match = _MOBILE.fullmatch(_BETWEEN.sub("", code(text)))
    return match[1] if match else ""


def masked_mobile(number: str) -> str:
    """Return ``138****4332``; anything shorter is starred whole."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 11 else "*" * len(number)


def masked_mail(mailbox: str) -> str:
    """Return ``l***@example.com``."""
    name, at, host = mailbox.partition("@")
    return f"{name[:1]}***{at}{host}" if at else "*" * len(mailbox)


def masked(value: str) -> str:
    """Return a number or mailbox without what identifies it, anything else starred; for logs."""
    if mobile_number(value):
        return masked_mobile(mobile_number(value))
    if "@" in value:
        return masked_mail(value)
    return "****" if value and value != "None" else value
