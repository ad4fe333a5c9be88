"""Taking site profile and masthead over from a page of the old site."""

from __future__ import annotations

import re

from django.db import transaction

from articles.legacy.page import SiteFacts
from portal.models import MastheadTerm, SiteProfile

POLICE = "https://beian.mps.gov.cn/#/query/webSearch?code="
FIELDS = (
    "name",
    "former_name",
    "statement",
    "mailbox",
    "icp_number",
    "police_number",
    "telephones",
)


@transaction.atomic
def take_over(facts: SiteFacts) -> None:
    """Fill what the site does not know yet; what the desk has entered is never overwritten."""
    profile = SiteProfile.objects.filter(pk=1).first() or SiteProfile(pk=1)
    changed = False
    for field in FIELDS:
        if getattr(facts, field) and not getattr(profile, field):
            setattr(profile, field, getattr(facts, field))
            changed = True
    digits = re.search(r"\d{10,}", profile.police_number)
    if digits and not profile.police_url:
        profile.police_url, changed = POLICE + digits[0], True
    if changed:
        profile.save()
    if facts.masthead and not MastheadTerm.objects.exists():
        for position, (post, name, duty) in enumerate(facts.masthead):
            MastheadTerm.objects.create(post=post, name=name, duty=duty, position=position)
