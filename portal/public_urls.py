"""Pages that belong to no single app."""

from django.urls import URLPattern, path

from portal import sitemaps
from portal.feeds import (
    ArticleFeed,
    Atom,
    LatestFeed,
    PersonFeed,
    SectionFeed,
    SeriesFeed,
    TagFeed,
    TopicFeed,
    UnitFeed,
)
from portal.views import display, home, icons, pages


def in_both_forms(route: str, feed: type[ArticleFeed]) -> list[URLPattern]:
    """A feed in RSS at ``route``, and in Atom below it."""
    return [
        path(route, feed(), name=f"{feed.kind}_feed"),
        path(f"{route}atom/", feed(Atom), name=f"{feed.kind}_atom"),
    ]


app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("xianshi/", display.choose, name="display"),
    path("yemian/<slug:slug>/", pages.page, name="page"),
    path("caibian/", pages.masthead, name="masthead"),
    path("feeds/", pages.feeds, name="feeds"),
    path("feeds/rss.xml", LatestFeed(), name="feed"),
    path("feeds/atom.xml", LatestFeed(Atom), name="atom"),
    *in_both_forms("feeds/<slug:slug>/", SectionFeed),
    *in_both_forms("tags/<str:tag>/feed/", TagFeed),
    *in_both_forms("zhuanti/<slug:slug>/feed/", TopicFeed),
    *in_both_forms("lianzai/<slug:slug>/feed/", SeriesFeed),
    *in_both_forms("tongxunyuan/<int:pk>/feed/", PersonFeed),
    *in_both_forms("danwei/<int:pk>/feed/", UnitFeed),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-news.xml", sitemaps.news, name="sitemap_news"),
    path("sitemap-<str:name>.xml", sitemaps.part, name="sitemap_part"),
    path("robots.txt", pages.robots, name="robots"),
    path("favicon.ico", icons.favicon, name="favicon"),
    path("manifest.webmanifest", icons.manifest, name="manifest"),
    path("<str:key>.txt", pages.key_file, name="key_file"),
    path("healthz/", pages.health, name="health"),
]
