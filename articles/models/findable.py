"""Making articles findable: which index they are in, and their fingerprints beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from articles.models import similar
from articles.models.search import ARTICLE, DeskEntry, Entry, PublicEntry
from articles.richtext import to_text
from articles.search.backend import KEY
from articles.search.engines import engine
from articles.similarity import plain

if TYPE_CHECKING:
    from articles.models.article import Article


def keep(entry: Entry, *, public: bool) -> None:
    """Make an entry findable, by readers when it is ``public``, else by the desk alone."""
    keep_all([(entry, public)])


def keep_all(entries: Sequence[tuple[Entry, bool]]) -> None:
    """Make many findable, with their fingerprints, in one transaction."""
    everything = [entry for entry, _ in entries]
    with transaction.atomic():
        indexes = {True: PublicEntry.objects, False: DeskEntry.objects}
        there = {public: index.there(everything) for public, index in indexes.items()}
        before = there[True] | there[False]
        changed = [
            entry
            for entry in everything
            if entry.key not in before or before[entry.key].body != entry.folded
        ]
        similar.exchange(
            [
                (entry.key, plain(before[entry.key].body))
                for entry in changed
                if entry.key in before
            ],
            [(entry.key, entry.words) for entry in changed],
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
                similar.exchange([((kind, row.object_id), plain(row.body)) for row in rows], [])
                engine().erase(index.model._meta.db_table, [row.pk for row in rows])


def entry_of(article: Article) -> Entry:
    """Return what there is to be found of an article, whatever its state."""
    bylines = list(article.bylines.all())
    names = [word for row in bylines for word in (row.name, row.unit_text)]
    # Where the print shortens a unit's name, the full one finds it too.
    names += [row.organisation.name for row in bylines if row.organisation is not None]
    keys = [f"{KEY}p{row.correspondent_id}" for row in bylines if row.correspondent_id]
    keys += [f"{KEY}u{row.organisation_id}" for row in bylines if row.organisation_id]
    if article.genre_id:
        keys.append(f"{KEY}g{article.genre_id}")
    if article.images.all():
        keys.append(f"{KEY}i1")
    tags = [tag.name for tag in article.tags.all()]
    more = [article.byline_text, *tags, article.subtitle, article.kicker, article.source]
    return Entry(
        kind=ARTICLE,
        object_id=article.pk,
        section_id=article.section_id,
        at=article.published_at or article.created_at or timezone.now(),
        title=article.title,
        body=readable(article),
        meta=(*names, *more, article.original_author),
        keys=tuple(dict.fromkeys(keys)),
    )


def readable(article: Article) -> str:
    """Return the text of an article that is searched and quoted: the body, then captions."""
    captions = [image.caption for image in article.images.all() if image.caption]
    return "\n".join([to_text(article.body), *captions]).strip()
