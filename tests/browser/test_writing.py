"""Writing in Chromium: whatever happens to page, network, session or window, nothing is lost."""

from __future__ import annotations

import base64
import datetime as dt
import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from articles.models import Section
from submissions.models import Document, Manuscript, ManuscriptPicture
from tests import factories as f
from tests import word_files
from tests.browser.conftest import PATIENCE
from tests.browser.test_story import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
SAVED = "已自动保存"


@pytest.fixture
def li():
    return f.correspondent()


def begin(page: Page, name: str = "li", address: str = "/tougao/") -> Page:
    sign_in(page, name, "/zhanghu/login/?next=/tougao/wode/")
    expect(page.get_by_role("heading", name="我的稿件")).to_be_visible()
    page.goto(address)
    return page


def text_of(page: Page) -> Any:
    return page.get_by_role("textbox", name="正文", exact=True)


def type_text(page: Page, text: str) -> None:
    text_of(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def until(page: Page, true: Callable[[], Any]) -> None:
    """Wait until something is so, on the server too."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not true():
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)


def on_device(page: Page, text: str) -> None:
    """Wait until the device keeps this text."""
    page.wait_for_function(
        "text => Object.values(localStorage).some(kept => kept.includes(text))", arg=text
    )


def stored(*, title: str | None = None, body: str, within: float = 60) -> Manuscript:
    """Wait until the one manuscript has this text on the server."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        found = Manuscript.objects.first()
        if found is not None and found.body == body and title in (None, found.title):
            break
        time.sleep(0.1)
    draft = Manuscript.objects.get()
    assert draft.body == body
    assert title is None or draft.title == title
    return draft


def kill(page: Page) -> Any:
    """End the page as a crash does: no event reaches it, no request leaves it. Return its context."""
    page.evaluate("""() => {
        for (const name of ['visibilitychange', 'pagehide', 'focusout', 'beforeunload', 'online'])
          window.addEventListener(name, event => event.stopImmediatePropagation(), true);
    }""")
    context = page.context
    context.route("**/baocun/", lambda route: route.abort())
    page.close(run_before_unload=False)
    context.unroute("**/baocun/")
    return context


def state(page: Page) -> Any:
    return page.locator("#save-state")


def answer_everything(page: Page) -> None:
    page.get_by_label("拟投栏目").select_option(label="局矿快报")
    page.get_by_label("标题", exact=False).first.fill("皮带检修完成")
    page.get_by_label("首次发表，没有投给别处").check()
    page.get_by_label("没有用人工智能生成内容").check()
    page.get_by_label("内容真实，不涉密").check()


def worker() -> None:
    f.work()


def test_two_seconds_after_the_last_key_it_is_saved_and_resumed_elsewhere(open_page, li):
    page = begin(open_page())
    page.get_by_label("标题", exact=False).first.fill("自动保存的稿件")
    type_text(page, "近日，检修完成。")
    draft = stored(title="自动保存的稿件", body="<p>近日，检修完成。</p>")
    expect(state(page)).to_contain_text(SAVED)
    assert page.url.endswith(f"/tougao/{draft.pk}/xiugai/")
    type_text(page, "历时两天。")
    stored(body="<p>近日，检修完成。历时两天。</p>")
    # Another device: listed, opened, gone on with.
    phone = begin(open_page(390), address="/tougao/wode/")
    phone.get_by_role("link", name="自动保存的稿件").click()
    expect(text_of(phone)).to_have_text("近日，检修完成。历时两天。")
    assert Manuscript.objects.count() == 1


def test_keys_that_never_stop_are_saved_at_least_every_ten_seconds(open_page, li):
    page = open_page()
    page.clock.install()
    begin(page)
    text_of(page).click()
    page.clock.pause_at(dt.datetime.now() + dt.timedelta(minutes=1))
    for _ in range(26):  # four tenths of a second apart
        page.keyboard.insert_text("字")
        page.clock.run_for(400)
    until(page, Manuscript.objects.exists)


def test_a_killed_page_offers_what_was_typed_seconds_ago(open_page, li):
    page = begin(open_page())
    page.get_by_label("标题", exact=False).first.fill("写到一半")
    type_text(page, "第一句。")
    draft = stored(body="<p>第一句。</p>")
    page.route("**/baocun/", lambda route: route.abort())  # the last seconds never reach the server
    type_text(page, "最后一句。")
    on_device(page, "最后一句。")
    context = kill(page)
    again = context.new_page()
    again.goto(f"/tougao/{draft.pk}/xiugai/")
    expect(text_of(again)).to_have_text("第一句。")
    box = again.locator("#write-device")
    expect(box).to_contain_text("这台设备上有一份没有存上去的文字")
    box.get_by_text("查看这份文字").click()
    expect(box).to_contain_text("第一句。最后一句。")
    box.get_by_role("button", name="恢复这份文字").click()
    expect(text_of(again)).to_have_text("第一句。最后一句。")
    stored(body="<p>第一句。最后一句。</p>")


def test_a_page_killed_before_the_first_saving_offers_it_on_a_new_one(open_page, li):
    page = begin(open_page(rough=True))
    page.context.set_offline(True)
    page.get_by_label("标题", exact=False).first.fill("还没存过")
    type_text(page, "只在本机。")
    on_device(page, "只在本机。")
    context = kill(page)
    context.set_offline(False)
    again = context.new_page()
    again.goto("/tougao/")
    again.get_by_role("button", name="恢复这份文字").click()
    expect(text_of(again)).to_have_text("只在本机。")
    expect(again.get_by_label("标题", exact=False).first).to_have_value("还没存过")
    stored(title="还没存过", body="<p>只在本机。</p>")


def test_without_network_it_lies_on_the_device_and_goes_when_the_network_is_back(open_page, li):
    page = begin(open_page(rough=True))
    answer_everything(page)
    type_text(page, "近日，")
    stored(body="<p>近日，</p>")
    page.context.set_offline(True)
    type_text(page, "井下没有信号。")
    expect(state(page)).to_contain_text("网络已断开，内容存在本机")
    page.get_by_role("button", name="提交审稿").click()
    expect(state(page)).to_contain_text("连上网后再提交")
    expect(text_of(page)).to_have_text("近日，井下没有信号。")
    page.context.set_offline(False)
    stored(body="<p>近日，井下没有信号。</p>")
    expect(state(page)).to_contain_text(SAVED)
    page.get_by_role("button", name="提交审稿").click()
    expect(page.get_by_text("已收到您的稿件")).to_be_visible()
    assert Manuscript.objects.get().state == "submitted"


def test_an_expired_session_keeps_the_text_and_sending_leads_through_the_sign_in(open_page, li):
    page = begin(open_page(rough=True))
    answer_everything(page)
    type_text(page, "登录前写的。")
    stored(body="<p>登录前写的。</p>")
    Session.objects.all().delete()
    type_text(page, "登录后还在。")
    expect(page.locator("#write-session")).to_contain_text("登录已过期")
    page.get_by_role("button", name="提交审稿").click()
    expect(page.get_by_text("您填写的内容都保留着")).to_be_visible()
    page.get_by_label("用户名、手机号或邮箱").fill("li")
    page.get_by_label("密码", exact=True).fill(f.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text("登录前填写的内容已经恢复")).to_be_visible()
    expect(text_of(page)).to_have_text("登录前写的。登录后还在。")
    page.get_by_role("button", name="提交审稿").click()
    expect(page.get_by_text("已收到您的稿件")).to_be_visible()
    sent = Manuscript.objects.get()
    assert (sent.state, sent.body) == ("submitted", "<p>登录前写的。登录后还在。</p>")


def test_a_sign_in_in_another_window_lets_the_saving_go_on(open_page, li):
    page = begin(open_page(rough=True))
    type_text(page, "第一句。")
    stored(body="<p>第一句。</p>")
    Session.objects.all().delete()
    type_text(page, "第二句。")
    expect(page.locator("#write-session")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="重新登录").click()
    other = opened.value
    other.get_by_label("用户名、手机号或邮箱").fill("li")
    other.get_by_label("密码", exact=True).fill(f.PASSWORD)
    other.get_by_role("button", name="登录", exact=True).click()
    expect(other.get_by_role("heading", name="在线投稿")).to_be_visible()
    stored(body="<p>第一句。第二句。</p>", within=12)
    expect(page.locator("#write-session")).to_be_hidden()


@pytest.mark.parametrize("choice", ["用我现在写的这份", "用那一份"])
def test_two_windows_never_write_over_each_other(open_page, li, choice):
    draft = f.manuscript(li, body="<p>开头。</p>")
    address = reverse("submissions:edit", args=[draft.pk])
    one = begin(open_page(rough=True), address=address)
    two = one.context.new_page()
    two.goto(address)
    type_text(one, "甲写的。")
    stored(body="<p>开头。甲写的。</p>")
    type_text(two, "乙写的。")
    box = two.locator("#write-conflict")
    expect(box).to_contain_text("这份草稿在另一个窗口或另一台设备上更新过")
    box.get_by_text("查看那一份").click()
    expect(box).to_contain_text("开头。甲写的。")
    draft.refresh_from_db()
    assert draft.body == "<p>开头。甲写的。</p>"
    assert draft.copies.get().body == "<p>开头。乙写的。</p>"
    box.get_by_role("button", name=choice).click()
    if choice == "用那一份":
        expect(two.get_by_text("保存的另一份文字")).to_be_visible()
        expect(text_of(two)).to_have_text("开头。甲写的。")
        two.get_by_role("button", name="换成另一份").click()
        expect(text_of(two)).to_have_text("开头。乙写的。")
    else:
        stored(body="<p>开头。乙写的。</p>")
    draft.refresh_from_db()
    assert draft.body == "<p>开头。乙写的。</p>"


def test_a_double_click_sends_once(open_page, li):
    page = begin(open_page())
    answer_everything(page)
    type_text(page, "近日，检修完成。")
    page.get_by_role("button", name="提交审稿").dblclick()
    expect(page.get_by_text("已收到您的稿件")).to_be_visible()
    sent = Manuscript.objects.get()
    assert (sent.state, sent.round_number, sent.rounds.count()) == ("submitted", 1, 1)
    page.go_back()
    page.wait_for_load_state()
    assert Manuscript.objects.count() == 1


@pytest.mark.parametrize("width", [390, 1280])
def test_what_has_the_focus_is_not_under_the_bar(open_page, li, width):
    page = begin(open_page(width))
    hidden = []
    for _ in range(90):
        page.keyboard.press("Tab")
        below = page.evaluate("""() => {
            const at = document.activeElement, bar = document.querySelector('.actions');
            const over = bar.getBoundingClientRect();
            // The text field is taller than what is left of a small screen; its caret is followed.
            if (!at.closest('#write') || bar.contains(at) || at.isContentEditable) return '';
            if (over.bottom < innerHeight - 1) return '';
            return at.getBoundingClientRect().bottom > over.top ? at.outerHTML.slice(0, 80) : '';
        }""")
        if below:
            hidden.append(below)
    assert hidden == []


def test_what_is_missing_is_told_with_links_and_focus(open_page, li):
    page = begin(open_page(390))
    type_text(page, "近日，检修完成。")
    page.get_by_role("button", name="提交审稿").click()
    problems = page.locator("#problems")
    expect(problems).to_be_focused()
    for sentence in ("请选择拟投栏目。", "请填写标题。", "请看过投稿须知后勾选声明。"):
        expect(problems.get_by_text(sentence)).to_be_visible()
    expect(text_of(page)).to_have_text("近日，检修完成。")
    expect(page.locator("#checklist")).to_contain_text("还差 5 项")


def test_files_show_how_they_stand_and_survive_a_reload(open_page, li, tmp_path):
    good, broken = tmp_path / "井口.jpg", tmp_path / "坏的.jpg"
    good.write_bytes(f.photo().read())
    broken.write_bytes(f.photo().read()[:3000])
    page = begin(open_page(rough=True))
    page.get_by_label("标题", exact=False).first.fill("有图")
    files = page.get_by_label("图片：拍照或从相册选择")
    page.route("**/fujian/", lambda route: route.abort())
    files.set_input_files(good)
    expect(page.get_by_text("井口.jpg：网络断开，没有传完。")).to_be_visible()
    page.reload()
    expect(page.get_by_text("井口.jpg 没有传完，请重新选择这个文件。")).to_be_visible()
    page.unroute("**/fujian/")
    page.get_by_label("图片：拍照或从相册选择").set_input_files([good, broken])
    rows = page.locator("#pictures .shot[data-picture]")
    expect(rows).to_have_count(2)
    expect(page.get_by_text("没有传完")).to_have_count(0)
    rows.first.get_by_label("图片说明").fill("近日，井口。")
    worker()
    expect(rows.first.locator("img")).to_be_visible()
    expect(rows.first.get_by_label("图片说明")).to_have_value("近日，井口。")
    expect(page.get_by_text("图片已损坏，无法读取")).to_be_visible()
    expect(state(page)).to_contain_text(SAVED)
    page.reload()
    expect(rows).to_have_count(2)
    expect(rows.first.get_by_label("图片说明")).to_have_value("近日，井口。")
    rows.first.get_by_role("button", name="后移").click()
    until(page, lambda: [row.caption for row in Manuscript.objects.get().pictures.all()] == [
        "", "近日，井口。",
    ])  # fmt: skip
    expect(state(page)).to_contain_text(SAVED)


def test_a_refused_file_is_told_and_can_be_tried_again(open_page, li, tmp_path):
    wrong = tmp_path / "表.jpg"
    wrong.write_bytes(b"no picture at all")
    page = begin(open_page(rough=True))
    page.get_by_label("标题", exact=False).first.fill("有图")
    page.get_by_label("图片：拍照或从相册选择").set_input_files(wrong)
    expect(page.get_by_text("不是可用的图片")).to_be_visible()
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_text("不是可用的图片")).to_be_visible()
    page.locator(".shot--busy").get_by_role("button", name="移除").click()
    expect(page.get_by_text("不是可用的图片")).to_have_count(0)


