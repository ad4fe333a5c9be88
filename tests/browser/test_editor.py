"""The editor of the submission form in Chromium, alone on a page under the site's own policy."""

from __future__ import annotations

import base64
import itertools
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from articles.text import richtext
from articles.text.richtext import clean
from articles.text.typography import full_width
from tests.browser.conftest import settled

# The live server serves static files only; the tests ask it for nothing that is in the database.
pytestmark = pytest.mark.django_db(transaction=True)

POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'"
PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>正文</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/static/css/site.css">
<link rel="stylesheet" href="/static/css/writing.css"></head>
<body><main class="wrap"><h1>在线投稿</h1><form class="with-rail"><div class="form"><div class="field">
<label for="text">正文<span class="req">必填</span></label><div id="host"></div>
<textarea id="text" name="text" rows="10" aria-describedby="hint"></textarea>
<p class="hint" id="hint"><span>段首不用打空格，系统自动缩进两字。</span></p></div>
<button class="btn" id="send">提交审稿</button></div></form></main>
<script src="/static/js/editor.js"></script></body></html>"""
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////"
    "////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)
PICTURE = "/pictures/AbCdEfGhIjKlMnOpQrStUv/480.jpg"
MOUNT = """html => { window.changes = 0; window.editor = NewsroomEditor.mount(
  document.getElementById('host'), Object.assign({
    html, textarea: document.getElementById('text'), label: '正文', placeholder: '从这里写起',
    onChange: () => { window.changes += 1; },
    pictures: () => window.given || [],
  }, window.options || {})); }"""

SAMPLE = "\n".join(
    [
        "<p>开头一段，<strong>加粗</strong>、<em>着重</em>、<s>划去</s>、H<sub>2</sub>O、m<sup>2</sup>，"
        '<a href="https://example.com/a?b=1&amp;c=2" title="说明" rel="noopener noreferrer">链接</a>'
        "，A&nbsp;B，&lt;不是标签&gt;，“引号”。<br>第二行</p>",
        '<p class="flush">顶格一段</p>',
        "<h2>一、小标题</h2>",
        "<h3>（一）小节题</h3>",
        "<hr>",
        '<div class="verse"><p>巷道很长<br>灯亮着</p><p>第二节</p></div>',
        "<div>直接的文字</div>",
        '<aside class="pull"><p>摘出的一句</p></aside>',
        "<aside>旁注</aside>",
        "<ul>\n<li>一</li>\n<li>二<ul><li>二之一</li></ul></li>\n<li><p>三</p></li>\n</ul>",
        '<ol start="3"><li>三</li><li>四</li></ol>',
        "<blockquote><p>引文</p><cite>出处</cite></blockquote>",
        f'<figure><a href="/jukuang/" rel="noopener noreferrer"><img src="{PICTURE}" alt="井口" '
        'width="480" height="320"></a><figcaption>说明　何立山 摄</figcaption></figure>',
        "<table><caption>表一</caption><thead>"
        '<tr><th scope="col">名称</th><th class="n" colspan="2">产量</th></tr></thead>'
        '<tbody><tr><th scope="row" rowspan="2">甲矿</th><td class="n">1</td><td class="n">2</td></tr>'
        '<tr><td colspan="2" rowspan="1">合并</td></tr></tbody></table>',
        "<p>结尾。</p>",
    ]
)


class Desk:
    """What a test does with an editor on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.text = page.get_by_role("textbox", name="正文")
        self.status = page.get_by_role("status")

    def mount(self, html: str = "", **given: Any) -> Desk:
        self.page.evaluate(MOUNT, html, **given)
        return self

    def html(self) -> str:
        return self.page.evaluate("editor.html()")

    def tool(self, name: str) -> Any:
        return self.page.get_by_role("toolbar", name="正文工具").get_by_role(
            "button", name=name, exact=True
        )

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            # The browser reports a moved selection with the next frame.
            self.page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)

    def end(self) -> None:
        self.text.focus()
        self.press("Control+End")

    def start(self) -> None:
        self.text.focus()
        self.press("Control+Home")

    def paste(self, text: str = "", html: str = "", kind: str = "paste") -> None:
        """Hand the editor a clipboard, as the browser would."""
        self.page.evaluate(
            """([text, html, kind]) => {
              const data = new DataTransfer();
              if (text) data.setData('text/plain', text);
              if (html) data.setData('text/html', html);
              const target = document.querySelector('[role=textbox]');
              const box = target.getBoundingClientRect();
              target.dispatchEvent(kind === 'paste'
                ? new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})
                : new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true,
                    clientX: box.x + box.width / 2, clientY: box.y + 30}));
            }""",
            [text, html, kind],
        )


