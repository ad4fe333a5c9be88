"""The desk's queue in Chromium, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from submissions.models import Manuscript
from tests import factories as f
from tests.browser.test_story import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
QUEUE = "/admin/submissions/manuscript/"


@pytest.fixture
def rows():
    li = f.correspondent()
    made = []
    for title in ("第一篇", "第二篇", "第三篇", "第四篇"):
        row = f.manuscript(li, title=title)
        row.submit(by=li.user)
        made.append(row)
    return made


def at_desk(page: Page, address: str = QUEUE) -> Page:
    f.editor()
    sign_in(page, "wang", f"/zhanghu/login/?next={address}")
    page.wait_for_url(f"**{address}")
    return page


def state(row: Manuscript) -> str:
    row.refresh_from_db()
    return row.state


def test_open_claim_return_decline_and_accept_without_a_mouse(open_page, rows):
    page = at_desk(open_page(1440))
    pane = page.locator("#pane")
    heading = pane.get_by_role("heading", level=1)
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(heading).to_have_text("第一篇")
    # Claimed: the list comes back with the same piece open, to be read.
    page.keyboard.press("c")
    expect(page.get_by_text("“第一篇”：认领，已完成。")).to_be_visible()
    expect(heading).to_have_text("第一篇")
    assert state(rows[0]) == "claimed"
    page.keyboard.press("j")
    expect(heading).to_have_text("第二篇")
    # Not used, with the third stock reason: D 3 D.
    page.keyboard.press("d")
    expect(pane.get_by_role("status")).to_contain_text("要写意见")
    page.keyboard.press("3")
    page.keyboard.press("d")
    expect(page.get_by_text("“第二篇”：不采用，已完成。")).to_be_visible()
    expect(heading).to_have_text("第三篇")
    assert (state(rows[1]), rows[1].remark) == ("declined", "要素不全")
    # Returned, with words of one's own: R N … Ctrl+Enter.
    page.keyboard.press("r")
    page.keyboard.press("n")
    page.keyboard.insert_text("请补充时间和地点")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("“第三篇”：退作者修改，已完成。")).to_be_visible()
    expect(heading).to_have_text("第四篇")
    assert (state(rows[2]), rows[2].remark) == ("returned", "请补充时间和地点")
    page.keyboard.press("k")
    expect(heading).to_have_text("第一篇")
    page.keyboard.press("a")
    expect(page.get_by_text("“第一篇”：采用，已完成。")).to_be_visible()
    assert state(rows[0]) == "accepted"
    expect(heading).to_have_text("第四篇")
    page.keyboard.press("Escape")
    expect(pane).to_be_hidden()


def test_what_is_claimed_out_of_a_list_stays_open_on_its_own_page(open_page, rows):
    page = at_desk(open_page(1440), f"{QUEUE}?zt=submitted")
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.locator("#pane").get_by_role("heading", level=1)).to_have_text("第一篇")
    page.keyboard.press("c")
    page.wait_for_url(f"**/{rows[0].pk}/change/")
    assert state(rows[0]) == "claimed"


def test_single_keys_that_are_switched_off_decide_nothing(open_page, rows):
    page = at_desk(open_page(1440), "/admin/keys/")
    page.get_by_role("button", name="关掉单键").click()
    expect(page.get_by_role("button", name="打开单键")).to_be_visible()
    page.goto(page.url.replace("/admin/keys/", QUEUE))
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.locator("#pane")).to_be_hidden()
    page.get_by_role("link", name="第一篇").click()
    expect(page.locator("#pane").get_by_role("heading", level=1)).to_have_text("第一篇")
    page.keyboard.press("c")
    page.get_by_label("意见或原因").fill("先放着")  # what a key had done would be done by now
    assert state(rows[0]) == "submitted"


def test_a_marked_passage_becomes_a_remark_with_a_number_in_the_text(open_page, rows):
    page = at_desk(open_page(1280), f"{QUEUE}{rows[0].pk}/change/")
    passage = page.locator("[data-text] p").first
    passage.evaluate(
        """node => { const range = document.createRange();
        range.setStart(node.firstChild, 3); range.setEnd(node.firstChild, 8);
        getSelection().removeAllRanges(); getSelection().addRange(range); }"""
    )
    expect(page.locator("#say-quote")).to_have_value("白桦沟煤矿")
    page.locator("#say-body").fill("请写全称")
    page.get_by_role("button", name="发给作者").click()
    expect(page.get_by_text("留言已发给作者")).to_be_visible()
    expect(page.locator("[data-text] mark")).to_have_text("白桦沟煤矿1")
    assert rows[0].messages.get().quote == "白桦沟煤矿"


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1280, True)])
def test_list_and_page_keep_within_the_width(open_page, rows, width, dark):
    page = at_desk(open_page(width, dark=dark))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="第一篇").click()
    if width < 1200:
        expect(page.get_by_role("heading", level=1)).to_have_text("第一篇")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_script_every_decision_is_a_button(open_page, rows):
    page = at_desk(open_page(1280, script=False))
    page.get_by_role("link", name="第一篇").click()
    page.get_by_label("意见或原因").fill("请补充数据")
    page.get_by_role("button", name="退作者修改").click()
    expect(page.get_by_text("“第一篇”：退作者修改，已完成。")).to_be_visible()
    assert state(rows[0]) == "returned"
