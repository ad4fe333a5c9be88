"""Reads 阅读数 — how often an article was opened on a day; who opened it is known nowhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Q, Sum
from django.utils import timezone

from articles.content.base_article import BaseArticle
from articles.content.section import Section
from articles.statistics.adding import add_to
from articles.workflow.article import Article

if TYPE_CHECKING:
    from typing import TypeAlias

    # How many reads wait to be added: by article and day.
    Waiting: TypeAlias = Mapping[tuple[int, dt.date], int]

# Accidents are not ranked by how many looked; advertising is not news.
UNRANKED = (Section.Layout.ACCIDENT, Section.Layout.VENDOR)
# So many articles of a period are ranked.
MOST = 5_000


class ReadsQuerySet(models.QuerySet["ArticleReads"]):
    def add(self, waiting: Waiting) -> None:
        """Add reads; what is not public, or no article at all, is dropped by one query."""
        keys = {key for key, _ in waiting}
        public: Any = Article.objects.published().filter(pk__in=keys).order_by()
        with transaction.atomic():
            there = set(public.values_list("pk", flat=True))
            rows = [(key, day, number) for (key, day), number in waiting.items() if key in there]
            add_to(ArticleReads, ("article", "day"), rows)

    def total_of(self, article: BaseArticle) -> int:
        """Return how often an article was read in all."""
        return self.filter(article=article).aggregate(total=Sum("number"))["total"] or 0

    def ranked(self, days: int) -> list[tuple[int, int, int]]:
        """Return (article, section, reads) of the last ``days`` days, today included; most first."""
        since = timezone.localdate() - dt.timedelta(days=days - 1)
        told = self.filter(day__gte=since).exclude(
            Q(article__layout__in=UNRANKED)
            | Q(article__layout="", article__section__layout__in=UNRANKED)
        )
        counted = told.order_by().values("article", "article__section")
        rows = counted.annotate(total=Sum("number")).order_by("-total", "-article")[:MOST]
        return [(row["article"], row["article__section"], row["total"]) for row in rows]

    def fold(self, before: dt.date) -> int:
        """Make one row a month of what was counted by day before ``before``; return how many went.

        Repeatable: a row of the first of a month stands for the month.
        """
        gone = 0
        old = self.filter(day__lt=before.replace(day=1)).exclude(day__day=1)
        while (some := old.order_by("day").values_list("day", flat=True).first()) is not None:
            first = some.replace(day=1)
            with transaction.atomic():
                month = self.filter(day__gt=first, day__lt=_next_month(first))
                sums = month.order_by().values("article").annotate(total=Sum("number"))
                rows = [(row["article"], first, row["total"]) for row in sums]
                gone += month.count()
                month.delete()
                add_to(ArticleReads, ("article", "day"), rows)
        return gone


def _next_month(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=31)).replace(day=1)


class ArticleReads(models.Model):
    """The reads of one article on one day; of days long ago, in one month."""

    article = models.ForeignKey(
        Article, verbose_name="文章", on_delete=models.CASCADE, related_name="reads",
        db_index=False,  # the constraint begins with it
    )  # fmt: skip
    day = models.DateField("日期", db_index=True)
    number = models.PositiveIntegerField("次数", default=0)

    objects = ReadsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "阅读数"
        constraints = [
            models.UniqueConstraint(fields=["article", "day"], name="reads_once_an_article_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.number}"
