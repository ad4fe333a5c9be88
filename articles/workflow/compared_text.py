"""An article beside other texts: what is likely the same, and who has looked at both."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from articles.content.section import may_read_section
from articles.indexes.documents import readable
from articles.indexes.likeness import Likeness, likenesses_of
from articles.indexes.search_index import ARTICLE
from correspondents.lifecycle import Part, StepNotAllowed, record

# By so many points two texts may become more alike before somebody has to look again.
MORE_ALIKE = 5


class ComparedText(Part):
    """What an article knows of texts with the same wording or title."""

    # What was found to be alike, where it is looked for once.
    _looked: dict[tuple[Any, ...], list[Likeness]] | None = None

    _looks = True

    def likenesses(self, user: User | None = None) -> list[Likeness]:
        """Other pieces with the same wording or title, as this person may be told of them."""
        if not self._looks:
            return []
        if self._looked is None:
            return self._alike(user)
        key = (self.title, self.body, user.pk if user is not None else None)
        if key not in self._looked:
            self._looked[key] = self._alike(user)
        return self._looked[key]

    def look_later(self) -> None:
        """Count as like nothing: for a page that asks for likeness by itself, after it is shown."""
        self._looks = False

    def look_once(self) -> None:
        """Compare with other texts once from here on: for a page, which asks for every button."""
        self._looked = {}

    def _alike(self, user: User | None) -> list[Likeness]:
        this: Any = self  # an article
        people = self.bylines.filter(correspondent__isnull=False)
        own = (ARTICLE, self.copy_of_id or self.pk)
        return likenesses_of(
            own,
            own,
            self.title,
            readable(this),
            people=frozenset(people.values_list("correspondent_id", flat=True)),
            user=user,
        )

    def unconfirmed_likenesses(self, user: User | None = None) -> list[Likeness]:
        """Those that a person has to look at before this is signed or published."""
        alike = [one for one in self.likenesses(user) if one.must_be_confirmed]
        if not alike:
            return []
        rows = self.confirmations.values_list("kind", "object_id", "percent")
        confirmed = {(kind, number): percent for kind, number, percent in rows}
        return [
            one
            for one in alike
            # Who has looked has not seen what became more alike since.
            if one.match.percent > confirmed.get(one.told.piece, -1) + MORE_ALIKE
        ]

    def unconfirmed_words(self, user: User) -> str:
        """Return in a sentence what has to be looked at first; empty for nothing."""
        rows = self.unconfirmed_likenesses(user)
        if not rows:
            return ""
        first = rows[0]
        return (
            f"与“{first.told.title}”（{first.told.where}）文字相同 {first.match.percent}%，"
            "请先在“重复比对”里对照并确认。"
        )

    def confirm_likeness(self, kind: int, number: int, *, by: User, remark: str = "") -> None:
        """Say that one has looked, and that this is published all the same; logged."""
        if not (
            by.is_active
            and by.has_perm("articles.change_article")
            and may_read_section(by, self.section_id)
        ):
            raise StepNotAllowed("您没有确认这篇文章的权限。")
        rows = self.unconfirmed_likenesses(by)
        found = next((one for one in rows if one.told.piece == (kind, number)), None)
        if found is None:
            raise StepNotAllowed("这一篇不用确认，或者已经确认过。")
        remark = remark.strip()[:200]
        with transaction.atomic():
            self.confirmations.update_or_create(
                kind=kind,
                object_id=number,
                defaults={
                    "title": found.told.title[:200],
                    "percent": found.match.percent,
                    "remark": remark,
                    "confirmed_by": by,
                    "confirmed_at": timezone.now(),
                },
            )
            note = f"与“{found.told.title}”相同 {found.match.percent}%　{remark}"
            record(self, "likeness_confirmed", by=by, note=note.strip())
