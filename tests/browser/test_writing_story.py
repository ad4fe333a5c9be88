"""One piece on the writing screen, from the handbook alone, counting; and what is typed is never lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article, DeskDraft, LibraryPicture
from correspondents.models import Upload
from tests import factories as f
from tests.browser.test_story import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HANDBOOK = Path(__file__).parents[2] / "docs/handbook/README.md"
MOST = 14
BODY = "<p>近日，社区修建了建身广场，此举皆在方便职工。</p><p>第二段写工程的进度。</p><p>第三段写职工的话。</p>"


class Hand:
    """Somebody at the desk whose clicks are counted, and who knows the names in the handbook."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0
        self.text = HANDBOOK.read_text(encoding="utf-8")

    def click(self, target, words: str = "") -> None:
        assert words in self.text, f"the handbook does not say {words}"
        target.click()
        self.clicks += 1

    def at_top(self) -> bool:
        return bool(self.page.evaluate("scrollY") == 0)


@pytest.fixture
def piece() -> Article:
    desk = f.editor()
    made = f.article(by=f.editor("qian", "钱编辑"), body=BODY)
    Article.objects.filter(pk=made.pk).update(created_by=desk)
    picture = Upload.objects.accept(f.photo(), owner=desk, make_now=True)
    LibraryPicture.objects.create(upload=picture, caption="广场上的职工", photographer="周砚秋")
    f.person("苏砚", "枫桥沟煤矿")
    return made


def writing(page: Page, article: Article, name: str = "wang") -> Page:
    address = f"/admin/articles/article/{article.pk}/change/"
    sign_in(page, name, f"/zhanghu/login/?next={address}")
    page.wait_for_url(f"**{address}")
    expect(page.locator(".writing__text")).to_be_visible()
    return page


def test_a_piece_is_made_ready_and_signed_in_fourteen_clicks(open_page, piece):
    following = f.article(by=f.editor("zhou", "周编辑"), title="下一篇等签的")
    page = open_page(1280)
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, "wang", "/zhanghu/login/?next=/admin/articles/article/")
    hand = Hand(page)
    hand.click(page.get_by_role("link", name=piece.title))
    hand.click(page.get_by_role("link", name="在这里改"), "在这里改")
    text = page.locator(".writing__text")
    expect(text).to_be_visible()
    assert text.bounding_box()["y"] <= 420 and hand.at_top()

    # A byline, of somebody in the registry.
    row = page.locator(".dynamic-bylines").last
    hand.click(row.locator(".select2-selection").first, "通讯员档案")
    page.locator(".select2-search__field").fill("苏砚")
    hand.click(page.get_by_role("option", name="苏砚（枫桥沟煤矿）"))
    expect(row.get_by_role("status")).to_contain_text("选了苏砚")

    # Two kinds of hints, and two keywords.
    expect(page.locator(".writing__text .hint")).to_have_count(2)
    for word in ("建身", "皆在"):
        kind = page.locator(".hint-g").filter(has_text=word)
        hand.click(kind.get_by_role("button", name="采纳"), "采纳")
    expect(page.locator(".writing__text .hint")).to_have_count(0)
    page.get_by_role("textbox", name="关键词").fill("社区、广场")

    # A picture of the library into the text, with its caption.
    hand.click(text.locator("p").nth(1))
    hand.click(page.get_by_role("button", name="插图", exact=True), "插图")
    hand.click(page.locator(".tile").filter(has_text="广场上的职工"))
    page.get_by_label("何时、何地、何人、在做什么").fill("近日，职工在建好的广场上。")
    hand.click(page.get_by_role("button", name="放进正文"), "放进正文")
    expect(page.locator(".writing__text figcaption")).to_contain_text("近日，职工在建好的广场上。")

    # The signature, and the next piece.
    hand.click(page.get_by_role("button", name="通过初审"), "通过初审")
    expect(page.get_by_text("通过初审，已完成")).to_be_visible()
    page.wait_for_url(f"**/{following.pk}/review/")
    assert hand.clicks <= MOST, hand.clicks

    piece.refresh_from_db()
    assert piece.state == "second_reading"
    assert "健身广场，此举旨在方便" in piece.body
    assert piece.body.index("第二段") < piece.body.index("<figure>") < piece.body.index("第三段")
    assert str(piece.bylines.last()) == "枫桥沟煤矿 苏砚"
    image = piece.images.get()
    assert (image.caption, image.photographer) == ("近日，职工在建好的广场上。", "周砚秋")
    assert LibraryPicture.objects.get().caption == "广场上的职工"
    assert sorted(piece.tags.names()) == ["广场", "社区"]
    proof = piece.proof_passes.get()
    assert proof.reading.stage == "first_reading"
    assert sorted(proof.accepted) == ["建身→健身", "皆在→旨在"]
    assert not DeskDraft.objects.exclude(data={}).exists()


