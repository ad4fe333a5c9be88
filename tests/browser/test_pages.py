"""Pages in Chromium: widths, keyboard, themes, no script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from articles.models import ArticleImage
from correspondents.models import Upload
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def paper():
    """A small paper: long title, pictures, verse, a wide table."""
    upload = Upload.objects.accept(f.photo(), owner=f.editor(), make_now=True)
    long = f.published("一个非常长的标题" * 7 + "六十个字")
    for number in range(8):
        made = f.published(f"第{number}篇 消息标题")
        ArticleImage.objects.create(article=made, upload=upload, caption="说明", alt="井口")
    f.published("矿灯", slug="shici", body='<div class="verse"><p>巷道很长<br>灯亮着</p></div>')
    table = "<table><tr>" + "<td>一二三四五六七八</td>" * 8 + "</tr></table>"
    f.published("带宽表的文章", body=f"<p>{'文' * 500}</p>{table}")
    li = f.correspondent(unit="单位名称特别特别长的澄岚矿业集团有限责任公司白桦沟煤矿综采队")
    long.bylines.create(name="李通讯", unit_text=li.organisation.name, correspondent=li)
    return long


@pytest.mark.parametrize("width", [320, 390, 820, 1280])
def test_nothing_scrolls_sideways(open_page, paper, width):
    page = open_page(width)
    from articles.models import Article

    addresses = ["/", "/jukuang/", "/shici/", "/zonglan/", "/search/?q=消息", "/tongxunyuan/",
                 "/archive/", "/tougao/", "/zhanghu/login/", "/nichts/x/"]  # fmt: skip
    addresses += [article.get_absolute_url() for article in Article.objects.all()[:12]]
    for mode in ("normal", "elder"):
        page.goto(f"/xianshi/?mode={mode}&next=/zonglan/")
        for address in addresses:
            if address != "/nichts/x/":
                page.goto(address)
                assert page.evaluate(OVERFLOW) <= 0, (mode, address)


def test_the_drawer_opens_traps_and_closes_by_keyboard(open_page, paper):
    page = open_page(390)
    page.goto("/")
    opener = page.get_by_role("link", name="打开全部栏目")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_role("link", name="关闭 ✕")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.getElementById('nav').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_drawer_gives_the_reading_place_back(open_page, paper):
    page = open_page(390)
    page.goto(paper.get_absolute_url())
    for opener in ("打开全部栏目", "查看全部"):
        link = page.get_by_role("link", name=opener)
        page.evaluate("window.scrollTo(0, 400)")
        place = page.evaluate("window.scrollY")
        link.evaluate("link => link.click()")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(link).to_be_focused()
        assert page.evaluate("window.scrollY") == place > 0, opener


def test_headlines_are_readable_to_their_end_and_targets_large(open_page, newspaper):
    """On a touch screen nothing hovers; in elder mode few characters fill a line."""
    for width, mode in ((390, "normal"), (390, "elder"), (1280, "elder")):
        page = open_page(width)
        page.goto(f"/xianshi/?mode={mode}&next=/")
        rows = page.locator(".list--one a")
        assert rows.count() > 10
        cut = rows.evaluate_all("rows => rows.filter(a => a.scrollWidth > a.clientWidth).length")
        assert cut == 0, (width, mode)
    small = {}
    for width in (390, 1280):
        page = open_page(width)
        for address in ("/", "/jukuang/", "/zonglan/", "/paihang/"):
            page.goto(f"/xianshi/?mode=elder&next={address}")
            targets = page.locator(
                ".util a, .nav a, .crumb a, .seam .more, .safety h3 .more, .list a, .rank a, .sibs a"
            )
            small[width, address] = targets.evaluate_all(
                """targets => targets.filter(a => a.offsetParent)
                   .filter(a => Math.round(a.getBoundingClientRect().height) < 48)
                   .map(a => a.textContent)"""
            )
    assert not any(small.values()), small


def test_without_script_the_drawer_and_the_settings_work(open_page, paper):
    page = open_page(390, script=False)
    page.goto("/")
    page.get_by_role("link", name="打开全部栏目").click()
    page.get_by_role("navigation", name="栏目", exact=True).get_by_role(
        "link", name="小说故事杂文"
    ).click()
    expect(page.get_by_role("heading", name="小说故事杂文")).to_be_visible()
    page.goto(paper.get_absolute_url())
    page.get_by_role("link", name="特大").click()
    assert page.locator("html").get_attribute("data-size") == "xl"
    expect(page.get_by_role("button", name="复制链接")).to_be_hidden()


def test_the_keyboard_reaches_the_text_first(open_page, paper):
    page = open_page()
    page.goto(paper.get_absolute_url())
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_prose_is_indented_verse_is_not_and_the_measure_holds(open_page, paper):
    from articles.models import Article

    page = open_page()
    page.goto(Article.objects.get(title="带宽表的文章").get_absolute_url())
    style = "(e) => [getComputedStyle(e).textIndent, e.clientWidth / parseFloat(getComputedStyle(e).fontSize)]"
    indent, measure = page.locator(".prose > p").first.evaluate(style)
    assert indent == "36px"
    assert 20 < measure <= 38.01
    page.goto(Article.objects.get(title="矿灯").get_absolute_url())
    assert page.locator(".prose .verse p").first.evaluate(style)[0] == "0px"


@pytest.mark.parametrize("dark", [False, True])
def test_text_has_enough_contrast_in_both_themes(open_page, paper, dark):
    """WCAG 2: 4.5 for text, on the pages readers use most."""
    page = open_page(dark=dark)
    script = """() => {
      const rgb = c => c.match(/[\\d.]+/g).map(Number);
      const lum = ([r, g, b]) => [r, g, b].map(v => { v /= 255;
        return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; })
        .reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
      const ground = e => { for (; e; e = e.parentElement) {
        const c = rgb(getComputedStyle(e).backgroundColor);
        if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
      const bad = [];
      for (const e of document.querySelectorAll('a, p, h1, h2, h3, span, time, b, dd, dt, small, button, label')) {
        const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
        if (!own || !e.offsetParent) continue;
        const a = lum(rgb(getComputedStyle(e).color)), b = lum(ground(e));
        const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        if (ratio < 4.5) bad.push([e.textContent.trim().slice(0, 20), ratio.toFixed(2)]);
      } return bad; }"""
    for address in ("/", "/jukuang/", paper.get_absolute_url(), "/tougao/"):
        page.goto(address)
        assert page.evaluate(script) == [], address
