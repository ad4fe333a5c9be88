"""The reader's display settings."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from portal.display import remember


@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """Keep ``theme``, ``mode`` or ``size`` in a cookie and go back to ``next``.

    A plain link, so that it works without script and leaves public pages free of forms; it
    changes nothing but how this browser shows the site.
    """
    target = request.GET.get("next", "")
    if not target.startswith("/") or not url_has_allowed_host_and_scheme(target, None):
        target = reverse("portal:home")
    return remember(HttpResponseRedirect(target), request.GET.dict())
