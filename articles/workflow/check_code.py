"""The check code 校验码 on printed pages: says which text was printed, without any key.

A digest of what a proof of publication vouches for: number, title, text and byline as printed. Who
holds a sheet types number and code, and is shown what this site has published under them. A key
would add nothing, as a changed text has another code and the site shows its own; without one a
sheet can still be checked after keys were exchanged.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from articles.content.base_article import BaseArticle
from articles.content.snapshot import Mark, marked, without_defaults

# Crockford's base 32: no letter that is taken for a digit.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TO_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _LETTERS)
_READ_AS = str.maketrans("OIL", "011")
# 50 bits: two texts of one number never share a code by chance.
LENGTH = 10
# What the first scheme took, empty values too; its codes have no number in front.
_FIRST_SCHEME = ("kicker", "title", "subtitle", "body", "byline_text", "source")
SCHEME = 2


@dataclass(frozen=True)
class Checked:
    """What a code stands for: the text of now, or one that was public until ``changed_on``."""

    is_current: bool
    changed_on: dt.date | None = None


def code_of(article: BaseArticle) -> str:
    """Return the code of what the article says now: its scheme and two groups: ``2-7K3M9-QX2PA``.

    Reads its bylines, which pages have fetched.
    """
    return _second(article.pk, _printed_now(article))


def checked(article: BaseArticle, typed: str) -> Checked | None:
    """Return what a typed code stands for among the texts that were public; else ``None``.

    Case, blanks and hyphens do not matter, and O, I, L are read as 0 and 1.
    """
    code = _read(typed)
    made = _second if len(code) > LENGTH else _first
    if code == _read(made(article.pk, _printed_now(article))):
        return Checked(is_current=True)
    shown = article.revisions.filter(published_at__lte=timezone.now())
    texts = list(shown.order_by("published_at", "pk"))
    for place, revision in enumerate(texts):
        if code == _read(made(article.pk, revision.content)):
            later = texts[place + 1 :]
            changed = later[0].published_at if later else article.changed_at
            day = timezone.localtime(changed).date() if changed else None
            return Checked(is_current=False, changed_on=day)
    return None


def _printed_now(article: BaseArticle) -> dict[str, Any]:
    names = {*marked(Mark.PRINTED), *_FIRST_SCHEME}
    rows = [[row.role, row.name, row.unit_text] for row in article.bylines.all()]
    return {name: getattr(article, name) for name in names} | {"bylines": rows}


def _first(number: int | None, content: dict[str, Any]) -> str:
    values = [content.get(name, "") for name in _FIRST_SCHEME]
    return _letters([number, *values, content.get("bylines", [])])


def _second(number: int | None, content: dict[str, Any]) -> str:
    """What is printed and not at its default, by name."""
    plain = without_defaults(content)
    names = sorted({*marked(Mark.PRINTED), "bylines"} & plain.keys())
    return f"{SCHEME}-{_letters([number, {name: plain[name] for name in names}])}"


def _letters(printed: list[Any]) -> str:
    text = json.dumps(printed, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).digest()
    letters = base64.b32encode(digest).decode().translate(_TO_CROCKFORD)[:LENGTH]
    return f"{letters[:5]}-{letters[5:]}"


def _read(typed: str) -> str:
    plain = unicodedata.normalize("NFKC", typed).upper().translate(_READ_AS)
    return "".join(letter for letter in plain if letter in _LETTERS)
