"""Is this sheet what was published? Number and check code of a printed page, compared."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from articles.models import Article, checked
from articles.throttling import throttled
from correspondents.numbers import whole_number
from correspondents.public_pages import public_page

LONGEST = 40


@public_page(typed=["bianhao", "jiaoyanma"])
@throttled(lambda: settings.SEARCHES_A_MINUTE)
def check(request: HttpRequest) -> HttpResponse:
    """Show what stands under a number, and whether the code is that of its text."""
    number = " ".join(request.GET.get("bianhao", "").split())[:LONGEST]
    code = " ".join(request.GET.get("jiaoyanma", "").split())[:LONGEST]
    context: dict[str, Any] = {
        "number": number, "code": code, "is_asked": bool(number or code),
        "article": None, "withdrawn": None, "found": None,
    }  # fmt: skip
    if number and code:
        context |= _compared(whole_number(number), code)
    return render(request, "articles/check.html", context)


def _compared(number: int | None, code: str) -> dict[str, Any]:
    rows = Article.objects.select_related("section").prefetch_related("bylines")
    article = rows.filter(pk=number, copy_of=None).first() if number is not None else None
    if article is not None and article.state == Article.State.WITHDRAWN:
        return {"withdrawn": article}
    if article is None or not article.is_public:
        return {}
    return {"article": article, "found": checked(article, code)}
