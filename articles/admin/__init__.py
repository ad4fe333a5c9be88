"""The desk's pages of articles, sections and what readers find."""

from articles.admin import desk, hot, related

__all__ = ["desk", "hot", "related"]
