"""The sitemap: sections and public articles."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap

from articles.models import Article, Byline, Section
from correspondents.models import Correspondent, Organisation


class OwnSitemap(Sitemap):
    """Addresses carry the site's own name, whatever host name the request carried."""

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme


class SectionSitemap(OwnSitemap):
    """Every visible section."""

    def items(self) -> Any:
        return Section.objects.visible()


class ArticleSitemap(OwnSitemap):
    """Every public article, newest first, in parts of 20,000."""

    limit = 20_000

    def items(self) -> Any:
        return Article.objects.published().newest().only("pk", "published_at", "updated_at")

    def lastmod(self, item: Any) -> Any:
        return item.updated_at


class PersonSitemap(OwnSitemap):
    """People with a public profile."""

    limit = 20_000

    def items(self) -> Any:
        return Correspondent.objects.public().order_by("pk")


class UnitSitemap(OwnSitemap):
    """Units that have published something."""

    limit = 20_000

    def items(self) -> Any:
        wrote = Byline.objects.filter(article__in=Article.objects.published())
        units = Organisation.objects.current().order_by("pk")
        return units.filter(pk__in=wrote.exclude(organisation=None).values("organisation"))


SITEMAPS = {
    "sections": SectionSitemap,
    "articles": ArticleSitemap,
    "people": PersonSitemap,
    "units": UnitSitemap,
}
