"""What the audit log keeps of articles and sections. Texts are kept as revisions, not here."""

from auditlog.registry import auditlog

from articles.models import (
    SATELLITES,
    Article,
    ArticleImage,
    Byline,
    BylineClaim,
    ChecklistRule,
    Correction,
    DeskAssignment,
    DeskPerson,
    ErrorReport,
    Genre,
    HotWord,
    LibraryPicture,
    Placement,
    PromotedResult,
    RelatedArticle,
    Section,
    Series,
    Topic,
    TopicBlock,
    TopicItem,
    WordRule,
)


def register() -> None:
    """Log every change; states are logged by the lifecycle itself."""
    auditlog.register(
        Article,
        exclude_fields=[
            "state",
            "state_changed_at",
            "body",
            "updated_at",
            "revision",
            "excerpt",
            "changed_at",
        ],
    )
    auditlog.register(Byline)
    auditlog.register(BylineClaim, exclude_fields=["state", "state_changed_at"])
    # Not what a reader wrote of himself: the log would keep it when it has to go.
    auditlog.register(ErrorReport, exclude_fields=["state", "state_changed_at", "contact", "text"])
    auditlog.register(ArticleImage)
    for model in (LibraryPicture, WordRule, Placement, Topic, TopicBlock, TopicItem):
        auditlog.register(model)
    for beside in (*SATELLITES.values(), Series):
        auditlog.register(beside)
    auditlog.register(ChecklistRule)
    auditlog.register(Correction)
    auditlog.register(Section)
    auditlog.register(Genre)
    auditlog.register(DeskAssignment)
    auditlog.register(DeskPerson)
    auditlog.register(HotWord)
    auditlog.register(PromotedResult)
    auditlog.register(RelatedArticle)
