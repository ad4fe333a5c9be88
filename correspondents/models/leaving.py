"""A person who leaves: what is erased of him."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from correspondents.lifecycle import Part
from correspondents.models.letter import Letter
from correspondents.models.sign_in_name import anonymise
from correspondents.signals import person_erased

CONTACT = ("mobile", "email", "recommending_unit", "recommender", "notes", "unit_text")
OWN_WORDS = ("usual_byline", "strengths", "motto")
ERASED_NAME = "已清除"


class Leaving(Part):
    """What a person's record does at the end."""

    name: Any
    user: Any

    def leave(self, *, by: User, note: str = "") -> None:
        """Close the record at the person's own wish and erase everything but name and bylines."""
        self._erase("leave", by)

    def erase_unapproved(self) -> None:
        """Erase a registration that was never approved, after its time; by the clock."""
        self._erase("lapse", None)

    def _erase(self, name: str, by: User | None) -> None:
        """Anonymise. 《个人信息保护法》 article 47; published bylines stay as printed."""
        this: Any = self
        files = [upload for upload in (self.photo, self.letter) if upload is not None]
        account = self.user
        with transaction.atomic():
            self._transition(
                name, by=by, erased_at=timezone.now(), public_consent_at=None,
                photo_consent_at=None, sign_in_mobile=None, claim_digest=None, photo=None,
                letter=None, department="", post="", unit_since=None,
                **dict.fromkeys((*CONTACT, *OWN_WORDS), ""),
            )  # fmt: skip
            self.memberships.update(department="", post="")
            self.consents.in_force().update(withdrawn_at=timezone.now())
            self.consents.update(address=None)
            self.liaisons.filter(ended_at__isnull=True).update(ended_at=timezone.now())
            Letter.objects.filter(person=this).delete()
            person_erased.send(sender=type(self), person=self, by=by)
            for upload in files:
                upload.remove()
            if account is not None and not account.is_staff:
                type(self).objects.filter(pk=self.pk).update(user=None)
                self.user = None
                anonymise(account)
            if name == "lapse":  # never appointed: nothing of his was published
                self.name = ERASED_NAME
                self.save()
        self._announce()
