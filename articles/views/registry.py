"""The registry 特约通讯员档案： everybody who agreed to be listed, searched and filtered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from articles.paging import numbers_of
from articles.statistics.authors import tallies
from correspondents.models import Correspondent, Grade, Organisation
from correspondents.numbers import whole_number
from correspondents.public_pages import public_page

PER_PAGE = 24
LONGEST_QUERY = 60
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SORTS = {"month": "按本月供稿", "total": "按累计发表", "since": "按入册时间", "name": "按姓名"}


@dataclass(frozen=True)
class DirectoryQuery:
    """What was asked for; whatever is not understood is left out."""

    query: str = ""
    region: str = ""
    grade: int = 0
    unit: int = 0
    letter: str = ""
    sort: str = "month"
    page: int = 1

    @classmethod
    def of(cls, request: HttpRequest) -> DirectoryQuery:
        """Read the parameters of the address."""
        given = {name: str(value).replace("\x00", "") for name, value in request.GET.items()}
        letter = given.get("zimu", "").upper()
        sort = given.get("paixu", "")
        return cls(
            query=" ".join(given.get("q", "").split())[:LONGEST_QUERY],
            region=given.get("diqu", "")[:30],
            grade=_number(given.get("dengji", "")),
            unit=_number(given.get("danwei", "")),
            letter=letter if letter and letter in LETTERS else "",
            sort=sort if sort in SORTS else "month",
            page=_number(given.get("page", "")) or 1,
        )

    def address(self, **changes: Any) -> str:
        """Return the query string of this question with some answers changed."""
        values = {
            "q": self.query,
            "diqu": self.region,
            "dengji": self.grade,
            "danwei": self.unit,
            "zimu": self.letter,
            "paixu": self.sort if self.sort != "month" else "",
        } | changes
        return "?" + urlencode({name: value for name, value in values.items() if value})

    @property
    def is_narrowed(self) -> bool:
        """Was anything asked for but the order?"""
        return bool(self.query or self.region or self.grade or self.unit or self.letter)


def _number(text: str) -> int:
    return whole_number(text, digits=9) or 0


@public_page(typed=["q", "diqu", "dengji", "paixu", "danwei", "zimu", "page"])
def directory(request: HttpRequest) -> HttpResponse:
    """List the people with a public profile, with this month's and all their pieces.

    The same number of queries for fifty people and for five thousand: counts come from the
    tallies, the order is made of narrow rows, one page of people is fetched whole.
    """
    wanted = DirectoryQuery.of(request)
    unit = get_object_or_404(Organisation, pk=wanted.unit) if wanted.unit else None
    if unit is not None and unit.merged_into_id:
        return redirect(f"{request.path}{wanted.address(danwei=unit.merged_into_id)}")
    counts = tallies()
    rows = list(_narrowed(wanted, unit).values_list("pk", "initial", "spelling", "since"))
    letters = {row[1] for row in rows}
    if wanted.letter:
        rows = [row for row in rows if row[1] == wanted.letter]
    rows.sort(key=_order(wanted.sort, counts))
    pages = max(1, -(-len(rows) // PER_PAGE))
    if wanted.page > pages:
        raise Http404("没有这一页")
    chosen = [row[0] for row in rows[(wanted.page - 1) * PER_PAGE : wanted.page * PER_PAGE]]
    people = Correspondent.objects.select_related("organisation", "photo").in_bulk(chosen)
    context = {
        "wanted": wanted,
        "unit": unit,
        "counts": counts,
        "found": len(rows),
        "rows": [
            {
                "person": people[pk],
                "total": counts.total.get(pk, 0),
                "month": counts.month.get(pk, 0),
            }
            for pk in chosen
            if pk in people
        ],
        "letters": [
            {"letter": letter, "address": wanted.address(zimu=letter), "any": letter in letters}
            for letter in LETTERS
        ],
        "all_letters": wanted.address(zimu=""),
        "without_unit": wanted.address(danwei=0),
        "regions": _regions(),
        "grades": list(Grade.objects.all()),
        "sorts": SORTS,
        "pages": _pages(wanted, pages),
    }
    return render(request, "articles/directory.html", context)


def _narrowed(wanted: DirectoryQuery, unit: Organisation | None) -> Any:
    people = Correspondent.objects.public()
    if wanted.query:
        people = people.search(wanted.query)
    if wanted.region:
        people = people.filter(organisation__region=wanted.region)
    if wanted.grade:
        people = people.filter(grade=wanted.grade)
    if unit is not None:
        people = people.in_unit(unit)
    return people


def _order(sort: str, counts: Any) -> Any:
    """Return the key of that order: most or newest first, ties by name."""
    if sort == "name":
        return lambda row: (row[2], row[0])
    if sort == "since":
        return lambda row: (-(row[3].toordinal() if row[3] else 0), row[2], row[0])
    first, second = (
        (counts.month, counts.total) if sort == "month" else (counts.total, counts.month)
    )
    return lambda row: (-first.get(row[0], 0), -second.get(row[0], 0), row[2], row[0])


def _regions() -> list[str]:
    units = Organisation.objects.current().exclude(region="")
    return list(units.order_by("region").values_list("region", flat=True).distinct())


def _pages(wanted: DirectoryQuery, last: int) -> dict[str, Any]:
    """The pager: previous, first, neighbours, last, next; ``None`` stands for a gap."""
    here = wanted.page
    return {
        "last": last,
        "links": [
            number and {"number": number, "address": wanted.address(page=number)}
            for number in numbers_of(here, last)
        ],
        "previous": wanted.address(page=here - 1) if here > 1 else "",
        "next": wanted.address(page=here + 1) if here < last else "",
    }


def busiest_this_month(number: int) -> list[dict[str, Any]]:
    """Return the people with most pieces this month, with all their pieces counted."""
    counts = tallies()
    leaders = sorted(counts.month, key=lambda pk: (-counts.month[pk], pk))
    public = Correspondent.objects.public().select_related("organisation", "photo")
    people = public.in_bulk(leaders[:200])
    chosen = [people[pk] for pk in leaders if pk in people][:number]
    return [
        {
            "person": person,
            "month": counts.month[person.pk],
            "total": counts.total.get(person.pk, 0),
        }
        for person in chosen
    ]
