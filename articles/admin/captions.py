"""Captions of pictures that stand in the text: one for the text and for the row of the picture."""

from __future__ import annotations

from typing import Any

from articles.models import Article
from articles.text.placing import captions_in, with_captions, words_apart, words_under


def settle_captions(article: Article, before: dict[str, Any]) -> None:
    """A picture in the text has one caption: the words of its row, or those typed under it.

    Who changed the words in the text alone has changed them in the row; else the row is printed.
    ``before``: the content as it was, empty for a new article.
    """
    rows = {row.upload.key: row for row in article.images.select_related("upload")}
    was_row = {
        key: words_under(caption, who) for key, _, caption, who, *_ in before.get("images", [])
    }
    was_text, words = captions_in(before.get("body", "")), {}
    for key, told in captions_in(article.body).items():
        if (row := rows.get(key)) is None:
            continue
        printed = words_under(row.caption, row.photographer)
        typed = told and told != was_text.get(key, was_row.get(key, printed))
        if typed and printed in (was_row.get(key, ""), ""):
            row.caption, who = words_apart(told)
            row.caption, row.photographer = row.caption[:200], who[:40]
            row.save()
        elif printed not in (told, "", was_row.get(key, "")):
            words[key] = printed
    if words:
        article.body = with_captions(article.body, words)
        article.save()
