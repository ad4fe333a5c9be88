"""Pages of accounts: of the packages, those that are offered, each by its name.

What a package adds of its own (changing a mailbox without confirming it, signing in by a code) is
not there before somebody has decided that it is to be.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as keys
from allauth.usersessions import views as sessions
from django.contrib.auth.decorators import login_required
from django.urls import path, re_path
from django.views.generic import RedirectView

from portal.views import accounts

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    # Whoever has no password yet gets one the way of those who forgot theirs.
    path("password/set/", login_required(RedirectView.as_view(pattern_name="account_reset_password")), name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key, name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done, name="account_reset_password_from_key_done",
    ),
    path("erci/", factors.index, name="mfa_index"),
    path("erci/authenticate/", factors.authenticate, name="mfa_authenticate"),
    path("erci/reauthenticate/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("erci/totp/activate/", app.activate_totp, name="mfa_activate_totp"),
    path("erci/totp/deactivate/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("erci/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("erci/recovery-codes/generate/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("erci/recovery-codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("erci/webauthn/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("erci/webauthn/add/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("erci/webauthn/login/", keys.login_webauthn, name="mfa_login_webauthn"),
    path("erci/webauthn/reauthenticate/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    # The package's own page knows no last factor.
    path("erci/webauthn/keys/<int:pk>/remove/", accounts.RemoveKey.as_view(), name="mfa_remove_webauthn"),
    path("erci/webauthn/keys/<int:pk>/edit/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path("shebei/", sessions.list_usersessions, name="usersessions_list"),
]  # fmt: skip