def compose(editor: Desk) -> None:
    ime = editor.page.context.new_cdp_session(editor.page)
    for part in ("m", "mei", "mei'tan", "煤炭"):
        end = len(part)
        given = {"text": part, "selectionStart": end, "selectionEnd": end}
        ime.send("Input.imeSetComposition", given)
    ime.send("Input.insertText", {"text": "煤炭"})


def picture(route: Route) -> None:
    route.fulfill(body=JPEG, content_type="image/jpeg")


@pytest.fixture
def desk(open_page):
    def make(html: str = "", width: int = 1280, policy: str = POLICY, **options: Any) -> Desk:
        page = open_page(width, **options)
        page.route("**/pictures/**", picture)
        page.route(
            "**/writing/",
            lambda route: route.fulfill(
                body=PAGE, content_type="text/html", headers={"Content-Security-Policy": policy}
            ),
        )
        page.goto("/writing/")
        return Desk(page).mount(html)

    return make


# --- what goes in comes out -------------------------------------------------------------------


def test_the_sample_holds_everything_that_is_allowed():
    assert clean(SAMPLE) == SAMPLE
    assert set(re.findall(r"<([a-z]\w*)", SAMPLE)) == richtext.TAGS
    for tag, names in richtext.ATTRIBUTES.items():
        for name in names:
            assert re.search(rf'<{tag}\b[^>]*\s{name}="', SAMPLE), (tag, name)
    for tag, names in richtext.CLASSES.items():
        for name in names:
            assert re.search(rf'<{tag}\b[^>]*\sclass="{name}"', SAMPLE), (tag, name)


@pytest.mark.parametrize(
    "html",
    ["", SAMPLE, "<p>甲</p>\r\n\r\n<P CLASS=flush>乙</P> ", "文字", "<p>　　a<b>b</b></p><br><br>"],
)
def test_untouched_text_comes_back_byte_for_byte(desk, html):
    editor = desk(html)
    assert editor.html() == html
    editor.start()
    editor.press("ArrowDown", "ArrowUp")
    assert editor.html() == html
    # Typing and taking back is no change either.
    editor.type("字")
    assert editor.html() != html
    editor.press("Control+z")
    assert editor.html() == html
    editor.page.evaluate("editor.destroy()")
    assert editor.page.evaluate("document.getElementById('text').value") in {
        html,
        html.replace("\r\n", "\n"),
    }


def test_everything_allowed_survives_an_edit_elsewhere(desk):
    editor = desk(SAMPLE)
    editor.end()
    editor.type("完")
    assert clean(editor.html()) == SAMPLE.replace("结尾。", "结尾。完")
    assert editor.page.evaluate("changes") == 1
    assert editor.page.evaluate("document.getElementById('text').value") == editor.html()


def test_everything_allowed_survives_the_document_itself(desk):
    """Nothing remembered: what an edited block is made of is complete."""
    editor = desk()
    again = editor.page.evaluate("html => NewsroomEditor.rewrite(html)", SAMPLE)
    assert clean(again) == SAMPLE


def loose() -> list[str]:
    inner = ["文字", "<strong>粗</strong>字", "<p>段</p>", "<p>段一</p><p>段二</p>", "文字<p>段</p>尾",
             "<p></p>", "", "上<br>下", "<ul><li>点</li></ul>", "字<ol><li>点</li></ol>",
             f'<img src="{PICTURE}" alt="">', "<h3>题</h3>文", '<p class="flush">顶</p>'
             ]  # fmt: skip
    shells = ["<blockquote>{}</blockquote>", "<div>{}</div>", "<aside>{}</aside>", "<figure>{}</figure>",
              "<figure><figcaption>{}</figcaption></figure>", "<ul><li>{}</li></ul>",
              "<table><tbody><tr><td>{}</td><th>{}</th></tr></tbody></table>",
              "<table><caption>{}</caption><tbody><tr><td>格</td></tr></tbody></table>",
              '<div class="verse">{}</div>',
              ]  # fmt: skip
    made = [shell.replace("{}", part) for shell, part in itertools.product(shells, inner)]
    made += [
        "<ul></ul>", "<ol></ol>", "<table></table>", "<table><tbody></tbody></table>",
        "<table><tbody><tr></tr></tbody></table>", "<li>表外的项</li><li>又一项</li>",
        "<ul><ul><li>错套</li></ul></ul>", "<ul>散字<li>点</li></ul>", "直接的文字<p>段</p>又是文字",
        "<figcaption>图外的说明</figcaption>", "<div><div><div>三层</div></div></div>",
        "<table><tbody><tr><td><table><tbody><tr><td>内</td></tr></tbody></table></td></tr></tbody></table>",
        "<table><tbody><tr><td>一</td></tr><tr><td>二</td><td>三</td></tr></tbody></table>",
        "<blockquote><blockquote><p>引中引</p></blockquote></blockquote>", "<p>a<br></p>", "<p><br></p>",
        "<cite>独立的出处</cite>", '<ol start="0"><li>零</li></ol>', "<hr><hr>",
        "<ul>\n  <li>一\n  <ul>\n <li>二</li>\n</ul>\n</li>\n</ul>",
        "<table>\n<tbody>\n<tr>\n<td>一</td>\n<td>二</td>\n</tr>\n</tbody>\n</table>",
        "<p>全角　空格&nbsp;&nbsp;不动</p>", "<h2>题<br>二行</h2>", "<td>格子在表外</td>",
    ]  # fmt: skip
    return made


