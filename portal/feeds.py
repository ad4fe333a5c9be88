"""RSS for readers who subscribe."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from articles.models import Article, Section, Topic
from correspondents.models import Correspondent, Organisation
from portal.models import SiteProfile

ITEMS = 30


class ArticleFeed(Feed):
    """What both feeds have in common: the site's own addresses, whatever host was asked."""

    language = "zh-cn"

    def item_title(self, item: Any) -> str:
        return item.headline

    def item_description(self, item: Any) -> str:
        return item.excerpt

    def item_pubdate(self, item: Any) -> Any:
        return item.published_at

    def item_link(self, item: Any) -> str:
        return settings.SITE_URL + item.get_absolute_url()


class LatestFeed(ArticleFeed):
    """The newest pieces of the whole site."""

    link = settings.SITE_URL + "/"

    def title(self) -> str:
        return SiteProfile.current().name

    def description(self) -> str:
        return f"{SiteProfile.current().name}最新文章"

    def feed_url(self) -> str:
        return settings.SITE_URL + reverse("portal:feed")

    def items(self) -> Any:
        return Article.objects.published().in_visible_sections().newest().for_lists()[:ITEMS]


class SectionFeed(ArticleFeed):
    """The newest pieces of one section."""

    def get_object(self, request: HttpRequest, slug: str) -> Section:
        return get_object_or_404(Section.objects.visible(), slug=slug)

    def title(self, obj: Section) -> str:
        return f"{SiteProfile.current().name} · {obj.name}"

    def link(self, obj: Section) -> str:
        return settings.SITE_URL + obj.get_absolute_url()

    def feed_url(self, obj: Section) -> str:
        return settings.SITE_URL + reverse("portal:section_feed", args=[obj.slug])

    def description(self, obj: Section) -> str:
        return obj.description

    def items(self, obj: Section) -> Any:
        return Article.objects.published().in_section(obj).newest().for_lists()[:ITEMS]


class TopicFeed(ArticleFeed):
    """The newest pieces of one topic."""

    def get_object(self, request: HttpRequest, slug: str) -> Topic:
        return get_object_or_404(Topic.objects.shown(), slug=slug)

    def title(self, obj: Topic) -> str:
        return f"{obj.title} — {SiteProfile.current().name}"

    def link(self, obj: Topic) -> str:
        return settings.SITE_URL + obj.get_absolute_url()

    def description(self, obj: Topic) -> str:
        return f"专题“{obj.title}”的文章"

    def feed_url(self, obj: Topic) -> str:
        return settings.SITE_URL + reverse("portal:topic_feed", args=[obj.slug])

    def items(self, obj: Topic) -> Any:
        return obj.articles()[:ITEMS]


class PersonFeed(ArticleFeed):
    """The newest pieces of one person with a public profile."""

    def get_object(self, request: HttpRequest, pk: int) -> Correspondent:
        return get_object_or_404(Correspondent.objects.public(), pk=pk)

    def title(self, obj: Correspondent) -> str:
        return f"{SiteProfile.current().name} · {obj.name}"

    def link(self, obj: Correspondent) -> str:
        return settings.SITE_URL + obj.get_absolute_url()

    def feed_url(self, obj: Correspondent) -> str:
        return settings.SITE_URL + reverse("portal:person_feed", args=[obj.pk])

    def description(self, obj: Correspondent) -> str:
        return f"{obj.name}发表的作品"

    def items(self, obj: Correspondent) -> Any:
        return Article.objects.published().by(obj).newest().for_lists()[:ITEMS]


class UnitFeed(ArticleFeed):
    """The newest pieces of one unit and of those under it."""

    def get_object(self, request: HttpRequest, pk: int) -> Organisation:
        return get_object_or_404(Organisation.objects.current(), pk=pk)

    def title(self, obj: Organisation) -> str:
        return f"{SiteProfile.current().name} · {obj.name}"

    def link(self, obj: Organisation) -> str:
        return settings.SITE_URL + obj.get_absolute_url()

    def feed_url(self, obj: Organisation) -> str:
        return settings.SITE_URL + reverse("portal:unit_feed", args=[obj.pk])

    def description(self, obj: Organisation) -> str:
        return f"{obj.name}发表的作品"

    def items(self, obj: Organisation) -> Any:
        return Article.objects.published().of(obj).newest().for_lists()[:ITEMS]
