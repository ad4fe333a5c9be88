"""The most read 阅读排行 — of a day, a week, a month; for the site and for every section.

Counted every few minutes and kept in the memory of the process between: every page shows them, and
a shared cache costs a query. The lists age by time: a read raises no edition. What is withdrawn is
gone from them at once, as they keep numbers alone.
"""

from __future__ import annotations

import time
from typing import Any

from articles.content.edition import shared_by_pages
from articles.content.section import Section
from articles.statistics.reads import ArticleReads
from articles.workflow.article import Article

FRESH = 600  # seconds
# Days of each list, today included; a day alone would be empty every morning.
PERIODS = {"ri": 2, "zhou": 7, "yue": 30}
# Kept beyond what is shown, for what is withdrawn meanwhile.
KEPT, KEPT_PER_SECTION = 80, 12
SITE = 0
FEWEST = 3  # fewer make no list
_kept: dict[str, tuple[float, dict[int, list[tuple[int, int]]]]] = {}


def most_read(
    number: int, period: str = "zhou", section: Section | None = None
) -> list[tuple[Article, int]]:
    """Return (article, reads) of what was read most, at most ``number``; nothing for too few.

    ``KeyError`` for a period that is none of ``PERIODS``.
    """
    ranked = _lists(period).get(section.pk if section is not None else SITE, [])
    public: Any = Article.objects.published().in_visible_sections()
    # Titles and bylines, no pictures: it stands in rails.
    public = public.select_related("section").prefetch_related("bylines").defer("body")
    there = public.in_bulk([key for key, _ in ranked[: 2 * number]])
    found = [(there[key], reads) for key, reads in ranked if key in there][:number]
    return found if len(found) >= FEWEST else []


def hot(number: int, section: Section | None = None) -> list[Article]:
    """Return the most read of the week, without their figures; of a section where it has some."""
    name = ("hot", number, section.pk if section is not None else None)
    return list(shared_by_pages(name, lambda: _most_read(number, section)))


def _most_read(number: int, section: Section | None) -> list[Article]:
    rows = most_read(number, section=section)
    if not rows and section is not None:
        rows = most_read(number)
    return [article for article, _ in rows]


def forget() -> None:
    """Count anew at once: for tests."""
    _kept.clear()


def _lists(period: str) -> dict[int, list[tuple[int, int]]]:
    """Return (article, reads) by section, and of the whole site."""
    then, found = _kept.get(period, (0.0, {}))
    if period not in _kept or time.monotonic() - then >= FRESH:
        found = {SITE: []}
        for article, section, reads in ArticleReads.objects.ranked(PERIODS[period]):
            for place, most in ((SITE, KEPT), (section, KEPT_PER_SECTION)):
                if len(rows := found.setdefault(place, [])) < most:
                    rows.append((article, reads))
        _kept[period] = time.monotonic(), found
    return found
