"""Every address of the site. The last one catches section slugs, so nothing may follow it."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("zhanghu/", include("correspondents.urls")),
    path("zhanghu/", include("portal.account_urls")),
    path("tougao/", include("submissions.urls")),
    path("", include("portal.public_urls")),
    path("", include("articles.urls")),
]

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"