def word_file(folder: Path, name: str, made: io.BytesIO) -> Path:
    path = folder / name
    path.write_bytes(made.getvalue())
    return path


def test_a_word_file_is_read_aside_and_taken_over(open_page, li, tmp_path):
    page = begin(open_page())
    page.get_by_label("已有 Word 稿").set_input_files(
        word_file(tmp_path, "稿.docx", word_files.ordinary())
    )
    expect(page.get_by_text("正在读取", exact=True)).to_be_visible()
    worker()
    expect(page.get_by_text("读出标题“白桦沟煤矿三号皮带检修完成”")).to_be_visible()
    page.get_by_role("button", name="带入正文").click()
    expect(page.get_by_text("Word 稿已带入")).to_be_visible()
    expect(page.get_by_label("标题", exact=False).first).to_have_value("白桦沟煤矿三号皮带检修完成")
    expect(text_of(page).locator("h2").first).to_have_text("一、准备")
    expect(text_of(page).locator("table td").first).to_have_text("项目")
    names = page.locator('[name="byline-name"]')
    expect(names.nth(0)).to_have_value("林亦舟")
    expect(names.nth(1)).to_have_value("杨宁")
    expect(page.locator("#pictures .shot")).to_have_count(2)
    expect(page.locator("#pictures input[name$=caption]").first).to_have_value("图为检修现场。")
    draft = Manuscript.objects.get()
    before = draft.body
    page.get_by_role("button", name="存草稿").last.click()
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    draft.refresh_from_db()
    assert draft.body == before  # through the editor and back without a change


