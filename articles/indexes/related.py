"""Related articles: found by the rarest words of a title, kept, and chosen by the desk."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from articles.content.base_article import BaseArticle
from articles.content.edition import PublicQuerySet, PublicThing
from articles.indexes.near_duplicates import size
from articles.indexes.search_index import ARTICLE, MOST, PublicEntry, number_of
from articles.indexes.shingles import pieces, plain, share
from articles.search.backend import Ask, Filter
from articles.search.engines import engine
from articles.search.folding import fold
from articles.search.grams import runs
from articles.search.query import words
from articles.search.ranking import Candidate

SHOWN = 6
# Words in more titles than this share of all say nothing.
COMMON = 50
RAREST, CANDIDATES = 5, 300
WINDOW = dt.timedelta(days=730)
TAG_WEIGHT = 2.0
_NUMBERS = re.compile("[0-9一二三四五六七八九十百千]+")


class RelatedArticle(PublicThing):
    """One article that stands under another; the desk's choice comes first."""

    IN_TEXTS = False

    article = models.ForeignKey(
        "Article", verbose_name="文章", on_delete=models.CASCADE, related_name="related"
    )
    other = models.ForeignKey(
        "Article", verbose_name="相关文章", on_delete=models.CASCADE, related_name="related_to"
    )
    is_chosen = models.BooleanField("编辑选定", default=True, editable=False)
    is_barred = models.BooleanField(
        "不要显示", default=False, help_text="自动选出而不合适的，勾选后不再出现。"
    )
    position = models.PositiveSmallIntegerField("次序", default=0)
    score = models.FloatField(default=0, editable=False)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "相关阅读"
        ordering = ["-is_chosen", "position", "-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "other"], name="related_once"),
            models.CheckConstraint(
                condition=~models.Q(article=models.F("other")),
                name="not_related_to_itself",
                violation_error_message="不能选文章自己。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article} → {self.other}"


@dataclass(frozen=True)
class Word:
    """A word of a title, and how much it says: the rarer, the more."""

    text: str
    weight: float


def title_words(title: str) -> list[Word]:
    """Return the rarest words of a title that other titles have too.

    Pairs of characters stand for words; how often they stand in titles tells which say something.
    """
    texts = dict.fromkeys(
        run[place : place + 2] for run in runs(fold(title)) for place in range(len(run) - 1)
    )
    total = max(size(), 1)
    cap = max(MOST // 4, min(MOST, total // COMMON))
    found = []
    for text in texts:
        ask = Ask(words(text), Filter(title_only=True), cap)
        often = engine().often(PublicEntry._meta.db_table, ask)
        if 2 <= often < cap or (often >= 2 and total < 5 * cap):
            found.append(Word(text, math.log(1 + total / often)))
    return sorted(found, key=lambda word: -word.weight)[:RAREST]


def relate(article: BaseArticle) -> int:
    """Find what goes with an article, and keep it; return how many are kept.

    The desk's own choice stays. What is found is told the other way too, where the new one fits
    an older article better than the least of its own.
    """
    own = PublicEntry.objects.filter(kind=ARTICLE, object_id=article.pk).first()
    if own is None:
        return 0
    scored = _scored(article, own)
    with transaction.atomic():
        article.related.filter(is_chosen=False, is_barred=False).delete()
        chosen = set(article.related.values_list("other", flat=True))
        fresh = [(key, score) for key, score in scored if key not in chosen][:SHOWN]
        RelatedArticle.objects.bulk_create(
            RelatedArticle(
                article_id=article.pk, other_id=key, is_chosen=False, position=place, score=score
            )
            for place, (key, score) in enumerate(fresh)
        )
        for key, score in fresh:
            _tell(key, article.pk, score)
    return len(fresh)


def _tell(key: int, other: int, score: float) -> None:
    """Let an older article name a newer one too."""
    there = RelatedArticle.objects.filter(article=key)
    if there.filter(other=other).exists():
        return
    shown = there.filter(is_barred=False)
    least = shown.filter(is_chosen=False).order_by("score").first()
    if shown.count() >= SHOWN:
        if least is None or least.score >= score:
            return
        least.delete()
    RelatedArticle.objects.create(
        article_id=key, other_id=other, is_chosen=False, position=SHOWN, score=score
    )


def _scored(article: BaseArticle, own: PublicEntry) -> list[tuple[int, float]]:
    weights = title_words(article.title)
    moment = article.published_at or timezone.now()
    window = Filter(
        title_only=True,
        since=number_of(moment - WINDOW),
        below=number_of(moment + WINDOW),
    )
    ids = PublicEntry.objects.any_of(words(*(word.text for word in weights)), window, CANDIDATES)
    rows = {row.id: row for row in PublicEntry.objects.candidates(ids) if row.id != own.pk}
    ranked = sorted(((_fit(weights, row, article), row.id) for row in rows.values()), reverse=True)
    chapters = _other_chapters(article)
    ranked = [(score, number) for score, number in ranked if number not in chapters]
    kept = _distinct(own, [(score, rows[number]) for score, number in ranked[: 3 * SHOWN]])
    keys = dict(PublicEntry.objects.filter(pk__in=kept).values_list("pk", "object_id"))
    return [(keys[number], score) for number, score in kept.items() if number in keys]


def _other_chapters(article: BaseArticle) -> set[int]:
    """The entries of the other chapters of its serial, which has a table of contents of its own."""
    if article.series_id is None:
        return set()
    keys = type(article).objects.filter(series=article.series_id).values_list("pk", flat=True)
    entries = PublicEntry.objects.filter(kind=ARTICLE, object_id__in=list(keys))
    return set(entries.values_list("pk", flat=True))


def _fit(weights: Sequence[Word], row: Candidate, article: BaseArticle) -> float:
    """How well another title goes with this one: the words in common, and the tags."""
    score = sum(word.weight for word in weights if word.text in row.title)
    tags = sum(fold(tag.name) in row.meta.split("\n") for tag in article.tags.all())
    return score + TAG_WEIGHT * tags


def _distinct(own: PublicEntry, rows: Iterable[tuple[float, Candidate]]) -> dict[int, float]:
    """Leave out the same piece again, and all but one of a series."""
    text = pieces(plain(own.body))
    series = {_NUMBERS.sub("", plain(own.title))}
    kept: dict[int, float] = {}
    for score, row in rows:
        name = _NUMBERS.sub("", plain(row.title))
        here, there = share(text, pieces(plain(row.body)))
        if name in series or max(here, there) >= settings.PROBABLY_SAME_TEXT:
            continue
        series.add(name)
        kept[row.id] = score
        if len(kept) == SHOWN:
            break
    return kept
