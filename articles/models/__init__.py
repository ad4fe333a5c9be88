from articles.models.article import Article
from articles.models.byline import Byline
from articles.models.claim import BylineClaim
from articles.models.edition import Edition, current_edition, new_edition
from articles.models.image import ArticleImage
from articles.models.reading import Reading
from articles.models.revision import Revision
from articles.models.section import (
    DeskAssignment,
    FormerSlug,
    Genre,
    Section,
    SectionAlias,
    check_slug,
    reserved_slugs,
)

__all__ = [
    "Article",
    "ArticleImage",
    "Byline",
    "BylineClaim",
    "DeskAssignment",
    "Edition",
    "FormerSlug",
    "Genre",
    "Reading",
    "Revision",
    "Section",
    "SectionAlias",
    "check_slug",
    "current_edition",
    "new_edition",
    "reserved_slugs",
]
