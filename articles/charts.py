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