PASTED = """([html, name, data]) => {
  const clipboard = new DataTransfer();
  if (html) clipboard.setData('text/html', html);
  if (name) {
    const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
    clipboard.items.add(new File([bytes], name, {type: 'image/jpeg'}));
  }
  document.querySelector('[role=textbox]').dispatchEvent(
    new ClipboardEvent('paste', {clipboardData: clipboard, bubbles: true, cancelable: true}));
}"""


def test_a_screenshot_goes_to_the_pictures_and_what_stays_out_is_listed(open_page, li):
    page = begin(open_page())
    text_of(page).click()
    data = base64.b64encode(word_files.picture().getvalue()).decode()
    page.evaluate(PASTED, ["", "截图.jpg", data])
    expect(page.locator("#pictures .shot")).to_have_count(1)
    other = base64.b64encode(word_files.picture("blue").getvalue()).decode()
    html = f'<p>造成<del>三人死亡</del>一人轻伤。</p><img src="data:image/jpeg;base64,{other}">'
    page.evaluate(PASTED, [html, "", ""])
    expect(page.locator("#pictures .shot")).to_have_count(2)
    expect(text_of(page)).to_have_text("造成一人轻伤。")
    expect(page.locator("#paste-note li")).to_have_text(["修订中删除的文字 1 处（“造成”处）"])
    expect(page.locator("#paste-note")).to_contain_text("粘贴的图片 1 张已加入“配图”")
    until(page, lambda: ManuscriptPicture.objects.count() == 2)


