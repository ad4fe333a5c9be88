"""The comparison of two texts, as an editor reads it."""

from __future__ import annotations

import pytest

from articles.text.characters import spans
from articles.text.comparing import compare, paragraphs


def told(line) -> str:
    """Pieces as one line: [-gone-] {+come+}."""
    signs = {"same": "{}", "added": "{{+{}+}}", "removed": "[-{}-]"}
    return "".join(signs[piece.op].format(piece.text) for piece in line)


def blocks(old: str, new: str) -> list[tuple[str, str]]:
    return [(block.kind, told(block.spans)) for block in compare(old, new).blocks]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("差一公分都不行。", "差一厘米都不行。", "差一[-公分-]{+厘米+}都不行。"),
        ("产煤 120 万吨。", "产煤 150 万吨。", "产煤 [-120-]{+150+} 万吨。"),
        ("增长 3.5%", "增长 13.5%", "增长 [-3.5%-]{+13.5%+}"),
        ("队长说。", "队长梁守信说。", "队长{+梁守信+}说。"),
        # A lone character between two changes is not worth keeping.
        ("昨日的会议", "今天的例会", "[-昨日的会议-]{+今天的例会+}"),
        ("一样", "一样", "一样"),
        ("", "新写的", "{+新写的+}"),
    ],
)
def test_characters(old, new, expected):
    assert told(spans(old, new)) == expected


def test_a_paragraph_that_went_elsewhere_is_moved_with_its_changes():
    first, second = "随着最后一架支架就位，工作面全部安装到位。", "据介绍，预计可采煤炭一百万吨。"
    third = "下一步，该矿将组织联合调试，月底具备生产条件。"
    old = f"<p>{first}</p><p>{second}</p><p>{third}</p>"
    new = f"<p>{second}</p><p>{third}</p><p>{first.replace('全部', '已全部')}</p>"
    found = compare(old, new)
    assert [(block.kind, block.note) for block in found.blocks] == [
        ("same", ""),
        ("same", ""),
        ("moved", "原在第 1 段"),
    ]
    assert told(found.blocks[2].spans) == "随着最后一架支架就位，工作面{+已+}全部安装到位。"
    assert found.summary == "移动 1 段；增 1 字，删 0 字。"


def test_joined_and_split_paragraphs_are_said_to_be_so():
    one, other = "为抢时间，队里把三道工序拆成流水线。", "三个班次首尾相接，设备不停。"
    joined = compare(f"<p>{one}</p><p>{other}</p>", f"<p>{one}{other}</p>").blocks
    assert [(block.kind, block.note) for block in joined] == [("joined", "由原第 1—2 段合并")]
    assert told(joined[0].spans) == f"{one}[-¶-]{other}"
    split = compare(f"<p>{one}{other}</p>", f"<p>{one}</p><p>{other}</p>").blocks
    assert [(block.kind, block.note) for block in split] == [("split", "由原第 1 段拆成 2 段")]


def test_added_and_removed_stand_in_their_places():
    assert blocks(
        "<p>开头的一段话。</p><p>要删掉的旧内容。</p><p>结尾的一段话。</p>",
        "<p>开头的一段话。</p><p>结尾的一段话。</p><p>又补了全新一句。</p>",
    ) == [
        ("same", "开头的一段话。"),
        ("removed", "[-要删掉的旧内容。-]"),
        ("same", "结尾的一段话。"),
        ("added", "{+又补了全新一句。+}"),
    ]


def test_a_paragraph_made_a_heading_is_told():
    found = compare("<p>一、准备</p>", "<h2>一、准备</h2>")
    assert found.blocks[0].note == "普通段落改为小标题"
    assert found.summary == "改样式 1 段；增 0 字，删 0 字。"
    assert not found.is_same


def test_the_same_text_is_the_same():
    html = "<p>一段<strong>话</strong>。</p><ul><li>其一</li><li>其二</li></ul>"
    found = compare(html, html)
    assert found.is_same
    assert found.summary == "两稿文字相同。"


def test_tables_lists_verse_and_pictures_are_read_in_order():
    html = (
        "<table><tr><th>项目</th><th>数</th></tr><tr><td>进尺</td><td>12</td></tr></table>"
        "<ul><li><p>其一</p></li></ul>"
        '<div class="verse"><p>巷道很长<br>灯亮着</p></div>'
        '<figure><img src="/pictures/abcdefghijklmnop/768.jpg" alt="井口">'
        "<figcaption>图为井口</figcaption></figure>"
    )
    assert [(one.tag, one.text) for one in paragraphs(html)] == [
        ("tr", "项目\u3000数"),
        ("tr", "进尺\u300012"),
        ("li", "其一"),
        ("p", "巷道很长\n灯亮着"),
        ("figure", "［图井口］图为井口"),
    ]


def test_a_long_text_is_compared_within_reason():
    old = "".join(f"<p>第 {n} 段，安全生产形势总体平稳，各队组抓好落实。</p>" for n in range(300))
    new = old.replace("总体平稳", "总体稳定").replace("第 7 段，", "")
    found = compare(old, new)
    assert len(found.blocks) == 300
    assert {block.kind for block in found.blocks} == {"changed"}
