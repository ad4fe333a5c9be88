"""Putting a page of the old site into the database, once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.db import transaction

from articles.legacy.page import LegacyPage, UnreadablePage
from articles.models import Article, Byline, LegacyRun, Section
from articles.text.richtext import from_text


@transaction.atomic
def store(page: LegacyPage, run: LegacyRun, tags: Iterable[str] = ()) -> tuple[Article, bool]:
    """Return the article of this page, and whether it is new.

    Keyed by the old site's number, else by content: a second run changes nothing. Raises
    :class:`UnreadablePage` when the page's section is not known here.
    """
    key = content_key(page)
    known = Article.objects.filter(import_key=key).first()
    if known is None and page.legacy_id is not None:
        known = Article.objects.filter(legacy_id=page.legacy_id).first()
    if known is not None:
        return known, False
    section = Section.objects.labelled(page.section_label).first()
    if section is None:
        raise UnreadablePage(f"栏目“{page.section_label}”不认识，请在栏目的“旧标签”里登记")
    article = Article.objects.import_public(
        provenance=Article.Provenance.LEGACY,
        section=section,
        genre=section.genre,
        title=page.title[:60],
        body=from_text("\n".join(page.paragraphs)),
        source=page.source[:60],
        editor_name=page.editor[:40],
        published_at=page.published_at,
        legacy_id=page.legacy_id,
        import_key=key,
        import_run=run,
    )
    if page.author:
        # Bylines of the old site are plain text: nobody gets a profile without consent.
        Byline.objects.create(article=article, name=page.author[:40], unit_text=page.unit[:60])
        article.make_findable()
    article.tags.add(*tags)
    article.import_fingerprint = article.fingerprint()
    article.save(update_fields=["import_fingerprint"])
    return article, True


def content_key(page: LegacyPage) -> str:
    """Return what makes two pages the same article: title, time and text."""
    text = "\n".join([page.title, page.published_at.isoformat(), *page.paragraphs])
    return hashlib.sha256(text.encode()).hexdigest()
