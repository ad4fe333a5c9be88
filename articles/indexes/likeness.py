"""What is likely the same piece, told to people: whose it is, where it stands, who has looked.

Each app tells of its own texts (:data:`articles.signals.texts_asked`): articles know nothing of
manuscripts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone

from articles.indexes.near_duplicates import Match, matches_of
from articles.indexes.search_index import Key
from articles.signals import texts_asked


@dataclass(frozen=True)
class TextSummary:
    """What is told of one text.

    ``piece``: what it is a state of, as (kind, number): a manuscript's article where there is one.
    ``is_live``: is it public, or on its way? ``address``: of its page at the desk, empty when the
    person who asks may not open it; ``text`` is empty where he may not read such texts at all.
    ``people``: authors, by their numbers in the registry.
    """

    piece: Key
    title: str
    text: str
    by: str
    where: str
    at: dt.datetime
    is_live: bool
    address: str = ""
    people: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Likeness:
    """A match, and what is told of it."""

    match: Match
    told: TextSummary
    same_people: bool

    @property
    def here_percent(self) -> int:
        """How much of this text is in the other, in percent, cut off."""
        return int(100 * self.match.here)

    @property
    def there_percent(self) -> int:
        """How much of the other text is in this one, in percent, cut off."""
        return int(100 * self.match.there)

    @property
    def must_be_confirmed(self) -> bool:
        """Has a person to look before this is published?"""
        return self.match.is_same and self.told.is_live

    @property
    def may_be_compared(self) -> bool:
        """May who asks see both side by side? Of another desk's texts the one that stops his."""
        own = bool(self.told.address) or self.match.is_public
        return bool(self.told.text and self.match.share) and (own or self.must_be_confirmed)


def told_of(keys: Collection[Key], user: User | None) -> dict[Key, TextSummary]:
    """Return what is told of some texts; those that nobody may be told of are missing."""
    found: dict[Key, TextSummary] = {}
    for kind in {kind for kind, _ in keys}:
        numbers = [number for other, number in keys if other == kind]
        answers: list[Any] = texts_asked.send(sender=None, kind=kind, keys=numbers, user=user)
        for _, answer in answers:
            found |= {(kind, number): told for number, told in (answer or {}).items()}
    return found


def likenesses_of(
    own: Key, piece: Key, title: str, text: str, *, people: frozenset[int], user: User | None
) -> list[Likeness]:
    """Return other pieces that share their wording or their title with a text, the likest first.

    Of a manuscript and its article one is named: the article.
    """
    matches = matches_of(title, text, leave_out=[own])
    told = told_of([(one.kind, one.object_id) for one in matches], user)
    found: dict[Key, Likeness] = {}
    for match in matches:
        key = (match.kind, match.object_id)
        if key not in told or told[key].piece == piece:
            continue
        one = Likeness(match, told[key], bool(people & told[key].people))
        other = found.get(one.told.piece)
        if other is None or (key == one.told.piece and match.share >= other.match.share - 0.1):
            found[one.told.piece] = one
    return list(found.values())


class LikenessConfirmation(models.Model):
    """Somebody has looked at two likely equal texts and says that this one may be published."""

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="confirmations")
    kind = models.PositiveSmallIntegerField()
    object_id = models.BigIntegerField()
    title = models.CharField("另一篇", max_length=200)
    percent = models.PositiveSmallIntegerField("相同的比例")
    remark = models.CharField("说明", max_length=200, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="核对人",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    confirmed_at = models.DateTimeField("核对时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "重复核对"
        ordering = ["-confirmed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "kind", "object_id"], name="one_confirmation_per_piece"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.percent}%）"
