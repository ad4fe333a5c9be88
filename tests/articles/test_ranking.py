"""The order of hits, without a database."""

from __future__ import annotations

import pytest

from articles.search.ranking import YEAR, Candidate, contains, ordered, score

pytestmark = pytest.mark.database  # as everything that names the search

NOW = 1_700_000_000.0


def one(
    number: int = 1, title: str = "", body: str = "", meta: str = "", age: float = 0
) -> Candidate:
    return Candidate(number, NOW - age * YEAR, title, body, meta)


def better(left: Candidate, right: Candidate, *words: str) -> bool:
    return score(words, left, now=NOW) > score(words, right, now=NOW)


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        # In the title before in the text, at its beginning before its middle.
        (one(title="瓦斯抽采"), one(body="瓦斯抽采"), ["瓦斯"]),
        (one(title="瓦斯抽采"), one(title="矿井瓦斯"), ["瓦斯"]),
        # An author's name before a word of the text.
        (one(meta="周砚秋"), one(body="周砚秋"), ["周砚秋"]),
        # Often before once, but ten times is not ten times as good.
        (one(body="通风" * 3 + "煤" * 100), one(body="通风" + "煤" * 104), ["通风"]),
        # Once in a short text before once in a long one.
        (one(body="通风" + "煤" * 50), one(body="通风" + "煤" * 5_000), ["通风"]),
        # Words that follow one another before the same apart.
        (one(title="皮带检修完成"), one(title="检修完成的皮带"), ["皮带", "检修"]),
        (one(title="皮带的检修完成"), one(title="检修完成的皮带"), ["皮带", "检修"]),
        # New before old where nothing else differs.
        (one(title="瓦斯"), one(title="瓦斯", age=3), ["瓦斯"]),
    ],
)
def test_what_fits_better_comes_first(left, right, words):
    assert better(left, right, *words)
    assert not better(right, left, *words)


def test_the_fourth_time_adds_less_than_the_second():
    scores = [
        score(["通风"], one(body="通风" * times + "煤" * 300), now=NOW) for times in (1, 2, 3, 4)
    ]
    assert scores[1] - scores[0] > scores[3] - scores[2] > 0


def test_a_title_of_ten_years_ago_still_beats_a_word_in_a_text_of_today():
    assert better(one(title="瓦斯", age=10), one(body="瓦斯" + "煤" * 500), "瓦斯")


def test_every_word_has_to_be_somewhere():
    document = one(title="皮带", body="检修", meta="周砚秋")
    assert contains(["皮带", "检修", "周砚秋"], document)
    assert not contains(["皮带", "通风"], document)


def test_of_equals_the_higher_number_comes_first():
    found = ordered(["瓦斯"], [one(3, "瓦斯"), one(7, "瓦斯"), one(5, "瓦斯")], now=NOW)
    assert [number for _, number in found] == [7, 5, 3]
