"""What the audit log keeps of manuscripts; texts are kept by rounds, not here."""

from auditlog.registry import auditlog

from submissions.models import DeclineReason, Manuscript


def register() -> None:
    """Log changes of the data; states are logged by the door itself."""
    auditlog.register(
        Manuscript, exclude_fields=["state", "state_changed_at", "title", "subtitle", "body"]
    )
    auditlog.register(DeclineReason)
