"""Structured data of public pages as search engines read it: JSON-LD in the words of schema.org.

Nothing stands here that the page does not print for everybody: no person without a byline, no
address of a profile without consent.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.models import Article, ArticleImage, Byline, Section
from correspondents.models import Correspondent, Organisation
from portal.models import SiteProfile

Node = dict[str, Any]

CONTEXT = "https://schema.org"
ICON = ("img/icon-512.png", 512)
# Sections of literature, art and papers: what stands there is read as it is, and never as news.
NO_NEWS = frozenset({"prose", "poetry", "fiction", "photography", "art", "opinion", "writing"})
# Within a script element these would end it, or begin something else.
_ESCAPES = {ord(mark): f"\\u{ord(mark):04X}" for mark in "<>&\u2028\u2029"}


class _Text:
    """JSON that may stand in a script element; the escapes are part of it."""

    def __init__(self, value: Node) -> None:
        self.text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def __html__(self) -> str:
        return self.text.translate(_ESCAPES)


def printed(*nodes: Node | None) -> SafeString:
    """Return the nodes as one data block, which no browser executes and no CSP has to allow."""
    graph = {"@context": CONTEXT, "@graph": [node for node in nodes if node]}
    return format_html('<script type="application/ld+json">{}</script>', _Text(graph))


def full(path: str) -> str:
    """Return the whole address of a path of ours."""
    return settings.SITE_URL + path


def icon() -> Node:
    """Return the site's icon; ``url``, ``width``, ``height``."""
    path, size = ICON
    return {"url": full(static(path)), "width": size, "height": size}


# --- who ------------------------------------------------------------------------------------------


def publisher(newspaper: SiteProfile) -> Node:
    """Return the newspaper as every piece names it."""
    return {
        "@type": "NewsMediaOrganization",
        "@id": full("/#publisher"),
        "name": newspaper.name,
        "url": full("/"),
        "logo": {"@type": "ImageObject", **icon()},
    }


def authors(article: Article, newspaper: SiteProfile) -> list[Node]:
    """Return who wrote it as the page prints it: people, units, else the source or the newspaper.

    A byline that the desk rewrote as a whole is no list of people: then the newspaper answers for
    the piece, and the line stands as ``creditText``.
    """
    if article.origin == Article.Origin.REPRINT and article.original_author:
        return [{"@type": "Person", "name": article.original_author}]
    rows: list[Byline] = [] if article.byline_text else list(article.bylines.all())
    found = [_author(row) for row in rows if row.name or row.unit_text]
    if not found and article.source and not article.byline_text:
        found = [{"@type": "Organization", "name": article.source}]
    return found or [{"@type": "Organization", "name": newspaper.name, "url": full("/")}]


def _author(row: Byline) -> Node:
    unit: Node | None = None
    if row.unit_text:
        unit = {"@type": "Organization", "name": row.unit_text}
        if row.organisation_id:
            unit["url"] = full(reverse("articles:by_organisation", args=[row.organisation_id]))
    if not row.name:
        assert unit is not None  # noqa: S101 -- the caller leaves empty rows out
        return unit
    person: Node = {"@type": "Person", "name": row.name}
    if row.correspondent is not None and row.correspondent.is_public:
        person["url"] = full(row.correspondent.get_absolute_url())
    return person | ({"affiliation": unit} if unit else {})


def person(person: Correspondent) -> Node:
    """Return a person with a public profile."""
    node: Node = {
        "@type": "Person",
        "@id": full(person.get_absolute_url() + "#person"),
        "name": person.name,
        "url": full(person.get_absolute_url()),
    }
    if person.number:
        node["identifier"] = person.number
    if person.grade is not None:
        node["jobTitle"] = person.grade.name
    if person.motto:
        node["description"] = person.motto
    if person.organisation is not None:
        node["affiliation"] = unit(person.organisation)
    if (photo := person.shown_photo) is not None:
        jpegs = [size for size in photo.renditions if size["format"] == "jpg"]
        for size in jpegs[-1:]:
            path = reverse("articles:portrait", args=[person.pk, size["width"], "jpg"])
            node["image"] = _picture(full(path), size)
    return node


def unit(unit: Organisation, parent: Organisation | None = None) -> Node:
    """Return a unit, with the one it belongs to."""
    node: Node = {
        "@type": "Organization",
        "@id": full(unit.get_absolute_url() + "#unit"),
        "name": unit.name,
        "url": full(unit.get_absolute_url()),
    }
    if unit.short_name:
        node["alternateName"] = unit.short_name
    if parent is not None:
        node["parentOrganization"] = {
            "@type": "Organization",
            "name": parent.name,
            "url": full(parent.get_absolute_url()),
        }
    return node


# --- pieces ---------------------------------------------------------------------------------------


def kind_of(section: Section, layout: str) -> str:
    """Return the type of a piece: news, paid content, or neither.

    Advertising says that it is paid for, as the Advertising Law asks of what people see. Verse,
    fiction, art and papers are plain articles: engines still read title and author of one, and
    none of them claims to be news.
    """
    if Section.Layout.VENDOR in (section.layout, layout):
        return "AdvertiserContentArticle"
    if layout == Section.Layout.VERSE or section.author_in_title or section.code in NO_NEWS:
        return "Article"
    return "NewsArticle"


