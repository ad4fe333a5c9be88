"""What is asked about many articles, in the newsroom's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Self, TypeVar

from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Count, Exists, Prefetch, Q
from django.db.models.functions import ExtractYear
from django.utils import timezone

from articles.content.base_article import BaseArticle
from articles.content.byline import Byline
from articles.content.image import ArticleImage
from articles.content.section import Section, limits_of
from articles.content.snapshot import Mark, marked
from articles.content.steps import PUBLISHED, SIGNED
from articles.indexes.reader_search import Findings, Scope, find
from articles.indexes.search_index import ARTICLE, PublicEntry
from articles.search.query import read
from articles.workflow.reading import Reading
from correspondents.models import Correspondent, Organisation

INDEX_FIELDS = (
    "section_id", "genre_id", "title", "body", *marked(Mark.SEARCHED), "state", "published_at",
    "expires_at", "created_at", "copy_of_id",
)  # fmt: skip
ENTRY_FIELDS = (
    "title", "kicker", "excerpt", "section_id", "layout", "state", "published_at", "expires_at",
    "copy_of_id", "revision", "updated_at", "state_changed_at", "changed_at", "series_id",
)  # fmt: skip
HIT_FIELDS = (
    "title",
    "body",
    "section_id",
    "layout",
    "state",
    "published_at",
    "expires_at",
    "copy_of_id",
)


_Article = TypeVar("_Article", bound=BaseArticle)


class ArticleQuerySet(models.QuerySet[_Article]):
    def published(self, now: dt.datetime | None = None) -> Self:
        """What readers may see now: signed or published, its time has come, not expired."""
        now = now or timezone.now()
        return self.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=now),
            state__in=[SIGNED, PUBLISHED],
            published_at__lte=now,
            copy_of__isnull=True,
        )

    def newest(self) -> Self:
        """In the order of lists: newest first, ties by number."""
        return self.order_by("-published_at", "-pk")

    def in_section(self, section: Section) -> Self:
        """Articles of one section."""
        return self.filter(section=section)

    def in_visible_sections(self) -> Self:
        """Articles whose section readers may open."""
        return self.filter(section__is_visible=True)

    def on_day(self, day: dt.date) -> Self:
        """Articles of one day in the site's time zone."""
        start = timezone.make_aware(dt.datetime.combine(day, dt.time()))
        return self.filter(published_at__gte=start, published_at__lt=start + dt.timedelta(days=1))

    def by(self, correspondent: Correspondent) -> Self:
        """Articles that carry this person's byline."""
        return self.filter(
            pk__in=Byline.objects.filter(correspondent=correspondent).values("article")
        )

    def of(self, organisation: Organisation) -> Self:
        """Articles that carry this unit, or one under it, on a byline."""
        return self.filter(pk__in=Byline.objects.of_unit(organisation).values("article"))

    def in_year(self, year: int) -> Self:
        """Articles published in that year of the site's time zone."""
        return self.filter(published_at__year=year)

    def per_year(self) -> dict[int, int]:
        """Return how many there are in each year, oldest year first."""
        years = self.order_by().annotate(year=ExtractYear("published_at")).values("year")
        counted = years.annotate(number=Count("pk")).order_by("year")
        return {row["year"]: row["number"] for row in counted}

    def per(self, *fields: str) -> list[dict[str, Any]]:
        """Return the values of ``fields`` with the ``number`` of articles, most first."""
        counted = self.order_by().values(*fields).annotate(number=Count("pk"))
        return list(counted.order_by("-number", *fields))

    def due(self) -> Self:
        """Signed articles whose time has come but whose step has not been taken yet."""
        return self.filter(state=SIGNED, published_at__lte=timezone.now())

    def expired_in_index(self) -> Self:
        """Articles whose end has come and which readers' search still knows."""
        there = PublicEntry.objects.filter(kind=ARTICLE, object_id=models.OuterRef("pk"))
        return self.filter(Exists(there), expires_at__lte=timezone.now()).order_by("expires_at")

    def answerable(self) -> Self:
        """Whatever is public, or will be without another signature: working copies too."""
        return self.filter(state__in=[SIGNED, PUBLISHED])

    def unedited_imports(self) -> Self:
        """What came from the old site or with the demo, and was never touched here."""
        kinds = [self.model.Provenance.LEGACY, self.model.Provenance.DEMO]
        rows = self.filter(provenance__in=kinds, revision=0, copy_of__isnull=True)
        return rows.exclude(Exists(Reading.objects.filter(article=models.OuterRef("pk"))))

    def search(self, typed: str, scope: Scope | None = None, *, relax: bool = True) -> Findings:
        """Look for what somebody typed among everything public: words, phrases in quotation marks.

        The findings count up to a thousand and give pages of entries; :meth:`in_entries` fetches
        their articles from this queryset.
        """
        return find(read(typed), scope, relax=relax)

    def in_entries(self, numbers: Sequence[int]) -> list[_Article]:
        """Return the articles that entries of the public index stand for, in their order."""
        keys = [key for _, key in PublicEntry.objects.objects_of(numbers)]
        there = self.in_bulk(keys)
        return [there[key] for key in keys if key in there]

    def for_index(self) -> Self:
        """With what an entry of the index is made of; its bylines, captions and tags apart.

        Working copies are in no index: the original is found, and leads to them.
        """
        return self.only(*INDEX_FIELDS).filter(copy_of__isnull=True)

    def locked(self, keys: Sequence[int]) -> list[_Article]:
        """Return them :meth:`for_index` as they are now; they stay so until the transaction ends."""
        return list(self.for_index().filter(pk__in=keys).order_by("pk").select_for_update())

    def for_entries(self) -> Self:
        """With the fields of an entry of a list; section, bylines and pictures apart."""
        return self.only(*ENTRY_FIELDS)

    def for_lists(self) -> Self:
        """With what a list shows: section, bylines, pictures; a fixed number of queries."""
        return (
            self.select_related("section")
            .prefetch_related("bylines__correspondent", "images__upload")
            .defer("body")
        )

    def with_text(self) -> Self:
        """With what a hit shows: title, bylines, pictures, and the text that is quoted."""
        return self.only(*HIT_FIELDS).prefetch_related(
            Prefetch("bylines", Byline.objects.only("article_id", "name", "unit_text")),
            Prefetch("images", ArticleImage.objects.select_related("upload")),
        )

    def of_desk(self, user: User) -> Self:
        """Articles of the sections this person reads."""
        limits = limits_of(user)
        return self.filter(section__in=limits) if limits else self.all()

    def import_public(self, *, provenance: str, **fields: Any) -> _Article:
        """Store an article that was public elsewhere (old site, demo); it carries no readings.

        The provenance says so on the desk and in the check command; the first edit sends it
        through the readings. ``import_run``: the run of the old site's import that it came with.
        """
        when = fields["published_at"]
        if (provenance == self.model.Provenance.LEGACY) != ("import_run" in fields):
            raise ValueError(
                "what comes from the old site comes with its run, and nothing else does"
            )
        article = self.model(
            provenance=provenance, state=PUBLISHED, first_published_at=when, **fields
        )
        with transaction.atomic():
            article.save()
            article.make_findable()
        return article