def test_loose_nestings_survive_in_the_document_itself(desk):
    """As the archive has them; each is read and written without anything remembered."""
    editor = desk()
    wrong = []
    for html in loose():
        given = clean(html)
        again = clean(editor.page.evaluate("html => NewsroomEditor.rewrite(html)", given))
        if again != given:
            wrong.append((given, again))
    assert not wrong
    assert len(loose()) > 60


def test_odder_text_still_survives_an_edit_elsewhere(desk):
    """What the document cannot hold as it is: blocks inside inline elements, order of marks."""
    odd = ["<strong><p>粗段</p></strong>", "<em><strong>逆序</strong></em>", "<p>换\n行  空格</p>",
           '<a href="/x/"><h2>题</h2></a>', "<p><strong></strong>空</p>",
           '<img alt="先" src="/pictures/AbCdEfGhIjKlMnOpQrStUv/480.jpg">']  # fmt: skip
    blocks = [clean(f"<div>{html}</div>") for html in [*loose(), *odd]]
    editor = desk()
    for html in blocks:
        editor.page.evaluate("html => editor.setHtml(html)", f"{html}<p>尾</p>")
        editor.page.evaluate("editor.focus()")
        editor.press("Control+End")
        editor.type("巴")
        assert clean(editor.html()) == clean(f"{html}<p>尾巴</p>")


def test_a_change_inside_changes_only_its_place(desk):
    table = "<table><tbody><tr><td>一</td><td><p>二</p></td><td></td></tr></tbody></table>"
    editor = desk(f"<ul><li>甲</li><li><p>乙</p></li></ul>{table}<p>尾</p>")
    editor.start()
    editor.type("新")
    assert editor.html() == f"<ul><li>新甲</li><li><p>乙</p></li></ul>{table}<p>尾</p>"
    editor.page.get_by_role("cell").nth(2).click()
    editor.type("三")
    assert editor.html() == (
        "<ul><li>新甲</li><li><p>乙</p></li></ul>"
        "<table><tbody><tr><td>一</td><td><p>二</p></td><td>三</td></tr></tbody></table><p>尾</p>"
    )


HOSTILE = """<p onclick="window.bad=1" style="color:red">文<script>window.bad=1</script>字</p>
<img src="/nichts/x.png" onerror="window.bad=1"><img src="https://evil.example/a.jpg">
<svg onload="window.bad=1"><image href="https://evil.example/b.png"/></svg>
<iframe src="/nichts/frame/"></iframe><object data="/nichts/o"></object><video src="/nichts/v" autoplay></video>
<style>@import url(/nichts/s.css);</style><link rel="stylesheet" href="/nichts/l.css">
<math><mtext><table><mglyph><style><img src=x onerror="window.bad=1"></style></mglyph></table></mtext></math>
<p><a href="java&#10;script:window.bad=1">甲</a><a href="data:text/html,x">乙</a></p>
<body onload="window.bad=1"><form action="/nichts/f"><input name="text" value="x"></form>"""


def test_hostile_text_runs_nothing_and_asks_for_nothing(desk):
    # Without the site's policy: the editor itself must let nothing through.
    editor = desk("<p>前</p>", policy="")
    asked = []
    editor.page.on("request", lambda request: asked.append(request.url))
    for call in ("editor.setHtml(html)", "editor.insertHtml(html)"):
        editor.page.evaluate(f"html => {call}", HOSTILE)
        editor.end()
        editor.type("完")
    settled(editor.page)
    assert not asked
    assert editor.page.evaluate("window.bad") is None
    inside = editor.page.evaluate("document.querySelector('[role=textbox]').innerHTML")
    assert not re.search(r"onclick|onerror|onload|script|iframe|style=|java|data:|evil", inside)
    assert "文字" in editor.text.inner_text()
    assert editor.page.locator("form").count() == 1