def changed_at(article: Article) -> dt.datetime:
    """Return when readers last saw something new in it: publication, exchange, or correction."""
    times = [article.published_at, article.changed_at]
    times += [note.shown_at for note in article.corrections.all()]
    return max(time for time in times if time is not None)


def picture_of(image: ArticleImage) -> Node | None:
    """Return the largest size of a picture: ``url``, ``width``, ``height``; ``None`` without one."""
    size = image.largest if image.upload.is_ready else None
    return {**size, "url": full(str(size["url"]))} if size else None


def _picture(url: str, size: Node) -> Node:
    return {"@type": "ImageObject", "url": url, "width": size["width"], "height": size["height"]}


def _pictures(article: Article) -> list[Node]:
    found = []
    for image in article.images.all():
        if (size := picture_of(image)) is None:
            continue
        node = _picture(size["url"], size)
        if image.caption:
            node["caption"] = image.caption
        if image.photographer:
            node["creditText"] = image.photographer
        found.append(node)
    return found


def article(article: Article, newspaper: SiteProfile) -> Node:
    """Return a public piece."""
    section, address = article.section, full(article.get_absolute_url())
    assert article.published_at is not None  # noqa: S101 -- a public article has its time
    node: Node = {
        "@type": kind_of(section, article.page_layout),
        "@id": address + "#article",
        "headline": article.headline,
        "mainEntityOfPage": address,
        "url": address,
        "datePublished": iso(article.published_at),
        "dateModified": iso(changed_at(article)),
        "author": authors(article, newspaper),
        "publisher": publisher(newspaper),
        "articleSection": section.label,
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
    }
    optional = {
        "alternativeHeadline": article.subtitle,
        "description": article.excerpt,
        "image": _pictures(article),
        "keywords": [tag.name for tag in article.tags.all()],
        "creditText": article.byline_text,
        "wordCount": article.plain_length,
        "correction": _corrections(article),
        "isBasedOn": _source(article),
    }
    if article.genre_id:
        optional["genre"] = str(article.genre)
    if article.editor_name:
        optional["editor"] = {"@type": "Person", "name": article.editor_name}
    return node | {name: value for name, value in optional.items() if value}


def _corrections(article: Article) -> list[Node]:
    return [
        {"@type": "CorrectionComment", "text": note.text, "datePublished": iso(note.shown_at)}
        for note in article.corrections.all()
        if note.shown_at is not None
    ]


def _source(article: Article) -> Node | None:
    """The piece that a reprint repeats, as far as it is known."""
    if article.origin != Article.Origin.REPRINT or not (article.source or article.source_url):
        return None
    node: Node = {"@type": "CreativeWork", "name": article.original_title or article.title}
    if article.source_url:
        node["url"] = article.source_url
    if article.source:
        node["publisher"] = {"@type": "Organization", "name": article.source}
    if article.original_author:
        node["author"] = {"@type": "Person", "name": article.original_author}
    return node


def iso(when: dt.datetime) -> str:
    """Return a time of the site as W3C Datetime and ISO 8601 write it."""
    return timezone.localtime(when).isoformat(timespec="seconds")


# --- pages ----------------------------------------------------------------------------------------


def crumbs(*steps: tuple[str, str]) -> Node:
    """Return the way from the front page: (name, path), the path of the page itself may be empty."""
    items = []
    for place, (name, path) in enumerate([("首页", "/"), *steps], start=1):
        item: Node = {"@type": "ListItem", "position": place, "name": name}
        items.append(item | ({"item": full(path)} if path else {}))
    return {"@type": "BreadcrumbList", "itemListElement": items}


def collection(name: str, address: str, pieces: Iterable[Article], description: str = "") -> Node:
    """Return a page that lists pieces, in their order on it."""
    items = [
        {
            "@type": "ListItem",
            "position": place,
            "url": full(piece.get_absolute_url()),
            "name": piece.title,
        }
        for place, piece in enumerate(pieces, start=1)
    ]
    page: Node = {"@type": "CollectionPage", "name": name, "url": address, "inLanguage": "zh-CN"}
    if description:
        page["description"] = description
    if items:
        page["mainEntity"] = {"@type": "ItemList", "itemListElement": items}
    return page


def website(newspaper: SiteProfile) -> list[Node]:
    """Return site and newspaper, with the site's own search: for the front page."""
    paper = publisher(newspaper)
    more = {
        "alternateName": newspaper.former_name,
        "slogan": newspaper.motto,
        "email": newspaper.mailbox,
        "correctionsPolicy": full(reverse("articles:corrections")),
    }
    site: Node = {
        "@type": "WebSite",
        "@id": full("/#website"),
        "url": full("/"),
        "name": newspaper.name,
        "inLanguage": "zh-CN",
        "publisher": {"@id": paper["@id"]},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": full(reverse("articles:search")) + "?q={search_term_string}",
            },
            "query-input": "required name=search_term_string",
        },
    }
    return [site, paper | {name: value for name, value in more.items() if value}]
