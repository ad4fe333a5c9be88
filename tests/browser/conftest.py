"""A real Chromium over a real server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import databases

# Without its windows it draws the same in half the time.
PROGRAMS = ("chromium-headless-shell", "chromium", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
             "--disable-component-update", "--disable-sync", "--disable-quic"]  # fmt: skip
# How long anything may take that has to come; a busy machine is no fault of the page.
PATIENCE = 60_000  # milliseconds
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


def settled(page: Page) -> None:
    """Wait until the page has drawn what it was told."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("没有找到 Chromium（Debian：apt-get install chromium）")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def newspaper(settings: Any, transactional_db: None) -> None:
    """The demo newspaper, with small pictures; its password opens nothing outside debug mode."""
    settings.DEBUG = True
    databases.restore("demo")
    shutil.copytree(databases.folder_of("demo") / "media", settings.MEDIA_ROOT)


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Any]:
    """``open_page(width, dark=.., script=..)`` gives a page whose console errors fail the test."""
    contexts, complaints = [], []

    def make(
        width: int = 1280, *, dark: bool = False, script: bool = True, rough: bool = False
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 844 if width < 600 else 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            locale="zh-CN",
            has_touch=width < 600,
            is_mobile=width < 600,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        if rough:  # the test itself cuts the network or the session
            return page
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on(
            "response",
            lambda r: complaints.append(f"{r.status} {r.url}") if r.status >= 400 else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda r: (
                complaints.append(f"asked {r.url}")
                if not r.url.startswith((live_server.url, "data:", "blob:", "about:"))
                else None
            ),
        )
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints
