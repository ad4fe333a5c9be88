"""How accounts behave: django-allauth's adapter."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse


class SignedInRequest(HttpRequest):
    """A request behind ``login_required``, for the type checker."""

    user: User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by the desk; staff land at the desk, correspondents at their pieces."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody opens an account for himself: correspondents are appointed."""
        return False

    def get_login_redirect_url(self, request: SignedInRequest) -> str:
        """Return where a person goes after signing in, unless he came for a certain page."""
        if request.user.is_staff:
            return reverse("admin:index")
        return reverse("submissions:mine")


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
