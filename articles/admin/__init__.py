"""The desk's pages of articles, sections and what readers find."""

from articles.admin import (
    claims,
    desk,
    layouts,
    library,
    placements,
    promoted,
    related,
    reports,
    sections,
)

__all__ = [
    "claims",
    "desk",
    "layouts",
    "library",
    "placements",
    "promoted",
    "related",
    "reports",
    "sections",
]
