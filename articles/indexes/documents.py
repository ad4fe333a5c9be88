"""Making articles findable: which index they are in, and their fingerprints beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from taggit.models import TaggedItem

from articles.content.base_article import BaseArticle
from articles.content.byline import Byline
from articles.content.image import ArticleImage
from articles.content.snapshot import Mark, marked
from articles.indexes import near_duplicates
from articles.indexes.search_index import ARTICLE, DeskEntry, Entry, PublicEntry
from articles.indexes.shingles import plain, sample
from articles.search.backend import KEY
from articles.search.engines import engine
from articles.text.richtext import to_text

# What stands beside articles, by their numbers.
Rows = dict[int, list[Any]]


def keep(entry: Entry, *, public: bool) -> None:
    """Make an entry findable, by readers when it is ``public``, else by the desk alone."""
    save_entries([(entry, public)])


def save_entries(entries: Sequence[tuple[Entry, bool]], *, sample_all: bool = False) -> None:
    """Make many findable, with their fingerprints, in one transaction.

    ``sample_all``: also those whose texts are as they were, in case their fingerprints were lost.
    """
    everything = [entry for entry, _ in entries]
    with transaction.atomic(savepoint=False):
        indexes = {True: PublicEntry.objects, False: DeskEntry.objects}
        there = {public: index.there(everything) for public, index in indexes.items()}
        before = there[True] | there[False]
        changed = [
            entry
            for entry in everything
            if entry.key not in before or before[entry.key].body != entry.folded
        ]
        near_duplicates.exchange(
            [
                (entry.key, sample(plain(before[entry.key].body)))
                for entry in changed
                if entry.key in before
            ],
            [(entry.key, entry.sampled) for entry in (everything if sample_all else changed)],
        )
        for public, index in indexes.items():
            away = [entry.key for entry, is_public in entries if is_public != public]
            if gone := [there[public][key].pk for key in away if key in there[public]]:
                engine().erase(index.model._meta.db_table, gone)
            index.put([entry for entry, is_public in entries if is_public == public], there[public])


def forget(kind: int, keys: Iterable[int]) -> None:
    """Take articles or manuscripts out of everything that finds them."""
    wanted = list(keys)
    with transaction.atomic():
        for index in (PublicEntry.objects, DeskEntry.objects):
            rows = list(index.filter(kind=kind, object_id__in=wanted))
            if rows:
                near_duplicates.exchange(
                    [((kind, row.object_id), sample(plain(row.body))) for row in rows], []
                )
                engine().erase(index.model._meta.db_table, [row.pk for row in rows])


def entries_of(articles: Sequence[BaseArticle]) -> list[tuple[Entry, bool]]:
    """Return what there is to be found of articles, whatever their state, each with: is it public?

    The articles come :meth:`~articles.workflow.queries.ArticleQuerySet.for_index`; what stands
    beside them is read here, as plain values: rows made into objects cost more than all else.
    """
    bylines, captions, tags = _beside([article.pk for article in articles])
    return [
        (_entry(one, bylines[one.pk], captions[one.pk], tags[one.pk]), one.is_public)
        for one in articles
    ]


BYLINE = ("article_id", "name", "unit_text", "correspondent_id", "organisation_id")


def _beside(keys: list[int]) -> tuple[Rows, Rows, Rows]:
    """Bylines, captions and keywords by article, in their order."""
    bylines = Byline.objects.filter(article__in=keys).order_by("position", "pk")
    images = ArticleImage.objects.filter(article__in=keys).order_by("position", "pk")
    tags = (
        TaggedItem.objects.filter(object_id__in=keys)
        .order_by("pk")
        .values_list("object_id", "tag__name")
    )
    kind = ContentType.objects.get_for_model(Byline._meta.get_field("article").related_model)
    return (
        _by_article(bylines.values_list(*BYLINE, "organisation__name")),
        _by_article(images.values_list("article_id", "caption")),
        _by_article(tags.filter(content_type=kind)),
    )


def _by_article(rows: Iterable[tuple[Any, ...]]) -> Rows:
    found: Rows = defaultdict(list)
    for row in rows:
        found[row[0]].append(row[1:])
    return found


def _entry(article: BaseArticle, bylines: list[Any], captions: list[Any], tags: list[Any]) -> Entry:
    names = [word for name, unit, *_ in bylines for word in (name, unit)]
    # Where the print shortens a unit's name, the full one finds it too.
    names += [full for *_, full in bylines if full]
    keys = [f"{KEY}p{person}" for _, _, person, _, _ in bylines if person]
    keys += [f"{KEY}u{unit}" for _, _, _, unit, _ in bylines if unit]
    if article.genre_id:
        keys.append(f"{KEY}g{article.genre_id}")
    if captions:
        keys.append(f"{KEY}i1")
    more = [name for (name,) in tags]
    more += [getattr(article, name) for name in marked(Mark.SEARCHED)]
    return Entry(
        kind=ARTICLE,
        object_id=article.pk,
        section_id=article.section_id,
        at=article.published_at or article.created_at or timezone.now(),
        title=article.title,
        body=_text(article.body, [caption for (caption,) in captions]),
        meta=(*names, *more),
        keys=tuple(dict.fromkeys(keys)),
    )


def readable(article: BaseArticle) -> str:
    """Return the text of an article that is searched and quoted: the body, then captions."""
    return _text(article.body, [image.caption for image in article.images.all()])


def _text(body: str, captions: Sequence[str]) -> str:
    return "\n".join([to_text(body), *(caption for caption in captions if caption)]).strip()