@pytest.mark.parametrize(
    ("name", "made", "sentence"),
    [
        ("旧.doc", word_files.old_doc, "已作为附件保存"),
        ("坏.docx", word_files.truncated, "Word 文件已损坏"),
        ("弹.docx", word_files.bomb, "Word 文件解开后太大"),
        ("实体.docx", word_files.entities, "Word 文件里有不该有的内容"),
    ],
)
def test_other_files_get_a_sentence(open_page, li, tmp_path, name, made, sentence):
    page = begin(open_page(rough=True))
    page.get_by_label("标题", exact=False).first.fill("有附件")
    page.get_by_label("已有 Word 稿").set_input_files(word_file(tmp_path, name, made()))
    until(page, lambda: Document.objects.exists() or page.get_by_text(sentence).is_visible())
    worker()
    expect(page.locator("#documents").get_by_text(sentence)).to_be_visible()


def test_colleagues_are_found_in_the_registry_and_ordered(open_page, li):
    f.person("杨宁", "枫桥沟煤矿", public=True)
    page = begin(open_page())
    page.locator('[name="byline-name"]').nth(1).press_sequentially("杨")
    option = page.locator('#people option[value="杨宁　枫桥沟煤矿"]')
    expect(option).to_be_attached()
    page.locator('[name="byline-name"]').nth(1).fill("杨宁　枫桥沟煤矿")
    expect(page.locator('[name="byline-unit_text"]').nth(1)).to_have_value("枫桥沟煤矿")
    page.get_by_role("button", name="上移").nth(1).click()
    page.get_by_label("标题", exact=False).first.fill("两人合写")
    expect(state(page)).to_contain_text(SAVED)
    until(page, lambda: [row.name for row in Manuscript.objects.get().bylines.all()] == [
        "杨宁", "李通讯",
    ])  # fmt: skip


