from correspondents.forms.own import LeaveForm, OwnDataForm
from correspondents.forms.registration import ApplyForm, ClaimForm, SignUpForm
from correspondents.forms.sign_in import (
    AuthenticatorAppForm,
    CodeAgainForm,
    CodeForm,
    KeyForm,
    KeyNameForm,
    PasswordAgainForm,
    SignInForm,
)

__all__ = [
    "ApplyForm",
    "AuthenticatorAppForm",
    "ClaimForm",
    "CodeAgainForm",
    "CodeForm",
    "KeyForm",
    "KeyNameForm",
    "LeaveForm",
    "OwnDataForm",
    "PasswordAgainForm",
    "SignInForm",
    "SignUpForm",
]
