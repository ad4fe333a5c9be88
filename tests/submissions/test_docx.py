"""Word files: a clean body or one sentence, never an error; read in a process with limits."""

from __future__ import annotations

import io
import re

import pytest
from django.urls import reverse

from articles.text.pasting import LONGEST, TooLong, tidy
from articles.text.richtext import clean, to_text
from submissions import converter, sandbox
from submissions.sandbox import convert_sandboxed
from submissions.word import BadDocument, inspect, package, place
from submissions.word.bylines import names_in
from tests import factories as f
from tests import word_files as w


def test_an_ordinary_file_with_everything_in_order():
    found = convert_sandboxed(w.ordinary())
    assert found.title == "白桦沟煤矿三号皮带检修完成"
    assert found.subtitle == "提前八小时恢复运行"
    assert found.bylines == (("霁川煤业公司", "林亦舟"), ("霁川煤业公司", "杨宁"))
    assert found.html == "\n".join(
        [
            "<p>近日，白桦沟煤矿三号皮带完成检修。<strong>提前八小时</strong></p>",
            "<h2>一、准备</h2>",
            "<ul><li>备件<ul><li>托辊</li></ul></li><li>人员</li></ul>",
            '<figure><img src="/pictures/docx-picture-0000/768.jpg">'
            "<figcaption>图为检修现场。</figcaption></figure>",
            "<h2>（一）数据</h2>",
            "<table><tbody><tr><td>项目</td><td></td></tr>"
            "<tr><td></td><td>1250 万吨</td></tr></tbody></table>",
            '<figure><img src="/pictures/docx-picture-0001/768.jpg"></figure>',
            "<p>检修历时两天。</p>",
        ]
    )
    assert [picture.caption for picture in found.pictures] == ["图为检修现场。", ""]
    assert found.pictures[0].data == w.picture("red").getvalue()
    assert found.dropped == ()


def test_what_wps_writes():
    found = convert_sandboxed(w.wps())
    assert found.title == "鹿鸣塬煤矿清仓机器人投用"
    assert found.bylines == (("鹿鸣塬煤矿", "周砚秋"),)
    assert found.html == "\n".join(
        [
            "<p>近日，鹿鸣塬煤矿清仓机器人投用。</p>",
            "<h2>一、投用</h2>",
            "<table><tbody><tr><td>班次</td><td>早班</td></tr></tbody></table>",
            "<p>两人一班，三天清完。</p>",
        ]
    )


def test_tracked_changes_read_as_accepted():
    found = convert_sandboxed(w.tracked())
    assert found.html == "<p>检修历时两天。</p>"
    assert found.dropped == ("修订中删除的文字 1 处（第 2 段）",)


def test_the_words_of_text_boxes_stay_once_and_at_their_place():
    found = convert_sandboxed(w.text_boxes())
    assert found.html == "\n".join(
        f"<p>{text}</p>" for text in ("正文一段。", "新框里的话。", "旧框里的话。", "最后一段。")
    )
    assert found.dropped == ("文本框 2 个的边框（第 3 段、第 4 段；文字已放进正文，请核对位置）",)


def test_links_that_run_script_lose_their_target_and_keep_their_words():
    found = convert_sandboxed(w.scripts())
    assert "javascript" not in found.html
    assert "<script" not in found.html
    assert found.html.startswith(
        '<p>第一个第二个<a href="https://example.com/" rel="noopener noreferrer">第三个</a></p>'
    )
    assert "&lt;script&gt;alert(3)&lt;/script&gt;" in found.html
    assert found.dropped == ("不安全的链接 2 处（第 2 段；文字保留）",)


def test_nothing_outside_the_file_is_read():
    found = convert_sandboxed(w.outside())
    assert found.html == "<p>正文。</p>"
    assert found.pictures == ()
    assert found.dropped == ("只有链接的图片 1 张（第 2 段；请在“配图”里上传）",)


def test_a_large_one_keeps_its_pictures():
    file = w.ordinary(megabytes=15)
    assert len(file.getvalue()) > 15_000_000
    inspect(file)
    found = convert_sandboxed(file)
    assert len(found.pictures) == 17
    assert sum(len(picture.data) for picture in found.pictures) > 15_000_000


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (w.entities, package.SUSPECT),
        (w.bomb, package.TOO_LARGE),
        (w.lying_bomb, "Word 文件"),
        (w.many_members, package.TOO_LARGE),
        (w.truncated, package.BROKEN),
        (w.not_word, package.NOT_WORD),
        (lambda: io.BytesIO(b"PK\x03\x04" + b"\x00" * 500), package.BROKEN),
        (lambda: w.raw("<w:p><w:r>"), package.BROKEN),
        (lambda: w.raw("<w:p>" * 3000 + "</w:p>" * 3000), "Word 文件"),
    ],
)
def test_a_hostile_or_broken_one_gets_a_sentence(make, sentence):
    with pytest.raises(BadDocument) as refusal:
        convert_sandboxed(make())
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("limit", "value"), [("CPU_SECONDS", 2), ("MEMORY", 300 * 1024 * 1024), ("WALL_SECONDS", 1)]
)
def test_more_work_than_allowed_ends_the_process_and_nothing_else(monkeypatch, limit, value):
    monkeypatch.setattr(sandbox, limit, value)
    with pytest.raises(BadDocument, match=package.TOO_COMPLEX):
        convert_sandboxed(w.heavy())
    monkeypatch.undo()
    assert convert_sandboxed(w.wps()).title


@pytest.mark.parametrize("make", [w.bomb, w.many_members, w.truncated, w.not_word])
def test_a_request_that_only_looks_refuses_them_too(make):
    with pytest.raises(BadDocument):
        inspect(make())


