"""Sign-ins go into the audit log: who, when, from where, and whether it succeeded.

So do second factors that are added, removed, renewed or guessed at; their secrets never.
"""

from typing import Any

from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from auditlog.models import LogEntry
from django.contrib.auth import get_user_model, user_logged_in, user_logged_out, user_login_failed
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest

from correspondents import second_factor
from correspondents.addresses import client_address
from correspondents.contact import masked, mobile_number
from correspondents.lifecycle import record


def connect() -> None:
    """Listen to the signals of sign-in, sign-out, failure, and of second factors."""
    user_logged_in.connect(signed_in, dispatch_uid="audit-signed-in")
    user_logged_out.connect(signed_out, dispatch_uid="audit-signed-out")
    user_login_failed.connect(sign_in_failed, dispatch_uid="audit-sign-in-failed")
    mfa.authenticator_added.connect(factor_added, dispatch_uid="audit-factor-added")
    mfa.authenticator_removed.connect(factor_removed, dispatch_uid="audit-factor-removed")
    mfa.authenticator_reset.connect(codes_renewed, dispatch_uid="audit-codes-renewed")
    mfa.authenticator_used.connect(factor_shown, dispatch_uid="factor-shown")
    mfa.authentication_failed.connect(factor_failed, dispatch_uid="audit-factor-failed")


def signed_in(sender: Any, request: HttpRequest | None, user: Any, **_: Any) -> None:
    """Log a sign-in."""
    _write("sign_in", request, user, user.get_username(), actor=user)


def signed_out(sender: Any, request: HttpRequest | None, user: Any, **_: Any) -> None:
    """Log a sign-out; nobody was signed in when ``user`` is None."""
    if user is not None:
        _write("sign_out", request, user, user.get_username(), actor=user)


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


def factor_added(
    sender: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **_: Any
) -> None:
    """Log a new factor; who has just set it up has shown it. Recovery codes come along unlogged."""
    if authenticator.type in second_factor.FACTORS:
        second_factor.note_passed(request, user)
        record(user, "second_factor_added", by=user, kind=authenticator.type)


def factor_removed(sender: Any, user: Any, authenticator: Authenticator, **_: Any) -> None:
    """Log that a person removed a factor of his own."""
    if authenticator.type in second_factor.FACTORS:
        record(user, "second_factor_removed", by=user, kind=authenticator.type)


def codes_renewed(sender: Any, user: Any, **_: Any) -> None:
    """Log that recovery codes were made anew."""
    record(user, "recovery_codes_renewed", by=user)


def factor_shown(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    """Let the session remember it."""
    second_factor.note_passed(request, user)


def factor_failed(sender: Any, request: HttpRequest, user: Any, **_: Any) -> None:
    """Log a wrong code: behind it stands somebody who has the password."""
    _write("second_factor_failed", request, user, user.get_username())


def _write(
    event: str, request: HttpRequest | None, user: Any, name: str, actor: Any = None
) -> None:
    LogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(get_user_model()),
        object_pk=str(user.pk) if user else "",
        object_id=user.pk if user else None,
        object_repr=name,
        action=LogEntry.Action.ACCESS,
        actor=actor,
        remote_addr=client_address(request) if request else None,
        additional_data={"event": event},
    )
