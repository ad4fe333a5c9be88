"""Feeds for readers who subscribe, in RSS 2.0 and Atom: the whole text, byline and source."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape
from django.views.decorators.http import condition
from taggit.models import Tag

from articles.models import Article, Section, Series, Topic, current_edition, once_an_edition
from correspondents.models import Correspondent, Organisation
from correspondents.public_pages import PublicPage
from portal import structured
from portal.models import SiteProfile

ITEMS = 30
# What XML 1.0 takes (section 2.2) and the sanitiser lets through; titles and names are typed.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Addresses of our own in cleaned HTML: readers' programs show the text at an address of theirs.
_LOCAL = re.compile(r'(<(?:a|img)(?:\s[\w-]+="[^"]*")*?\s(?:href|src)=")/(?!/)')


def legal(value: Any) -> Any:
    """Return a text, or the texts of a list, without what no XML can carry; others as they are."""
    if isinstance(value, str):
        return _NOT_XML.sub("", value)
    return [legal(one) for one in value] if isinstance(value, list | tuple) else value


def with_whole_addresses(html: str) -> str:
    """Return cleaned HTML in which our own addresses begin with the site's name."""
    return _LOCAL.sub(rf"\g<1>{settings.SITE_URL}/", html)


class Legal(SyndicationFeed):
    """A generator of feeds that takes any text; Django's own stops at a control character."""

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **{name: legal(value) for name, value in words.items()})

    def add_item(self, *args: Any, **words: Any) -> None:
        super().add_item(*args, **{name: legal(value) for name, value in words.items()})


class Rss(Legal, Rss201rev2Feed):
    """RSS with the whole text (``content:encoded``) and the time of the last change."""

    def rss_attributes(self) -> dict[str, str]:
        content = {"xmlns:content": "http://purl.org/rss/1.0/modules/content/"}
        return super().rss_attributes() | content

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])
        handler.addQuickElement("atom:updated", item["updateddate"].isoformat(timespec="seconds"))


class Atom(Legal, Atom1Feed):
    """Atom with the whole text."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


@dataclass(frozen=True)
class Item:
    """One piece as a feed tells it."""

    article: Article
    newspaper: SiteProfile

    @property
    def address(self) -> str:
        """Its whole address; also its name in the feed, which never changes."""
        return settings.SITE_URL + self.article.get_absolute_url()

    @property
    def author(self) -> str:
        """Who wrote it, as printed."""
        found = structured.authors(self.article, self.newspaper)
        return self.article.byline_text or "、".join(one["name"] for one in found)

    @property
    def is_paid(self) -> bool:
        """Is it advertising?"""
        kind = structured.kind_of(self.article.section, self.article.page_layout)
        return kind == "AdvertiserContentArticle"

    @property
    def content(self) -> str:
        """The whole piece: byline, pictures, text, corrections, source and address."""
        images = [
            image
            for image in self.article.images.all()
            if image.upload.is_ready and f"/pictures/{image.upload.key}/" not in self.article.body
        ]
        corrections = [note for note in self.article.corrections.all() if note.shown_at]
        return with_whole_addresses(
            render_to_string(
                "portal/feed_item.html",
                {
                    "item": self,
                    "article": self.article,
                    "newspaper": self.newspaper,
                    "images": images,
                    "corrections": corrections,
                },
            )
        )


@once_an_edition
def seen_since() -> dt.datetime:
    """Return since when this process knows the present edition: no change of it is later."""
    return timezone.now()


class ArticleFeed(Feed):
    """What all feeds have in common: the site's own addresses, whatever host was asked."""

    language = "zh-cn"
    public_page = PublicPage(frozenset(), frozenset())
    # The name of its addresses: ``<kind>_feed`` and ``<kind>_atom``.
    kind = ""

    def __init__(self, feed_type: type[Rss] | type[Atom] = Rss) -> None:
        self.feed_type = feed_type

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the feed, or with 304 while the edition is the one the reader has."""
        about = self.get_object(request, *args, **kwargs)  # hidden meanwhile: 404, never 304
        unchanged = condition(etag_func=_state, last_modified_func=_since)
        answer: HttpResponse = unchanged(self.answer)(request, about)
        return answer

    def answer(self, request: HttpRequest, about: Any) -> HttpResponse:
        """Write the feed."""
        feed: Any = self.get_feed(about, request)
        response = HttpResponse(content_type=feed.content_type)
        feed.write(response, "utf-8")
        return response

    # --- what it is about -------------------------------------------------------------------

    def articles(self, about: Any) -> Any:
        """Return the public articles it is made of."""
        raise NotImplementedError

    def name(self, about: Any) -> str:
        """Return what it is about, in a word; empty for the whole site."""
        return str(about.name)

    def key(self, about: Any) -> Any:
        """Return what stands for it in the feed's address."""
        return about.pk

    def link(self, about: Any) -> str:
        """Return the page it belongs to."""
        return settings.SITE_URL + about.get_absolute_url()

    def description(self, about: Any) -> str:
        return f"{self.name(about)}的最新文章"

    def title(self, about: Any) -> str:
        return f"{SiteProfile.current().name} · {self.name(about)}"

    def feed_url(self, about: Any) -> str:
        form = "atom" if self.feed_type is Atom else "feed"
        name = f"portal:{self.kind}_{form}"
        return settings.SITE_URL + reverse(name, args=[self.key(about)])

    def subtitle(self, about: Any) -> str:
        return self.description(about)

    def items(self, about: Any) -> list[Item]:
        rows = self.articles(about).in_visible_sections().newest().select_related("section")
        newspaper = SiteProfile.current()
        rows = rows.prefetch_related(
            "bylines__correspondent", "images__upload", "corrections", "tags"
        )
        return [Item(article, newspaper) for article in rows[:ITEMS]]

    # --- one item ---------------------------------------------------------------------------

    def item_title(self, item: Item) -> str:
        return item.article.headline

    def item_description(self, item: Item) -> str:
        return escape(item.article.excerpt)  # both formats read HTML here

    def item_pubdate(self, item: Item) -> Any:
        return item.article.published_at

    def item_updateddate(self, item: Item) -> Any:
        return structured.changed_at(item.article)

    def item_link(self, item: Item) -> str:
        return item.address

    def item_author_name(self, item: Item) -> str:
        return item.author

    def item_categories(self, item: Item) -> list[str]:
        paid = ["广告"] if item.is_paid else []
        return [item.article.section.name, *paid, *(tag.name for tag in item.article.tags.all())]

    def item_extra_kwargs(self, item: Item) -> dict[str, Any]:
        return {"content": item.content}


