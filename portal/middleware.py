"""Middleware of the site."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from auditlog.middleware import AuditlogMiddleware
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from articles.front_page.due import look
from articles.models import edition_in_view, edition_seen
from correspondents import second_factor
from correspondents.addresses import client_address
from portal.display import Display
from portal.page_cache import placeholders
from portal.views import errors


class PrivateResponses:
    """What a signed-in person gets is never kept by a cache on the way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
        return response


class ReadersChoices:
    """Fills the reader's choices into the page, unless the page is to be kept for all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        page = response.get("Content-Type", "").startswith("text/html")
        if page and not response.streaming and not request.META.get("newsroom.unfilled"):
            response.content = placeholders.filled(response.content, Display.of(request))
        return response


class OneEdition:
    """A page that is only read belongs to one edition, which is looked at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or edition_in_view() is not None:
            return self.get_response(request)
        with edition_seen(look()):
            return self.get_response(request)


class OddInput:
    """Input that no browser of ours sends, turned away before anything trips over it.

    A NUL in an address leads nowhere; in what was typed it is dropped, as PostgreSQL takes none.
    Stands behind the CSRF check, which is the first to read a form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> None:
        if "\x00" in request.path_info:
            raise Http404("没有这个地址")
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = without_nul(request.GET)  # type: ignore[assignment,misc]
        if request.method == "POST" and has_nul(request.POST):
            request.POST = without_nul(request.POST)  # type: ignore[assignment,misc]


def has_nul(data: QueryDict) -> bool:
    """Is there a NUL in a name or a value?"""
    return any("\x00" in text for name, texts in data.lists() for text in (name, *texts))


def without_nul(data: QueryDict) -> QueryDict:
    """Return the same names and values without their NULs."""
    clean = QueryDict(mutable=True, encoding="utf-8")
    for name, texts in data.lists():
        for text in texts:
            clean.appendlist(name.replace("\x00", ""), text.replace("\x00", ""))
    clean._mutable = False
    return clean


class AuditTrail(AuditlogMiddleware):
    """The audit log's actor and address, without believing a header that anybody can write."""

    @staticmethod
    def _get_remote_addr(request: Any) -> str | None:
        return client_address(request)

    @staticmethod
    def _get_remote_port(request: Any) -> int | None:
        return None


class LastSeen:
    """Keeps the list of signed-in devices: where and when each was seen last.

    Written every ten minutes at most, and not into the session: two requests that save the same
    session at once would write over each other.
    """

    EVERY = dt.timedelta(minutes=10)

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and client_address(request):
            self.note(request)
        return self.get_response(request)

    def note(self, request: HttpRequest) -> None:
        """Write the device down, unless that was done a moment ago."""
        recent = UserSession.objects.filter(
            session_key=request.session.session_key,
            user_id=request.user.pk,
            last_seen_at__gt=timezone.now() - self.EVERY,
        )
        if not recent.exists():
            UserSession.objects.create_from_request(request)


class MissingPages:
    """In debug mode the site's own page for what is not there, instead of Django's list of routes.

    Who tries the site by ``make run`` sees what readers will see. The innermost middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            resolve(request.path_info)
        except Resolver404 as missing:
            return errors.not_found(request, missing)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return errors.not_found(request, exception) if isinstance(exception, Http404) else None


class DeskSecondFactor:
    """With ``STAFF_MFA_REQUIRED``, nothing below the desk's address without a second factor.

    A middleware, not a method of the admin site: it holds for views that forget ``admin_view``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(reverse("admin:index")) and not second_factor.satisfied(request):
            return redirect(second_factor.remedy(request))
        return self.get_response(request)
