"""Pages that belong to no single app."""

from django.urls import path

from portal.views import display, home, pages

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("xianshi/", display.choose, name="display"),
    path("yemian/<slug:slug>/", pages.page, name="page"),
    path("healthz/", pages.health, name="health"),
]
