"""The working copy 修改稿 — what readers see is never edited in place.

A copy is an article of its own, with the readings that still vouch for its text; it goes through
the same steps as any other. When it is published, its content takes the place of the original's
in one transaction, and the copy is gone; all texts and signatures stay with the original.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from taggit.models import Tag

from articles.content.base_article import BaseArticle
from articles.content.image import WORK, values_told
from articles.content.keyword import kept_tags
from articles.content.layout_facts import copy_satellites, put_satellites
from articles.content.series import Series
from articles.content.snapshot import CONTENT, Mark, fingerprint_of, marked, said
from articles.content.steps import FIRST, SIGNED
from articles.workflow.revision import NOT_TEXTS, Revision
from correspondents.models import Upload

# What a copy begins with and hands back; beside it stand bylines, pictures, tags, corrections.
COPIED = marked(Mark.COPIED)
BYLINE = ("position", "role", "name", "unit_text", "correspondent_id", "organisation_id")
READING = (
    "is_override", "stage", "stages", "signed_by", "signed_at", "note", "revision", "fingerprint", "report",
)  # fmt: skip
LOOKED = ("kind", "object_id", "title", "percent", "remark", "confirmed_by", "confirmed_at")
IMAGE = ("position", "upload_id", "alt", "caption", "photographer", "is_decorative", *WORK)


def copy_of(original: BaseArticle) -> BaseArticle:
    """Make the copy of a released article and return it; the caller holds the original's row."""
    content = original.content()
    keep_base(original, content)
    intact = original.readings.valid().exists() and not original.chain_broken()
    copy = type(original).objects.create(
        copy_of=original,
        state=SIGNED if intact else FIRST,
        provenance=original.provenance,
        created_by=original.created_by,
        revision=original.revision,
        first_published_at=original.first_published_at,
        **{name: getattr(original, name) for name in COPIED},
    )
    for row in original.bylines.all():
        copy.bylines.create(**_values(row, BYLINE))
    for image in original.images.all():
        copy.images.create(**_values(image, IMAGE))
    copy_satellites(original, copy)
    copy.tags.set(original.tags.all())
    for note in original.corrections.all():
        copy.corrections.create(text=note.text, shown_at=note.shown_at, copied_from=note)
    for reading in original.readings.valid() if intact else ():
        copy.readings.create(**_values(reading, READING), copied_from=reading)
    for looked in original.confirmations.all():
        copy.confirmations.create(**_values(looked, LOOKED))
    return copy


def keep_base(article: BaseArticle, content: dict[str, Any]) -> Revision:
    """Return the revision that says what the article says now.

    It is made where there is none: of an import that nobody has edited, or after SQL.
    """
    texts = article.history().filter(number__isnull=False)
    last: Revision | None = texts.exclude(kind__in=NOT_TEXTS).order_by("-number").first()
    if last is not None and said(last.content) == said(content):
        return last
    if newest := texts.order_by("-number").first():
        article.revision = (newest.number or 0) + 1
        type(article).objects.filter(pk=article.pk).update(revision=article.revision)
    return article.revisions.create(
        number=article.revision,
        kind=Revision.Kind.BASE,
        content=content,
        fingerprint=fingerprint_of(content),
        created_at=article.published_at or article.created_at,
        published_at=article.published_at,
    )


def take_over(copy: BaseArticle, original: BaseArticle, when: dt.datetime) -> None:
    """Put the copy's content in the place of the original's, in the caller's transaction."""
    for name in COPIED:
        setattr(original, name, getattr(copy, name))
    changed = copy.revision != original.revision
    original.revision = copy.revision
    if changed:
        original.changed_at = when
    original.save()
    put_bylines(original, [_values(row, BYLINE) for row in copy.bylines.all()])
    put_images(original, [_values(row, IMAGE) for row in copy.images.all()])
    copy_satellites(copy, original)
    original.tags.set(copy.tags.all())
    _take_corrections(copy, original, when)
    _take_readings(copy, original, when)
    original.confirmations.all().delete()
    copy.confirmations.update(article=original)
    copy.proof_passes.update(article=original)
    _take_decisions(copy, original)
    copy.revisions.update(article=original)
    original.revisions.filter(number=original.revision).update(published_at=when)
    copy.delete()


def _take_corrections(copy: BaseArticle, original: BaseArticle, when: dt.datetime) -> None:
    kept = copy.corrections.exclude(copied_from=None)
    for note in kept:
        assert note.copied_from_id is not None  # noqa: S101 -- those that have one
        original.corrections.filter(pk=note.copied_from_id).update(text=note.text)
    original.corrections.exclude(pk__in=kept.values("copied_from")).delete()
    kept.delete()
    copy.corrections.update(article=original, shown_at=when)


