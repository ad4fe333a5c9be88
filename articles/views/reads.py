"""Reads: the beacon of an article's page, and the lists of what is read most."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from articles.statistics import read_counter
from articles.statistics.most_read import PERIODS, most_read
from correspondents.public_pages import public_page

SHOWN = 30
LISTS = (
    ("ri", "日榜", "昨天和今天"),
    ("zhou", "周榜", "近七天"),
    ("yue", "月榜", "近三十天"),
)


# Cached pages hold no token. Whoever asks changes a counter and nothing else, and where the
# browser says it comes from is looked at instead.
@csrf_exempt
@require_POST
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """Take note that an article was read; the answer is the same for whatever was asked."""
    read_counter.count(request, pk)
    return HttpResponse(status=204, headers={"Cache-Control": "no-store"})


@public_page("bang")
def ranking(request: HttpRequest) -> HttpResponse:
    """Show what was read most in the last days, by default of the week."""
    chosen = request.GET.get("bang", "zhou")
    if chosen not in PERIODS:
        raise Http404("没有这个榜")
    rows = most_read(SHOWN, chosen)
    context = {
        "lists": LISTS,
        "chosen": chosen,
        "rows": [{"article": article, "reads": reads} for article, reads in rows],
    }
    return render(request, "articles/ranking.html", context)
