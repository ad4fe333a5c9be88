"""The desk's writing screen in Chromium: where the text begins, how wide boxes are, what choosing does."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article
from correspondents.models import Upload
from tests import factories as f
from tests.browser.test_story import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Boxes in which somebody writes words, not numbers or dates.
NARROWEST = """() => [...document.querySelectorAll('.ws input[type=text], .ws textarea, .ws input[type=url]')]
  .filter(box => box.offsetParent && !/Date|Time/.test(box.className))
  .map(box => [Math.round(box.getBoundingClientRect().width), box.name]).sort((a, b) => a[0] - b[0])[0]"""


@pytest.fixture
def article() -> Article:
    desk = f.editor()
    made = f.article(by=desk)
    upload = Upload.objects.accept(f.photo(), owner=desk, make_now=True)
    made.images.create(upload=upload, caption="职工检修皮带", photographer="周砚秋")
    return made


def opened(page: Page, article: Article) -> Page:
    address = f"/admin/articles/article/{article.pk}/change/"
    sign_in(page, "wang", f"/zhanghu/login/?next={address}")
    page.wait_for_url(f"**{address}")
    expect(page.locator(".writing__text")).to_be_visible()
    return page


@pytest.mark.parametrize("dark", [False, True])
def test_the_text_begins_in_the_upper_half_and_no_box_is_narrow(open_page, article, dark):
    page = open_page(1280, dark=dark)
    page.set_viewport_size({"width": 1280, "height": 800})
    opened(page, article)
    top = page.evaluate("document.querySelector('.writing__text').getBoundingClientRect().top")
    assert top <= 420
    width, name = page.evaluate(NARROWEST)
    assert width >= 160, name
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_on_a_phone_everything_keeps_within_the_width(open_page, article):
    page = opened(open_page(390), article)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_choosing_a_person_fills_the_row(open_page, article):
    f.person("苏砚", "枫桥沟煤矿")
    page = opened(open_page(1280), article)
    row = page.locator("#bylines-1")
    row.locator(".select2-selection").first.click()
    page.locator(".select2-search__field").fill("苏砚")
    page.get_by_role("option", name="苏砚（枫桥沟煤矿）").click()
    expect(row.get_by_role("status")).to_contain_text("选了苏砚，单位按")
    expect(page.locator("#id_bylines-1-name")).to_have_value("苏砚")
    expect(page.locator("#id_bylines-1-unit_text")).to_have_value("枫桥沟煤矿")
    # Another one is chosen: what the first put in gives way, what was typed would stay.
    f.person("李闻", "望舒选煤厂")
    row.locator(".select2-selection").first.click()
    page.locator(".select2-search__field").fill("李闻")
    page.get_by_role("option", name="李闻（望舒选煤厂）").click()
    expect(page.locator("#id_bylines-1-name")).to_have_value("李闻")
    expect(page.locator("#id_bylines-1-unit_text")).to_have_value("望舒选煤厂")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/review/")
    made = article.bylines.get(name="李闻")
    assert made.correspondent.name == "李闻" and str(made.organisation) == "望舒选煤厂"


def test_the_sheet_of_readings_is_printed_over_the_whole_width(open_page, article):
    page = open_page(1280)
    sign_in(page, "wang", f"/zhanghu/login/?next=/admin/articles/article/{article.pk}/sheet/")
    page.wait_for_url("**/sheet/")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots
    assert page.locator(".asheet").bounding_box()["width"] >= 0.9 * 794


def test_the_chart_of_the_first_page_fills_its_box(open_page, article):
    page = open_page(1280)
    sign_in(page, "wang", "/zhanghu/login/?next=/admin/")
    page.wait_for_url("**/admin/")
    share = page.locator(".desk__chart").evaluate(
        "box => box.querySelector('svg').getBoundingClientRect().width / box.clientWidth"
    )
    assert share > 0.9
