"""What templates say of an article beside its own fields: bylines, moments, the text as printed."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from django.utils import timezone

from articles.models import Article, ArticleImage, Byline, Section
from articles.text.typesetting import (
    as_advertisement,
    as_questions,
    with_all_sizes,
    with_tables_in_boxes,
)
from correspondents.models import Correspondent

SIZES = {
    "slide": "(max-width:47.99em) 100vw, 520px",
    "card": "(max-width:47.99em) 46vw, 240px",
    "thumb": "(max-width:47.99em) 106px, 168px",
    "strip": "(max-width:47.99em) 86vw, 580px",
    "figure": "(max-width:47.99em) 100vw, 684px",
    "tile": "(max-width:47.99em) 100vw, 420px",
    "portrait": "(max-width:47.99em) 96px, 128px",
}


def text_of(article: Article) -> str:
    """Return the text of an article as its layout prints it, for the component ``body``."""
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


def stamp(value: dt.datetime | None) -> str:
    """Return a moment for ``<time datetime>``: to the second, which is all that HTML takes surely."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else ""


def list_date(value: dt.datetime) -> str:
    """Return 11-23 within this year, 2014-05-31 otherwise."""
    local = timezone.localtime(value)
    return f"{local:%m-%d}" if local.year == timezone.localdate().year else f"{local:%Y-%m-%d}"


def bylines(article: Article) -> list[dict[str, Any]]:
    """Return the byline as parts: label, unit printed once when all share it, people."""
    groups: list[dict[str, Any]] = []
    for row in article.bylines.all():
        if not row.name and not row.unit_text:
            continue  # from before rows had to name somebody
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


def short_byline(article: Article) -> str:
    """Return names and unit for lists: 周砚秋　鹿鸣塬煤矿."""
    rows: list[Byline] = list(article.bylines.all())
    names = "、".join(row.name for row in rows if row.name)
    units = list(dict.fromkeys(row.unit_text for row in rows if row.unit_text))
    return "\u3000".join(part for part in (names, units[0] if units else "") if part)


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


def minutes(characters: int) -> int:
    """Return how long a text takes to read, at 400 characters a minute."""
    return max(1, round(characters / 400))


def seal_picture(person: Correspondent) -> dict[str, Any] | None:
    """Return the smallest size of the photo a person agreed to show, or ``None``."""
    photo = person.shown_photo
    return (
        next((size for size in photo.renditions if size["format"] == "jpg"), None)
        if photo
        else None
    )