# --- writing ----------------------------------------------------------------------------------


def test_chinese_paragraphs_are_written_and_counted(desk):
    editor = desk()
    assert editor.page.evaluate("[editor.isEmpty(), editor.html(), editor.length()]") == [
        True,
        "",
        0,
    ]
    editor.page.locator("label[for=text]").click()
    expect(editor.text).to_be_focused()
    editor.type("第一段")
    editor.press("Enter", "Enter")
    editor.type("第二段 8302 面")
    editor.press("Shift+Enter")
    editor.type("又一行")
    assert editor.html() == "<p>第一段</p><p>第二段 8302 面<br>又一行</p>"
    assert editor.page.evaluate("[editor.isEmpty(), editor.length()]") == [False, 14]
    editor.press("Control+a", "Backspace")
    assert editor.html() == ""


def test_an_input_method_composes_undisturbed(desk):
    editor = desk("<p>甲</p>")
    editor.end()
    ime = editor.page.context.new_cdp_session(editor.page)
    for part in ("m", "mei", "mei'tan", "煤炭"):
        ime.send(
            "Input.imeSetComposition",
            {"text": part, "selectionStart": len(part), "selectionEnd": len(part)},
        )
    ime.send("Input.insertText", {"text": "煤炭"})
    assert editor.html() == "<p>甲煤炭</p>"


def test_marks_by_keyboard_and_by_button(desk):
    editor = desk("<p>加粗着重</p>")
    editor.start()
    editor.press("Shift+ArrowRight", "Shift+ArrowRight", "Control+b")
    expect(editor.tool("粗体")).to_have_attribute("aria-pressed", "true")
    editor.press("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Control+i")
    assert editor.html() == "<p><strong>加粗</strong><em>着重</em></p>"
    editor.press("Control+a")
    editor.tool("清除格式").click()
    assert editor.html() == "<p>加粗着重</p>"
    editor.tool("撤销").click()
    editor.press("Control+z")
    assert editor.html() == "<p><strong>加粗</strong>着重</p>"
    editor.press("Control+Shift+z")
    editor.tool("重做").click()
    assert editor.html() == "<p>加粗着重</p>"
    expect(editor.tool("重做")).to_have_attribute("aria-disabled", "true")
    editor.press("ArrowRight")
    editor.tool("上标").click()
    editor.type("2")
    editor.tool("下标").click()
    editor.type("3")
    assert editor.html() == "<p>加粗着重<sup>2</sup><sub>3</sub></p>"


def test_headings_quotes_and_rules_go_on_and_off(desk):
    editor = desk("<p>甲</p>\n<p>乙</p>")
    editor.start()
    editor.tool("小标题").click()
    assert editor.html() == "<h2>甲</h2>\n<p>乙</p>"
    editor.tool("小节题，比小标题低一级").click()
    assert editor.html() == "<h3>甲</h3>\n<p>乙</p>"
    editor.tool("小节题，比小标题低一级").click()
    editor.tool("引文").click()
    assert editor.html() == "<blockquote><p>甲</p></blockquote>\n<p>乙</p>"
    editor.tool("引文").click()
    editor.press("End")
    editor.tool("分隔线").click()
    assert editor.html() == "<p>甲</p><hr>\n<p>乙</p>"


def test_lists_begin_indent_and_end(desk):
    editor = desk()
    editor.text.focus()
    editor.tool("列表").click()
    editor.type("一")
    editor.press("Enter", "Tab")
    editor.type("一之一")
    editor.press("Enter", "Shift+Tab")
    editor.type("二")
    editor.press("Enter", "Enter")
    editor.type("段")
    assert editor.html() == "<ul><li>一<ul><li>一之一</li></ul></li><li>二</li></ul><p>段</p>"
    editor.start()
    editor.tool("编号列表").click()
    assert editor.html().startswith("<ol><li>一<ul>")


