"""The site's mark for browsers and home screens."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from correspondents.public_pages import public_page
from portal.models import SiteProfile

DAY = 24 * 3600
SIZES = (192, 512)
# Paper and ink of static/css/site.css.
PAPER, INK = "#FBFAF7", "#16130F"


@cache
def _favicon() -> bytes:
    return (settings.BASE_DIR / "static/img/favicon.ico").read_bytes()


@public_page()
@require_safe
@cache_control(public=True, max_age=DAY)
def favicon(request: HttpRequest) -> HttpResponse:
    """Send the icon to browsers that ask here without looking at the page."""
    return HttpResponse(_favicon(), content_type="image/x-icon")


@public_page()
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the site to a phone that puts it on its home screen; it opens in the browser."""
    newspaper = SiteProfile.current()
    # The mark stands within the circle that a phone may cut out.
    icons = [
        {
            "src": static(f"img/icon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in SIZES
        for purpose in ("any", "maskable")
    ]
    facts = {
        "id": "/",
        "name": newspaper.name,
        "short_name": newspaper.name[:12],
        "description": newspaper.motto or newspaper.name,
        "lang": "zh-CN",
        "start_url": reverse("portal:home"),
        "scope": "/",
        "display": "browser",
        "background_color": PAPER,
        "theme_color": INK,
        "icons": icons,
    }
    return JsonResponse(
        facts,
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )
