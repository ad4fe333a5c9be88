"""Middleware of the site."""

from collections.abc import Callable
from typing import Any

from auditlog.middleware import AuditlogMiddleware
from django.http import Http404, HttpRequest, HttpResponse

from correspondents.addresses import client_address


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


class OddAddresses:
    """An address with a NUL in it leads nowhere; PostgreSQL would fail on looking it up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> None:
        if "\x00" in request.path_info:
            raise Http404("没有这个地址")


class AuditTrail(AuditlogMiddleware):
    """The audit log's actor and address, without believing a header that anybody can write."""

    @staticmethod
    def _get_remote_addr(request: Any) -> str | None:
        return client_address(request)

    @staticmethod
    def _get_remote_port(request: Any) -> int | None:
        return None
