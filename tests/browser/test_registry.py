"""Registration, own data and the registry in Chromium: phone, keyboard, no script."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from articles.models import Byline
from correspondents.models import Correspondent, Upload
from tests import factories as f
from tests.browser.test_story import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def registry():
    """Two dozen people, one of them with a photo and a history of two units."""
    for number in range(30):
        f.person(f"周通讯{number}", f"第{number % 5}煤矿", public=True, number=f"T-1{number:03d}")
    upload = Upload.objects.accept(f.photo(), owner=None, make_now=True)
    person = f.person("杨宁", "枫桥沟煤矿", public=True, photo=upload, number="T-0001")
    person.give_consent("photo")
    for year in range(2012, 2027):
        made = f.published(f"{year} 年的消息", published_at=dt.datetime(year, 3, 5, tzinfo=dt.UTC))
        Byline.objects.create(article=made, name="杨宁", unit_text="枫桥沟煤矿").credit(person)
    person.settle_unit(f.unit("望舒选煤厂"), by=None, since=dt.date(2026, 6, 1))
    return person


def test_registering_with_the_keyboard_alone(open_page):
    f.unit("枫桥沟煤矿")
    page = open_page()
    page.goto("/zhanghu/signup/")
    page.get_by_label("真实姓名").focus()
    typed = ["杨宁", "枫桥沟煤矿", "宣传部", "干事", "13800138000", "", "", "通讯", "", "", None,
             None, "yangning", f.PASSWORD, f.PASSWORD]  # fmt: skip
    for value in typed:
        if value:
            page.keyboard.type(value)
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # the link to the notice
    page.keyboard.press("Space")
    expect(page.get_by_label("我已阅读并同意隐私说明")).to_be_checked()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="我的资料")).to_be_visible()
    expect(page.get_by_text("待审核", exact=True)).to_be_visible()
    person = Correspondent.objects.get()
    assert (person.name, str(person.organisation), person.strengths) == (
        "杨宁",
        "枫桥沟煤矿",
        "通讯",
    )


def test_registering_and_consenting_on_a_phone_without_script(open_page):
    page = open_page(390, script=False)
    page.goto("/zhanghu/signup/")
    for name, value in (("real_name", "杨宁"), ("unit", "新煤矿"), ("department", "宣传部"),
                        ("post", "干事"), ("username", "yangning")):  # fmt: skip
        page.locator(f"#id_{name}").fill(value)
    page.get_by_label("手机").fill("138")
    page.locator("#id_password1").fill(f.PASSWORD)
    page.locator("#id_password2").fill(f.PASSWORD)
    page.get_by_label("我已阅读并同意隐私说明").check()
    page.get_by_role("button", name="提交登记").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写 11 位手机号码")
    assert page.locator("#id_real_name").input_value() == "杨宁"
    page.get_by_label("手机").fill("13800138000")
    page.locator("#id_password1").fill(f.PASSWORD)
    page.locator("#id_password2").fill(f.PASSWORD)
    page.get_by_role("button", name="提交登记").click()
    person = Correspondent.objects.get()
    assert person.unit_text == "新煤矿"
    row = page.locator(".consents li", has_text="公开个人档案")
    row.get_by_role("button", name="同意").click()
    expect(row.get_by_text("已同意")).to_be_visible()
    row.get_by_role("button", name="撤回").click()
    expect(row.get_by_text("未同意")).to_be_visible()


def test_the_directory_is_searched_without_script_on_a_phone(open_page, registry):
    page = open_page(390, script=False)
    page.goto("/tongxunyuan/")
    page.get_by_label("姓名、单位或档案号").fill("望舒")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("找到 1 人")).to_be_visible()
    page.get_by_role("link", name="杨宁").click()
    expect(page.get_by_role("heading", name="杨宁")).to_be_visible()
    shown = page.locator(".prof img.seal--photo")
    expect(shown).to_be_visible()
    # The picture may still be on its way when its place is already on the page.
    loaded = "e => e.decode().then(() => e.naturalWidth)"
    assert shown.evaluate(loaded) > 0
    page.get_by_label("年份").select_option("2015")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_role("link", name="2015 年的消息")).to_be_visible()
    expect(page.get_by_role("link", name="2016 年的消息")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390, 820, 1280])
def test_nothing_scrolls_sideways(open_page, registry, width):
    li = f.correspondent()
    page = open_page(width)
    sign_in(page, "li")
    addresses = ["/tongxunyuan/", "/tongxunyuan/?page=2", "/tongxunyuan/?q=没有这个人",
                 registry.get_absolute_url(), registry.organisation.get_absolute_url(),
                 "/zhanghu/ziliao/", "/zhanghu/ziliao/xiugai/", "/zhanghu/ziliao/zhuxiao/",
                 "/tongxunyuan/renling/", "/zhanghu/yinsi/"]  # fmt: skip
    for mode in ("normal", "elder"):
        page.goto(f"/xianshi/?mode={mode}&next=/zonglan/")
        for address in addresses:
            page.goto(address)
            assert page.evaluate(OVERFLOW) <= 0, (mode, address)
    fresh = open_page(width)
    fresh.goto("/zhanghu/signup/")
    assert fresh.evaluate(OVERFLOW) <= 0
    assert li.pk


def test_the_newest_years_are_in_sight_on_a_phone(open_page, registry):
    page = open_page(390)
    page.goto(registry.get_absolute_url())
    bar = page.locator(".chart rect").last
    box, frame = bar.bounding_box(), page.locator(".chartw").bounding_box()
    assert frame["x"] <= box["x"]
    assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1


def test_the_desk_settles_a_unit_and_appoints(open_page):
    f.managing()
    f.unit("枫桥沟煤矿")
    f.person("叶知秋", "", state="pending", since=None, unit_text="枫桥沟", department="党办")
    page = open_page()
    sign_in(page, "zhao", "/admin/correspondents/correspondent/?todo=unit")
    page.get_by_role("link", name="叶知秋").click()
    page.get_by_role("link", name="去核定单位").click()
    page.get_by_label("新建单位（全称）").fill("")
    page.locator(".select2-selection").first.click()
    page.keyboard.type("枫桥")
    page.get_by_role("option", name="枫桥沟煤矿").click()
    page.get_by_label("把本人填写的名称记为这个单位的别名").check()
    page.get_by_role("button", name="核定").click()
    page.get_by_role("button", name="聘任", exact=True).click()
    expect(page.get_by_text("聘任，已完成")).to_be_visible()
    person = Correspondent.objects.get()
    assert (person.state, str(person.organisation)) == ("engaged", "枫桥沟煤矿")
    assert person.department == "党办"