def test_keys_save_sign_and_lead_to_cards(open_page, piece):
    page = writing(open_page(1280), piece)
    page.locator("#id_title").fill("用键存下的标题")
    page.keyboard.press("Control+s")
    page.wait_for_url("**/change/")
    expect(page.locator("#id_title")).to_have_value("用键存下的标题")
    piece.refresh_from_db()
    assert piece.title == "用键存下的标题"
    page.keyboard.press("Alt+3")
    expect(page.get_by_role("textbox", name="关键词")).to_be_focused()
    expect(page.locator(".writing__text .hint")).to_have_count(2)
    page.keyboard.press("F8")
    assert page.evaluate("getSelection().toString()") == "建身"
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("通过初审，已完成")).to_be_visible()
    piece.refresh_from_db()
    assert piece.state == "second_reading"


def test_a_letter_turns_reading_into_writing_unless_keys_are_off(open_page, piece):
    page = open_page(1280)
    sign_in(page, "wang", f"/zhanghu/login/?next=/admin/articles/article/{piece.pk}/review/")
    page.wait_for_url("**/review/")
    assert not DeskDraft.objects.exists()  # looking takes nothing into anybody's hands
    page.keyboard.press("e")
    page.wait_for_url("**/change/")
    page.goto("/admin/keys/")
    page.get_by_label("在这里改的键").fill("w")
    page.get_by_role("button", name="换成这些键").click()
    page.goto(f"/admin/articles/article/{piece.pk}/review/")
    page.keyboard.press("e")
    page.keyboard.press("w")
    page.wait_for_url("**/change/")
    page.goto("/admin/keys/")
    page.get_by_role("button", name="关掉单键").click()
    page.goto(f"/admin/articles/article/{piece.pk}/review/")
    page.keyboard.press("w")
    page.locator(".wb").click()
    assert page.url.endswith("/review/")


def test_nothing_acts_while_an_input_method_composes(open_page, piece):
    page = writing(open_page(1280), piece)
    page.locator(".writing__text p").last.click()
    page.keyboard.press("End")
    device = page.context.new_cdp_session(page)
    for part in ("m", "mei", "煤炭"):
        device.send(
            "Input.imeSetComposition",
            {"text": part, "selectionStart": len(part), "selectionEnd": len(part)},
        )
    page.locator(".writing__text").dispatch_event(
        "keydown", {"key": "Enter", "ctrlKey": True, "isComposing": True, "bubbles": True}
    )
    device.send("Input.insertText", {"text": "煤炭"})
    expect(page.locator(".writing__text p").last).to_contain_text("第三段写职工的话。煤炭")
    piece.refresh_from_db()
    assert piece.state == "first_reading"


