"""The desk's pages of articles, sections and what readers find."""

from articles.admin import claims, desk, hot, related, sections

__all__ = ["claims", "desk", "hot", "related", "sections"]