def _state(request: HttpRequest, about: Any) -> str:
    """The name of the present state.

    The newest article is part of it: what was scheduled is public at its time, though the worker,
    who raises the edition, may stand still.
    """
    newest = Article.objects.published().newest().values_list("pk", flat=True)[:1]
    return f'"{current_edition()}-{next(iter(newest), 0)}"'


def _since(request: HttpRequest, about: Any) -> dt.datetime:
    return seen_since()


class LatestFeed(ArticleFeed):
    """The newest pieces of the whole site."""

    def articles(self, about: None) -> Any:
        return Article.objects.published()

    def title(self, about: None) -> str:
        return SiteProfile.current().name

    def description(self, about: None) -> str:
        return f"{SiteProfile.current().name}最新文章"

    def subtitle(self, about: None) -> str:
        return self.description(about)

    def link(self, about: None) -> str:
        return settings.SITE_URL + "/"

    def feed_url(self, about: None) -> str:
        name = "portal:atom" if self.feed_type is Atom else "portal:feed"
        return settings.SITE_URL + reverse(name)


class SectionFeed(ArticleFeed):
    """The newest pieces of one section."""

    kind = "section"

    def get_object(self, request: HttpRequest, slug: str) -> Section:
        return get_object_or_404(Section.objects.visible(), slug=slug)

    def key(self, about: Section) -> str:
        return about.slug

    def description(self, about: Section) -> str:
        return about.description or super().description(about)

    def articles(self, about: Section) -> Any:
        return Article.objects.published().in_section(about)


class TagFeed(ArticleFeed):
    """The newest pieces of one keyword."""

    kind = "tag"

    def get_object(self, request: HttpRequest, tag: str) -> Tag:
        public = Tag.objects.filter(article__in=_public()).distinct()
        return get_object_or_404(public, name__iexact=tag)

    def key(self, about: Tag) -> str:
        return about.name

    def link(self, about: Tag) -> str:
        return settings.SITE_URL + reverse("articles:by_tag", args=[about.name])

    def articles(self, about: Tag) -> Any:
        return Article.objects.published().filter(tags=about)


class TopicFeed(ArticleFeed):
    """The newest pieces of one topic."""

    kind = "topic"

    def get_object(self, request: HttpRequest, slug: str) -> Topic:
        return get_object_or_404(Topic.objects.shown(), slug=slug)

    def name(self, about: Topic) -> str:
        return about.title

    def key(self, about: Topic) -> str:
        return about.slug

    def description(self, about: Topic) -> str:
        return f"专题“{about.title}”的文章"

    def articles(self, about: Topic) -> Any:
        chosen = [article.pk for article in about.articles()[:ITEMS]]
        return Article.objects.published().filter(pk__in=chosen)


class SeriesFeed(ArticleFeed):
    """The newest chapters of one serial."""

    kind = "series"

    def get_object(self, request: HttpRequest, slug: str) -> Series:
        public = Series.objects.filter(chapters__in=_public()).distinct()
        return get_object_or_404(public, slug=slug)

    def name(self, about: Series) -> str:
        return about.title

    def key(self, about: Series) -> str:
        return about.slug

    def description(self, about: Series) -> str:
        return about.lead or f"连载《{about.title}》的新章节"

    def articles(self, about: Series) -> Any:
        return _public().filter(series=about)


def _public() -> Any:
    return Article.objects.published()


class PersonFeed(ArticleFeed):
    """The newest pieces of one person with a public profile."""

    kind = "person"

    def get_object(self, request: HttpRequest, pk: int) -> Correspondent:
        return get_object_or_404(Correspondent.objects.public(), pk=pk)

    def description(self, about: Correspondent) -> str:
        return f"{about.name}发表的作品"

    def articles(self, about: Correspondent) -> Any:
        return Article.objects.published().by(about)


class UnitFeed(ArticleFeed):
    """The newest pieces of one unit and of those under it."""

    kind = "unit"

    def get_object(self, request: HttpRequest, pk: int) -> Organisation:
        return get_object_or_404(Organisation.objects.current(), pk=pk)

    def description(self, about: Organisation) -> str:
        return f"{about.name}发表的作品"

    def articles(self, about: Organisation) -> Any:
        return Article.objects.published().of(about)