def test_verse_is_lines_and_stanzas(desk):
    editor = desk()
    editor.text.focus()
    editor.tool("诗行").click()
    editor.type("巷道很长")
    editor.press("Enter")
    editor.type("灯亮着")
    editor.press("Enter", "Enter")
    editor.type("第二节")
    verse = '<div class="verse"><p>巷道很长<br>灯亮着</p><p>第二节</p></div>'
    assert editor.html() == verse
    editor.press("Enter", "Enter", "Enter")
    editor.type("又是文章")
    assert editor.html() == f"{verse}<p>又是文章</p>"
    editor.start()
    editor.tool("诗行").click()
    assert editor.html() == "<p>巷道很长</p><p>灯亮着</p><p>第二节</p><p>又是文章</p>"
    editor.press("Control+a")
    editor.tool("诗行").click()
    assert (
        editor.html() == '<div class="verse"><p>巷道很长<br>灯亮着<br>第二节<br>又是文章</p></div>'
    )


# --- tables -----------------------------------------------------------------------------------


def grid(editor: Desk) -> list[list[str]]:
    return editor.page.evaluate(
        "[...document.querySelectorAll('[role=textbox] tr')].map(row => "
        "[...row.cells].map(cell => (cell.tagName === 'TH' ? '#' : '') + cell.innerText.trim()))"
    )


def test_a_table_is_made_filled_and_reshaped(desk):
    editor = desk("<p>前</p>")
    editor.end()
    editor.tool("插入表格").click()
    for word in ("甲", "乙", "丙", "1", "2", "3"):
        editor.type(word)
        editor.press("Tab")
    assert grid(editor) == [["#甲", "#乙", "#丙"], ["1", "2", "3"], ["", "", ""]]
    assert editor.html().startswith('<p>前</p><table><thead><tr><th scope="col">甲</th>')
    editor.press("Shift+Tab")
    editor.tool("上方加行").click()
    editor.type("上")
    editor.tool("下方加行").click()
    editor.type("下")
    assert grid(editor)[1:4] == [["", "", "上"], ["", "", "下"], ["1", "2", "3"]]
    editor.tool("左侧加列").click()
    editor.type("左")
    editor.tool("右侧加列").click()
    editor.type("右")
    assert grid(editor)[2] == ["", "", "左", "右", "下"]
    assert grid(editor)[0] == ["#甲", "#乙", "#", "#", "#丙"]
    editor.tool("删列").click()
    editor.tool("删行").click()
    assert all(len(row) == 4 for row in grid(editor))
    assert len(grid(editor)) == 4
    expect(editor.status).to_have_text("这一行已删除。")
    editor.tool("删表").click()
    assert editor.html() == "<p>前</p>"
    expect(editor.page.get_by_role("group", name="表格工具")).to_be_hidden()
    editor.press("Control+z")
    assert len(grid(editor)) == 4


def test_below_the_head_begins_the_body(desk):
    editor = desk(
        "<table><thead><tr><th>甲</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
    )
    editor.page.get_by_role("columnheader").click()
    editor.tool("下方加行").click()
    editor.type("新")
    assert editor.html() == (
        "<table><thead><tr><th>甲</th></tr></thead><tbody><tr><td>新</td></tr><tr><td>1</td></tr></tbody></table>"
    )


@pytest.mark.parametrize(
    ("rows", "cell", "tool"),
    [
        ('<tr><td rowspan="2">甲</td><td>1</td></tr><tr><td>2</td></tr>', "1", "下方加行"),
        ('<tr><td rowspan="2">甲</td><td>1</td></tr><tr><td>2</td></tr>', "2", "删行"),
        ('<tr><td colspan="2">甲</td></tr><tr><td>1</td><td>2</td></tr>', "1", "右侧加列"),
        ('<tr><td colspan="2">甲</td></tr><tr><td>1</td><td>2</td></tr>', "2", "删列"),
        ("<tr><td>甲</td></tr><tr><td>1</td><td>2</td></tr>", "2", "右侧加列"),
        ("<tr><td>甲</td></tr><tr><td>1</td><td>2</td></tr>", "2", "下方加行"),
    ],
)
def test_what_is_not_clear_is_refused_in_words(desk, rows, cell, tool):
    html = f"<table><tbody>{rows}</tbody></table>"
    editor = desk(html)
    editor.page.get_by_role("cell", name=cell, exact=True).click()
    editor.tool(tool).click()
    expect(editor.status).to_have_text(re.compile("合并的单元格|格数不一样"))
    assert editor.html() == html


