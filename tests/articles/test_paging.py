"""Pages of lists, without a database."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.http import Http404

from articles.paging import Place, Slice, end_of, numbers_of, place_in

DAYS = [dt.datetime(2026, 11, day, tzinfo=dt.UTC) for day in (30, 29, 28)]


@pytest.mark.parametrize(
    ("here", "last", "shown"),
    [
        (1, 1, [1]),
        (1, 2, [1, 2]),
        (1, 9, [1, 2, None, 9]),
        (2, 9, [1, 2, 3, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 8, 9]),
        (3, 4, [1, 2, 3, 4]),
    ],
)
def test_first_neighbours_and_last_with_gaps_between(here, last, shown):
    assert numbers_of(here, last) == shown


@pytest.mark.parametrize("last", range(1, 30))
def test_the_numbers_only_grow_and_no_gap_is_empty(last):
    for here in range(1, last + 1):
        numbers = numbers_of(here, last)
        known = [number for number in numbers if number]
        assert known == sorted(set(known)) and {1, here, last} <= set(known)
        for place, number in enumerate(numbers):
            if number is None:
                assert numbers[place + 1] - numbers[place - 1] > 1


@pytest.mark.parametrize(
    ("skipped", "day", "over"),
    [(0, 0, 0), (2, 0, 2), (3, 2, 0), (7, 2, 4)],
)
def test_a_page_begins_on_the_day_to_which_the_counts_lead(skipped, day, over):
    counts = list(zip(DAYS, (3, 0, 5), strict=True))
    assert place_in(counts, skipped) == Place(DAYS[day], over)


def test_behind_the_last_row_there_is_no_page():
    with pytest.raises(Http404):
        place_in(list(zip(DAYS, (3, 0, 5), strict=True)), 8)


def test_a_day_ends_at_midnight_in_shanghai():
    assert end_of(dt.date(2026, 11, 30)) == dt.datetime(2026, 11, 30, 16, tzinfo=dt.UTC)


def test_a_slice_without_numbers_shows_none():
    rows = [SimpleNamespace(pk=1)]
    assert Slice(rows, "", "").number == 0
    assert Slice(rows, "", "2", 1, 3).numbers == [1, 2, 3]
