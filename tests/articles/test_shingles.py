"""Near-duplicates as numbers: pieces, samples of them, and what two texts share."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.indexes.shingles import FEWEST, MOST, PIECE, pieces, plain, sample, share

WORDS = "矿井通风皮带检修班组安全生产瓦斯抽采液压支架掘进综采工作面巷道顶板水泵绞车煤仓"


def text(seed: int, length: int) -> str:
    """The same text for the same seed."""
    return "".join(random.Random(seed).choices(WORDS, k=length))


def test_only_letters_digits_and_ideographs_count_and_they_are_folded():
    assert plain("《矿井》 通风\uff0cＡ1-b\u3000風") == plain("矿井通风a1B风")


def test_a_text_has_as_many_pieces_as_places_where_one_can_begin():
    assert pieces("一二三四五六七八九十") == {
        "一二三四五六七八",
        "二三四五六七八九",
        "三四五六七八九十",
    }
    assert pieces("一二三四五六七") == set()


@pytest.mark.parametrize("length", [60, 300, 3_000, 40_000])
def test_a_sample_is_neither_empty_nor_large(length):
    assert FEWEST <= len(sample(text(1, length))) <= MOST


def test_equal_texts_have_equal_samples_whatever_process_asks():
    assert sample(text(1, 500)) == sample(text(1, 500))


def test_what_was_taken_out_of_a_longer_text_shares_its_sample():
    whole = text(2, 4_000)
    part = whole[500:2_500]
    assert set(sample(part)) & set(sample(whole))
    assert not set(sample(part)) & set(sample(text(3, 4_000)))


def test_the_share_is_that_of_each_in_the_other():
    whole, part = text(4, 1_000), text(4, 1_000)[:250]
    of_part, of_whole = share(pieces(part), pieces(whole))
    assert of_part == 1.0
    assert of_whole == pytest.approx((250 - PIECE + 1) / (1_000 - PIECE + 1), abs=0.01)
    assert share(set(), pieces(whole)) == (0.0, 0.0)


@given(st.text(alphabet=WORDS, min_size=PIECE, max_size=400), st.integers(0, 400))
def test_one_changed_sign_costs_eight_pieces_at_most(written, place):
    place %= len(written)
    changed = written[:place] + "甲" + written[place + 1 :]
    assert len(pieces(written) - pieces(changed)) <= PIECE
