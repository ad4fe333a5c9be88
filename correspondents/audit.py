"""What the audit log keeps of this app, and of accounts and rights."""

from auditlog.registry import auditlog
from django.contrib.auth.models import Group, User

from correspondents.models import Correspondent, Grade, Organisation


def register() -> None:
    """Log every change of people, units, accounts and rights; passwords never."""
    auditlog.register(Correspondent, exclude_fields=["state", "state_changed_at"])
    auditlog.register(Organisation)
    auditlog.register(Grade)
    auditlog.register(
        User,
        exclude_fields=["last_login"],
        mask_fields=["password"],
        m2m_fields={"groups", "user_permissions"},
    )
    auditlog.register(Group, m2m_fields={"permissions"})
