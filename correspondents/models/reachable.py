"""How a person is reached: the account that belongs to a record, mobile number and consents."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from correspondents.lifecycle import Part, StepNotAllowed, record
from correspondents.models.consent import PrivacyNotice
from correspondents.models.steps import CLOSED


class Reachable(Part):
    """What a person's record does with account, number and consents."""

    claim_digest: Any
    claim_until: Any
    sign_in_mobile: Any

    def confirm_mobile(self, *, by: User) -> None:
        """Make the present number a sign-in name; raises :class:`StepNotAllowed` when it is one."""
        if not self.mobile:
            raise StepNotAllowed("还没有填写手机号。")
        try:
            with transaction.atomic():
                if other := self._holder_of(self.mobile):
                    raise StepNotAllowed(f"这个手机号已是“{other}”的登录名。")
                type(self).objects.filter(pk=self.pk).update(sign_in_mobile=self.mobile)
                record(self, "mobile_confirmed", by=by)
        except IntegrityError as error:
            raise StepNotAllowed("这个手机号刚刚成为另一个账号的登录名。") from error
        self.sign_in_mobile = self.mobile

    def offer_claim(self, *, by: User) -> str:
        """Return the secret of a new one-time link by which the person takes the record over.

        Only its digest is kept; a new link voids the one before.
        """
        if self.user_id or self.merged_into_id or self.state == CLOSED:
            raise StepNotAllowed("这份档案已有账号或已经注销，不能发认领链接。")
        secret = secrets.token_urlsafe(24)
        until = timezone.now() + dt.timedelta(days=settings.CLAIM_LINK_DAYS)
        self.claim_digest, self.claim_until = claim_digest(secret), until
        this: Any = self
        this.save(update_fields=["claim_digest", "claim_until"])
        record(self, "claim_offered", by=by)
        return secret

    def take_over(self, user: User) -> bool:
        """Give the record to an account, once; false when somebody was faster."""
        free = type(self).objects.filter(pk=self.pk, user__isnull=True, claim_digest__isnull=False)
        if not free.update(user=user, claim_digest=None, claim_until=None):
            return False
        self.refresh_from_db()
        record(self, "claimed", by=user)
        return True

    def give_consent(self, kind: str, *, address: str | None = None) -> None:
        """Keep that the person agrees, to the notice in force, now."""
        if kind in self.agrees_to:
            return
        notice = PrivacyNotice.current()
        self.consents.create(kind=kind, notice=notice, address=address)
        self._mark_consent(kind, timezone.now())

    def withdraw_consent(self, kind: str, *, by: User | None = None) -> None:
        """Take a consent back: what it made public is gone with this call."""
        with transaction.atomic():
            self.consents.in_force().filter(kind=kind).update(withdrawn_at=timezone.now())
            self._mark_consent(kind, None)
            record(self, "consent_withdrawn", by=by, kind=kind)

    def _mark_consent(self, kind: str, when: dt.datetime | None) -> None:
        field = {"profile": "public_consent_at", "photo": "photo_consent_at"}.get(kind)
        if field:
            setattr(self, field, when)
            self.save(update_fields=[field])


def claim_digest(secret: str) -> str:
    """Return what is kept of the secret of a one-time link."""
    return hashlib.sha256(secret.encode()).hexdigest()
