"""A passkey in Chromium, with an authenticator that the browser plays itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Page, expect

from tests import factories as f
from tests.browser.test_story import sign_in

SETTINGS = "/zhanghu/erci/"


def plug_in(page: Page) -> tuple[Any, str]:
    """Give the page a device that confirms by itself; returns the session and its number."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def add_key(page: Page, *, instead_of_password: bool = True) -> None:
    """Add a passkey through its pages."""
    page.goto(SETTINGS)
    page.get_by_role("link", name="添加通行密钥").click()
    page.get_by_label("密码").fill(f.PASSWORD)
    page.get_by_role("button", name="继续").click()
    page.get_by_label("名称").fill("办公室电脑")
    page.get_by_label("以后可以只用它登录").set_checked(instead_of_password)
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_text("通行密钥已添加")).to_be_visible()


def sign_out(page: Page) -> None:
    page.goto("/zhanghu/logout/")
    page.get_by_role("button", name="退出").click()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 390])
def test_a_passkey_is_added_and_signs_in_without_a_password(open_page, settings, width):
    settings.STAFF_MFA_REQUIRED = True
    f.editor()
    page = open_page(width)
    plug_in(page)
    sign_in(page, "wang")
    expect(page.get_by_text("编辑部要求使用二次验证")).to_be_visible()
    add_key(page)
    page.goto("/admin/")
    expect(page.locator(".desk__head h1")).to_be_visible()
    sign_out(page)
    page.goto("/zhanghu/login/?next=/admin/articles/article/")
    page.get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url(lambda address: urlparse(address).path == "/admin/articles/article/")
    page.goto(f"{SETTINGS}webauthn/")
    expect(page.get_by_text("办公室电脑")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_a_passkey_after_the_password_and_the_words_when_it_is_not_there(open_page):
    f.editor()
    page = open_page()
    session, number = plug_in(page)
    sign_in(page, "wang")
    page.wait_for_url("**/admin/")
    add_key(page, instead_of_password=False)
    sign_out(page)
    sign_in(page, "wang")
    page.get_by_role("button", name="使用通行密钥").click()
    page.wait_for_url("**/admin/")
    sign_out(page)
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": number})
    plug_in(page)
    sign_in(page, "wang")
    page.get_by_role("button", name="使用通行密钥").click()
    expect(page.get_by_role("alert").filter(has_text="浏览器没有完成验证")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_without_script_nothing_is_offered_that_does_not_work(open_page):
    f.editor()
    page = open_page(script=False)
    page.goto("/zhanghu/login/")
    expect(page.get_by_role("button", name="用通行密钥登录")).to_be_hidden()
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_of_it_is_wider_than_the_screen(open_page, width):
    f.editor()
    page = open_page(width, dark=width == 390)
    plug_in(page)
    sign_in(page, "wang")
    page.wait_for_url("**/admin/")
    add_key(page)
    for part in ("", "totp/activate/", "recovery-codes/", "webauthn/", "webauthn/add/"):
        page.goto(SETTINGS + part)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), part
    page.goto("/zhanghu/shebei/")
    expect(page.get_by_text("本机")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
