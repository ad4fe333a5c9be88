"""Bylines, in print 署名 — who wrote, photographed or supplied a piece, and for which unit that day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone

from correspondents.models import Correspondent, Organisation
from correspondents.names import squeeze
from correspondents.typed import LineField

NAMELESS = "请填写姓名；只有单位的，身份选“供稿”。"


class BylineQuerySet(models.QuerySet["Byline"]):
    def of_unit(self, unit: Organisation) -> BylineQuerySet:
        """Bylines that were written for this unit, or for one under it, on their day."""
        return self.filter(organisation__path__startswith=unit.path)

    def named(self, *names: str) -> BylineQuerySet:
        """Bylines that print one of these names, with or without the pad."""
        return self.filter(name__in=[squeeze(name) for name in names if squeeze(name)])

    def nameless(self) -> BylineQuerySet:
        """Bylines that name nobody; a unit alone may supply a piece, and nothing else."""
        supplied = Q(role=Byline.Role.CONTRIBUTOR) & ~Q(unit_text="")
        return self.filter(name="").exclude(supplied)

    def unclaimed(self) -> BylineQuerySet:
        """Bylines with a name that is not linked to the registry."""
        return self.filter(correspondent__isnull=True).exclude(name="")

    def tally(self, field: str) -> dict[int, int]:
        """Return how many pieces each value of ``field`` stands on; a piece counts once."""
        rows = self.filter(**{f"{field}__isnull": False}).values(field).order_by(field)
        counted = rows.annotate(number=Count("article", distinct=True))
        return {row[field]: row["number"] for row in counted}

    def per_unit(self) -> list[dict[str, Any]]:
        """Return units (``organisation``, ``name``) with the ``number`` of pieces, most first."""
        rows = self.filter(organisation__isnull=False).order_by().values("organisation")
        counted = rows.annotate(
            name=F("organisation__name"), number=Count("article", distinct=True)
        )
        return list(counted.order_by("-number", "organisation__name"))


class Byline(models.Model):
    """One row of the byline; the order matters for the authors' own employers."""

    class Role(models.TextChoices):
        AUTHOR = "author", "作者"
        CORRESPONDENT = "correspondent", "通讯员"
        SPECIAL_CORRESPONDENT = "special_correspondent", "特约通讯员"
        SPECIAL_REPORTER = "special_reporter", "特约记者"
        REPORTER = "reporter", "记者"
        PHOTOGRAPHER = "photographer", "摄影"
        TEXT_PHOTO = "text_photo", "文/图"
        COMPILER = "compiler", "整理"
        CONTRIBUTOR = "contributor", "供稿"

    # Roles of the site's own people carry 本网 in print.
    OWN = frozenset({"correspondent", "special_correspondent", "special_reporter", "reporter"})

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="bylines")
    position = models.PositiveSmallIntegerField("次序", default=0)
    role = models.CharField("身份", max_length=24, choices=Role.choices, default=Role.AUTHOR)
    name = LineField("姓名", max_length=40, blank=True)
    unit_text = LineField(
        "单位", max_length=60, blank=True, help_text="按见报当日的写法，以后不随单位改名。"
    )
    correspondent = models.ForeignKey(
        Correspondent,
        verbose_name="通讯员档案",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name="单位档案",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = BylineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "署名"
        ordering = ["position", "pk"]
        indexes = [
            models.Index(fields=["correspondent", "article"], name="byline_of_person"),
            models.Index(fields=["organisation", "article"], name="byline_of_unit"),
            models.Index(fields=["name"], name="byline_by_name"),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.unit_text, self.name) if part)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name, self.unit_text = squeeze(self.name), squeeze(self.unit_text)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Take from the chosen person's record what is left empty; without a name a row says nothing."""
        self.fill()
        supplied = self.role == self.Role.CONTRIBUTOR and squeeze(self.unit_text)
        if not squeeze(self.name) and not supplied:
            raise ValidationError({"name": NAMELESS})

    @property
    def label(self) -> str:
        """The word in front of the name."""
        return (
            f"本网{self.get_role_display()}" if self.role in self.OWN else (self.get_role_display())
        )

    @classmethod
    def role_of(cls, person: Correspondent) -> str:
        """The role that is called like a person's grade; 通讯员 where none is."""
        roles = {role.label: role.value for role in cls.Role}
        return roles.get(str(person.grade or ""), cls.Role.CORRESPONDENT.value)

    @property
    def day(self) -> dt.date:
        """The day that decides for which unit it was written: of publication, or today."""
        when = self.article.first_published_at or self.article.published_at or timezone.now()
        return timezone.localtime(when).date()

    def fill(self) -> None:
        """Put in what is left empty and the chosen person's record says of the piece's day."""
        person = self.correspondent
        if person is None:
            return
        self.organisation = self._unit_of(person)
        if not squeeze(self.unit_text) and self.organisation is not None:
            self.unit_text = self.organisation.name
        self.name = squeeze(self.name) or person.usual_byline or person.name

    def _unit_of(self, person: Correspondent) -> Organisation | None:
        """The unit already linked, else the printed one, else the person's on the day of the piece."""
        typed = Organisation.objects.resolve(self.unit_text) if self.unit_text else None
        return self.organisation or typed or person.unit_on(self.day)

    def credit(self, person: Correspondent) -> bool:
        """Link it to a person and to the unit of that day; false when it is somebody else's by now.

        The printed words stay.
        """
        unit = self._unit_of(person)
        free = Q(correspondent__isnull=True) | Q(correspondent=person)
        done = Byline.objects.filter(free, pk=self.pk).update(
            correspondent=person, organisation=unit
        )
        self.refresh_from_db()
        if done:
            self.article.make_findable()
        return bool(done)
