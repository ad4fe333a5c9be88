"""The liaison's pages: a unit's people, what they sent, what was published, and the confirmation."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from articles.models import Article, Byline
from correspondents.accounts import SignedInRequest
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Correspondent, Liaison, Organisation
from correspondents.spreadsheets import csv_line
from correspondents.typed import day
from submissions.models import Manuscript

MOST = 200
SHOWN_STATES = ("engaged", "suspended", "expired")


def _unit(request: SignedInRequest, pk: int) -> Organisation:
    """Return a unit this person looks after, itself or one under it; 404 for any other."""
    unit = get_object_or_404(Organisation.objects.current(), pk=pk)
    if not any(charge.organisation.holds(unit) for charge in Liaison.objects.of(request.user)):
        raise Http404("没有这个单位")
    return unit


@login_required
def units(request: SignedInRequest) -> HttpResponse:
    """List the units this person looks after."""
    charges = list(Liaison.objects.of(request.user))
    if not charges:
        raise Http404("没有负责的单位")
    if len(charges) == 1:
        return redirect("submissions:unit", charges[0].organisation_id)
    return render(request, "submissions/units.html", {"charges": charges})


@login_required
def unit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a unit's people and the states of what they sent; no drafts, no contacts."""
    found = _unit(request, pk)
    since, until = _period(request)
    sent = _sent(request, found).filter(first_submitted_at__gte=since, first_submitted_at__lt=until)
    pieces = Byline.objects.of_unit(found).filter(article__in=Article.objects.published())
    totals = pieces.tally("correspondent")
    people = Correspondent.objects.in_unit(found).filter(state__in=SHOWN_STATES)
    rows = sent.select_related("sent_section", "author", "article")
    context = {
        "unit": found,
        "people": [
            {"person": person, "total": totals.get(person.pk, 0)}
            for person in people.select_related("organisation", "grade")
        ],
        "manuscripts": [_shown(row) for row in rows.order_by("-first_submitted_at")[:MOST]],
        "since": timezone.localtime(since).date(),
        "until": timezone.localtime(until).date() - dt.timedelta(days=1),
        "below": Organisation.objects.current().filter(parent=found).order_by("name"),
    }
    return render(request, "submissions/unit.html", context)


@login_required
def read(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """Show the last round that was sent, where the section asks for the unit; take the answer."""
    found = _unit(request, pk)
    manuscript = get_object_or_404(
        _sent(request, found).select_related("sent_section", "author", "unit_confirmed_by"),
        pk=number,
        sent_section__needs_unit_approval=True,
    )
    if request.method == "POST":
        verb = manuscript.confirm_for_unit
        if "withdraw" in request.POST:
            verb = manuscript.withdraw_confirmation
        try:
            verb(by=request.user)
        except StepNotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "已收回。" if "withdraw" in request.POST else "已确认。")
        return redirect("submissions:unit_read", found.pk, manuscript.pk)
    text = manuscript.rounds.first()
    context = {
        "unit": found,
        "manuscript": manuscript,
        "text": text,
        "pictures": text.loose_pictures() if text else [],
        "own": manuscript.author.user_id == request.user.pk,
    }
    return render(request, "submissions/unit_read.html", context)


@login_required
def published(request: SignedInRequest, pk: int) -> HttpResponse:
    """Print what was published for the unit in a period, with totals; or give it as CSV."""
    found = _unit(request, pk)
    since, until = _period(request)
    works = (
        Article.objects.published()
        .of(found)
        .filter(published_at__gte=since, published_at__lt=until)
        .select_related("section", "genre")
        .prefetch_related("bylines__organisation")
        .order_by("published_at", "pk")
    )
    rows = [_piece(article, found) for article in works]
    totals: dict[str, int] = {}
    for row in rows:
        for name in row["names"]:
            totals[name] = totals.get(name, 0) + 1
    context = {
        "unit": found,
        "rows": rows,
        "totals": sorted(totals.items(), key=lambda pair: (-pair[1], pair[0])),
        "since": timezone.localtime(since).date(),
        "until": timezone.localtime(until).date() - dt.timedelta(days=1),
        "made_at": timezone.now(),
    }
    if request.GET.get("geshi") == "csv":
        return _csv(rows, context)
    return render(request, "submissions/unit_published.html", context)


def _sent(request: SignedInRequest, unit: Organisation) -> Any:
    mine = Manuscript.objects.of_units(Liaison.objects.of(request.user))
    return mine.filter(organisation__path__startswith=unit.path)


def _shown(manuscript: Manuscript) -> dict[str, Any]:
    return {"manuscript": manuscript, "word": manuscript.author_word}


def _piece(article: Article, unit: Organisation) -> dict[str, Any]:
    names = [
        row.name
        for row in article.bylines.all()
        if row.organisation is not None and unit.holds(row.organisation) and row.name
    ]
    return {
        "article": article,
        "names": names,
        "day": timezone.localtime(article.published_at).date(),
        "length": article.plain_length,
    }


def _period(request: HttpRequest) -> tuple[dt.datetime, dt.datetime]:
    """Return the first moment and the moment after the last; this year unless asked otherwise."""
    today = timezone.localdate()
    first, last = dt.date(today.year, 1, 1), today
    for name in ("cong", "dao"):
        try:
            asked = day(request.GET.get(name, ""))
        except ValueError:
            continue
        if asked and dt.date(2000, 1, 1) <= asked <= dt.date(2100, 1, 1):
            first, last = (asked, last) if name == "cong" else (first, asked)
    start = timezone.make_aware(dt.datetime.combine(first, dt.time()))
    end = timezone.make_aware(dt.datetime.combine(last + dt.timedelta(days=1), dt.time()))
    return start, end


def _csv(rows: list[dict[str, Any]], context: dict[str, Any]) -> HttpResponse:
    lines = [csv_line(["日期", "标题", "栏目", "体裁", "作者", "字数", "地址"])]
    for row in rows:
        article = row["article"]
        cells = [
            f"{row['day']}",
            article.title,
            article.section.name,
            str(article.genre or ""),
            "、".join(row["names"]),
            str(row["length"]),
            article.get_absolute_url(),
        ]
        lines.append(csv_line(cells))
    name = f"unit-{context['unit'].pk}-{context['since']}-{context['until']}.csv"
    return HttpResponse(
        "\ufeff" + "".join(lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