def test_rows_and_columns_beside_merged_cells_are_added(desk):
    editor = desk(
        '<table><tbody><tr><td rowspan="2">甲</td><td>1</td></tr><tr><td>2</td></tr>'
        "<tr><td>乙</td><td>3</td></tr></tbody></table>"
    )
    editor.page.get_by_role("cell", name="2", exact=True).click()
    editor.tool("左侧加列").click()
    editor.type("左")
    editor.tool("下方加行").click()
    assert editor.html() == (
        '<table><tbody><tr><td rowspan="2">甲</td><td></td><td>1</td></tr><tr><td>左</td><td>2</td></tr>'
        "<tr><td></td><td></td><td></td></tr><tr><td>乙</td><td></td><td>3</td></tr></tbody></table>"
    )


@pytest.mark.parametrize("deed", ["Backspace", "Control+x", "字"])
def test_deleting_over_cells_empties_them(desk, deed):
    editor = desk(
        "<table><tbody><tr><td>一</td><td>二</td></tr><tr><td>三</td><td>四</td></tr></tbody></table>"
    )
    editor.page.get_by_role("cell", name="二").click()
    editor.press("Home", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
    if len(deed) == 1:
        editor.type(deed)
    else:
        editor.press(deed)
    kept = deed if len(deed) == 1 else ""
    assert grid(editor) == [["一", kept], ["", "四"]]


# --- links, pictures, punctuation ---------------------------------------------------------------


def test_a_link_is_refused_in_words_and_accepted(desk):
    editor = desk("<p>看这里。</p>")
    editor.start()
    editor.press("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
    editor.tool("链接").click()
    expect(editor.tool("链接")).to_have_attribute("aria-expanded", "true")
    field = editor.page.get_by_label("链接地址")
    expect(field).to_be_focused()
    for wrong in ("javascript:alert(1)", "example.com", "", "ftp://a.b/"):
        field.fill(wrong)
        field.press("Enter")
        expect(editor.page.get_by_role("alert")).to_contain_text("链接地址要以")
        expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("https://example.com/a")
    field.press("Enter")
    expect(field).to_have_count(0)
    expect(editor.text).to_be_focused()
    assert editor.html() == '<p><a href="https://example.com/a">看这里</a>。</p>'
    # The form of the page was not sent, and the field has no name to be sent by.
    assert editor.page.url.endswith("/writing/")
    editor.press("ArrowLeft", "ArrowRight", "Control+k")
    expect(field).to_have_value("https://example.com/a")
    field.fill("mailto:bianji@example.com")
    editor.page.get_by_role("button", name="改链接").click()
    assert editor.html() == '<p><a href="mailto:bianji@example.com">看这里</a>。</p>'
    editor.press("Control+k")
    editor.page.get_by_role("button", name="去掉链接").click()
    assert editor.html() == "<p>看这里。</p>"
    editor.end()
    editor.press("Control+k")
    field.press("Escape")
    expect(field).to_have_count(0)
    expect(editor.text).to_be_focused()


def test_a_picture_is_chosen_and_put_below(desk):
    editor = desk("<p>前</p><p>后</p>")
    editor.start()
    editor.tool("插图").click()
    expect(editor.page.get_by_text("还没有可用的图片")).to_be_visible()
    editor.press("Escape")
    editor.page.evaluate(
        "src => { window.given = [{src, alt: '井口', name: '井口.jpg', width: 480, height: 320, caption: '井口外景'}]; }",
        PICTURE,
    )
    editor.tool("插图").click()
    editor.page.get_by_role("button", name="井口.jpg").click()
    figure = (
        f'<figure><img src="{PICTURE}" alt="井口" width="480" height="320">'
        "<figcaption>井口外景</figcaption></figure>"
    )
    assert editor.html() == f"<p>前</p>{figure}<p>后</p>"
    editor.page.locator("figcaption").click()
    editor.press("End", "Enter")
    editor.type("接着写")
    assert editor.html() == f"<p>前</p>{figure}<p>接着写</p><p>后</p>"
    editor.page.evaluate("src => editor.insertPicture({src, alt: ''})", PICTURE)
    assert editor.html().count("<img") == 2
    editor.page.evaluate("editor.insertPicture({src: 'https://evil.example/x.jpg'})")
    assert editor.html().count("<img") == 2


def test_punctuation_is_tidied_in_one_step(desk):
    editor = desk(
        "<p>\u3000\u3000今天,<strong>矿上</strong>(八采区)开工:产量1,200吨,比例3:1!</p>"
        "<p>见https://example.com/a,b?c=1,电话(023)1234,He said: no, ok.</p>"
        '<div class="verse"><p>\u3000诗,一行</p></div>'
    )
    editor.start()
    editor.tool("标点整理").click()
    expect(editor.status).to_have_text("已整理：改了 6 处标点，去掉 1 段段首的空格。")
    assert editor.html() == (
        "<p>今天\uff0c<strong>矿上</strong>\uff08八采区\uff09开工\uff1a产量1,200吨\uff0c比例3:1!</p>"
        "<p>见https://example.com/a,b?c=1,电话(023)1234,He said: no, ok.</p>"
        '<div class="verse"><p>\u3000诗\uff0c一行</p></div>'
    )
    editor.tool("标点整理").click()
    expect(editor.status).to_have_text("没有需要整理的标点。")
    editor.press("Control+z")
    assert editor.html().startswith("<p>\u3000\u3000今天,<strong>")


def test_the_rules_are_those_of_the_server(desk):
    lines = ["今天,晴", "a,b", "甲:乙;丙?丁!", "(见图)甲", "甲(abc)乙", "abc(def)", "电话(0351)8", "1,200吨", "上午9:30,开",
             "见www.a.cn/x,y 后", "a@b.cn,甲", "面积3㎡,高", "“引”,后", "甲,,乙", "好!!", "甲(乙(丙)丁)", "比3:1,好", "甲 , 乙",
             "A,甲", "甲,A", "\U00020000,b", "b,\U00020000", "😀,b", "甲\u00b2,b", "https://a.cn/,甲", "甲(1),乙", "(1)甲", ") 甲 ("
             ]  # fmt: skip
    editor = desk("".join(f"<p>{line}</p>" for line in lines))
    editor.tool("标点整理").click()
    found = richtext.to_text(editor.html()).splitlines()
    assert found == [full_width(line) for line in lines]


def test_a_figure_goes_with_its_picture_and_a_caption_with_its_words(desk):
    image = f'<img src="{PICTURE}" alt="">'
    editor = desk(f"<p>前</p><figure>{image}<figcaption>井</figcaption></figure><p>后</p>")
    editor.page.locator("figcaption").click()
    editor.press("End", "Backspace", "Backspace")
    assert editor.html() == f"<p>前</p><figure>{image}</figure><p>后</p>"
    editor.page.locator("figure img[src]").click()
    editor.press("Delete")
    assert editor.html() == "<p>前</p><p>后</p>"
    editor.press("Control+z")
    assert editor.html() == f"<p>前</p><figure>{image}</figure><p>后</p>"


# --- the clipboard ------------------------------------------------------------------------------


def test_plain_text_becomes_paragraphs_and_verse_lines(desk):
    editor = desk("<p>头尾</p>")
    editor.start()
    editor.press("ArrowRight")
    editor.paste("\u3000\u3000第一段\r\n\r\n    第二段\n\u3000第三段  ")
    assert editor.html() == "<p>头第一段</p><p>第二段</p><p>第三段尾</p>"
    editor.press("Control+a")
    editor.paste("甲\n乙")
    assert editor.html() == "<p>甲</p><p>乙</p>"
    editor.page.evaluate("editor.setHtml('')")
    editor.text.focus()
    editor.tool("诗行").click()
    editor.paste("一行\n二行\n\n又一节")
    assert editor.html() == '<div class="verse"><p>一行<br>二行</p><p>又一节</p></div>'


SERVER = "window.asked = []; window.options = {onPasteHtml: html => { asked.push(html); return new Promise((yes, no) => { window.yes = yes; window.no = no; }); }}"


def with_server(desk: Any, html: str) -> Desk:
    editor = desk()
    editor.page.evaluate("editor.destroy()")
    editor.page.evaluate(SERVER)
    return editor.mount(html)


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_html_goes_in_only_as_the_server_gave_it_back(desk, kind):
    editor = with_server(desk, "<p>前后</p>")
    asked = []
    editor.page.on("request", lambda request: asked.append(request.url))
    editor.start()
    editor.press("ArrowRight")
    raw = '<p style="mso-x:1" onclick="window.bad=1">脏<img src="/nichts/x.png" onerror="window.bad=1"></p>'
    editor.paste("脏", raw, kind)
    assert editor.html() == "<p>前后</p>"
    assert editor.page.evaluate("asked.length") == 1
    # Meanwhile somebody writes on, before and behind the place.
    editor.start()
    editor.type("更")
    editor.end()
    editor.type("面")
    editor.page.evaluate("yes('<p>净<strong>一</strong></p><h2>题</h2><p>净二</p>')")
    editor.page.wait_for_function("() => editor.html().includes('净二')")
    if kind == "paste":
        assert editor.html() == "<p>更前净<strong>一</strong></p><h2>题</h2><p>净二后面</p>"
    editor.press("Control+z")
    assert editor.html() == "<p>更前后面</p>"
    assert not asked
    assert editor.page.evaluate("window.bad") is None


def test_when_the_server_fails_the_words_are_kept(desk):
    editor = with_server(desk, "<p>前</p>")
    editor.end()
    editor.paste("\u3000一\n二", "<p><b>一</b></p><p>二</p>")
    editor.page.evaluate("no(new Error('offline'))")
    expect(editor.status).to_contain_text("按纯文字粘贴")
    assert editor.html() == "<p>前一</p><p>二</p>"
    # An answer for a text that is no longer there goes nowhere.
    editor.paste("迟", "<p>迟</p>")
    editor.page.evaluate("editor.setHtml('<p>换了</p>'); yes('<p>迟</p>')")
    settled(editor.page)
    assert editor.html() == "<p>换了</p>"


def test_what_was_copied_here_is_pasted_whole(desk):
    editor = with_server(desk, "<p><strong>粗</strong>字</p><p>尾</p>")
    editor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    editor.start()
    editor.press("Shift+End", "Control+c", "Control+End", "Control+v")
    assert editor.html() == "<p><strong>粗</strong>字</p><p>尾<strong>粗</strong>字</p>"
    assert editor.page.evaluate("asked") == []


# --- for everybody ------------------------------------------------------------------------------


def test_the_toolbar_is_one_stop_with_arrows_inside(desk):
    editor = desk("<p>字</p>")
    bar = editor.page.get_by_role("toolbar", name="正文工具")
    assert bar.locator("button[tabindex='0']").count() == 1
    assert bar.locator("button:not([type=button])").count() == 0
    assert bar.locator("button:not([title])").count() == 0
    editor.text.focus()
    editor.press("Shift+Tab")
    expect(editor.tool("粗体")).to_be_focused()
    editor.press("ArrowRight")
    expect(editor.tool("着重号")).to_be_focused()
    editor.press("ArrowLeft", "ArrowLeft")
    expect(editor.tool("标点整理")).to_be_focused()
    editor.press("Home")
    expect(editor.tool("粗体")).to_be_focused()
    editor.press("End", "Tab")
    expect(editor.text).to_be_focused()
    editor.press("Alt+F10")
    expect(editor.tool("标点整理")).to_be_focused()
    editor.press("Escape")
    expect(editor.text).to_be_focused()
    # Visible words are part of the name that is spoken.
    assert bar.evaluate(
        "bar => [...bar.querySelectorAll('button')].every(b => b.getAttribute('aria-label').includes(b.textContent))"
    )


def test_escape_and_tab_leave_a_table_and_a_list(desk):
    for html in (
        "<ul><li>一</li><li>二</li></ul>",
        "<table><tbody><tr><td>一</td><td>二</td></tr></tbody></table>",
    ):
        editor = desk(html)
        editor.page.get_by_text("一", exact=True).click()
        editor.press("Tab")
        expect(editor.text).to_be_focused()
        editor.press("Escape", "Tab")
        expect(editor.page.locator("#send")).to_be_focused()
    editor = desk("<p>字</p>")
    editor.text.focus()
    editor.press("Tab")
    expect(editor.page.locator("#send")).to_be_focused()


def test_the_text_says_what_it_is(desk):
    editor = desk()
    expect(editor.text).to_have_attribute("aria-multiline", "true")
    described = editor.text.get_attribute("aria-describedby").split()
    assert described[0] == "hint"
    assert all(editor.page.locator(f"#{one}").count() == 1 for one in described)
    expect(editor.page.locator(f"#{described[1]}")).to_contain_text("先按 Esc 再按 Tab 离开正文")
    expect(editor.page.locator("#text")).to_be_hidden()
    editor.page.evaluate("editor.destroy()")
    expect(editor.page.locator("#text")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 820, 1280])
def test_it_fits_and_its_buttons_are_large_enough(desk, width):
    editor = desk(SAMPLE, width)
    editor.page.get_by_role("cell", name="合并").click()
    # Those for tables are there, too. A function: the page's policy lets no words be evaluated later.
    editor.page.wait_for_function(
        "() => [...document.querySelectorAll('[role=toolbar] button')].every(b => b.clientHeight > 0)"
    )
    for mode, least in (("", 36 if width == 1280 else 44), ("elder", 48)):
        editor.page.evaluate("mode => { document.documentElement.dataset.mode = mode; }", mode)
        assert editor.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        heights = editor.page.evaluate(
            "[...document.querySelectorAll('[role=toolbar] button')].map(b => b.getBoundingClientRect().height)"
        )
        if width != 820:
            assert min(heights) >= least
