"""What the head of a public page says to machines: address, card for sharing, structured data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.encoding import escape_uri_path
from django.utils.safestring import SafeString
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from articles.models import Article, Section
from articles.paging import Slice
from correspondents.models import Correspondent, Organisation
from portal import structured
from portal.structured import full

# Pages of other apps that anybody reads; those of these two are made for readers.
READERS_APPS = ("portal", "articles")
READERS_PAGES = ("submissions:rules", "submissions:calls", "correspondents:notice")
# Pages of readers' apps that only a signed-in person sees.
OWN_PAGES = ("articles:claims",)


@pass_context
def card_of(
    context: Context,
    title: Markup,
    description: Markup,
    article: Article | None = None,
    address: str = "",
    picture: Any = None,
) -> dict[str, Any]:
    """Return canonical address, neighbours of a list's page, and the card for sharing.

    ``address``: the path, where it is not the one that was asked for. Nothing on pages that only
    their owner sees, and on previews of the desk.
    """
    request = context.get("request")
    if request is None or context.get("preview") or context.get("preview_of"):
        return {}
    if not _is_for_readers(request.resolver_match):
        return {}
    path = address or escape_uri_path(request.path)
    return {
        "address": full(path) + _page_asked(context),
        "newer": _neighbour(context, "newer", "previous"),
        "older": _neighbour(context, "older", "next"),
        "title": title,
        "description": description,
        "site": context["newspaper"].name,
        "article": article,
        **_times(article),
        "picture": _picture(article, picture),
        "icon": structured.icon(),
    }


def _times(article: Article | None) -> dict[str, str]:
    if article is None or article.published_at is None:
        return {}
    changed = structured.changed_at(article)
    return {"published": structured.iso(article.published_at), "changed": structured.iso(changed)}


def _is_for_readers(match: Any) -> bool:
    if match is None or match.view_name in OWN_PAGES:
        return False
    return match.namespace in READERS_APPS or match.view_name in READERS_PAGES


def _page_asked(context: Context) -> str:
    """The page of a list that was turned to; of a narrowed list the whole one is meant."""
    asked = context["request"].GET.get("page", "")
    if not asked or context.get("keep"):
        return ""
    if isinstance(page := context.get("page"), Slice):
        return "" if page.number == 1 else f"?page={asked}"
    wanted = context.get("wanted")
    if context.get("pages") and wanted is not None and not wanted.is_narrowed and wanted.page > 1:
        return f"?page={wanted.page}"
    return ""


def _neighbour(context: Context, in_slice: str, in_pages: str) -> str:
    page = context.get("page")
    if isinstance(page, Slice):
        cursor, keep = getattr(page, in_slice), context.get("keep", "")
        asked = "" if page.number and cursor == "1" else f"page={cursor}"
        return f"?{keep}{asked}" if cursor else ""
    pages = context.get("pages")
    return pages.get(in_pages, "") if isinstance(pages, dict) else ""


def _picture(article: Article | None, picture: Any) -> dict[str, Any] | None:
    if picture is not None:
        return picture
    if article is None or article.lead_image is None:
        return None
    size = structured.picture_of(article.lead_image)
    return size and size | {"alt": article.lead_image.alt or article.lead_image.caption}


def topic_picture(topic: Any) -> dict[str, Any] | None:
    """Return the picture of a topic for its card."""
    if topic.picture is None or not topic.picture.is_ready:
        return None
    jpegs = [size for size in topic.picture.renditions if size["format"] == "jpg"]
    path = reverse("articles:topic_picture", args=[topic.slug])
    return jpegs[-1] | {"url": full(path), "alt": topic.picture_alt} if jpegs else None


# --- structured data ------------------------------------------------------------------------------


@pass_context
def article_data(context: Context, article: Article) -> SafeString | str:
    """Print the data of an article's page."""
    if context.get("preview") or not article.is_public:
        return ""
    section = article.section
    return structured.printed(
        structured.article(article, context["newspaper"]),
        structured.crumbs(
            (section.name, section.get_absolute_url()),
            (article.headline, article.get_absolute_url()),
        ),
    )


@pass_context
def list_data(
    context: Context, name: str, pieces: Any, address: str = "", description: str = ""
) -> SafeString:
    """Print the data of a page that lists pieces."""
    path = address or escape_uri_path(context["request"].path)
    here = full(path) + _page_asked(context)
    return structured.printed(
        structured.collection(name, here, pieces, description), structured.crumbs((name, path))
    )


@pass_context
def section_data(context: Context, section: Section) -> SafeString:
    """Print the data of a section's page."""
    pieces = [*context.get("top", []), *context["page"].items]
    address = section.get_absolute_url()
    return list_data(context, section.name, pieces, address, section.description)


@pass_context
def topic_data(context: Context, topic: Any) -> SafeString:
    """Print the data of a topic's page."""
    pieces = {piece.pk: piece for _, rows in context["blocks"] for piece in rows}
    return list_data(context, topic.title, pieces.values(), topic.get_absolute_url())


def person_data(person: Correspondent) -> SafeString:
    """Print the data of a person's page."""
    way = (("特约通讯员档案", reverse("articles:directory")),)
    address = person.get_absolute_url()
    return structured.printed(
        {
            "@type": "ProfilePage",
            "url": full(address),
            "inLanguage": "zh-CN",
            "mainEntity": structured.person(person),
        },
        structured.crumbs(*way, (person.name, address)),
    )


def unit_data(unit: Organisation, above: Any) -> SafeString:
    """Print the data of a unit's page."""
    steps = [("特约通讯员档案", reverse("articles:directory"))]
    steps += [(str(upper), upper.get_absolute_url()) for upper in above]
    return structured.printed(
        structured.unit(unit, unit.parent),
        structured.crumbs(*steps, (unit.name, unit.get_absolute_url())),
    )


@pass_context
def page_data(context: Context, name: str, address: str = "") -> SafeString:
    """Print the way to a page that is neither a list nor a piece."""
    return structured.printed(
        structured.crumbs((name, address or escape_uri_path(context["request"].path)))
    )


@pass_context
def site_data(context: Context) -> SafeString | str:
    """Print the data of the front page."""
    if context.get("preview_of"):
        return ""
    return structured.printed(*structured.website(context["newspaper"]))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        card_of, topic_picture, article_data, list_data, section_data, topic_data, person_data,
        unit_data, page_data, site_data,
    )
}  # fmt: skip
