"""Static pages and the health probe."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.views.decorators.cache import never_cache

from portal.models import Page


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one static page."""
    if slug == "tougaoxuzhi":  # until the rules had versions, they were one of these
        return redirect("submissions:rules", permanent=True)
    return render(request, "portal/page.html", {"page": get_object_or_404(Page, slug=slug)})


def robots(request: HttpRequest) -> HttpResponse:
    """Tell robots what to leave alone and where the sitemap is."""
    context = {"site_url": settings.SITE_URL}
    return render(request, "robots.txt", context, content_type="text/plain; charset=utf-8")


def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask here without looking at the page to the mark."""
    return redirect(static("img/mark.svg"))


@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers; for load balancers and service managers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"status": "ok"})
