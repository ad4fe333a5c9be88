"""Roles and their rights, as one table. ``manage.py setup_site`` brings the groups in line.

The masthead's posts map to the readings: editors sign the first, managing editors the second,
the chief and the deputies the final one and the release; the monitor reads everything and changes
nothing.
"""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from articles.models import SATELLITES

CORRESPONDENT, EDITOR, MANAGING, CHIEF, MONITOR, ADMINISTRATOR = (
    "通讯员",
    "编辑",
    "主编",
    "总编辑/副总编",
    "网站监督",
    "管理员",
)

# What layouts say beside the text.
BESIDE = [model._meta.model_name for model in SATELLITES.values()]
_SEE = [
    "articles.view_article",
    "articles.view_articleimage",
    "articles.view_byline",
    "articles.view_librarypicture",
    *(f"articles.view_{noun}" for noun in BESIDE),
    "articles.view_series",
    "articles.view_reading",
    "articles.view_revision",
    "articles.view_bylineclaim",
    "articles.view_errorreport",
    "articles.view_section",
    "submissions.view_manuscript",
    "submissions.view_manuscriptpicture",
    "submissions.view_authorrequest",
    "submissions.view_callforpapers",
    "submissions.view_submissionrules",
    "correspondents.view_correspondent",
    "correspondents.view_organisation",
    "correspondents.view_upload",
    "taggit.view_tag",
]
_EDIT = [
    "articles.add_article",
    "articles.change_article",
    "articles.add_byline",
    "articles.change_byline",
    "articles.delete_byline",
    "articles.add_articleimage",
    "articles.change_articleimage",
    "articles.delete_articleimage",
    "articles.add_librarypicture",
    "articles.change_librarypicture",
    "articles.view_correction",
    "articles.add_correction",
    "articles.change_correction",
    "articles.delete_correction",
    "articles.discard_article",
    "articles.settle_claim",
    "articles.settle_errorreport",
    "submissions.review_manuscript",
    "submissions.enter_manuscript",
    "taggit.add_tag",
    "articles.view_relatedarticle",
    "articles.add_relatedarticle",
    "articles.change_relatedarticle",
    "articles.delete_relatedarticle",
    *(f"articles.{verb}_{noun}" for noun in (*BESIDE, "series") for verb in ("add", "change")),
]
_LEAD = [
    "articles.publish_article",
    "articles.withdraw_article",
    "taggit.change_tag",
    "taggit.delete_tag",
    "correspondents.manage_correspondent",
    "correspondents.add_correspondent",
    "correspondents.change_correspondent",
    "correspondents.view_contact",
    "correspondents.add_organisation",
    "correspondents.change_organisation",
    "correspondents.merge_organisation",
    "correspondents.view_organisationalias",
    "correspondents.add_organisationalias",
    "correspondents.change_organisationalias",
    "correspondents.delete_organisationalias",
    "correspondents.view_membership",
    "correspondents.add_membership",
    "correspondents.change_membership",
    "correspondents.delete_membership",
    "correspondents.view_liaison",
    "correspondents.add_liaison",
    "correspondents.change_liaison",
    "correspondents.view_consent",
    "correspondents.view_registryimport",
    "correspondents.view_letter",
    "correspondents.resend_letter",
    "correspondents.view_lettertext",
    "correspondents.change_lettertext",
    "submissions.assign_manuscript",
    "submissions.add_callforpapers",
    "submissions.change_callforpapers",
    "submissions.add_declinereason",
    "submissions.change_declinereason",
    "submissions.delete_declinereason",
    "submissions.view_declinereason",
    "auditlog.view_logentry",
    "portal.view_scheduledjob",
    "django_tasks_database.view_dbtaskresult",
    "django_tasks_database.change_dbtaskresult",
    "articles.view_hotword",
    "articles.add_hotword",
    "articles.change_hotword",
    "articles.delete_hotword",
    "articles.view_promotedresult",
    "articles.add_promotedresult",
    "articles.change_promotedresult",
    "articles.delete_promotedresult",
    *(
        f"articles.{verb}_{noun}"
        for noun in ("placement", "topic", "topicblock", "topicitem")
        for verb in ("view", "add", "change", "delete")
    ),
    "articles.delete_librarypicture",
    "articles.delete_series",
    "articles.view_wordrule",
    "articles.add_wordrule",
    "articles.change_wordrule",
    "articles.delete_wordrule",
]
# Where what stands, and who looks after it.
_PLACES = [
    "articles.add_section",
    "articles.change_section",
    "articles.view_genre",
    "articles.add_genre",
    "articles.change_genre",
    "articles.view_sectionalias",
    "articles.add_sectionalias",
    "articles.change_sectionalias",
    "articles.delete_sectionalias",
    "articles.view_deskperson",
    "articles.add_deskperson",
    "articles.change_deskperson",
    "articles.view_deskassignment",
    "articles.add_deskassignment",
    "articles.change_deskassignment",
    "articles.delete_deskassignment",
    "portal.view_menuitem",
    "portal.add_menuitem",
    "portal.change_menuitem",
    "portal.delete_menuitem",
]
# What the site says of itself, and what is asked before a release.
_SITE = [
    *_PLACES,
    "articles.view_checklistrule",
    "articles.add_checklistrule",
    "articles.change_checklistrule",
    "articles.delete_checklistrule",
    "correspondents.view_grade",
    "correspondents.add_grade",
    "correspondents.change_grade",
    "correspondents.view_privacynotice",
    "correspondents.add_privacynotice",
    "correspondents.change_privacynotice",
    "submissions.add_submissionrules",
    "submissions.change_submissionrules",
    "submissions.delete_submissionrules",
    "portal.view_siteprofile",
    "portal.change_siteprofile",
    "portal.add_siteprofile",
    "portal.view_mastheadterm",
    "portal.add_mastheadterm",
    "portal.change_mastheadterm",
    "portal.delete_mastheadterm",
    "portal.view_redirect",
    "portal.add_redirect",
    "portal.change_redirect",
    "portal.delete_redirect",
    "portal.view_missingpage",
    "portal.delete_missingpage",
    "portal.view_page",
    "portal.add_page",
    "portal.change_page",
    "portal.delete_page",
]
_ACCOUNTS = [
    "auditlog.view_logentry",
    "auth.view_user",
    "auth.add_user",
    "auth.change_user",
    "auth.view_group",
    "correspondents.view_rolegrant",
    "portal.view_scheduledjob",
    "django_tasks_database.view_dbtaskresult",
    "django_tasks_database.change_dbtaskresult",
]

# Whatever anybody at the desk may look at, but for numbers and mailboxes in full.
_EVERYTHING_SEEN = sorted(
    {right for right in (*_SEE, *_EDIT, *_LEAD, *_SITE) if ".view_" in right}
    - {"correspondents.view_contact"}
)

ROLES: dict[str, list[str]] = {
    CORRESPONDENT: [],
    EDITOR: [*_SEE, *_EDIT, "articles.sign_first", "articles.publish_article"],
    MANAGING: [*_SEE, *_EDIT, *_LEAD, "articles.sign_first", "articles.sign_second"],
    CHIEF: [
        *_SEE,
        *_EDIT,
        *_LEAD,
        *_SITE,
        "articles.sign_second",
        "articles.sign_final",
        "articles.override_separation",
        "correspondents.view_rolegrant",
        "correspondents.confirm_rolegrant",
    ],
    MONITOR: _EVERYTHING_SEEN,
    ADMINISTRATOR: [*_SEE, *_PLACES, *_ACCOUNTS],
}


@transaction.atomic
def sync_roles() -> None:
    """Bring the groups of the database in line with the table; other groups are left alone."""
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, rights in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(known[right] for right in rights)
