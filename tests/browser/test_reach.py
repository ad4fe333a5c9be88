"""The keyboard alone reaches everything, in the order of the page; nothing moves while it loads."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from tests import factories as f
from tests.browser.conftest import settled
from tests.browser.test_dresses import addresses
from tests.browser.test_story import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
# Numbers everything that can take the focus and is seen, in the order of the page.
NUMBER = """() => {
  const wanted = 'a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex]';
  let number = 0;
  for (const one of document.querySelectorAll(wanted)) {
    const seen = one.checkVisibility({checkVisibilityCSS: true}) && one.getClientRects().length;
    const box = one.getBoundingClientRect();
    if (!seen || one.tabIndex < 0 || one.disabled || box.width * box.height === 0) continue;
    one.dataset.stop = number++;
  }
  return number;
}"""
# What has the focus: its number, and what a person sees of that.
LOOK = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const ring = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
    || style.boxShadow !== 'none';
  const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {stop: Number(one.dataset.stop ?? -1), ring, html: one.outerHTML.slice(0, 140),
    above: box.bottom > 0 && box.top < innerHeight,
    covered: Boolean(middle) && !one.contains(middle) && !middle.contains(one)};
}"""
SHIFTS = """() => new Promise(done => {
  let sum = 0; const what = [];
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      sum += entry.value;
      what.push(...entry.sources.map(s => s.node && s.node.outerHTML && s.node.outerHTML.slice(0, 80)));
    }
  }).observe({type: 'layout-shift', buffered: true});
  // What was kept for the observer is given to it before the next frame but one.
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done([sum, what]))));
})"""


def walked(page: Page) -> list[str]:
    """Press Tab through a whole page; return what is wrong on the way."""
    stops = page.evaluate(NUMBER)
    wrong, last, seen = [], -1, set()
    for _ in range(stops + 8):
        page.keyboard.press("Tab")
        there = page.evaluate(LOOK)
        if there is None:
            break
        if not there["above"] or there["covered"]:  # it may be on its way into view
            with contextlib.suppress(TimeoutError):
                page.wait_for_function(
                    f"() => {{ const it = ({LOOK})(); return it && it.above && !it.covered; }}",
                    timeout=5000,
                )
            there = page.evaluate(LOOK)
        if there["stop"] == last:  # a date has three places of its own
            continue
        if there["stop"] in seen:
            break
        seen.add(there["stop"])
        if there["stop"] < last:
            wrong.append(f"out of order: {there['html']}")
        last = there["stop"]
        if not there["ring"]:
            wrong.append(f"no ring: {there['html']}")
        if not there["above"] or there["covered"]:
            wrong.append(f"not seen: {there['html']}")
    if missed := sorted(set(range(stops)) - seen):
        html = page.locator(f"[data-stop='{missed[0]}']").evaluate("e => e.outerHTML")
        wrong.append(f"{len(missed)} of {stops} never reached: {html[:140]}")
    assert stops > 20  # the page is there at all
    return wrong


def test_tab_reaches_everything_in_order_and_is_seen(newspaper: None, open_page: Any) -> None:
    wrong = {}
    for width in (1280, 390):
        page = open_page(width)
        page.emulate_media(reduced_motion="reduce")  # what scrolls into view is there at once
        pages = {**addresses(), "search": "/search/?q=矿", "roll": "/zonglan/"}
        for name, address in pages.items():
            page.goto(address)
            if found := walked(page):
                wrong[name, width] = found
    assert not wrong


def test_the_skip_link_is_the_first_stop_and_leads_to_the_text(open_page: Any) -> None:
    f.published()
    page = open_page()
    page.goto("/jukuang/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到正文")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_nothing_moves_while_a_page_loads_and_is_read(newspaper: None, open_page: Any) -> None:
    page = open_page(390)
    for name, address in addresses().items():
        page.goto(address)
        for _ in range(6):
            page.mouse.wheel(0, 1500)
            settled(page)
        page.wait_for_load_state("networkidle")
        moved, what = page.evaluate(SHIFTS)
        assert moved <= 0.001, (name, moved, what)


def test_the_theme_is_chosen_and_given_back_to_the_system(open_page: Any) -> None:
    f.published()
    page = open_page(1280)
    page.goto("/jukuang/")
    tools = page.get_by_role("navigation", name="网站工具")
    expect(tools.get_by_text("跟随系统")).to_be_hidden()
    tools.get_by_text("深色", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url.endswith("/jukuang/")
    tools.get_by_text("跟随系统").click()
    assert page.locator("html").get_attribute("data-theme") is None
    expect(tools.get_by_text("跟随系统")).to_be_hidden()
    # On a phone the switches are in the drawer.
    phone = open_page(390)
    phone.goto("/jukuang/")
    phone.get_by_label("打开全部栏目").click()
    phone.locator("#nav").get_by_text("深色", exact=True).click()
    expect(phone.locator("html")).to_have_attribute("data-theme", "dark")


SMALL = """() => [...document.querySelectorAll("input, select, textarea")].filter(field =>
    !["hidden", "checkbox", "radio", "file", "submit", "button"].includes(field.type)
    && parseFloat(getComputedStyle(field).fontSize) < 16).map(field => field.name || field.id)"""
TYPED_INTO = ["/", "/search/?q=煤", "/zonglan/", "/tongxunyuan/", "/heyan/", "/zhanghu/login/", "/zhanghu/signup/"]  # fmt: skip
AT_THE_DESK = [
    "/admin/articles/article/", "/admin/articles/article/add/", "/admin/submissions/manuscript/",
    "/admin/find/?q=煤",
]  # fmt: skip


def test_no_field_is_so_small_that_a_phone_makes_the_page_larger(open_page):
    """Safari on an iPhone zooms in on every field with letters under 16 pixels."""
    f.published("煤矿检修")
    f.editor()
    page = open_page(390)
    for address in TYPED_INTO:
        page.goto(address)
        assert page.evaluate(SMALL) == [], address
    sign_in(page, "wang", "/zhanghu/login/?next=/admin/")
    page.wait_for_url("**/admin/")
    for address in AT_THE_DESK:
        page.goto(address)
        assert page.evaluate(SMALL) == [], address
