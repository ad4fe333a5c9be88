"""The front page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Prefetch, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from articles.models import Article, ArticleImage, Placement, Section, Topic, shared_by_pages
from articles.pages.headlines import HEADLINE, prepare_headlines
from articles.statistics.most_read import hot
from articles.text.richtext import opening, to_text
from articles.views.lists import latest
from articles.views.registry import busiest_this_month
from correspondents.public_pages import public_page
from portal.models import MenuItem
from submissions.models import SubmissionRules

PER_SECTION = 6
LOOK_BACK = dt.timedelta(days=60)
BLOCK_NEEDS = 3
# Slides the desk may place, and how many there are when it places fewer.
SLIDES, FEWEST_SLIDES = 6, 5
STRIP = 5
VERSE_LINES = 8
# So many headlines of the middle column have words under them.
WITH_WORDS = 3
# What the page prints of a piece beside its headline.
SHOWN = (*HEADLINE, "kicker", "excerpt")
THIS_MONTH = dt.timedelta(days=31)


@dataclass
class Group:
    """A menu group with what its sections have."""

    label: str
    sections: list[tuple[Section, list[Article]]]

    def has(self, layout: str) -> bool:
        """Is there a section of that layout in it?"""
        return any(section.layout == layout for section, _ in self.sections)

    @property
    def newest(self) -> list[Article]:
        """Its articles, newest first."""
        return sorted(
            (article for _, articles in self.sections for article in articles),
            key=_newness,
            reverse=True,
        )


@public_page()
def home(request: HttpRequest) -> HttpResponse:
    """Show the front page: what is on it follows the menu, what is in it the newest pieces."""
    return render(request, "portal/home.html", Front().context())


def as_it_will_be(request: HttpRequest, moment: dt.datetime) -> HttpResponse:
    """Show the front page with what is placed for a moment; for the desk alone."""
    context = Front(moment).context() | {"preview_of": moment}
    return render(request, "portal/home.html", context)


class Front:
    """Lays the newest pieces out; no piece stands twice above the fold."""

    def __init__(self, moment: dt.datetime | None = None) -> None:
        self.placed = Placement.objects.laid_out(moment)
        self.groups = _groups(self._placed(Placement.Kind.TOP))
        self.used: set[int] = set()
        self.told: set[int] = set()  # with a picture or words of their own, above the fold

    def context(self) -> dict[str, Any]:
        """Return what the template prints, from top to bottom."""
        safety = self._group(Section.Layout.ACCIDENT)
        pictures = self._group(Section.Layout.GALLERY)
        literary = self._group(Section.Layout.VERSE)
        news = [group for group in self.groups if group not in (safety, pictures, literary)]
        everything = sorted(
            (
                article
                for group in news
                for article in group.newest
                # Advertising is never set as news.
                if not article.is_advertisement
            ),
            key=_newness,
            reverse=True,
        )
        # Briefs are read in passing: the headline is a piece that went through three readings.
        three = [a for a in everything if a.section.stages == Section.Stages.THREE]
        lead = self._pick([*self._placed(Placement.Kind.HEADLINE), *three], 1)
        with_picture = [
            article
            for group in self.groups
            for article in group.newest
            if article.lead_image is not None and not article.is_advertisement
        ]
        with_picture.sort(key=_newness, reverse=True)
        slides = self._pick(self._pictured(Placement.Kind.SLIDE), SLIDES)
        slides += self._pick(with_picture, max(0, FEWEST_SLIDES - len(slides)))
        cards = self._pick([*self._pictured(Placement.Kind.CARD), *with_picture], 2)
        news_first = [*self._placed(Placement.Kind.NEWS), *everything]
        side = self._pick(news_first, 3)
        main = self._pick(news_first, 12)
        self.told = {article.pk for article in (*lead, *slides, *cards, *main[:WITH_WORDS])}
        blocks = self._blocks(news)
        return {
            "preview_of": None,
            "lead": lead[0] if lead else None,
            "side": side,
            "slides": slides,
            "cards": cards,
            "headlines": main[:WITH_WORDS],
            "headline_rows": main[WITH_WORDS:],
            "latest": latest(),
            "hot": hot(8),
            "notices": self._placed(Placement.Kind.NOTICE)[:3] or self._of("writing", 3),
            "topics": shared_by_pages("topics", lambda: list(Topic.objects.shown()[:4])),
            "rules": shared_by_pages("rules", SubmissionRules.current),
            "safety": safety,
            "blocks": blocks[:3],
            "more_blocks": blocks[3:9],
            "pictures": self._pictures(pictures),
            "picture_group": pictures,
            "literary": literary,
            "essay": self._essay(),
            "verse": self._verse(),
            "literary_rows": self._pick(literary.newest if literary else [], 6),
            "busiest": busiest_this_month(6),
        }

    def _placed(self, kind: str) -> list[Article]:
        return self.placed.get(kind, [])

    def _pictured(self, kind: str) -> list[Article]:
        return [article for article in self._placed(kind) if article.lead_image is not None]

    def _group(self, layout: str) -> Group | None:
        return next((group for group in self.groups if group.has(layout)), None)

    def _pick(self, articles: list[Article], number: int) -> list[Article]:
        chosen = [article for article in articles if article.pk not in self.used][:number]
        self.used.update(article.pk for article in chosen)
        return chosen

    def _blocks(self, news: list[Group]) -> list[tuple[Section, Article, list[Article]]]:
        """Sections with enough stories this month; others are skipped."""
        since = timezone.now() - THIS_MONTH
        rows = []
        for group in news:
            for section, articles in group.sections:
                if section.layout == Section.Layout.VENDOR:
                    continue
                recent = [article for article in articles if _newness(article)[0] >= since]
                if len(recent) >= BLOCK_NEEDS:
                    rows.append((section, *self._led(articles)))
        return rows

    def _led(self, articles: list[Article]) -> tuple[Article, list[Article]]:
        """Return what leads a block and what stands under it.

        What the desk has placed on top leads; else what was not told at length above, and of that
        what has a picture.
        """
        tops = {article.pk for article in self._placed(Placement.Kind.TOP)}
        if articles[0].pk in tops:
            return articles[0], articles[1:5]
        fresh = [article for article in articles if article.pk not in self.told] or articles[:1]
        lead = next((article for article in fresh if article.lead_image is not None), fresh[0])
        return lead, [article for article in articles if article is not lead][:4]

    def _pictures(self, group: Group | None) -> list[Article]:
        if group is None:
            return []
        rows = {article.pk: article for article in self._pictured(Placement.Kind.STRIP)}
        pictured = [article for article in group.newest if article.lead_image is not None]
        # What was shown large above comes only where there is nothing else.
        for article in sorted(pictured, key=lambda article: article.pk in self.told):
            rows.setdefault(article.pk, article)
        return list(rows.values())[:STRIP]

    def _of(self, code: str, number: int) -> list[Article]:
        for group in self.groups:
            for section, articles in group.sections:
                if section.code == code:
                    return articles[:number]
        return []

    def _essay(self) -> dict[str, Any] | None:
        found = self._pick([*self._placed(Placement.Kind.ESSAY), *self._of("prose", 6)], 1)
        if not found:
            return None
        paragraphs = to_text(found[0].body).split("\n")
        return {"article": found[0], "paragraphs": paragraphs[:2]}

    def _verse(self) -> dict[str, Any] | None:
        found = self._pick([*self._placed(Placement.Kind.VERSE), *self._of("poetry", 6)], 1)
        if not found:
            return None
        lines = opening(found[0].body, VERSE_LINES)
        return {
            "article": found[0],
            "lines": lines,
            "vertical": len(lines) <= 4 and all(len(line) <= 8 for line in lines),
        }


def _newness(article: Article) -> tuple[dt.datetime, int]:
    """The place of a public article in the order of time."""
    assert article.published_at is not None  # noqa: S101 -- a public article has its time
    return article.published_at, article.pk


def _groups(tops: list[Article]) -> list[Group]:
    """Return the menu's groups, each section with what is placed on its top and its newest."""
    by_section = _newest_per_section()
    for first in reversed(tops):
        rows = by_section.get(first.section_id, [])
        by_section[first.section_id] = [first, *(row for row in rows if row.pk != first.pk)]
    groups = []
    for top, children in shared_by_pages("menu", MenuItem.tree):
        entries = children if children else [top]
        sections = [
            (item.section, by_section.get(item.section.pk, [])) for item in entries if item.section
        ]
        if sections:
            groups.append(Group(top.text, sections))
    return groups


def _newest_per_section() -> dict[int, list[Article]]:
    """Return the newest articles of every section by two queries, whatever the archive holds."""
    public = Article.objects.published()
    newest = public.newest().values_list("published_at", flat=True).first()
    if newest is None:
        return {}
    ranked = (
        public.filter(published_at__gte=newest - LOOK_BACK)
        .annotate(
            place=Window(
                RowNumber(),
                partition_by=F("section_id"),
                order_by=[F("published_at").desc(), F("pk").desc()],
            )
        )
        .filter(place__lte=PER_SECTION)
        .values_list("pk", flat=True)
    )
    rows = Article.objects.filter(pk__in=list(ranked)).newest().only(*SHOWN)
    found = list(
        rows.prefetch_related(Prefetch("images", ArticleImage.objects.select_related("upload")))
    )
    prepare_headlines(found)
    by_section: dict[int, list[Article]] = {}
    for article in found:
        by_section.setdefault(article.section_id, []).append(article)
    return by_section
