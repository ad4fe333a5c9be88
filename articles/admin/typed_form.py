"""What a form of the writing screen carries before it is saved: its fields, its rows, its decisions."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse

from articles.content.snapshot import Mark, marked
from articles.content.tags import split
from articles.models import SATELLITES, Article, LibraryPicture
from articles.text.richtext import clean
from correspondents.numbers import whole_number

MOST_ROWS = 1000
# Fields of the form that are kept.
KEPT = (*marked(Mark.TYPED), "tags", "expires_at_0", "expires_at_1", "proof_correction")
# What was decided about hints while the text was written.
DECIDED = "_hint"
# And the rows beside the text: values of their fields, and how many there are.
ROW = re.compile(
    rf"(?:{'|'.join(('bylines', 'images', 'corrections', *SATELLITES))})-"
    r"(?:\d{1,3}-(?:[a-z_0-9]{1,40}|DELETE)|(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS)"
)


def told_in(decided: str) -> tuple[str, str, str]:
    """Return rule, words and suggestion of a hint that was taken, as the page tells of it; empty for none.

    What was typed and mended between two savings is known to the page alone.
    """
    try:
        told = json.loads(unquote(decided.partition(":")[2]))
        rule, found, suggest = (str(one or "") for one in told)
    except (ValueError, TypeError):
        return "", "", ""
    return rule, found, suggest


def window_of(request: HttpRequest) -> str:
    """Return which window of this person a form was typed in; empty where it does not say."""
    return re.sub(r"[^A-Za-z0-9]", "", request.POST.get("window", ""))[:16]


def has_arrived(request: HttpRequest, response: HttpResponse, pk: int | None) -> HttpResponse:
    """Let the page that comes next drop the copy on the device: the words of this form are here."""
    of = f"{pk or 'new'}.{window_of(request)}"
    response.set_cookie("desk-saved", of, max_age=600, path="/admin/", samesite="Lax")
    return response


def typed_in(request: HttpRequest) -> dict[str, str]:
    """Return what a form carries that is kept: its fields, and the rows beside the text."""
    sent = request.POST
    kept = {name: sent[name] for name in sent if name in KEPT or ROW.fullmatch(name)}
    if decided := decided_in(request):
        kept[DECIDED] = " ".join(decided)
    return kept


def decided_in(request: HttpRequest) -> list[str]:
    """Return what a form carries of hints decided about: ``accept:key`` or ``ignore:key``."""
    return [one for value in request.POST.getlist(DECIDED) for one in value.split()]


def typed_content(article: Article, typed: dict[str, str]) -> dict[str, Any]:
    """Return the content of an article with what somebody typed in its fields."""
    content = article.content()
    words = {name: str(typed[name]) for name in typed if isinstance(content.get(name), str)}
    if "body" in words:
        words["body"] = clean(words["body"])
    if "bylines-TOTAL_FORMS" in typed:
        words["bylines"] = _typed_bylines(typed)  # type: ignore[assignment]
    if "images-TOTAL_FORMS" in typed:
        words["images"] = _typed_images(article, typed)  # type: ignore[assignment]
    if "tags" in typed:
        words |= {"tags": sorted(split(typed["tags"])), "tag_keys": None}  # type: ignore[dict-item]
    return content | words


def _typed_images(article: Article, typed: dict[str, str]) -> list[list[str]]:
    """The pictures as somebody typed their words: key, alternative text, caption, photographer."""
    stored = {str(row.pk): row.upload.key for row in article.images.select_related("upload")}
    numbers = [typed[name] for name in typed if name.endswith("-from_library")]
    chosen = LibraryPicture.objects.filter(
        pk__in=[number for one in numbers if (number := whole_number(one))]
    )
    library = {str(row.pk): row.upload.key for row in chosen.select_related("upload")}
    rows = []
    for number in range(min(whole_number(typed["images-TOTAL_FORMS"]) or 0, MOST_ROWS)):
        row = {
            name: typed.get(f"images-{number}-{name}", "")
            for name in ("id", "from_library", "kept", "alt", "caption", "photographer", "DELETE")
        }
        key = stored.get(row["id"]) or library.get(row["from_library"]) or row["kept"]
        if key and not row["DELETE"]:
            rows.append([key, row["alt"], row["caption"], row["photographer"]])
    return rows


def _typed_bylines(typed: dict[str, str]) -> list[list[str]]:
    """The bylines as somebody typed them: role, name, unit; in their order."""
    rows = []
    for number in range(min(whole_number(typed["bylines-TOTAL_FORMS"]) or 0, MOST_ROWS)):
        row = {
            name: typed.get(f"bylines-{number}-{name}", "")
            for name in ("role", "name", "unit_text", "position", "DELETE")
        }
        if (row["name"] or row["unit_text"]) and not row["DELETE"]:
            place = whole_number(row["position"]) or 0
            rows.append((place, [row["role"], row["name"], row["unit_text"]]))
    return [row for _, row in sorted(rows, key=lambda one: one[0])]