class TestNeverLost:
    def test_a_page_that_is_killed_without_a_network(self, open_page, piece):
        page = writing(open_page(1280, rough=True), piece)
        context = page.context
        context.set_offline(True)
        page.locator("#id_title").fill("断网时写下的标题")
        expect(page.locator(".autosave")).to_contain_text("文字存在这台电脑上")
        page.close()
        context.set_offline(False)
        again = context.new_page()
        again.goto(f"/admin/articles/article/{piece.pk}/change/")
        again.get_by_role("button", name="恢复这份文字").click()
        again.wait_for_url("**huifu=1")
        expect(again.locator("#id_title")).to_have_value("断网时写下的标题")
        assert DeskDraft.objects.get().data["title"] == "断网时写下的标题"

    def test_a_network_that_comes_back(self, open_page, piece):
        page = writing(open_page(1280, rough=True), piece)
        page.context.set_offline(True)
        page.locator("#id_title").fill("等网络回来的标题")
        expect(page.locator(".autosave")).to_contain_text("没有网络")
        page.context.set_offline(False)
        expect(page.locator(".autosave")).to_contain_text("已自动保存", timeout=15_000)
        assert DeskDraft.objects.get().data["title"] == "等网络回来的标题"

    def test_a_sign_in_that_has_expired(self, open_page, piece):
        page = writing(open_page(1280, rough=True), piece)
        page.context.clear_cookies(name="sessionid")
        page.locator("#id_title").fill("登录过期时写下的标题")
        expect(page.locator(".autosave")).to_contain_text("登录已过期")
        page.get_by_role("button", name="保存", exact=True).click()
        page.get_by_label("用户名、手机号或邮箱").fill("wang")
        page.get_by_label("密码", exact=True).fill(f.PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url("**/change/")
        page.get_by_role("button", name="恢复这份文字").click()
        expect(page.locator("#id_title")).to_have_value("登录过期时写下的标题")
        page.get_by_role("button", name="保存", exact=True).click()
        page.wait_for_url("**/review/")
        piece.refresh_from_db()
        assert piece.title == "登录过期时写下的标题"
        page.goto(f"/admin/articles/article/{piece.pk}/change/")
        expect(page.locator(".writing__text")).to_be_visible()
        assert page.get_by_text("没有存到网站的文字").count() == 0

    def test_a_colleague_who_takes_over(self, open_page, piece):
        f.managing()
        mine = writing(open_page(1280), piece)
        mine.locator("#id_title").fill("被接手前写下的标题")
        mine.locator("#id_bylines-0-name").fill("手写的姓名")
        expect(mine.locator(".autosave")).to_contain_text("已自动保存")
        theirs = writing(open_page(1280), piece, "zhao")
        theirs.get_by_role("button", name="接手").click()
        expect(theirs.get_by_text("已接手")).to_be_visible()
        kept = piece.revisions.get(kind="aside").content
        assert kept["title"] == "被接手前写下的标题"
        assert [row[1] for row in kept["bylines"]] == ["手写的姓名"]
        mine.locator("#id_title").fill("接手以后还在写")
        expect(mine.locator(".autosave")).to_contain_text("已接手")

    def test_rows_of_the_byline_and_pictures_come_back_too(self, open_page, piece):
        page = writing(open_page(1280), piece)
        page.locator("#id_bylines-0-name").fill("手写的姓名")
        page.locator("#id_bylines-0-unit_text").fill("枫桥沟煤矿")
        expect(page.locator(".autosave")).to_contain_text("已自动保存")
        page.goto("/admin/")
        page.goto(f"/admin/articles/article/{piece.pk}/change/")
        page.get_by_role("link", name="恢复这些改动").click()
        expect(page.locator("#id_bylines-0-name")).to_have_value("手写的姓名")
        page.get_by_role("button", name="保存", exact=True).click()
        page.wait_for_url("**/review/")
        assert str(piece.bylines.get()) == "枫桥沟煤矿 手写的姓名"


def test_a_picture_is_pasted_into_the_text(open_page, piece):
    page = writing(open_page(1280), piece)
    page.locator(".writing__text p").first.click()
    data = list(f.photo("现场.jpg").read())
    page.evaluate(
        """bytes => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], '现场.jpg', {type: 'image/jpeg'}));
          document.querySelector('.writing__text').dispatchEvent(
            new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        data,
    )
    expect(page.locator(".writing__status")).to_contain_text("处理中")
    f.work()
    page.wait_for_url("**huifu=1**")
    expect(page.locator(".writing__text figure img[src]")).to_have_count(1)
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/review/")
    piece.refresh_from_db()
    assert piece.images.count() == 1 and "<figure>" in piece.body


@pytest.mark.parametrize("width", [1280, 390])
def test_without_script_a_piece_is_written_pictured_and_signed(open_page, piece, width):
    page = open_page(width, script=False)
    address = f"/admin/articles/article/{piece.pk}"
    sign_in(page, "wang", f"/zhanghu/login/?next={address}/change/")
    page.locator("#id_bylines-0-name").fill("手写的姓名")
    page.locator("#id_bylines-0-unit_text").fill("枫桥沟煤矿")
    page.get_by_role("button", name="插图").click()
    page.locator("input[name=xuan]").first.check()
    page.get_by_role("button", name="放进正文").click()
    assert "<figure>" in page.locator("#id_body").input_value()
    assert page.locator("#id_bylines-0-name").input_value() == "手写的姓名"
    page.get_by_role("button", name="保存", exact=True).click()
    kind = page.locator(".hint-g").filter(has_text="建身")
    kind.get_by_role("button", name="采纳").click()
    page.get_by_role("button", name="通过初审").click()
    piece.refresh_from_db()
    assert piece.state == "second_reading" and "健身广场" in piece.body and "<figure>" in piece.body
    assert str(piece.bylines.get()) == "枫桥沟煤矿 手写的姓名"


def test_autosave_goes_on_after_a_picture_was_opened_in_another_window(open_page, piece):
    upload = Upload.objects.accept(f.photo("二.jpg"), owner=piece.created_by, make_now=True)
    piece.images.create(upload=upload, caption="第二张")
    page = writing(open_page(1280), piece)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="裁切、焦点").click()
    opened.value.wait_for_url("**/librarypicture/**")
    page.bring_to_front()
    page.locator("#id_title").fill("看过图片以后写的标题")
    expect(page.locator(".autosave")).to_contain_text("已自动保存")
    assert DeskDraft.objects.get().data["title"] == "看过图片以后写的标题"


def test_nothing_is_offered_again_that_the_site_has(open_page, piece):
    page = writing(open_page(1280), piece)
    page.locator("#id_bylines-0-name").fill("手写的姓名")
    page.keyboard.press("Control+s")
    page.wait_for_load_state()
    expect(page.locator(".writing__text")).to_be_visible()
    assert page.get_by_text("没有存到网站的文字").count() == 0
    page.locator(".writing__text p").first.click()
    page.locator(".writing__row [data-tool=picture]").click()
    page.locator(".tile").first.click()
    page.get_by_role("button", name="放进正文").click()
    expect(page.locator(".writing__text figure img[src]")).to_have_count(1)
    assert page.get_by_text("没有存到网站的文字").count() == 0
