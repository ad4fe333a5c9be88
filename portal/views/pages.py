"""Static pages, what robots ask for, and the health probe."""

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache

from articles.models import Section, Topic
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


def feeds(request: HttpRequest) -> HttpResponse:
    """List what readers may subscribe to."""
    context = {"sections": Section.objects.visible(), "topics": Topic.objects.shown()}
    return render(request, "portal/feeds.html", context)


def key_file(request: HttpRequest, key: str) -> HttpResponse:
    """Show the key of IndexNow at its address, which proves that the site is ours."""
    if not settings.INDEXNOW_KEY or not constant_time_compare(key, settings.INDEXNOW_KEY):
        raise Http404("没有这个文件")
    return HttpResponse(key, content_type="text/plain; charset=utf-8")


@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers; for load balancers and service managers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"status": "ok"})
