"""Charts drawn on the server: numbers become the places of SVG shapes."""

from __future__ import annotations

from dataclasses import dataclass

HEIGHT, TOP, BASE = 190, 22, 160
SLOT, BAR = 42, 26
NARROWEST = 340  # fits a phone
LABELS = 6  # that many years are written under the bars at most


@dataclass(frozen=True)
class Bar:
    """One bar: its year and number, and where it stands."""

    year: int
    number: int
    x: int
    y: int
    height: int
    middle: int
    labelled: bool
    newest: bool


@dataclass(frozen=True)
class YearChart:
    """A bar chart of years; ``words`` says the same to those who do not see it."""

    width: int
    bars: list[Bar]
    words: str


def year_chart(numbers: dict[int, int]) -> YearChart | None:
    """Return the chart of pieces by year, without gaps; ``None`` when there is nothing."""
    if not numbers:
        return None
    first, last = min(numbers), max(numbers)
    most = max(numbers.values())
    every = -(-(last - first + 1) // LABELS)
    bars = []
    for place, year in enumerate(range(first, last + 1)):
        number = numbers.get(year, 0)
        height = round((BASE - TOP) * number / most)
        x = 6 + place * SLOT
        labelled = (year - first) % every == 0
        bars.append(
            Bar(
                year=year,
                number=number,
                x=x,
                y=BASE - height,
                height=height,
                middle=x + BAR // 2,
                labelled=labelled,
                newest=year == last,
            )
        )
    words = "，".join(f"{bar.year} 年 {bar.number} 篇" for bar in bars)
    return YearChart(width=max(NARROWEST, len(bars) * SLOT + 6), bars=bars, words=words)


# Two bars for each day, side by side.
DAY_SLOT, DAY_BAR, DAY_BASE, DAY_TOP = 20, 8, 120, 12
EVERY = 7


@dataclass(frozen=True)
class Day:
    """One day: both numbers, and where the bars stand."""

    label: str
    first: int
    second: int
    x: int
    x2: int
    y: int
    y2: int
    height: int
    height2: int
    labelled: bool


@dataclass(frozen=True)
class DayChart:
    """Paired bars of days; ``words`` says the same to those who do not see it."""

    width: int
    most: int
    days: list[Day]
    words: str


def day_chart(rows: list[tuple[str, int, int]], names: tuple[str, str]) -> DayChart:
    """Return the chart of (day, number, other number), the oldest first."""
    most = max([1, *(number for _, *both in rows for number in both)])

    def height(number: int) -> int:
        return round((DAY_BASE - DAY_TOP) * number / most)

    days = [
        Day(
            label=label, first=one, second=other, x=place * DAY_SLOT + 2,
            x2=place * DAY_SLOT + 2 + DAY_BAR, y=DAY_BASE - height(one), y2=DAY_BASE - height(other),
            height=height(one), height2=height(other), labelled=place % EVERY == 0,
        )
        for place, (label, one, other) in enumerate(rows)
    ]  # fmt: skip
    words = "；".join(f"{label} {names[0]} {one}、{names[1]} {other}" for label, one, other in rows)
    return DayChart(width=len(rows) * DAY_SLOT + 4, most=most, days=days, words=words)
