"""Searching in Chromium: by keyboard with suggestions, and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from articles.models import HotWord
from tests import factories as f

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_suggestions_by_keyboard(open_page):
    article = f.published("白桦沟矿春检完成")
    f.published("白桦沟矿秋检开始")
    f.person("白灵", public=True)
    page = open_page()
    page.goto("/")
    field = page.locator("header [data-suggest]")
    field.press_sequentially("白桦沟矿春")
    page.wait_for_selector(".suggest:not([hidden])")
    assert page.locator(".suggest:not([hidden]) [role=option]").all_inner_texts() == [
        "白桦沟矿春检完成"
    ]
    assert field.get_attribute("aria-expanded") == "true"
    field.press("ArrowDown")
    chosen = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true"
    field.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    field.fill("白桦沟矿春检")
    page.wait_for_selector(".suggest:not([hidden])")
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url(f"**{article.get_absolute_url()}")
    page.locator("header [data-suggest]").press_sequentially("白灵")
    page.wait_for_selector(".suggest:not([hidden])")
    assert "通讯员" in page.locator(".suggest:not([hidden])").inner_text()
    page.locator("header [data-suggest]").press("Enter")
    page.wait_for_url("**/search/?q=*")


def test_everything_works_without_script(open_page):
    for number in range(25):
        f.published(f"检修第{number}篇", "anquan" if number < 3 else "jukuang")
    HotWord.objects.create(text="检修")
    page = open_page(script=False)
    page.goto("/search/")
    page.get_by_role("link", name="检修", exact=True).click()
    expect(page.locator(".find__hits article")).to_have_count(20)
    expect(page.locator(".find__hits mark").first).to_have_text("检修")
    page.get_by_role("link", name="下一页").click()
    expect(page.locator(".find__hits article")).to_have_count(5)
    page.get_by_role("link", name="安全专题 3").click()
    expect(page.locator(".find__hits article")).to_have_count(3)
    page.get_by_role("link", name="栏目：安全专题").click()
    expect(page.locator(".find__hits article")).to_have_count(20)
    page.locator("summary").click()
    page.get_by_label("只看标题").check()
    page.get_by_role("button", name="筛选").click()
    assert "fw=biaoti" in page.url


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_sticks_out(open_page, width):
    f.published("检修" * 14, body=f"<p>{'检修' * 300}</p>")
    page = open_page(width)
    for address in ("/search/?q=检修", "/search/?q=检修&tu=1", "/search/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
