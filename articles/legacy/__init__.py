"""Reading saved article pages of the old site."""

from articles.legacy.page import LegacyPage, UnreadablePage, parse, read

__all__ = ["LegacyPage", "UnreadablePage", "parse", "read"]
