"""The bylines of a manuscript, as its author orders them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from articles.models import Byline
from correspondents.models import Correspondent, Organisation
from correspondents.names import key, squeeze
from correspondents.typed import LineField


class ManuscriptByline(models.Model):
    """One bylined person. The order is the author's: their employers reward it."""

    manuscript = models.ForeignKey("Manuscript", on_delete=models.CASCADE, related_name="bylines")
    position = models.PositiveSmallIntegerField("次序", default=0)
    role = models.CharField(
        "身份", max_length=24, choices=Byline.Role.choices, default=Byline.Role.CORRESPONDENT
    )
    name = LineField("姓名", max_length=40, blank=True)
    unit_text = LineField("单位", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "署名"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return " ".join(part for part in (self.unit_text, self.name) if part)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name, self.unit_text = squeeze(self.name), squeeze(self.unit_text)
        super().save(*args, **kwargs)

    def is_of(self, person: Correspondent) -> bool:
        """Does this row name that person, by the real or the usual name?"""
        return key(self.name) in {key(person.name), key(person.usual_byline or person.name)}

    def person(self) -> Correspondent | None:
        """The registry's person it means: the sender himself, or the only one of name and unit."""
        author = self.manuscript.author
        if self.is_of(author):
            return author
        if not self.name or Organisation.objects.resolve(self.unit_text) is None:
            return None
        found = Correspondent.objects.who_signed(self.name, self.unit_text, timezone.localdate())
        return found[0] if len(found) == 1 else None


def first_byline(person: Correspondent) -> ManuscriptByline:
    """Return the row that a manuscript of this person begins with, unsaved.

    The role is the one that is called like the grade.
    """
    unit = person.organisation
    return ManuscriptByline(
        role=Byline.role_of(person),
        name=person.usual_byline or person.name,
        unit_text=unit.name if unit else person.unit_text,
    )
