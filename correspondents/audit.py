"""What the audit log keeps of this app, and of accounts and rights."""

from auditlog.registry import auditlog
from django.contrib.auth.models import Group, User

from correspondents.models import (
    Consent,
    Correspondent,
    Grade,
    LetterText,
    Liaison,
    Membership,
    Organisation,
    OrganisationAlias,
    PrivacyNotice,
)

MASK = "correspondents.contact.masked"


def register() -> None:
    """Log every change of people, units, accounts and rights; passwords never, contacts masked."""
    auditlog.register(
        Correspondent,
        exclude_fields=[
            "state",
            "state_changed_at",
            "name_key",
            "spelling",
            "initial",
            "claim_digest",
            "notes",
            "recommender",
        ],
        mask_fields=["mobile", "email", "sign_in_mobile"],
        mask_callable=MASK,
    )
    auditlog.register(Membership)
    auditlog.register(Liaison)
    auditlog.register(Organisation, exclude_fields=["path", "name_key", "short_key"])
    auditlog.register(OrganisationAlias, exclude_fields=["key"])
    auditlog.register(Grade)
    auditlog.register(LetterText)
    auditlog.register(PrivacyNotice)
    auditlog.register(Consent, exclude_fields=["address"])
    auditlog.register(
        User,
        exclude_fields=["last_login"],
        mask_fields=["password", "email"],
        mask_callable=MASK,
        m2m_fields={"groups", "user_permissions"},
    )
    auditlog.register(Group, m2m_fields={"permissions"})