@pytest.mark.parametrize(
    ("line", "pairs"),
    [
        ("作者：霁川煤业公司 林亦舟", (("霁川煤业公司", "林亦舟"),)),
        ("本网通讯员：周砚秋 陈牧野", (("", "周砚秋"), ("", "陈牧野"))),
        ("（通讯员 许青禾）", (("", "许青禾"),)),
        ("文/图：许青禾", (("", "许青禾"),)),
        ("供稿：鹿鸣塬煤矿宣传科", (("鹿鸣塬煤矿宣传科", ""),)),
        ("鹿鸣塬煤矿 周砚秋、霁川煤业公司 古丽娜尔·阿山",
         (("鹿鸣塬煤矿", "周砚秋"), ("霁川煤业公司", "古丽娜尔·阿山"))),
        ("鹿鸣塬煤矿　杨 宁", (("鹿鸣塬煤矿", "杨宁"),)),
        ("近日，皮带检修完成", ()),
        ("安全生产", ()),
    ],
)  # fmt: skip
def test_bylines_in_their_usual_forms(line, pairs):
    assert names_in(line) == pairs


def test_stored_pictures_take_their_places_and_refused_ones_leave_no_hole():
    html = convert_sandboxed(w.ordinary()).html
    placed = place(html, ["AbCdEfGhIjKlMnOpQrStUv", ""])
    assert 'src="/pictures/AbCdEfGhIjKlMnOpQrStUv/768.jpg"' in placed
    assert placed.count("<figure>") == 1
    assert "docx-picture" not in placed
    assert clean(placed) == placed


def test_a_link_that_leads_out_of_the_sandbox_is_followed_nowhere(tmp_path, monkeypatch):
    secret = tmp_path / "other.docx"
    secret.write_bytes(w.wps().getvalue())

    def leave_a_link(command, *, cwd, **options):
        (cwd / "out").mkdir()
        (cwd / "out" / "in.docx").symlink_to(secret)

    monkeypatch.setattr(converter.subprocess, "run", leave_a_link)
    with pytest.raises(BadDocument):
        converter.to_docx(io.BytesIO(b"x"), "rtf", tmp_path / "made.docx")
    assert not (tmp_path / "made.docx").exists()


class TestPasting:
    WORD = """<html><head><style>p{margin:0}</style></head><body><!--StartFragment-->
<!--[if gte mso 9]><xml>xyz</xml><![endif]--><p class=MsoNormal style='text-indent:24pt'><span
style='font-family：宋体'>　　近日，<b style='mso-bidi-font-weight:normal'>白桦沟</b>煤矿<span
style="font-weight:700">完成</span>检修。<o:p></o:p></span></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>备件</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o&nbsp;</span>托辊</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>人员</p>
<table class=MsoTable><tr><td><p class=MsoNormal>甲<o:p></o:p></p></td><td>乙</td></tr></table>
<p><img src="file:///C:/a.png"><a href="javascript:alert(1)">点</a><script>alert(1)</script></p>
<!--EndFragment--></body></html>"""

    def test_what_word_puts_on_the_clipboard(self):
        found = tidy(self.WORD)
        assert found.html.replace("\n", "") == (
            "<p>近日，<strong>白桦沟</strong>煤矿<strong>完成</strong>检修。</p>"
            "<ul><li>备件<ul><li>托辊</li></ul></li><li>人员</li></ul>"
            "<table><tbody><tr><td>甲</td><td>乙</td></tr></tbody></table><p>点</p>"
        )
        assert found.dropped == ("图片 1 张（“点”处；请在“配图”里上传）", "脚本 1 段（“点”处）")

    @pytest.mark.parametrize(
        ("pasted", "html"),
        [
            ("", ""),
            ("纯文字 a<b>c</b>", "<p>纯文字 a<strong>c</strong></p>"),
            ("<div>甲</div><div>乙</div>", "<p>甲</p>\n<p>乙</p>"),
            ("a &lt;script&gt;", "<p>a &lt;script&gt;</p>"),
            ("<b style='font-weight:normal'><p>谷歌文档</p></b>", "<p>谷歌文档</p>"),
            (
                '<div class="verse"><p>一<br>二</p></div>',
                '<div class="verse"><p>一<br>二</p></div>',
            ),
            ("1. 不是列表的一行", "<p>1. 不是列表的一行</p>"),
        ],
    )
    def test_other_pastes(self, pasted, html):
        assert tidy(pasted).html == html

    def test_what_the_editor_holds_is_pasted_as_it_is(self):
        own = (
            '<p class="flush">顶格</p>\n<figure><img src="/pictures/AbCdEfGhIjKlMnOpQrStUv/768.jpg" '
            'alt="井口"><figcaption>说明</figcaption></figure>'
        )
        assert tidy(own).html == own

    def test_too_much_at_once(self):
        with pytest.raises(TooLong, match="一次粘贴的内容太多"):
            tidy("x" * (LONGEST + 1))

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        "opening", ["<!--", "<!--StartFragment-->", "<![if ", "<div>", "<b>", "<div></x>", "<a>"]
    )
    def test_what_never_ends_keeps_its_words(self, opening):
        pasted = f"<p>开头</p>{opening * 20_000}<p>结尾</p>"
        client = f.signed_in(f.correspondent().user)
        answer = client.post(reverse("submissions:paste"), {"html": pasted}).json()
        words = to_text(answer["html"]).split()
        assert (words[0], words[-1]) == ("开头", "结尾")

    def test_odd_markup_ends_clean(self):
        for odd in ("<p><p><table><li>", "<!--", "<![if !x]>", "\x00<svg><script>1</script></svg>"):
            found = tidy(odd).html
            assert clean(found) == found
            assert not re.search(r"<(?:script|svg|!)", found)
