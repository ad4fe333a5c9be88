"""Static pages and the health probe."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from portal.models import Page


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one static page."""
    return render(request, "portal/page.html", {"page": get_object_or_404(Page, slug=slug)})


@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers; for load balancers and service managers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"status": "ok"})
