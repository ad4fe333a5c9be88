"""Claiming bylines on older articles; an editor settles them."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from articles.models import Article, Byline, BylineClaim
from correspondents.accounts import SignedInRequest
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Correspondent

MOST = 200


@login_required
def claims(request: SignedInRequest) -> HttpResponse:
    """List bylines that may be the person's, and what became of earlier claims; take new ones."""
    person = get_object_or_404(Correspondent.objects.current(), user=request.user)
    asked = request.GET.get("wenzhang", "")
    found = _of_article(asked) if asked else _by_name(person)
    if request.method == "POST":
        return _claim(request, person)
    own = BylineClaim.objects.filter(correspondent=person).select_related("byline__article")
    open_claims = set(own.filter(state="waiting").values_list("byline_id", flat=True))
    rows = found.select_related("article__section").order_by("-article__published_at", "pk")[:MOST]
    context = {
        "person": person,
        "asked": asked,
        "bylines": [row for row in rows if row.pk not in open_claims],
        "claims": own[:MOST],
    }
    return render(request, "articles/claims.html", context)


@login_required
@require_POST
def retract(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an own claim back."""
    claim = get_object_or_404(BylineClaim, pk=pk, correspondent__user=request.user)
    try:
        claim.retract(by=request.user)
    except StepNotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "认领已收回。")
    return redirect("articles:claims")


def _public() -> Any:
    return Byline.objects.unclaimed().filter(article__in=Article.objects.published())


def _by_name(person: Correspondent) -> Any:
    return _public().named(person.name, person.usual_byline)


def _of_article(text: str) -> Any:
    """Bylines of the article whose address or number was typed; pen names are found so."""
    numbers = re.findall(r"\d{1,12}", text)
    return _public().filter(article=int(numbers[-1])) if numbers else _public().none()


def _claim(request: HttpRequest, person: Correspondent) -> HttpResponse:
    chosen: Any = [
        key for key in request.POST.getlist("byline") if re.fullmatch(r"[0-9]{1,15}", key)
    ]
    remark = request.POST.get("remark", "").replace("\x00", "").strip()[:200]
    made = 0
    for byline in _public().filter(pk__in=chosen[:MOST]):
        try:
            with transaction.atomic():
                BylineClaim.objects.create(byline=byline, correspondent=person, remark=remark)
                made += 1
        except IntegrityError:  # the same claim came twice
            continue
    if made:
        messages.success(request, f"已提出 {made} 条认领，编辑核定后计入您的档案。")
    else:
        messages.error(request, "没有选中可以认领的署名。")
    return redirect("articles:claims")
