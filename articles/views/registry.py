"""Who writes for the site: the public directory, a person's page, a unit's page."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from articles.models import Article, Byline
from articles.paging import page_of
from correspondents.models import Correspondent, Organisation


def directory(request: HttpRequest) -> HttpResponse:
    """List everybody who agreed to a public profile, with this month's and all pieces."""
    people = list(Correspondent.objects.public().select_related("organisation", "grade"))
    totals, month = _counts(), _counts(since=_month_start())
    rows: list[dict[str, Any]] = [
        {"person": person, "total": totals.get(person.pk, 0), "month": month.get(person.pk, 0)}
        for person in people
    ]
    rows.sort(key=lambda row: (-row["total"], row["person"].name))
    units = len({person.organisation_id for person in people if person.organisation_id})
    context = {
        "rows": rows,
        "units": units,
        "pieces": sum(totals.values()),
        "month": sum(month.values()),
    }
    return render(request, "articles/directory.html", context)


def by_correspondent(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a person's profile and work; without consent there is no page."""
    person = get_object_or_404(
        Correspondent.objects.public().select_related("organisation", "grade"), pk=pk
    )
    public = Article.objects.published().by(person)
    page = page_of(public.for_lists(), request.GET.get("page", ""), size=50)
    this_year = timezone.localdate().year
    context = {
        "person": person,
        "page": page,
        "total": public.count(),
        "this_year": public.filter(published_at__year=this_year).count(),
        "sections": public.values("section").distinct().count(),
        "pictures": public.filter(images__isnull=False).distinct().count(),
        "by_section": (
            public.values("section__name", "section__slug")
            .annotate(number=Count("pk", distinct=True))
            .order_by("-number", "section__name")
        ),
    }
    return render(request, "articles/profile.html", context)


def by_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a unit: its people with public profiles and its pieces."""
    unit = get_object_or_404(Organisation.objects.select_related("parent"), pk=pk)
    public = Article.objects.published().of(unit)
    context = {
        "unit": unit,
        "people": Correspondent.objects.public().filter(organisation=unit),
        "page": page_of(public.for_lists(), request.GET.get("page", ""), size=50),
        "total": public.count(),
    }
    return render(request, "articles/organisation.html", context)


def busiest_this_month(number: int) -> list[dict[str, Any]]:
    """Return the people with most pieces this month, with all their pieces counted."""
    month = _counts(since=_month_start())
    leaders = sorted(month, key=lambda pk: (-month[pk], pk))
    people = Correspondent.objects.public().select_related("organisation").in_bulk(leaders)
    chosen = [people[pk] for pk in leaders if pk in people][:number]
    totals = _counts(of=[person.pk for person in chosen])
    return [
        {"person": person, "month": month[person.pk], "total": totals.get(person.pk, 0)}
        for person in chosen
    ]


def _month_start() -> Any:
    return timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _counts(since: Any = None, of: list[int] | None = None) -> dict[int, int]:
    """Return published pieces by person."""
    rows = Byline.objects.filter(
        article__in=Article.objects.published(), correspondent__isnull=False
    )
    if since is not None:
        rows = rows.filter(article__published_at__gte=since)
    if of is not None:
        rows = rows.filter(correspondent__in=of)
    counted = rows.values("correspondent").annotate(number=Count("article", distinct=True))
    return {row["correspondent"]: row["number"] for row in counted}
