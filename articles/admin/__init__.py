"""The desk's pages of articles, sections and what readers find."""

from articles.admin import (
    claims,
    desk,
    hot,
    layouts,
    library,
    placements,
    related,
    reports,
    sections,
)

__all__ = [
    "claims",
    "desk",
    "hot",
    "layouts",
    "library",
    "placements",
    "related",
    "reports",
    "sections",
]
