"""What a headline needs of an article: few fields, few queries, sections from memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import prefetch_related_objects

from articles.models import Article, Section, all_sections

HEADLINE = ("title", "section_id", "published_at", "layout", "expires_at", "state", "copy_of_id")


def headlines(rows: Any, number: int, section: Section | None = None) -> list[Article]:
    """Return the first ``number`` of a queryset, ready to be printed as headlines.

    ``section``: they are all in this one.
    """
    found = list(rows.only(*HEADLINE)[:number])
    prepare_headlines(found, section)
    return found


def prepare_headlines(articles: list[Article], section: Section | None = None) -> None:
    """Give articles what their headlines need: the section, and bylines where it prints them."""
    attach_sections(articles, section)
    signed = [article for article in articles if article.section.author_in_title]
    if signed:
        prefetch_related_objects(signed, "bylines")


def attach_sections(articles: Iterable[Article], section: Section | None = None) -> None:
    """Give articles their sections, which are kept for an edition."""
    sections = {one.pk: one for one in (all_sections() if section is None else (section,))}
    for article in articles:
        article.section = sections[article.section_id]
