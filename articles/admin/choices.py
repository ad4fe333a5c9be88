"""The pictures that may be chosen for a piece: its own, and those of the library that are looked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, ArticleImage, LibraryPicture
from correspondents.models import Upload
from correspondents.numbers import whole_number

SHOWN = 48
FACETS = 8
DAYS = {"zhou": (7, "近一周"), "yue": (31, "近一月"), "nian": (366, "近一年"), "": (None, "不限")}


@dataclass
class Choice:
    """One picture that may be chosen: ``key`` is sent, the words are those for this piece."""

    key: str
    upload: Upload
    caption: str
    photographer: str
    alt: str = ""
    day: dt.date | None = None
    uses: int = 0
    order: int = 0

    @property
    def small(self) -> str:
        """The address of its thumbnail; empty while none is made."""
        if not self.upload.renditions:
            return ""
        size = self.upload.renditions[0]
        return reverse("articles:picture", args=[self.upload.key, size["width"], size["format"]])

    @property
    def is_own(self) -> bool:
        """Does it stand beside the piece already?"""
        return self.key.startswith("i")


def own_of(article: Article | None) -> list[Choice]:
    """The pictures that stand beside the piece."""
    if article is None:
        return []
    return [
        Choice(f"i{row.pk}", row.upload, row.caption, row.photographer, row.alt)
        for row in article.images.select_related("upload")
    ]


def of_library(row: Any) -> Choice:
    return Choice(
        f"l{row.pk}", row.upload, row.caption, row.photographer, row.alt, row.day,
        getattr(row, "uses_number", 0) or 0,
    )  # fmt: skip


def found_in(data: Any) -> tuple[Any, list[dict[str, Any]], str]:
    """Return the pictures that are looked for, the newest first, what they can be narrowed to, and when."""
    period = data.get("ri", "yue" if not data.get("zhao") else "")
    period = period if period in DAYS else ""
    if data.get("zhao") and data.get("zhao") != data.get("zhao_qian", data.get("zhao")):
        period = ""  # new words look through all days
    rows = LibraryPicture.objects.all()
    if days := DAYS[period][0]:
        rows = rows.filter(day__gte=timezone.localdate() - dt.timedelta(days=days))
    if words := data.get("zhao", "").strip()[:60]:
        for word in words.split():
            rows = rows.filter(
                Q(caption__icontains=word) | Q(people__icontains=word)
                | Q(photographer__icontains=word) | Q(organisation__name__icontains=word)
            )  # fmt: skip
    if person := data.get("ren", "").strip()[:40]:
        rows = rows.filter(people__icontains=person)
    used = Exists(ArticleImage.objects.filter(upload=OuterRef("upload")))
    if "meiyong" in data:
        rows = rows.filter(~used)
    if "hengfu" in data:
        rows = rows.filter(upload__width__gt=models.F("upload__height"))
    units = [number for one in data.getlist("danwei")[:FACETS] if (number := whole_number(one))]
    photographers = [one[:40] for one in data.getlist("sheyingzhe")[:FACETS]]
    facets = [
        _facet("danwei", "单位", rows, "organisation", "organisation__name", units),
        _facet("sheyingzhe", "拍摄者", rows.exclude(photographer=""), "photographer", "photographer",
               photographers),
    ]  # fmt: skip
    if units:
        rows = rows.filter(organisation__in=units)
    if photographers:
        rows = rows.filter(photographer__in=photographers)
    counted = ArticleImage.objects.filter(upload=OuterRef("upload")).order_by().values("upload")
    used_how_often = Subquery(counted.annotate(number=Count("pk")).values("number"))
    rows = rows.select_related("upload").annotate(uses_number=used_how_often)
    return rows.order_by("-day", "-pk")[:SHOWN], facets, period


def _facet(
    name: str, label: str, rows: Any, value: str, words: str, chosen: list[Any]
) -> dict[str, Any]:
    counted = rows.exclude(**{f"{value}__isnull": True}).order_by().values_list(value, words)
    found = list(counted.annotate(number=Count("pk")).order_by("-number", words)[:FACETS])
    return {
        "name": name,
        "label": label,
        "rows": [(key, told, number, key in chosen) for key, told, number in found],
    }
