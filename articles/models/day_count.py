"""How many articles each section published on each day: what the archive shows without counting."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import models, transaction
from django.db.models import Count, Sum
from django.db.models.functions import TruncDate

from articles.models.article import Article
from articles.models.edition import PublicQuerySet, PublicThing, once_an_edition
from articles.models.section import Section

# Rows that are written by one statement.
AT_ONCE = 500


class DayCountQuerySet(PublicQuerySet):
    def visible(self) -> DayCountQuerySet:
        """Counts of sections that readers may open."""
        return self.filter(section__is_visible=True)

    def by_day(self, first: dt.date, last: dt.date) -> dict[dt.date, int]:
        """Return how many were published on each of those days, both included."""
        rows = self.visible().filter(day__range=(first, last)).order_by().values("day")
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


def months_of_site() -> dict[tuple[int, int], int]:
    """Return how many were published in each (year, month)."""
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for months in months_of_sections().values():
        for month, number in months.items():
            sums[month] += number
    return dict(sums)


def years_of(section: Section) -> dict[int, int]:
    """Return how many a section published in each year, the newest first."""
    sums: dict[int, int] = defaultdict(int)
    for (year, _), number in months_of_sections().get(section.pk, {}).items():
        sums[year] += number
    return dict(sorted(sums.items(), reverse=True))
