from correspondents.lifecycle import Decision
from correspondents.models.clock import Clock
from correspondents.models.consent import Consent, PrivacyNotice
from correspondents.models.correspondent import Correspondent
from correspondents.models.grade import Grade
from correspondents.models.letter import Letter, LetterText
from correspondents.models.liaison import Liaison
from correspondents.models.membership import Membership
from correspondents.models.organisation import Organisation, OrganisationAlias
from correspondents.models.registry_import import RegistryImport
from correspondents.models.role_grant import RoleGrant
from correspondents.models.sign_in_name import SignInName
from correspondents.models.upload import Upload

__all__ = [
    "Clock",
    "Consent",
    "Correspondent",
    "Decision",
    "Grade",
    "Letter",
    "LetterText",
    "Liaison",
    "Membership",
    "Organisation",
    "OrganisationAlias",
    "PrivacyNotice",
    "RegistryImport",
    "RoleGrant",
    "SignInName",
    "Upload",
]
