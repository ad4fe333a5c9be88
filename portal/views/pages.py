"""Static pages, what robots ask for, the masthead of a day, and the health probe."""

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache

from articles.models import Article, Section, Series, Topic
from correspondents.public_pages import public_page
from correspondents.typed import day
from portal.models import MastheadTerm, Page

EARLIEST = 1900


@public_page()
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one static page."""
    if slug == "tougaoxuzhi":  # until the rules had versions, they were one of these
        return redirect("submissions:rules", permanent=True)
    return render(request, "portal/page.html", {"page": get_object_or_404(Page, slug=slug)})


@public_page("date")
def masthead(request: HttpRequest) -> HttpResponse:
    """Show who is responsible; ``?date=2014-05-31`` shows who was on that day. 404 for no day."""
    today, asked = timezone.localdate(), request.GET.get("date", "")
    try:
        wanted = day(asked) or today
    except ValueError as error:
        raise Http404("没有这一天") from error
    if not wanted.year >= EARLIEST or wanted > today:
        raise Http404("没有这一天的名录")
    context = {"day": wanted, "is_past": wanted < today, "posts": MastheadTerm.of(wanted)}
    return render(request, "portal/masthead.html", context)


@public_page()
def robots(request: HttpRequest) -> HttpResponse:
    """Tell robots what to leave alone and where the sitemap is."""
    context = {"site_url": settings.SITE_URL}
    return render(request, "robots.txt", context, content_type="text/plain; charset=utf-8")


@public_page()
def feeds(request: HttpRequest) -> HttpResponse:
    """List what readers may subscribe to."""
    public = Article.objects.published().filter(series__isnull=False)
    context = {
        "sections": Section.objects.visible(),
        "topics": Topic.objects.shown(),
        "serials": Series.objects.filter(pk__in=public.values("series")),
    }
    return render(request, "portal/feeds.html", context)


@public_page()
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
