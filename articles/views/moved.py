"""Addresses of the old site redirect for ever."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from articles.models import Article
from correspondents.numbers import whole_number


def static_page(request: HttpRequest, date: str, legacy_id: int) -> HttpResponse:
    """``/newshtml/2014-5-31/<id>.shtml``."""
    return _to(legacy_id)


def dynamic_page(request: HttpRequest) -> HttpResponse:
    """``/ShowNews.aspx?newId=<id>``."""
    number = request.GET.get("newId", "")
    if whole_number(number, digits=12) is None:
        raise Http404("没有这篇文章")
    return _to(int(number))


def _to(legacy_id: int) -> HttpResponse:
    if legacy_id >= 2**31:
        raise Http404("没有这篇文章")
    article = get_object_or_404(Article, legacy_id=legacy_id)
    # A withdrawn piece says so at its address; of any other, not even the number is known.
    if not (article.is_public or article.state == Article.State.WITHDRAWN):
        raise Http404("没有这篇文章")
    return redirect(article, permanent=True)
