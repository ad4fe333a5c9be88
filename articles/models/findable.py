"""Making articles findable: which index they are in, and their fingerprints beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from articles.models import similar
from articles.models.search import ARTICLE, DeskEntry, Entry, PublicEntry, SearchEntry
from articles.richtext import to_text
from articles.search.backend import KEY
from articles.search.folding import fold

if TYPE_CHECKING:
    from articles.models.article import Article


def keep(entry: Entry, *, public: bool) -> None:
    """Make an entry findable, by readers when it is ``public``, else by the desk alone."""
    keep_all([(entry, public)])


def keep_all(entries: Sequence[tuple[Entry, bool]]) -> None:
    """Make many findable, with their fingerprints, in one transaction."""
    with transaction.atomic():
        everything = [entry for entry, _ in entries]
        before = {**PublicEntry.objects.there(everything), **DeskEntry.objects.there(everything)}
        changed = [
            ((entry.kind, entry.object_id), text)
            for entry in everything
            if (text := fold(entry.body)) != _body(before.get((entry.kind, entry.object_id)))
        ]
        old = [(key, before[key].body) for key, _ in changed if key in before]
        similar.exchange(old, changed)
        for model, public in ((PublicEntry, True), (DeskEntry, False)):
            here = [entry for entry, is_public in entries if is_public == public]
            away = [entry for entry, is_public in entries if is_public != public]
            for kind in {entry.kind for entry in away}:
                model.objects.drop(kind, [e.object_id for e in away if e.kind == kind])
            if here:
                model.objects.put_all(here)


def _body(row: SearchEntry | None) -> str | None:
    return None if row is None else row.body


def forget(kind: int, keys: Iterable[int]) -> None:
    """Take articles or manuscripts out of everything that finds them."""
    wanted = list(keys)
    with transaction.atomic():
        for model in (PublicEntry, DeskEntry):
            rows = model.objects.filter(kind=kind, object_id__in=wanted)
            old = [((kind, row.object_id), row.body) for row in rows]
            similar.exchange(old, [])
            model.objects.drop(kind, [number for (_, number), _ in old])


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
