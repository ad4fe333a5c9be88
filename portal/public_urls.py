"""Pages that belong to no single app."""

from django.urls import path

from portal.feeds import LatestFeed, PersonFeed, SectionFeed, TopicFeed, UnitFeed
from portal.views import display, home, pages

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("xianshi/", display.choose, name="display"),
    path("yemian/<slug:slug>/", pages.page, name="page"),
    path("caibian/", pages.masthead, name="masthead"),
    path("feeds/", LatestFeed(), name="feed"),
    path("feeds/<slug:slug>/", SectionFeed(), name="section_feed"),
    path("zhuanti/<slug:slug>/feed/", TopicFeed(), name="topic_feed"),
    path("tongxunyuan/<int:pk>/feed/", PersonFeed(), name="person_feed"),
    path("danwei/<int:pk>/feed/", UnitFeed(), name="unit_feed"),
    path("robots.txt", pages.robots, name="robots"),
    path("favicon.ico", pages.favicon, name="favicon"),
    path("healthz/", pages.health, name="health"),
]
