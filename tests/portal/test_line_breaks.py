"""A line break of a template prints nothing."""

from __future__ import annotations

import pytest
from django.template import engines

from portal.line_breaks import LineBreaks


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("<p>\n  矿区\n  通风\n</p>\n", "<p>矿区通风</p>"),
        ('<a\n  class="x"\n  href="/"\n>去</a>', '<a class="x" href="/">去</a>'),
        ("<br\n/>", "<br/>"),
        ("<b>甲</b> <i>乙</i>", "<b>甲</b> <i>乙</i>"),
        ('<a title="1 > 0"\n  href="/">甲\n乙</a>', '<a title="1 > 0" href="/">甲乙</a>'),
        ('<a class="tag\n  tag--red"\n>', '<a class="tag tag--red">'),
        ("1 < 2\n  3 > 2", "1 < 23 > 2"),
        ('<a title="甲\n  > 乙"\n  href="/"\n>丙</a>', '<a title="甲 > 乙" href="/">丙</a>'),
        ("甲\u3000\n  乙", "甲\u3000乙"),
    ],
)
def test_between_words_nothing_and_between_attributes_one_blank(source, printed):
    assert LineBreaks().joined(source) == printed


def test_a_tag_goes_on_behind_what_stands_in_it():
    breaks = LineBreaks()
    pieces = ["<li", '\n  class="', '"\n>\n  甲', "\n</li>"]
    assert [breaks.joined(piece) for piece in pieces] == ["<li", ' class="', '">甲', "</li>"]


@pytest.mark.parametrize("engine", ["jinja2", "django"])
def test_values_keep_their_lines(engine):
    template = engines[engine].from_string("<p>\n  {{ text }}\n</p>")
    assert "甲\n\n乙" in template.render({"text": "甲\n\n乙"})


def test_a_mistake_is_told_with_its_own_line(tmp_path, settings):
    page = "<ul>\n\n  <li>\n    {{ nobody.gave.this }}\n  </li>\n</ul>"
    with pytest.raises(Exception, match="nobody") as told:
        engines["jinja2"].from_string(page).render({})
    assert 4 in [entry.lineno + 1 for entry in told.traceback if "template" in str(entry.path)]
