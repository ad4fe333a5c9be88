from articles.content.byline import Byline
from articles.content.claim import BylineClaim
from articles.content.correction import Correction
from articles.content.edition import (
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
from articles.content.image import ArticleImage
from articles.content.keyword import FormerKeyword
from articles.content.layout_facts import (
    SATELLITES,
    AccidentFacts,
    InterviewInfo,
    Satellite,
    VendorInfo,
    chain_of,
)
from articles.content.legacy_run import LegacyRun
from articles.content.library import LibraryPicture
from articles.content.section import (
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
from articles.content.series import Series
from articles.content.topic import Topic, TopicBlock, TopicItem
from articles.front_page.placement import Placement
from articles.indexes.documents import entries_of, forget, keep, readable, save_entries
from articles.indexes.likeness import (
    Likeness,
    LikenessConfirmation,
    TextSummary,
    likenesses_of,
    told_of,
)
from articles.indexes.near_duplicates import Match, matches_of, passages
from articles.indexes.promoted import HotWord, PromotedResult, hot_words, promoted_for
from articles.indexes.reader_search import Findings, Scope, find
from articles.indexes.related import RelatedArticle, relate
from articles.indexes.search_index import (
    ARTICLE,
    MANUSCRIPT,
    DeskEntry,
    Entry,
    PublicEntry,
    found_numbers,
)
from articles.statistics.day_count import (
    DayCount,
    StoredCounts,
    months_of_sections,
    months_of_site,
    years_of,
)
from articles.statistics.reads import ArticleReads
from articles.workflow.article import Article
from articles.workflow.check_code import checked, code_of
from articles.workflow.checklist import ChecklistRule, Point, points_of
from articles.workflow.desk_draft import DeskDraft
from articles.workflow.desk_person import DeskPerson, signature_of
from articles.workflow.error_report import ErrorReport
from articles.workflow.proof_pass import ProofPass
from articles.workflow.reading import Reading
from articles.workflow.revision import Revision
from articles.workflow.wording import HintDecision, WordRule, hints_of

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
    "ProofPass",
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
