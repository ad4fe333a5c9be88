"""What the audit log keeps of manuscripts; texts are kept by rounds, not here."""

from auditlog.registry import auditlog

from submissions.models import CallForPapers, DeclineReason, Manuscript, SubmissionRules


def register() -> None:
    """Log changes of the data; states are logged by the lifecycle itself."""
    auditlog.register(
        Manuscript,
        exclude_fields=[
            "state",
            "state_changed_at",
            "kicker",
            "title",
            "subtitle",
            "body",
            "to_desk",
            "version",
            "updated_at",
        ],
        mask_fields=["phone"],
        mask_callable="correspondents.contact.masked",
    )
    auditlog.register(DeclineReason)
    auditlog.register(SubmissionRules)
    auditlog.register(CallForPapers)
