"""The sitemap: sections and public articles."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap

from articles.models import Article, Section


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


SITEMAPS = {"sections": SectionSitemap, "articles": ArticleSitemap}
