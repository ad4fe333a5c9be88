from articles.models.article import Article
from articles.models.byline import Byline
from articles.models.check_code import checked, code_of
from articles.models.checklist import ChecklistRule, Point, points_of
from articles.models.claim import BylineClaim
from articles.models.correction import Correction
from articles.models.day_count import (
    DayCount,
    StoredCounts,
    months_of_sections,
    months_of_site,
    years_of,
)
from articles.models.desk_draft import DeskDraft
from articles.models.desk_person import DeskPerson, signature_of
from articles.models.edition import (
    Edition,
    PublicQuerySet,
    PublicThing,
    current_edition,
    edition_in_view,
    edition_seen,
    forget_edition,
    month_start,
    new_edition,
    once_an_edition,
    shared_by_pages,
)
from articles.models.error_report import ErrorReport
from articles.models.findable import entries_of, forget, keep, readable, save_entries
from articles.models.finding import Findings, Scope, find
from articles.models.image import ArticleImage
from articles.models.keyword import FormerKeyword
from articles.models.layout_facts import (
    SATELLITES,
    AccidentFacts,
    InterviewInfo,
    Satellite,
    VendorInfo,
    chain_of,
)
from articles.models.legacy_run import LegacyRun
from articles.models.library import LibraryPicture
from articles.models.likeness import (
    Likeness,
    LikenessConfirmation,
    TextSummary,
    likenesses_of,
    told_of,
)
from articles.models.placement import Placement
from articles.models.promoted import HotWord, PromotedResult, hot_words, promoted_for
from articles.models.reading import Reading
from articles.models.reads import ArticleReads
from articles.models.related import RelatedArticle, relate
from articles.models.revision import Revision
from articles.models.search import ARTICLE, MANUSCRIPT, DeskEntry, Entry, PublicEntry, found_numbers
from articles.models.section import (
    DeskAssignment,
    FormerSlug,
    Genre,
    Section,
    SectionAlias,
    all_genres,
    all_sections,
    check_slug,
    limits_of,
    reserved_slugs,
)
from articles.models.series import Series
from articles.models.similar import Match, matches_of, passages
from articles.models.topic import Topic, TopicBlock, TopicItem
from articles.models.wording import HintDecision, WordRule, hints_of

__all__ = [
    "ARTICLE",
    "MANUSCRIPT",
    "SATELLITES",
    "AccidentFacts",
    "Article",
    "ArticleImage",
    "ArticleReads",
    "Byline",
    "BylineClaim",
    "ChecklistRule",
    "Correction",
    "DayCount",
    "DeskAssignment",
    "DeskDraft",
    "DeskEntry",
    "DeskPerson",
    "Edition",
    "Entry",
    "ErrorReport",
    "Findings",
    "FormerKeyword",
    "FormerSlug",
    "Genre",
    "HintDecision",
    "HotWord",
    "InterviewInfo",
    "LegacyRun",
    "LibraryPicture",
    "Likeness",
    "LikenessConfirmation",
    "Match",
    "Placement",
    "Point",
    "PromotedResult",
    "PublicEntry",
    "PublicQuerySet",
    "PublicThing",
    "Reading",
    "RelatedArticle",
    "Revision",
    "Satellite",
    "Scope",
    "Section",
    "SectionAlias",
    "Series",
    "StoredCounts",
    "TextSummary",
    "Topic",
    "TopicBlock",
    "TopicItem",
    "VendorInfo",
    "WordRule",
    "all_genres",
    "all_sections",
    "chain_of",
    "check_slug",
    "checked",
    "code_of",
    "current_edition",
    "edition_in_view",
    "edition_seen",
    "entries_of",
    "find",
    "forget",
    "forget_edition",
    "found_numbers",
    "hints_of",
    "hot_words",
    "keep",
    "likenesses_of",
    "limits_of",
    "matches_of",
    "month_start",
    "months_of_sections",
    "months_of_site",
    "new_edition",
    "once_an_edition",
    "passages",
    "points_of",
    "promoted_for",
    "readable",
    "relate",
    "reserved_slugs",
    "save_entries",
    "shared_by_pages",
    "signature_of",
    "told_of",
    "years_of",
]
