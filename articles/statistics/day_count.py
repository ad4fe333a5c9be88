"""How many articles each section published on each day: what the archive shows without counting."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models, transaction
from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from articles.content.edition import PublicQuerySet, PublicThing, once_an_edition
from articles.content.section import Section
from articles.paging import Place, end_of, place_in
from articles.workflow.article import Article

# Rows that are written by one statement.
AT_ONCE = 500


class DayCountQuerySet(PublicQuerySet):
    def visible(self) -> DayCountQuerySet:
        """Counts of sections that readers may open."""
        return self.filter(section__is_visible=True)

    def by_day(
        self, first: dt.date, last: dt.date, section: Section | None = None
    ) -> dict[dt.date, int]:
        """Return how many were published on each of those days, both included."""
        of = self.visible() if section is None else self.filter(section=section)
        rows = of.filter(day__range=(first, last)).order_by().values("day")
        return {row["day"]: row["total"] for row in rows.annotate(total=Sum("number"))}

    def by_section(self, first: dt.date, last: dt.date) -> dict[int, int]:
        """Return how many each visible section published in those days."""
        rows = self.visible().filter(day__range=(first, last)).order_by().values("section")
        return {row["section"]: row["total"] for row in rows.annotate(total=Sum("number"))}

    def recount(self, day: dt.date) -> None:
        """Bring one day in line with what is public; writes what has changed, and only that."""
        rows = Article.objects.published().on_day(day).order_by().values("section")
        now = {row["section"]: row["total"] for row in rows.annotate(total=Count("pk"))}
        self._write({(section, day): number for section, number in now.items()}, day=day)

    def recount_all(self) -> int:
        """Bring every day in line, as after an import; return how many counts were wrong."""
        rows = Article.objects.published().order_by().annotate(on=TruncDate("published_at"))
        counted = rows.values("section", "on").annotate(total=Count("pk"))
        return self._write({(row["section"], row["on"]): row["total"] for row in counted})

    def _write(self, now: dict[tuple[int, dt.date], int], **of: Any) -> int:
        """Make the rows ``of`` a day, or all, say what ``now`` says."""
        with transaction.atomic():
            rows = self.filter(**of).values_list("section_id", "day", "number", "pk")
            there = {(section, day): (number, pk) for section, day, number, pk in rows}
            gone = [pk for key, (_, pk) in there.items() if key not in now]
            new = [
                DayCount(section_id=section, day=day, year=day.year, month=day.month, number=number)
                for (section, day), number in now.items()
                if there.get((section, day), (0, 0))[0] != number
            ]
            for start in range(0, len(gone), AT_ONCE):
                self.filter(pk__in=gone[start : start + AT_ONCE]).delete()
            if new:
                self.bulk_create(
                    new, AT_ONCE, update_conflicts=True,
                    unique_fields=["section", "day"], update_fields=["number"],
                )  # fmt: skip
        return len(gone) + len(new)


class DayCount(PublicThing):
    """The number of one section and one day. Year and month stand apart to be summed by index."""

    IN_TEXTS = False

    section = models.ForeignKey(
        Section, verbose_name="栏目", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField("日期", db_index=True)
    year = models.PositiveSmallIntegerField("年")
    month = models.PositiveSmallIntegerField("月")
    number = models.PositiveIntegerField("篇数", default=0)

    objects = DayCountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "每日篇数"
        constraints = [
            models.UniqueConstraint(fields=["section", "day"], name="count_once_a_section_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.number}"


@once_an_edition
def months_of_sections() -> dict[int, dict[tuple[int, int], int]]:
    """Return by section how many it published in each (year, month); visible sections alone."""
    rows = DayCount.objects.visible().order_by().values("section", "year", "month")
    found: dict[int, dict[tuple[int, int], int]] = defaultdict(dict)
    for row in rows.annotate(total=Sum("number")):
        found[row["section"]][row["year"], row["month"]] = row["total"]
    return dict(found)


@once_an_edition
def months_of_site() -> dict[tuple[int, int], int]:
    """Return how many were published in each (year, month)."""
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for months in months_of_sections().values():
        for month, number in months.items():
            sums[month] += number
    return dict(sums)


@dataclass(frozen=True)
class StoredCounts:
    """The stored numbers of a list: of a section or the site, of a year or a day where asked.

    ``without``: pieces that the list leaves out, as they stand elsewhere on its pages.
    """

    section: Section | None = None
    year: int = 0
    day: dt.date | None = None
    without: Sequence[Article] = ()

    @cached_property
    def total(self) -> int:
        """How many there are."""
        if self.day is not None:
            return sum(self._days(self.day, self.day).values())
        return sum(self._months.values())

    def place(self, skipped: int) -> Place:
        """Where the piece stands that has ``skipped`` newer ones: found month by month, then by day."""
        if self.day is not None:
            return Place(end_of(self.day), skipped)
        months = [(end_of(_last_of(*month)), number) for month, number in self._months.items()]
        found = place_in(sorted(months, reverse=True), skipped)
        last = timezone.localtime(found.end).date() - dt.timedelta(days=1)
        days = self._days(last.replace(day=1), last)
        ends = [(end_of(day), number) for day, number in days.items()]
        return place_in(sorted(ends, reverse=True), found.over)

    @cached_property
    def _months(self) -> dict[tuple[int, int], int]:
        months = (
            months_of_site()
            if self.section is None
            else months_of_sections().get(self.section.pk, {})
        )
        left_out = Counter((day.year, day.month) for day in self._left_out)
        return {
            month: max(0, number - left_out[month])
            for month, number in months.items()
            if not self.year or month[0] == self.year
        }

    def _days(self, first: dt.date, last: dt.date) -> dict[dt.date, int]:
        days = DayCount.objects.by_day(first, last, self.section)
        left_out = Counter(self._left_out)
        return {day: max(0, number - left_out[day]) for day, number in days.items()}

    @cached_property
    def _left_out(self) -> list[dt.date]:
        return [
            timezone.localtime(article.published_at).date()
            for article in self.without
            if article.published_at is not None
        ]


def _last_of(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def years_of(section: Section) -> dict[int, int]:
    """Return how many a section published in each year, the newest first."""
    sums: dict[int, int] = defaultdict(int)
    for (year, _), number in months_of_sections().get(section.pk, {}).items():
        sums[year] += number
    return dict(sorted(sums.items(), reverse=True))
