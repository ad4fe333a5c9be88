"""What somebody may have meant who asked for an address that is none."""

from __future__ import annotations

import difflib
import re
from typing import Any

import regex

from articles.models import Section, all_sections
from articles.statistics.most_read import hot
from correspondents.names import HAN

LONGEST = 200
SECTIONS, READ = 4, 6
# Parts of addresses that say nothing about what was looked for.
EMPTY = frozenset(
    [
        "articles",
        "article",
        "newshtml",
        "index",
        "default",
        "html",
        "htm",
        "shtml",
        "aspx",
        "php",
        "jsp",
        "asp",
        "www",
        "http",
        "https",
        "tags",
        "search",
        "archive",
        "news",
        "show",
        "list",
        "id",
        "page",
    ]
)
CLOSE = 0.6


def words_of(path: str) -> list[str]:
    """Return the words of an address, without endings and numbers."""
    words = re.split(r"[\W_]+", path[:LONGEST])
    return [word for word in words if word.lower() not in EMPTY and not word.isdigit() and word]


def nearest(path: str) -> dict[str, Any]:
    """Return sections that are spelled alike, words for the search, and what is read most."""
    words = words_of(path)
    return {
        "words": " ".join(word for word in words if regex.search(HAN, word)),
        "sections": _alike(words),
        "hot": hot(READ),
    }


def _alike(words: list[str]) -> list[Section]:
    """Sections whose address or name is close to one of the words, the closest first."""
    visible = [section for section in all_sections() if section.is_visible]
    by_word = {section.slug: section for section in visible}
    by_word |= {section.name: section for section in visible}
    found: dict[int, Section] = {}
    for word in words[:6]:
        for close in difflib.get_close_matches(word.lower()[:40], by_word, SECTIONS, CLOSE):
            found.setdefault(by_word[close].pk, by_word[close])
    return list(found.values())[:SECTIONS]
