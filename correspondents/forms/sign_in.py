"""Forms of accounts, in the words of the site."""

from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.validators import MaxLengthValidator

from correspondents.typed import code


class SignInForm(LoginForm):
    """django-allauth's form with labels a correspondent understands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "用户名、手机号或邮箱"
        self.fields["login"].widget.attrs.update(placeholder="", autocomplete="username")
        _limit(self.fields["login"], 254)
        self.fields["password"].widget.attrs.update(placeholder="")
        self.fields["password"].help_text = ""

    def clean_login(self) -> str:
        """As it was meant; a name from before all names were cleaned still opens its account."""
        typed = super().clean_login()
        return typed if User.objects.filter(username=typed).exists() else code(typed)


class PasswordAgainForm(ReauthenticateForm):
    """The password once more, before a page that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = "密码"
        self.fields["password"].widget.attrs.update(placeholder="")
        self.fields["password"].help_text = ""


class OneTimeCode(forms.Form):
    """A code opens once, for as long as it is good.

    django-allauth remembers a used code for one period only; with a tolerance it stays good for
    longer, and so could be used a second time by somebody who looked over the shoulder.
    """

    user: Any
    code_label = "验证码或恢复码"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = self.code_label
        self.fields["code"].widget.attrs.update(placeholder="", inputmode="numeric")
        _limit(self.fields["code"], 32)

    def clean_code(self) -> str:
        """Refuse a code of the app that has opened something before."""
        code = super().clean_code()  # type: ignore[misc]
        shown = getattr(self, "authenticator", None)
        of_app = shown is None or shown.type == Authenticator.Type.TOTP
        if of_app and not self._first_use(code):
            raise get_adapter().validation_error("incorrect_code")
        return code

    def _first_use(self, code: str) -> bool:
        periods = 2 * mfa_settings.TOTP_TOLERANCE + 1
        key = f"second-factor-{self.user.pk}-{normalize_user_code(code)}"
        return cache.add(key, True, timeout=mfa_settings.TOTP_PERIOD * periods)


class CodeForm(OneTimeCode, AuthenticateForm):
    """The second step of a sign-in."""


class CodeAgainForm(OneTimeCode, CodeReauthenticateForm):
    """A code once more, before a page that matters."""


class AuthenticatorAppForm(OneTimeCode, ActivateTOTPForm):
    """The first code of a newly added app."""

    code_label = "验证器显示的六位数字"


class KeyForm(AddWebAuthnForm):
    """A new passkey. Signing in with it alone is what most people add one for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["name"])
        self.fields["passwordless"].label = "以后可以只用它登录，不输密码"
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = ""

    def clean(self) -> dict[str, Any]:
        """Refuse a credential that no browser made; the package fails on some of them."""
        try:
            return super().clean()
        except ValueError as error:
            raise get_adapter().validation_error("incorrect_code") from error


class KeyNameForm(EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self.fields["name"])


def _name(field: forms.Field) -> None:
    field.label = "名称"
    field.help_text = "写清是哪台设备，便于以后辨认，如“办公室电脑”。"
    _limit(field, 50)


def _limit(field: forms.Field, length: int) -> None:
    field.widget.attrs["maxlength"] = length
    field.validators.append(MaxLengthValidator(length))
