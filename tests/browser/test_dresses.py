"""Every kind of page in every dress: wide and narrow, light and dark, in elder mode, on paper.

With ``SITE_PICTURES`` set to a folder the pictures of docs/design.md are taken (``make pictures``).
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from articles.models import Article, Topic
from correspondents.models import Correspondent

pytestmark = pytest.mark.django_db(transaction=True)
PAPER = 794  # A4 at 96 dots an inch
DRESSES = [
    ("1280", 1280, {}), ("390", 390, {}), ("1280-dark", 1280, {"dark": True}),
    ("390-dark", 390, {"dark": True}), ("1280-elder", 1280, {}), ("390-elder", 390, {}),
    ("820", 820, {}), ("print", PAPER, {}),
]  # fmt: skip


def addresses() -> dict[str, str]:
    """One page of every kind, of the demo newspaper."""
    public = Article.objects.published()
    lead = public.get(title__startswith="鹿鸣塬煤矿智能化综采")
    gallery = public.filter(section__slug="sheying").newest().first()
    verse = public.filter(section__slug="shici").newest().first()
    person = Correspondent.objects.public().order_by("pk").first()
    topic = Topic.objects.shown().first()
    assert gallery and verse and person and topic
    return {
        "home": "/", "section": "/jukuang/", "article": lead.get_absolute_url(),
        "gallery": gallery.get_absolute_url(), "verse": verse.get_absolute_url(),
        "topic": topic.get_absolute_url(), "correspondents": "/tongxunyuan/",
        "profile": person.get_absolute_url(),
    }  # fmt: skip


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page as it is seen, 640 wide; on paper the whole of it."""
    folder = os.environ.get("SITE_PICTURES")
    if not folder:
        return
    page.wait_for_load_state("networkidle")
    image = Image.open(io.BytesIO(page.screenshot(full_page=name.endswith("print"))))
    image = image.convert("RGB").crop((0, 0, image.width, min(image.height, image.width * 2)))
    if image.width > 640:
        image = image.resize((640, image.height * 640 // image.width), Image.Resampling.LANCZOS)
    image.save(Path(folder) / f"{name}.jpg", "JPEG", quality=68, optimize=True)


def test_nothing_is_cut_off_in_any_dress(newspaper: None, open_page: Any) -> None:
    found = []
    pages = addresses()
    for dress, width, options in DRESSES:
        page = open_page(width, **options)
        for name, address in pages.items():
            if dress.endswith("elder"):
                page.goto(f"/xianshi/?mode=elder&next={address}")
                expect(page.locator(":root")).to_have_attribute("data-mode", "elder")
            else:
                page.goto(address)
            if dress == "print":
                page.emulate_media(media="print")
                expect(page.locator("#nav")).to_be_hidden()
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width or page.locator("h1").count() != 1:
                found.append((name, dress, wide))
            shot(page, f"{name}-{dress}")
    assert found == []
