"""The archive: years, a year, a month, a day. Numbers are those kept by day, never counted here."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, DayCount, Section, all_sections, months_of_site
from articles.pages.headlines import HEADLINE, prepare_headlines
from correspondents.public_pages import public_page
from correspondents.typed import day as day_of

OLDEST = 1900
WEEKDAYS = "一二三四五六日"
# Five tints (DESIGN.md section 16); a cell is as dark as its share of the fullest one.
TINTS = 5


@dataclass(frozen=True)
class Cell:
    """A month or a day of a grid: its label and number, where it leads, and its tint."""

    label: str
    number: int
    address: str
    tint: int
    words: str = ""


@public_page("date")
def index(request: HttpRequest) -> HttpResponse:
    """Show the years with their months; ``?date=2014-05-31`` leads to that day."""
    if asked := request.GET.get("date", ""):
        try:
            wanted = day_of(asked) or timezone.localdate()
        except ValueError as error:
            raise Http404("没有这一天") from error
        return redirect("articles:archive_day", wanted.year, wanted.month, wanted.day)
    months = months_of_site()
    most = max(months.values(), default=0)
    years = [
        {
            "year": year,
            "total": sum(number for (of, _), number in months.items() if of == year),
            "months": [
                _month_cell(year, month, months.get((year, month), 0), most)
                for month in range(1, 13)
            ],
        }
        for year in sorted({year for year, _ in months}, reverse=True)
    ]
    context = {"years": years, "total": sum(months.values())}
    return render(request, "articles/archive.html", context)


@public_page()
def archive_year(request: HttpRequest, year: int) -> HttpResponse:
    """Show every day of a year, month by month."""
    years = _years()
    if year not in years:
        raise Http404("没有这一年")
    days = DayCount.objects.by_day(dt.date(year, 1, 1), dt.date(year, 12, 31))
    most = max(days.values(), default=0)
    months = []
    for month in range(1, 13):
        weeks = _weeks(year, month, days, most)
        total = sum(cell.number for week in weeks for cell in week if cell is not None)
        if total:
            months.append({"month": month, "total": total, "weeks": weeks})
    before, after = _neighbours(years, year)
    context = {
        "year": year,
        "months": months,
        "weekdays": WEEKDAYS,
        "total": sum(days.values()),
        "before": before,
        "after": after,
        "tints": range(1, TINTS + 1),
    }
    return render(request, "articles/archive_year.html", context)


@public_page()
def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """Show the days of a month, and what each section published in it."""
    months = sorted(months_of_site())
    if (year, month) not in months:
        raise Http404("没有这个月")
    first = dt.date(year, month, 1)
    last = first.replace(day=calendar.monthrange(year, month)[1])
    days = DayCount.objects.by_day(first, last)
    numbers = DayCount.objects.by_section(first, last)
    before, after = _neighbours(months, (year, month))
    context = {
        "first": first,
        "weeks": _weeks(year, month, days, max(days.values(), default=0)),
        "weekdays": WEEKDAYS,
        "total": sum(days.values()),
        "sections": [(one, numbers[one.pk]) for one in all_sections() if one.pk in numbers],
        "before": before,
        "after": after,
    }
    return render(request, "articles/archive_month.html", context)


@public_page()
def archive_day(request: HttpRequest, year: int, month: int, day: int) -> HttpResponse:
    """Show the titles of one day by section, and the nearest days that have any."""
    try:
        if year < OLDEST:
            raise ValueError(year)
        date = dt.date(year, month, day)
        start = timezone.make_aware(dt.datetime.combine(date, dt.time()))
        end = start + dt.timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise Http404("没有这一天") from error
    public = Article.objects.published().in_visible_sections()
    by_section: dict[Section, list[Article]] = {}
    articles = list(public.on_day(date).newest().only(*HEADLINE))
    prepare_headlines(articles)
    for article in articles:
        by_section.setdefault(article.section, []).append(article)
    times = public.values_list("published_at", flat=True)
    before = times.filter(published_at__lt=start).order_by("-published_at").first()
    after = times.filter(published_at__gte=end).order_by("published_at").first()
    context = {
        "date": date,
        "by_section": sorted(by_section.items(), key=lambda pair: pair[0].position),
        "before": timezone.localtime(before).date() if before else None,
        "after": timezone.localtime(after).date() if after else None,
        "total": sum(len(rows) for rows in by_section.values()),
    }
    return render(request, "articles/archive_day.html", context)


def _years() -> list[int]:
    return sorted({year for year, _ in months_of_site()})


def _neighbours(rows: list[Any], here: Any) -> tuple[Any, Any]:
    """What stands before and after ``here`` in a list that is in order; ``None`` at the ends."""
    place = rows.index(here)
    return (
        rows[place - 1] if place else None,
        rows[place + 1] if place + 1 < len(rows) else None,
    )


def _tint(number: int, most: int) -> int:
    """Return 1 to 5, or 0 for nothing."""
    return -(-number * TINTS // most) if number else 0


def _month_cell(year: int, month: int, number: int, most: int) -> Cell:
    address = reverse("articles:archive_month", args=[year, month])
    words = f"{year}年{month}月，{number} 篇"
    return Cell(f"{month}月", number, address, _tint(number, most), words)


def _weeks(year: int, month: int, days: dict[dt.date, int], most: int) -> list[list[Cell | None]]:
    """Return the weeks of a month, from Monday; days of other months are ``None``."""

    def cell(day: int) -> Cell | None:
        if not day:
            return None
        number = days.get(dt.date(year, month, day), 0)
        address = reverse("articles:archive_day", args=[year, month, day])
        words = f"{month} 月 {day} 日，{number} 篇"
        return Cell(str(day), number, address, _tint(number, most), words)

    return [[cell(day) for day in week] for week in calendar.monthcalendar(year, month)]
