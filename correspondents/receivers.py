"""Sign-ins go into the audit log: who, when, from where, and whether it succeeded."""

from typing import Any

from auditlog.models import LogEntry
from django.contrib.auth import get_user_model, user_logged_in, user_logged_out, user_login_failed
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest

from correspondents.addresses import client_address
from correspondents.contact import masked, mobile_number


def connect() -> None:
    """Listen to Django's own signals of sign-in, sign-out and failure."""
    user_logged_in.connect(signed_in, dispatch_uid="audit-signed-in")
    user_logged_out.connect(signed_out, dispatch_uid="audit-signed-out")
    user_login_failed.connect(sign_in_failed, dispatch_uid="audit-sign-in-failed")


def signed_in(sender: Any, request: HttpRequest | None, user: Any, **_: Any) -> None:
    """Log a sign-in."""
    _write("sign_in", request, user, str(user))


def signed_out(sender: Any, request: HttpRequest | None, user: Any, **_: Any) -> None:
    """Log a sign-out; nobody was signed in when ``user`` is None."""
    if user is not None:
        _write("sign_out", request, user, str(user))


def sign_in_failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any
) -> None:
    """Log a failed sign-in under the name that was typed; the password never."""
    typed = (
        credentials.get("username") or credentials.get("email") or credentials.get("phone") or ""
    )
    # A number or mailbox is personal data even where nobody has it.
    shown = masked(str(typed)) if mobile_number(str(typed)) or "@" in str(typed) else str(typed)
    _write("sign_in_failed", request, None, shown[:150])


def _write(event: str, request: HttpRequest | None, user: Any, name: str) -> None:
    LogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(get_user_model()),
        object_pk=str(user.pk) if user else "",
        object_id=user.pk if user else None,
        object_repr=name,
        action=LogEntry.Action.ACCESS,
        actor=user,
        remote_addr=client_address(request) if request else None,
        additional_data={"event": event},
    )
