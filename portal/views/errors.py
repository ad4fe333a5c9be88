"""Error pages. The one for 500 asks nothing of the database and carries its own style."""

import logging
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context, Engine

from portal.nearest import nearest

# Whoever works there has no use for what readers look for.
PRIVATE = ("/admin/", "/zhanghu/", "/tougao/")
log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: something in the request could not be understood."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: this needs a pass."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no coal in this seam; what may have been meant stands there."""
    context = {} if request.path.startswith(PRIVATE) else nearest(request.path)
    return render(request, "404.html", context, status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was open too long; says how to save what was typed."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """500: an incident number for the reader and the same one in the log."""
    incident = secrets.token_hex(4)
    log.error("Incident %s at %s", incident, request.path)
    text = Engine.get_default().get_template("500.html").render(Context({"incident": incident}))
    response = HttpResponse(text, status=500)
    # Its style is inline, and it must look right when nothing else works.
    response._csp_update = {"style-src": "'unsafe-inline'"}  # type: ignore[attr-defined]
    return response
