"""The desk's pages of articles, sections and what readers find."""

from articles.admin import desk, hot

__all__ = ["desk", "hot"]
