"""Every address of the site. The last one catches section slugs, so nothing may follow it."""

from django.contrib import admin
from django.urls import include, path

from portal.views import accounts

urlpatterns = [
    path("admin/", admin.site.urls),
    path("zhanghu/", include("correspondents.urls")),
    path("zhanghu/", include("allauth.account.urls")),
    # Before the package's own page of the same name, which knows no last factor.
    path(
        "zhanghu/erci/webauthn/keys/<int:pk>/remove/",
        accounts.RemoveKey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("zhanghu/erci/", include("allauth.mfa.urls")),
    path("zhanghu/shebei/", include("allauth.usersessions.urls")),
    path("tougao/", include("submissions.urls")),
    path("", include("portal.public_urls")),
    path("", include("articles.urls")),
]

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"