def _take_readings(copy: BaseArticle, original: BaseArticle, when: dt.datetime) -> None:
    """Signatures that still hold stay as they are; the others were for the version before."""
    still = copy.readings.valid().exclude(copied_from=None).values_list("copied_from", flat=True)
    original.readings.valid().exclude(pk__in=list(still)).update(replaced_at=when)
    copy.readings.exclude(copied_from=None).delete()
    copy.readings.update(article=original)


def _take_decisions(copy: BaseArticle, original: BaseArticle) -> None:
    """What was decided about hints is remembered with the original."""
    keys = list(copy.decisions.values_list("key", flat=True))
    original.decisions.filter(key__in=keys).delete()
    copy.decisions.update(article=original)


def put_aside(copy: BaseArticle, original: BaseArticle) -> None:
    """Give a copy up: its texts stay with the original, as texts that were not published."""
    last = max(copy.revision, original.revision)
    type(original).objects.filter(pk=original.pk).update(revision=last)
    copy.revisions.exclude(kind=Revision.Kind.ASIDE).update(kind=Revision.Kind.DROPPED)
    copy.revisions.update(article=original)
    copy.readings.exclude(copied_from=None).delete()
    copy.readings.valid().update(revoked_at=timezone.now())
    copy.readings.update(article=original)
    copy.proof_passes.update(article=original)
    copy.delete()


# --- content as plain values, back into rows --------------------------------------------------


def put_content(article: BaseArticle, content: dict[str, Any]) -> None:
    """Make an article say what a revision says (:meth:`Article.content`), in the caller's transaction.

    Bylines keep their links to the registry where the printed words are the same; a picture that
    has been deleted for good is left out.
    """
    plain = {
        part.key: content.get(part.key, part.field.get_default())
        for part in CONTENT
        if Mark.SIGNED in part.marks
    }
    if plain["series_id"] and not Series.objects.filter(pk=plain["series_id"]).exists():
        plain |= {"series_id": None, "chapter": None}
    for name, value in plain.items():
        setattr(article, name, value)
    article.save()
    put_bylines(
        article,
        [
            {"position": place, "role": role, "name": name, "unit_text": unit}
            for place, (role, name, unit) in enumerate(content["bylines"])
        ],
    )
    keys = [row[0] for row in content["images"]]
    uploads = {upload.key: upload.pk for upload in Upload.objects.filter(key__in=keys)}
    put_images(
        article,
        [
            {"position": place, "upload_id": uploads[key], "alt": alt, "caption": caption,
             "photographer": photographer, **values_told(more)}
            for place, (key, alt, caption, photographer, *more) in enumerate(content["images"])
            if key in uploads
        ],
    )  # fmt: skip
    put_satellites(article, content)
    article.tags.set(Tag.objects.filter(pk__in=kept_tags(content["tags"], content.get("tag_keys"))))
    _put_corrections(article, content.get("corrections", []))


def put_bylines(article: BaseArticle, rows: list[dict[str, Any]]) -> None:
    """Make these the bylines; rows that stay keep their numbers, which claims refer to."""

    def alike(row: Any, values: dict[str, Any]) -> bool:
        return (row.role, row.name, row.unit_text) == (
            values["role"], values["name"], values["unit_text"],
        )  # fmt: skip

    def one_name(row: Any, values: dict[str, Any]) -> bool:
        return bool(row.name) and row.name == values["name"]

    _reconcile(article.bylines, rows, (alike, one_name))


def put_images(article: BaseArticle, rows: list[dict[str, Any]]) -> None:
    """Make these the pictures, in their order."""
    _reconcile(article.images, rows, (lambda row, values: row.upload_id == values["upload_id"],))


def _put_corrections(article: BaseArticle, texts: list[str]) -> None:
    _reconcile(
        article.corrections,
        [{"text": text} for text in texts],
        (lambda row, values: row.text == values["text"],),
    )


def _reconcile(
    manager: Any, rows: list[dict[str, Any]], ways: Iterable[Callable[[Any, dict[str, Any]], bool]]
) -> None:
    """Change, add and delete rows until they are these; ``ways``: how an old one is recognised."""
    left = list(manager.all())
    chosen: dict[int, Any] = {}
    for is_it in ways:
        for place, values in enumerate(rows):
            if place in chosen:
                continue
            found = next((row for row in left if is_it(row, values)), None)
            if found is not None:
                chosen[place] = found
                left.remove(found)
    for row in left:
        row.delete()
    for place, values in enumerate(rows):
        row = chosen.get(place)
        if row is None:
            manager.create(**values)
            continue
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, values[name])
        if changed:
            row.save()


def _values(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
