"""The viewer over a gallery: by keyboard, by touch, and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from articles.models import ArticleImage
from correspondents.models import Upload
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gallery():
    upload = Upload.objects.accept(f.photo(size=(1600, 1000)), owner=f.editor(), make_now=True)
    article = f.published("矿区四季", "sheying")
    for number, name in enumerate(("春", "夏", "秋")):
        ArticleImage.objects.create(
            article=article,
            upload=upload,
            alt=f"{name}天的井架",
            caption=f"{name}。",
            position=number,
        )
    return article


def test_the_keyboard_opens_turns_and_closes_it(open_page, gallery):
    page = open_page()
    page.goto(gallery.get_absolute_url())
    second = page.locator("[data-shot]").nth(1)
    second.focus()
    page.keyboard.press("Enter")
    viewer = page.get_by_role("dialog", name="看大图")
    expect(viewer).to_contain_text("2 / 3")
    expect(viewer).to_contain_text("夏。")
    expect(viewer.get_by_role("img")).to_have_attribute("alt", "夏天的井架")
    expect(viewer.get_by_role("button", name="关闭")).to_be_focused()
    for key, count in (("ArrowRight", "3 / 3"), ("ArrowRight", "3 / 3"), ("Home", "1 / 3"),
                       ("ArrowLeft", "1 / 3"), ("End", "3 / 3")):  # fmt: skip
        page.keyboard.press(key)
        expect(viewer).to_contain_text(count)
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.querySelector('.viewer').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(page.locator("[data-shot]").nth(2)).to_be_focused()


def test_a_finger_and_the_buttons_turn_it(open_page, gallery):
    page = open_page(390)
    page.goto(gallery.get_absolute_url())
    page.locator("[data-shot]").first.tap()
    viewer = page.get_by_role("dialog")
    viewer.get_by_role("button", name="下一张").tap()
    expect(viewer).to_contain_text("2 / 3")
    page.evaluate("""() => {
      const viewer = document.querySelector('.viewer');
      const at = x => new Touch({identifier: 1, target: viewer, clientX: x, clientY: 300});
      viewer.dispatchEvent(new TouchEvent('touchstart', {touches: [at(300)], changedTouches: [at(300)]}));
      viewer.dispatchEvent(new TouchEvent('touchend', {touches: [], changedTouches: [at(100)]}));
    }""")
    expect(viewer).to_contain_text("3 / 3")
    viewer.get_by_role("button", name="关闭").tap()
    expect(viewer).to_have_count(0)


def test_without_script_a_picture_is_a_link_to_its_largest_size(open_page, gallery):
    page = open_page(script=False, rough=True)  # the picture itself may carry no style
    page.goto(gallery.get_absolute_url())
    page.locator("[data-shot]").nth(1).click()
    assert page.url.endswith("/1368.jpg")
