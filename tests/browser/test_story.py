"""The whole way in Chromium, by mouse and keyboard, as four people see it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article
from tests import factories as f

TITLE = "白桦沟煤矿主通风机一次切换成功"


def sign_in(page: Page, name: str, address: str = "/zhanghu/login/") -> None:
    page.goto(address)
    page.get_by_label("用户名、手机号或邮箱").fill(name)
    page.get_by_label("密码", exact=True).fill(f.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


@pytest.mark.django_db(transaction=True)
def test_written_accepted_read_three_times_published_and_read(open_page, tmp_path):
    f.correspondent(), f.editor(), f.managing(), f.chief()
    picture = tmp_path / "风机.jpg"
    picture.write_bytes(f.photo().read())

    phone = open_page(390)
    sign_in(phone, "li", "/tougao/wode/")
    phone.goto("/tougao/")
    phone.get_by_label("拟投栏目").select_option(label="局矿快报")
    phone.get_by_label("标题", exact=False).first.fill(TITLE)
    text = phone.get_by_role("textbox", name="正文", exact=True)
    text.click()
    for line in ("近日，主通风机在线切换演练一次成功。", "全程四分十二秒。"):
        phone.keyboard.insert_text(line)
        phone.keyboard.press("Enter")
    phone.get_by_label("图片：拍照或从相册选择").set_input_files(picture)
    phone.locator("#pictures").get_by_label("图片说明").fill("近日，机电队职工在切换风机。")
    phone.get_by_label("首次发表，没有投给别处").check()
    phone.get_by_label("没有用人工智能生成内容").check()
    phone.get_by_label("内容真实，不涉密").check()
    phone.get_by_role("button", name="提交审稿").click()
    expect(phone.get_by_role("status").filter(has_text="已收到您的稿件")).to_be_visible()
    f.work()

    desk = open_page()
    sign_in(desk, "wang", "/admin/")
    desk.get_by_role("link", name=TITLE).click()
    expect(desk.get_by_text("全程四分十二秒")).to_be_visible()
    desk.get_by_role("button", name="采用", exact=True).click()
    expect(desk.get_by_text("采用，已完成")).to_be_visible()
    desk.get_by_role("link", name="在这里改").click()

    # The desk's editor loads, and sends what is typed in it.
    desk.locator(".writing__text p").last.click()
    desk.keyboard.press("End")
    desk.keyboard.type("各测点风量正常。")
    desk.get_by_role("button", name="通过初审").click()
    expect(desk.get_by_text("通过初审，已完成")).to_be_visible()

    for name, button in (("zhao", "通过复审"), ("sun", "通过终审并签发")):
        reader = open_page()
        sign_in(reader, name, "/admin/articles/article/")
        reader.get_by_role("link", name=TITLE).click()
        reader.get_by_role("button", name=button).click()
        expect(reader.get_by_text(f"{button}，已完成")).to_be_visible()
    desk.reload()
    desk.get_by_role("button", name="立即发布").click()
    expect(desk.get_by_text("立即发布，已完成")).to_be_visible()

    for width, script in ((1280, True), (390, False)):
        page = open_page(width, script=script)
        page.goto("/")
        page.get_by_role("link", name=TITLE).first.click()
        expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
        expect(page.get_by_text("各测点风量正常。")).to_be_visible()
        shown = page.locator("figure img").first
        expect(shown).to_have_attribute("src", re.compile("^/pictures/"))
        page.get_by_role("link", name="李通讯").first.click()
        expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    phone.goto("/tougao/wode/")
    expect(phone.get_by_text("已发布", exact=True)).to_be_visible()
    assert Article.objects.get().body.endswith("全程四分十二秒。各测点风量正常。</p>")
