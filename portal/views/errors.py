"""Error pages. The one for 500 asks nothing of the database and carries its own style."""

import errno
import logging
import secrets
import sys
from typing import Any

from csp.decorators import csp_update
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template import Context, Engine
from django.urls import reverse

from correspondents.forms import SignUpForm
from portal.nearest import nearest

# Whoever works there has no use for what readers look for.
PRIVATE = ("/admin/", "/zhanghu/", "/tougao/")
RETRY_AFTER = 5  # seconds
LONG = 40  # characters of what is shown as a text
SECRET = ("password", "code", "credential")  # in the names of what is never printed
log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: something in the request could not be understood."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: this needs a pass."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no coal in this seam; what may have been meant stands there."""
    nothing: dict[str, Any] = {"words": "", "sections": [], "hot": []}
    context = nothing if request.path.startswith(PRIVATE) else nearest(request.path)
    return render(request, "404.html", context, status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was open too long; says how to save what was typed."""
    if request.method == "POST" and request.path == reverse("account_signup"):
        # Whoever registers has nothing yet that another page could use against him.
        form = SignUpForm({**request.POST.dict(), "password1": "", "password2": ""})
        form.add_error(None, "页面打开太久，这次没有提交。密码请重填，其余还在，再提交一次即可。")
        return render(request, "account/signup.html", {"form": form}, status=403)
    return render(request, "403_csrf.html", status=403)


# Its style is inline, and it must look right when nothing else works.
OWN_STYLE = {"style-src": "'unsafe-inline'"}


@csp_update(OWN_STYLE)
def server_error(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """500: an incident number for the reader and the same one in the log.

    503 where the fault is one of the moment: a database that is away, a disk that is full.
    """
    if passes(sys.exception()):
        return unavailable(request)
    incident = secrets.token_hex(4)
    log.error("Incident %s at %s", incident, request.path)
    text = Engine.get_default().get_template("500.html").render(Context({"incident": incident}))
    return HttpResponse(text, status=500)


def passes(error: BaseException | None) -> bool:
    """Is it a fault that passes, so that the same request may succeed in a moment?"""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
    return isinstance(error, OperationalError | InterfaceError)


@csp_update(OWN_STYLE)
def unavailable(request: HttpRequest) -> HttpResponse:
    """503: what was typed stands on the page, with a button that sends it once more."""
    log.warning("Unavailable for a moment: %s %s", request.method, request.path)
    context = {
        "fields": _typed(request),
        "files": ", ".join(sorted(file.name or "" for file in _files(request))),
        "is_form": request.method == "POST",
        "address": request.get_full_path(),
    }
    text = Engine.get_default().get_template("503.html").render(Context(context))
    response = HttpResponse(text, status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response


def _typed(request: HttpRequest) -> list[tuple[str, str, bool]]:
    """(name, value, is it a text to be seen) of a form, without what is secret."""
    if request.method != "POST":
        return []
    try:
        rows = [(name, value) for name, values in request.POST.lists() for value in values]
    except (OSError, MultiPartParserError):  # it never came to its end
        return []
    return [
        (name, value, len(value) > LONG or "\n" in value)
        for name, value in rows
        if not any(word in name for word in SECRET)
    ]


def _files(request: HttpRequest) -> list[Any]:
    try:
        return [file for _, files in request.FILES.lists() for file in files]
    except (OSError, MultiPartParserError):
        return []
