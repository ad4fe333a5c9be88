"""Rules A1, A5 and A6, written with escapes so that no tool mends them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.content.tags import join, split
from articles.text.typography import full_width, strip_paragraph


@pytest.mark.parametrize(
    ("typed", "set_right"),
    [
        ("\u8fd1\u65e5,\u5168\u77ff", "\u8fd1\u65e5\uff0c\u5168\u77ff"),
        ("\u4f5c\u8005:\u674e", "\u4f5c\u8005\uff1a\u674e"),
        ("80m\u00b3,\u94fa\u8bbe", "80m\u00b3\uff0c\u94fa\u8bbe"),
        ("\u201c\u5bb6\u5ead\u201d,\u7686", "\u201c\u5bb6\u5ead\u201d\uff0c\u7686"),
        ("12,000\u4eba,\u73b0\u6709", "12,000\u4eba\uff0c\u73b0\u6709"),
        ("2014-5-31 11:54:26", "2014-5-31 11:54:26"),
        ("\u6bd4\u4f8b1:500\u3002", "\u6bd4\u4f8b1:500\u3002"),
        ("\u7f51\u5740www.cwestc.com,\u8be6\u89c1", "\u7f51\u5740www.cwestc.com\uff0c\u8be6\u89c1"),
        ("(023)68178780", "(023)68178780"),
        ("\u6768(\u76d1\u7763)", "\u6768\uff08\u76d1\u7763\uff09"),
        ("f(x) = y", "f(x) = y"),
        ("\u516c\u5f0f f(x)=y", "\u516c\u5f0f f(x)=y"),
        ("OK, fine: yes; no? go!", "OK, fine: yes; no? go!"),
        ("\u5417?\u597d!", "\u5417\uff1f\u597d\uff01"),
        ("34\u33a1\u00b3\u2460", "34\u33a1\u00b3\u2460"),
        ("https://example.com/a?b=1,2 \u89c1", "https://example.com/a?b=1,2 \u89c1"),
    ],
)
def test_half_width_marks_in_chinese(typed, set_right):
    assert full_width(typed) == set_right


@given(
    st.text(st.sampled_from("\u77ff\u4e95,:;?!()aZ09.\u201c\u201d\u3002 \u33a1\u00b3"), max_size=40)
)
def test_only_marks_change_and_a_second_run_changes_nothing(text):
    done = full_width(text)
    assert len(done) == len(text)
    assert full_width(done) == done
    for old, new in zip(text, done, strict=True):
        assert old == new or old in ",:;?!()"


def test_indents_of_every_kind_are_stripped():
    assert strip_paragraph(" \u00a0\u3000\u200b\ufeff\u6b63\u6587 \u00a0") == "\u6b63\u6587"


def test_tags_split_at_chinese_separators_and_never_at_spaces():
    typed = "\u6559\u80b2\uff0c\u6c11\u751f\u3001\u5e02\u653f\u5e9c;AI\uff1bai,\u4e95\u4e0b \u901a\u98ce"
    assert split(typed) == [
        "\u6559\u80b2",
        "\u6c11\u751f",
        "\u5e02\u653f\u5e9c",
        "AI",
        "\u4e95\u4e0b \u901a\u98ce",
    ]
    assert split("") == []


def test_tags_are_shown_as_an_editor_types_them():
    class Tag:
        def __init__(self, name):
            self.name = name

    assert join([Tag("\u5b89\u5168"), Tag("\u515a\u5efa")]) == "\u515a\u5efa\u3001\u5b89\u5168"
