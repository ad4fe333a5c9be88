"""What a manuscript becomes: the article with its bylines, units, pictures and captions."""

from __future__ import annotations

import re

from django.contrib.auth.models import User

from articles.models import Article, ArticleImage, Byline, Revision, signature_of
from articles.text.placing import figure_of
from correspondents.models import Organisation
from submissions.models.base_manuscript import BaseManuscript
from submissions.models.content import Mark, marked

FIGURE = re.compile(r"<figure>(?:(?!</figure>).)*</figure>", re.DOTALL)
# Pictures that stand in a text, by their keys.
PLACED = re.compile(r'src="/pictures/([A-Za-z0-9_-]+)/')


def open_article(manuscript: BaseManuscript, *, by: User) -> Article:
    """Make the article of a manuscript at 待初审， in the hands of the editor who accepted it."""
    assert manuscript.section is not None  # noqa: S101 -- nothing is sent without one
    carried = {part.name: getattr(manuscript, part.name) for part in marked(Mark.CARRIED)}
    carried["genre"] = manuscript.genre or manuscript.section.genre
    carried["body"] = body_with_captions(manuscript)
    carried["ai_note"] = generated_parts(manuscript)
    article = Article.objects.create(
        **carried,
        source="",
        provenance=Article.Provenance.MANUSCRIPT,
        created_by=by,
        responsible_editor=by,
        editor_name=signature_of(by),
    )
    _copy_bylines(manuscript, article)
    _copy_pictures(manuscript, article)
    article.settle_edit(by=by, before=None)
    return article


def renew_article(manuscript: BaseManuscript, *, by: User) -> None:
    """Put a later round onto the article as a revision; its readings start again."""
    article = manuscript.article
    assert article is not None  # noqa: S101 -- the caller has looked
    before = article.content()
    article.kicker = manuscript.kicker
    article.title, article.subtitle = manuscript.title, manuscript.subtitle
    article.body = body_with_captions(manuscript)
    article.ai_note = generated_parts(manuscript)
    article.save()
    article.images.all().delete()
    _copy_pictures(manuscript, article)
    article.bylines.all().delete()
    _copy_bylines(manuscript, article)
    article.settle_edit(
        by=by, before=before, kind=Revision.Kind.ROUND, note=f"作者第 {manuscript.round_number} 稿"
    )


def generated_parts(manuscript: BaseManuscript) -> str:
    """Return what the author declared to be generated, in a word where he did not say which."""
    if manuscript.ai_use != manuscript.AiUse.PARTS:
        return ""
    return manuscript.ai_note or "部分文字、图片"


def body_with_captions(manuscript: BaseManuscript) -> str:
    """Return the text with the words of each picture under the picture that stands in it.

    A figure whose picture was removed from the manuscript, or could not be read, is left out.
    """
    rows = {
        row.upload.key: row
        for row in manuscript.pictures.select_related("upload")
        if row.upload.state != row.upload.State.FAILED
    }

    def worded(match: re.Match[str]) -> str:
        address = PLACED.search(match[0])
        if address is None:
            return match[0]
        row = rows.get(address[1])
        if row is None:
            return ""
        return figure_of(row.upload.key, row.caption, row.photographer)

    return FIGURE.sub(worded, manuscript.body)


def _copy_bylines(manuscript: BaseManuscript, article: Article) -> None:
    for row in manuscript.bylines.all():
        if not row.name and not row.unit_text:
            continue
        person = row.person()
        own = person is not None and person.pk == manuscript.author_id
        unit = Organisation.objects.resolve(row.unit_text) if row.unit_text else None
        Byline.objects.create(
            article=article,
            position=row.position,
            role=row.role,
            name=row.name,
            unit_text=row.unit_text,
            correspondent=person,
            # The sender's unit is the one of the day of sending, whatever it is called by now.
            organisation=unit or (manuscript.organisation if own else None),
        )


def _copy_pictures(manuscript: BaseManuscript, article: Article) -> None:
    for picture in manuscript.pictures.select_related("upload"):
        if picture.upload.state != picture.upload.State.FAILED:
            ArticleImage.objects.create(
                article=article,
                upload=picture.upload,
                position=picture.position,
                alt=picture.caption[:120],
                caption=picture.caption,
                photographer=picture.photographer,
            )
