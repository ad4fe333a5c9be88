"""Forms of accounts, in the words of the site."""

from typing import Any

from allauth.account.forms import LoginForm
from django.core.validators import MaxLengthValidator


class SignInForm(LoginForm):
    """django-allauth's form with labels a correspondent understands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "用户名或邮箱"
        self.fields["login"].widget.attrs.update(placeholder="", autocomplete="username")
        self.fields["login"].max_length = 254  # type: ignore[attr-defined]
        self.fields["login"].validators.append(MaxLengthValidator(254))
        self.fields["password"].widget.attrs.update(placeholder="")
        self.fields["password"].help_text = ""
