"""What opens an account, in the one form in which no two accounts have it."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.models import User
from django.db import models

from correspondents.lookalike import skeleton
from correspondents.typed import code

LONGEST = 600


class SignInNameManager(models.Manager["SignInName"]):
    def settle(self, account: User, *, claims: bool = False) -> None:
        """Bring the row of an account in line; ``IntegrityError`` when somebody else has it.

        What two accounts had in common before this table was there stays with the first, unless
        this one ``claims`` its mailbox now.
        """
        wanted: dict[str, Any] = {
            "skeleton": skeleton(account.username)[:LONGEST],
            "mailbox": code(account.email).casefold() or None,
        }
        # An account that is switched off holds no mailbox.
        if wanted["mailbox"]:
            self.filter(mailbox=wanted["mailbox"], user__is_active=False).update(mailbox=None)
        row = self.filter(user=account).first()
        if row is None:
            self.create(user=account, **wanted)
            return
        others = self.exclude(pk=row.pk)
        for name, value in wanted.items():
            before = getattr(row, name)
            claimed = claims and name == "mailbox"
            older = not claimed and before is None and others.filter(**{name: value}).exists()
            setattr(row, name, None if older else value)
            if getattr(row, name) != before:
                row.save(update_fields=[name])

    def is_taken(self, username: str, account: User | None = None) -> bool:
        """Has another account this user name, or one that looks the same?"""
        wanted, own = skeleton(username)[:LONGEST], account.pk if account else 0
        if self.filter(skeleton=wanted).exclude(user_id=own).exists():
            return True
        # Made by a command, and not settled yet.
        others = User.objects.filter(sign_in_name=None).exclude(pk=own)
        return any(skeleton(name) == wanted for name in others.values_list("username", flat=True))

    def has_mailbox(self, mailbox: str, account: User) -> bool:
        """Does another account that is in use sign in with this mailbox?"""
        wanted, others = code(mailbox), User.objects.filter(is_active=True).exclude(pk=account.pk)
        same = models.Q(email__iexact=wanted) | models.Q(sign_in_name__mailbox=wanted.casefold())
        return others.filter(same).exists()


class SignInName(models.Model):
    """The user name's skeleton (UTS 39) and the mailbox of one account."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="sign_in_name")
    skeleton = models.CharField(max_length=LONGEST, unique=True, null=True)
    mailbox = models.CharField(max_length=254, unique=True, null=True)

    objects = SignInNameManager()

    class Meta:
        verbose_name = verbose_name_plural = "登录名"

    def __str__(self) -> str:
        return str(self.user)


def switch_off(account: User) -> None:
    """Let nobody sign in with this account any more; its sessions end with its password."""
    account.is_active = False
    account.set_unusable_password()
    account.save(update_fields=["is_active", "password"])


def anonymise(account: User) -> None:
    """Take everything personal off an account that is no longer used; rows may still name it."""
    switch_off(account)
    account.username = f"deleted-{account.pk}-{secrets.token_hex(6)}"
    account.email = account.first_name = account.last_name = ""
    account.save(update_fields=["username", "email", "first_name", "last_name"])
    SignInName.objects.settle(account)
    for rows in ("emailaddress_set", "authenticator_set", "usersession_set"):
        getattr(account, rows).all().delete()
