"""The second factor of a sign-in: how its secrets are kept, what the desk demands, who lifts it."""

from __future__ import annotations

import base64
import io
import logging
import secrets
from urllib.parse import urlencode

import segno
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db import models, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac

from correspondents.lifecycle import record

log = logging.getLogger(__name__)

# Recovery codes are no factor of their own: they stand in for one of these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
PASSED = "second_factor_passed"


class SecondFactorAdapter(DefaultMFAAdapter):
    """django-allauth's second factor with encrypted secrets, in the words of the site."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "编辑部要求使用二次验证，不能去掉最后一种方式。"
        "请先添加另一种，再去掉这一种。",
        "cannot_generate_recovery_codes": "请先启用验证器或添加通行密钥，再生成恢复码。",
        "incorrect_code": "验证没有通过，请重新输入或再试一次。",
    }

    def encrypt(self, text: str) -> str:
        """Encrypt a secret on its way to the database."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret; when ``SECRET_KEY`` has changed, one that no code fits.

        Never something fixed or empty: a code computed from that would open the account.
        """
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            log.warning("A second factor was encrypted with another SECRET_KEY.")
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def build_totp_svg(self, url: str) -> str:
        """Draw the QR code on white, so that it can be scanned in the dark theme too."""
        buffer = io.BytesIO()
        segno.make(url, error="m").save(buffer, kind="svg", border=3, scale=4, light="#fff")
        return buffer.getvalue().decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff keep one factor as long as the desk demands it."""
        others = _factors(authenticator.user).exclude(pk=authenticator.pk)
        return not demanded_of(authenticator.user) or others.exists()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """Suggest a name for a new key."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return f"通行密钥 {number}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name the site in the browser's own dialog, not only its host."""
        return super().get_public_key_credential_rp_entity() | {"name": self.get_totp_issuer()}


def _cipher() -> Fernet:
    """A key of its own, derived from ``SECRET_KEY``."""
    key = salted_hmac(__name__, "authenticators", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _factors(user: AbstractBaseUser | AnonymousUser) -> models.QuerySet[Authenticator]:
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS)


def demanded_of(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Does the setting ask this person for a second factor?"""
    return settings.STAFF_MFA_REQUIRED and getattr(user, "is_staff", False)


def note_passed(request: HttpRequest, user: AbstractBaseUser) -> None:
    """Remember in the session that this person has shown a second factor in it."""
    request.session[PASSED] = user.pk


def satisfied(request: HttpRequest) -> bool:
    """May this sign-in see the desk, as far as the second factor goes?

    A session opened by the password alone does not become a good one when a factor is added in
    another browser: the factor must have been shown in this session.
    """
    if not demanded_of(request.user):
        return True
    return request.session.get(PASSED) == request.user.pk and _factors(request.user).exists()


def remedy(request: HttpRequest) -> str:
    """Where a person goes who is not :func:`satisfied`: to show a factor, or to set one up."""
    if _factors(request.user).exists():
        back = request.get_full_path() if request.method == "GET" else reverse("admin:index")
        for method in get_account_adapter(request).get_reauthentication_methods(request.user):
            if method["id"].startswith("mfa_reauthenticate"):
                return f"{method['url']}?{urlencode({'next': back})}"
    return reverse("mfa_index")


@transaction.atomic
def take_away(user: User, *, by: User) -> bool:
    """Remove every factor of a person who has lost them, and sign him out everywhere.

    The device that is lost may be signed in. Returns whether there was anything to remove.
    """
    gone, _ = Authenticator.objects.filter(user=user).delete()
    if gone:
        sign_out(user)
        record(user, "second_factor_removed", by=by)
    return bool(gone)


def sign_out(user: User) -> None:
    """End every session of an account."""
    for session in UserSession.objects.filter(user=user):
        session.end()


@transaction.atomic
def change_locks(user: User, *, by: User) -> None:
    """Make every key to an account void: password, factors, sessions. Its holder sets new ones.

    Whoever has held a link to it may have left a key of his own inside.
    """
    user.set_unusable_password()
    user.save(update_fields=["password"])
    sign_out(user)
    take_away(user, by=by)
