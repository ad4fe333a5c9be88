"""Who signed, guessed from a line of a manuscript."""

from __future__ import annotations

import pytest

from submissions.word.bylines import label_of, names_in


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("通讯员\uff1a周砚秋", ["周砚秋"]),
        ("\uff08通讯员 周砚秋 林亦舟\uff09", ["周砚秋", "林亦舟"]),
        ("文/图 周砚秋", ["周砚秋"]),
        ("作者\uff1a杨　宁", ["杨宁"]),
        ("矿区今年第三次检修完成", []),
        ("", []),
    ],
)
def test_names_behind_a_label_and_nothing_else(line, names):
    assert [name for _, name in names_in(line)] == names


def test_a_label_is_known_by_its_words():
    assert label_of("通讯员")
    assert not label_of("矿区今年第三次检修完成")
