"""How accounts behave: django-allauth's adapter, and the links that go out by mail."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import User
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from correspondents import guessing
from correspondents.contact import mobile_number
from correspondents.letters import KINDS
from correspondents.mailing import post_mail
from correspondents.models import Correspondent, LetterText, SignInName
from correspondents.models.correspondent import is_mobile_like
from correspondents.models.role_grant import holds_guarded
from correspondents.typed import CodeInput, code

MAIL_SALT = "correspondents.mailbox"
# How a person may name himself, as allauth calls them.
WAYS = ("email", "phone", "username")
MAIL_LINK_SECONDS = 3 * 24 * 3600


class SignedInRequest(HttpRequest):
    """A request behind ``login_required``, for the type checker."""

    user: User


class MobileField(CodeInput):
    """A mainland mobile number; gives its eleven digits."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "手机")
        # Longer than a number: what lies around it is taken off first.
        super().__init__(max_length=40, **options)
        self.widget.attrs.update(inputmode="tel", autocomplete="tel")

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        number = mobile_number(value)
        if value and not number:
            raise ValidationError("请填写 11 位手机号码。")
        return number


class AccountAdapter(DefaultAccountAdapter):
    """Staff land at the desk, correspondents at their pieces; numbers come from the registry."""

    # One sentence whatever was typed: it tells nobody which names there are.
    _mismatch = "用户名、手机号、邮箱或密码不对，请核对后再试。"
    error_messages = (
        DefaultAccountAdapter.error_messages
        | dict.fromkeys(
            ("username_password_mismatch", "email_password_mismatch", "phone_password_mismatch"),
            _mismatch,
        )
        | {"username_taken": "这个用户名已有人用，或者和别人的太像，请换一个。"}
    )

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Anybody may apply, while the site takes applications."""
        return settings.SIGNUP_OPEN

    def get_login_redirect_url(self, request: SignedInRequest) -> str:
        """Return where a person goes after signing in, unless he came for a certain page."""
        if request.user.is_staff:
            return reverse("admin:index")
        return reverse("submissions:mine")

    def get_signup_redirect_url(self, request: SignedInRequest) -> str:
        """Return where an applicant goes: to his data, where the state of his application is."""
        return reverse("correspondents:own")

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Refuse names that somebody else's mobile number or mailbox could be, and look-alikes."""
        username = code(username)
        if is_mobile_like(username) or "@" in username:
            raise ValidationError("用户名不能是手机号或邮箱，请用字母、汉字或拼音。")
        if not shallow and SignInName.objects.is_taken(username):
            raise self.validation_error("username_taken")
        return super().clean_username(username, shallow=shallow)

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Keep its name so that no other account gets one that looks the same."""
        with transaction.atomic():
            user = super().save_user(request, user, form, commit)
            if commit:
                SignInName.objects.settle(user)
        return user

    # --- guessing at passwords ---------------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse one more try where there were too many."""
        if not guessing.may_guess(request, *self._guessed(credentials), look=True):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a wrong password; right ones are not counted."""
        guessing.may_guess(request, *self._guessed(credentials), look=False)

    @staticmethod
    def _guessed(credentials: dict[str, Any]) -> tuple[str, int | None]:
        """Return the name that was typed, and the account it opens."""
        name = next((credentials[way] for way in WAYS if credentials.get(way)), "")
        names = Q(username__iexact=name) | Q(email__iexact=name)
        if number := mobile_number(name):
            names |= Q(correspondent__sign_in_mobile=number)
        return name, User.objects.filter(names).values_list("pk", flat=True).first()

    def post_login(self, request: HttpRequest, user: Any, **options: Any) -> Any:
        """Know the device from now on."""
        response = super().post_login(request, user, **options)
        guessing.remember_device(response, user.pk)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Have the worker send it: no page waits for a mail server, and none tells who has an account."""
        message = self.render_mail(template_prefix, email, context)
        post_mail.enqueue(message.subject, message.body, email)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Build the link with the site's own address, whatever host the request carried."""
        path = reverse("account_reset_password_from_key", args=["UID", "KEY"])
        return settings.SITE_URL + path.replace("UID-KEY", key)

    # --- mobile numbers: a sign-in name after the desk's approval, nothing else -------------

    def phone_form_field(self, **kwargs: Any) -> Any:
        """Return the field that tells a number from a user name."""
        return MobileField(**kwargs)

    def get_user_by_phone(self, phone: str) -> User | None:
        """Return whose sign-in name this number is."""
        number = mobile_number(phone)
        people = Correspondent.objects.filter(sign_in_mobile=number, user__isnull=False)
        person = people.select_related("user").first() if number else None
        return person.user if person else None

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        """Return the confirmed number of an account."""
        person = Correspondent.objects.filter(user=user, sign_in_mobile__isnull=False).first()
        return (person.sign_in_mobile or "", True) if person else None

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        """Numbers are kept by the registry alone."""

    def set_phone_verified(self, user: Any, phone: str) -> None:
        """The desk's approval is the verification."""


class NoDemoPassword(BaseBackend):
    """Asked first: outside debug mode nobody signs in with the demo's public password.

    So that a data folder filled by ``make run`` cannot become a production site with open doors.
    """

    def authenticate(
        self, request: HttpRequest | None, password: str | None = None, **credentials: Any
    ) -> None:
        """Refuse for all back ends, or leave the decision to them."""
        if not settings.DEBUG and password == settings.DEMO_PASSWORD:
            raise PermissionDenied


def reset_link(account: User) -> str:
    """Return a one-time address that sets a new password for an account without mail.

    Valid for the time of ``PASSWORD_RESET_TIMEOUT``; void once the password has changed.
    """
    key = f"{user_pk_to_url_str(account)}-{default_token_generator.make_token(account)}"
    return AccountAdapter().get_reset_password_from_key_url(key)


def send_mail_link(request: HttpRequest, account: User, mailbox: str) -> bool:
    """Ask the owner of a mailbox to confirm it; only then it opens the account.

    False when too many such letters have been asked for: then none was written.
    """
    if not guessing.may_write_to(request, account.pk, mailbox):
        return False
    token = signing.dumps([account.pk, mailbox], salt=MAIL_SALT, compress=True)
    path = reverse("correspondents:confirm_mail", args=[token])
    # Not kept with the other letters: its link opens the account.
    text = LetterText.of(KINDS["confirm_mail"])
    subject, body = text.filled({"链接": f"{settings.SITE_URL}{path}"})
    post_mail.enqueue(subject, body, mailbox)
    return True


def read_mail_link(token: str, account: User) -> str:
    """Return the mailbox this account's link confirms; empty when it is not one, or too old."""
    try:
        owner, mailbox = signing.loads(token, salt=MAIL_SALT, max_age=MAIL_LINK_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return mailbox if owner == account.pk else ""


def registry_may_reset(account: User | None) -> bool:
    """May whoever keeps the registry hand out a link that sets this account's password?

    Accounts of the desk are the administrator's: a link would open the desk. So are those that
    still hold a role that signs, should somebody have hidden the desk from them.
    """
    if account is None or account.is_staff or holds_guarded(account):
        return False
    return account.is_active


def send_reset_link(account: User) -> None:
    """Send a link that sets the password to the mailbox of an account of the desk."""
    # Not kept with the other letters: its link opens the account.
    text = LetterText.of(KINDS["staff_reset"])
    values = {
        "姓名": account.get_full_name() or account.username,
        "用户名": account.username,
        "链接": reset_link(account),
    }
    subject, body = text.filled(values)
    send_mail(subject, body, None, [account.email])
