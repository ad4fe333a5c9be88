"""A person's page and a unit's page: all published work, by year, section and genre."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.cache import caches
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from articles.models import Article, Byline, current_edition
from articles.pages.charts import year_chart
from articles.paging import Place, end_of, page_of, place_in
from articles.statistics.authors import FRESH
from correspondents.models import Correspondent, Organisation
from correspondents.public_pages import public_page

PER_PAGE = 50
MOST = 8


def public_person(pk: int) -> Correspondent:
    """Return a person with a public profile; 404 without consent.

    A merged record gives the one it became, whose ``pk`` then differs.
    """
    people = Correspondent.objects.public().select_related("organisation", "grade", "photo")
    person = people.filter(pk=pk).first()
    if person is not None:
        return person
    merged = get_object_or_404(Correspondent, pk=pk, merged_into__isnull=False)
    return get_object_or_404(people, pk=merged.merged_into_id)


@public_page("page", "nian", "lanmu", "ticai")
def by_correspondent(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a person's profile and work; without consent there is no page."""
    person = public_person(pk)
    if person.pk != pk:
        return redirect(person, permanent=True)
    works = Article.objects.published().by(person)
    own = Byline.objects.filter(correspondent=person).select_related("organisation")
    context = _work(request, f"person:{pk}", works, own, is_numbered=True) | {
        "person": person,
        "units": own.filter(article__in=works).per_unit()[:MOST],
        "pictures": works.filter(images__isnull=False).order_by().values("pk").distinct().count(),
    }
    _name_former_units(context["rows"], person)
    return render(request, "articles/profile.html", context)


@public_page("page", "nian", "lanmu", "ticai")
def by_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a unit with everything under it: its people with public profiles and its pieces."""
    unit = get_object_or_404(Organisation.objects.select_related("parent", "merged_into"), pk=pk)
    if unit.merged_into is not None:
        return redirect(unit.merged_into, permanent=True)
    works = Article.objects.published().of(unit)
    own = Byline.objects.of_unit(unit).select_related("correspondent")
    context = _work(request, f"unit:{pk}", works, own) | {
        "unit": unit,
        "above": Organisation.objects.filter(pk__in=unit.full_path[:-1]).order_by("path"),
        "below": Organisation.objects.current().filter(parent=unit).order_by("name"),
        "people": _people_of(unit),
    }
    return render(request, "articles/organisation.html", context)


def _people_of(unit: Organisation) -> list[dict[str, Any]]:
    """People with public profiles who are in the unit or wrote for it, most pieces first."""
    wrote = Byline.objects.of_unit(unit).filter(article__in=Article.objects.published())
    pieces = wrote.tally("correspondent")
    public = Correspondent.objects.public().select_related("organisation", "photo")
    people = {person.pk: person for person in public.in_unit(unit)}
    people |= public.in_bulk(pieces)
    rows = [
        {
            "person": person,
            "number": pieces.get(person.pk, 0),
            "present": person.organisation is not None and unit.holds(person.organisation),
        }
        for person in people.values()
    ]
    return sorted(rows, key=lambda row: (-row["number"], row["person"].spelling))


@dataclass(frozen=True)
class Years:
    """The stored numbers of a person's work: by year, or of the one year that was asked for."""

    years: dict[int, int]
    chosen: dict[str, Any]

    @property
    def _asked(self) -> dict[int, int]:
        year = self.chosen.get("nian")
        return self.years if year is None else {year: self.years[year]}

    @property
    def total(self) -> int:
        return sum(self._asked.values())

    def place(self, skipped: int) -> Place:
        rows = sorted(self._asked.items(), reverse=True)
        return place_in(((end_of(dt.date(year, 12, 31)), number) for year, number in rows), skipped)


def _work(
    request: HttpRequest, name: str, works: Any, own: Any, *, is_numbered: bool = False
) -> dict[str, Any]:
    """Return the figures of a body of work and one page of it, narrowed as asked.

    ``is_numbered``: a year of it is so little that its pages may be numbered.
    """
    sections, genres, years = _figures(name, works)
    asked = {name: request.GET.get(name, "") for name in ("nian", "lanmu", "ticai")}
    narrowed = works
    chosen: dict[str, Any] = {}
    if asked["nian"] in {str(year) for year in years}:
        chosen["nian"] = int(asked["nian"])
        narrowed = narrowed.in_year(chosen["nian"])
    if asked["lanmu"] in {row["section__slug"] for row in sections}:
        chosen["lanmu"] = asked["lanmu"]
        narrowed = narrowed.filter(section__slug=asked["lanmu"])
    if asked["ticai"] in {str(row["genre"]) for row in genres}:
        chosen["ticai"] = int(asked["ticai"])
        narrowed = narrowed.filter(genre=chosen["ticai"])
    if any(asked[name] and name not in chosen for name in asked):
        raise Http404("没有这样的作品")
    listed = narrowed.select_related("section").defer("body", "summary")
    listed = listed.prefetch_related(Prefetch("bylines", queryset=own, to_attr="own_bylines"))
    counts = Years(years, chosen) if is_numbered and chosen.keys() <= {"nian"} else None
    page = page_of(listed, request.GET.get("page", ""), size=PER_PAGE, counts=counts)
    return {
        "total": sum(years.values()),
        "this_year": years.get(timezone.localdate().year, 0),
        "chart": year_chart(years),
        "years": sorted(years, reverse=True),
        "sections": sections,
        "by_section": _shares(sections),
        "genres": genres,
        "chosen": chosen,
        "page": page,
        "rows": [{"article": article, "unit": ""} for article in page.items],
        "keep": urlencode(chosen) + "&" if chosen else "",
    }


def _figures(name: str, works: Any) -> tuple[Any, Any, dict[int, int]]:
    """Pieces by section, by genre and by year, counted once an edition for all pages of a work."""
    place = f"work:{name}:{current_edition()}"
    figures = caches["figures"]
    found = figures.get(place)
    if found is None:
        genres = [row for row in works.per("genre", "genre__name") if row["genre"]]
        found = works.per("section__name", "section__slug"), genres, works.per_year()
        figures.set(place, found, FRESH)
    return found  # type: ignore[no-any-return]


def _shares(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The largest sections with the length of their bars, the rest as one."""
    shown = [
        {"name": row["section__name"], "slug": row["section__slug"], "number": row["number"]}
        for row in sections[:MOST]
    ]
    if rest := sum(row["number"] for row in sections[MOST:]):
        shown.append({"name": "其他", "slug": "", "number": rest})
    most = max((row["number"] for row in shown), default=1)
    return [row | {"share": max(1, round(100 * row["number"] / most))} for row in shown]


def _name_former_units(rows: list[dict[str, Any]], person: Correspondent) -> None:
    """A piece written for another unit than today's says for which."""
    for row in rows:
        for byline in row["article"].own_bylines:
            if byline.organisation_id and byline.organisation_id != person.organisation_id:
                row["unit"] = byline.unit_text or byline.organisation.name