def test_without_script_the_whole_form_works(open_page, li, tmp_path):
    picture = tmp_path / "井口.jpg"
    picture.write_bytes(f.photo().read())
    page = begin(open_page(390, script=False))
    answer_everything(page)
    page.locator("#id_text").fill("近日，检修完成。\n历时两天。")
    page.get_by_label("图片：拍照或从相册选择").set_input_files(picture)
    page.locator("#caption").fill("近日，井口。")
    page.get_by_role("button", name="再加一人").click()
    page.locator('[name="byline-name"]').nth(1).fill("杨宁")
    page.locator('[name="byline-order"]').nth(1).fill("1")
    page.locator('[name="byline-order"]').nth(0).fill("2")
    page.get_by_role("button", name="提交审稿").click()
    expect(page.get_by_text("已收到您的稿件")).to_be_visible()
    sent = Manuscript.objects.get()
    assert sent.body == "<p>近日，检修完成。</p>\n<p>历时两天。</p>"
    assert [row.name for row in sent.bylines.all()] == ["杨宁", "李通讯"]
    assert sent.pictures.get().caption == "近日，井口。"
    assert sent.section == Section.objects.get(slug="jukuang")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, False), (1280, True)])
def test_the_form_keeps_within_its_width(open_page, li, width, dark):
    page = begin(open_page(width, dark=dark))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
