"""Small things that article templates say often."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from django import template
from django.utils import timezone

from articles.models import Article, ArticleImage, Byline, Section
from articles.richtext import opening
from articles.typesetting import (
    as_advertisement,
    as_questions,
    with_all_sizes,
    with_tables_in_boxes,
)

register = template.Library()

SIZES = {
    "slide": "(max-width:47.99em) 100vw, 520px",
    "card": "(max-width:47.99em) 46vw, 240px",
    "thumb": "(max-width:47.99em) 106px, 168px",
    "strip": "(max-width:47.99em) 86vw, 580px",
    "figure": "(max-width:47.99em) 100vw, 684px",
    "tile": "(max-width:47.99em) 100vw, 420px",
    "portrait": "(max-width:47.99em) 96px, 128px",
}


@register.inclusion_tag("articles/_picture.html")
def picture(image: Any, slot: str, alt: str | None = None, lead: bool = False) -> dict[str, Any]:
    """Print one picture for a slot (see ``SIZES``); ``lead`` loads it first."""
    if alt is None:
        alt = "" if image.is_decorative else image.alt or image.caption
    return {"image": image, "sizes": SIZES[slot], "alt": alt, "lead": lead,
            "avif": slot == "figure"}  # fmt: skip


@register.simple_tag
def text_of(article: Article) -> str:
    """Return the text of an article as its layout prints it; ``_body.html`` prints what it gives."""
    html = with_tables_in_boxes(article.body)
    there = {image.upload.key: image for image in article.images.all()}

    def sizes_of(key: str) -> str:
        image = there.get(key)
        return _attributes(image) if image is not None and image.upload.is_ready else ""

    html = with_all_sizes(html, sizes_of)
    if article.is_advertisement:
        html = as_advertisement(html)
    if article.page_layout == Section.Layout.INTERVIEW:
        guest = getattr(article, "interview", None)
        html = as_questions(html, [guest.name if guest is not None else ""])
    return html


def _attributes(image: ArticleImage) -> str:
    largest = image.largest
    if largest is None:
        return ""
    return (
        f'srcset="{image.srcset_jpg}" sizes="{SIZES["figure"]}" '
        f'width="{largest["width"]}" height="{largest["height"]}" loading="lazy"'
    )


@register.filter
def tabled(html: str) -> str:
    """Return a text of our own with its tables in boxes that scroll; for ``_body.html``."""
    return with_tables_in_boxes(html)


register.filter(opening)


@register.filter
def stamp(value: dt.datetime | None) -> str:
    """Return a moment for ``<time datetime>``: to the second, which is all that HTML takes surely."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else ""


@register.filter
def list_date(value: dt.datetime) -> str:
    """Return 11-23 within this year, 2014-05-31 otherwise."""
    local = timezone.localtime(value)
    return f"{local:%m-%d}" if local.year == timezone.localdate().year else f"{local:%Y-%m-%d}"


@register.simple_tag
def bylines(article: Article) -> list[dict[str, Any]]:
    """Return the byline as parts: label, unit printed once when all share it, people."""
    groups: list[dict[str, Any]] = []
    for row in article.bylines.all():
        if not groups or groups[-1]["label"] != row.label or groups[-1]["unit"] != row.unit_text:
            groups.append(
                {
                    "label": row.label,
                    "unit": row.unit_text,
                    "unit_page": row.organisation_id,
                    "people": [],
                    "repeats": False,
                }
            )
        groups[-1]["people"].append(row)
    for before, group in itertools.pairwise(groups):
        group["repeats"] = before["label"] == group["label"]
    return groups


@register.simple_tag
def short_byline(article: Article) -> str:
    """Return names and unit for lists: 周砚秋　鹿鸣塬煤矿."""
    rows: list[Byline] = list(article.bylines.all())
    names = "、".join(row.name for row in rows if row.name)
    units = list(dict.fromkeys(row.unit_text for row in rows if row.unit_text))
    return "\u3000".join(part for part in (names, units[0] if units else "") if part)


@register.simple_tag
def public_authors(article: Article) -> list[dict[str, Any]]:
    """Return the people on the byline who agreed to a public profile, each once.

    ``then`` is the unit as printed that day, ``now`` the present one where it is another.
    """
    people: dict[int, dict[str, Any]] = {}
    for row in article.bylines.all():
        person = row.correspondent
        if person is None or not person.is_public or person.pk in people:
            continue
        unit = person.organisation
        same = row.organisation_id is None or row.organisation_id == person.organisation_id
        people[person.pk] = {
            "person": person,
            "then": row.unit_text if not same else "",
            "now": unit.name if unit else "",
        }
    return list(people.values())


@register.inclusion_tag("articles/_seal.html")
def seal(person: Any, size: str = "") -> dict[str, Any]:
    """Print the photo a person agreed to show, or else the seal with the family name."""
    photo = person.shown_photo
    sizes = [r for r in photo.renditions if r["format"] == "jpg"] if photo else []
    return {"person": person, "size": size, "picture": sizes[0] if sizes else None}


@register.filter
def minutes(characters: int) -> int:
    """Return how long a text takes to read, at 400 characters a minute."""
    return max(1, round(characters / 400))
