"""The handbook, followed word by word in Chromium over the demo newspaper.

Every button and field is found by the name the handbook gives it. With ``HANDBOOK_PICTURES`` set
to a folder, the pictures of the handbook are taken on the way (``make handbook``).
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.models import Article, LibraryPicture, Placement
from submissions.models import Manuscript
from tests import factories as f
from tests.scenes import SCENES, draw

pytestmark = pytest.mark.django_db(transaction=True)
HANDBOOK = Path(__file__).parents[2] / "docs/handbook/README.md"


class Desk:
    """Somebody at the desk, who does what the handbook says."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.text = HANDBOOK.read_text(encoding="utf-8")

    def sign_in(self, name: str, password: str) -> None:
        self.page.context.clear_cookies()
        self.page.goto("/zhanghu/login/?next=/admin/")
        self.page.get_by_label("用户名、手机号或邮箱").fill(name)
        self.page.get_by_label("密码", exact=True).fill(password)
        self.page.get_by_label("密码", exact=True).press("Enter")
        self.page.wait_for_url("**/admin/")

    def named(self, words: str) -> str:
        """Words that the handbook has to use, and so may be relied on."""
        assert words in self.text, f"the handbook does not say {words}"
        return words

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=re.compile(f"^{self.named(words)}")).first.click()
        self.page.wait_for_load_state()

    def follow(self, words: str) -> None:
        self.page.get_by_role("link", name=self.named(words), exact=True).first.click()
        self.page.wait_for_load_state()

    def open_more(self) -> None:
        """Open what the bar has besides its first button."""
        self.page.locator("summary", has_text=self.named("其他处理")).click()

    def told(self, words: str) -> None:
        expect(self.page.locator(".messagelist")).to_contain_text(words)

    def shot(self, name: str) -> None:
        """Take a picture for the handbook, when they are asked for."""
        if folder := os.environ.get("HANDBOOK_PICTURES"):
            self.page.wait_for_load_state("networkidle")
            path = Path(folder) / f"{name}.jpg"
            self.page.screenshot(path=path, type="jpeg", quality=72)


@pytest.fixture
def desk(newspaper: None, open_page: Any, settings: Any) -> Iterator[Desk]:
    yield Desk(open_page(1366))


def review(article: Article) -> str:
    return f"/admin/articles/article/{article.pk}/review/"


def read_through(desk: Desk, article: Article, password: str) -> None:
    """Have it signed by those who may, as far as it needs."""
    for name, words in (
        ("yuanshan", "通过初审"),
        ("zhubian", "通过复审"),
        ("zongbian", "通过终审"),
    ):
        article.refresh_from_db()
        if article.state == Article.State.SIGNED:
            return
        if desk.named("通过初审")[2:] and words[2] != article.get_state_display()[1]:
            continue
        desk.sign_in(name, password)
        desk.page.goto(review(article))
        desk.page.get_by_role("button", name=words).click()
        desk.page.wait_for_load_state()
    article.refresh_from_db()
    assert article.state == Article.State.SIGNED


def test_the_days_work_from_the_handbook_alone(desk: Desk, settings: Any, tmp_path: Path) -> None:
    page, password = desk.page, settings.DEMO_PASSWORD

    # Take a manuscript, and return one to its author.
    desk.sign_in("yuanshan", password)
    desk.shot("desk")
    waiting = Manuscript.objects.filter(state="submitted").order_by("pk")
    first, second = waiting[0], waiting[1]
    page.goto("/admin/submissions/manuscript/")
    page.locator(f"a[data-manuscript='{first.pk}']").click()
    page.locator("#pane [data-text]").wait_for()
    desk.shot("queue")
    desk.press("认领")
    first.refresh_from_db()
    assert first.state == "claimed"
    page.goto(f"/admin/submissions/manuscript/{second.pk}/change/")
    page.get_by_label("意见").first.fill("请补充演练的时间和参加人数。")
    desk.press("退作者修改")
    second.refresh_from_db()
    assert second.state == "returned"

    # Accept one, edit it, and have it read.
    page.goto(f"/admin/submissions/manuscript/{first.pk}/change/")
    desk.press("采用")
    article = Article.objects.order_by("-pk").first()
    assert article is not None and article.state == Article.State.FIRST
    page.goto("/admin/articles/article/?state__exact=first_reading")
    page.get_by_role("link", name=article.title).click()
    desk.shot("reading")
    desk.follow("在这里改")
    expect(page.locator(".writing__text")).to_be_visible()
    desk.shot("writing")
    page.locator("#id_title").fill("改过标题的一篇来稿")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_load_state()
    article.refresh_from_db()
    assert article.title == "改过标题的一篇来稿"
    page.goto(review(article))
    for row in page.locator("#alike a", has_text="对照").all()[:1]:
        row.click()
    read_through(desk, article, password)

    # Schedule it, and see it in the calendar.
    when = timezone.localtime() + dt.timedelta(hours=3)
    page.goto(review(article))
    desk.open_more()
    page.get_by_label("定时", exact=True).fill(f"{when:%Y-%m-%dT%H:%M}")
    desk.press("定时发布")
    page.goto("/admin/")
    desk.follow("发布日历")
    page.goto(f"/admin/calendar/?yue={when:%Y-%m}")
    expect(page.locator(".cal")).to_contain_text("改过标题的一篇来稿")
    desk.shot("calendar")

    # Put a piece with a picture into the slideshow.
    with_picture = Article.objects.published().filter(images__isnull=False, placements=None)
    shown = with_picture.order_by("pk").first()
    assert shown is not None
    desk.sign_in("zhubian", password)
    desk.follow("首页编排")
    desk.follow("增加 版面")
    page.get_by_label("位置").select_option(label=desk.named("焦点图"))
    page.locator(".field-article .select2-selection").click()
    page.locator(".select2-search__field").fill(shown.title)
    page.locator(".select2-results__option", has_text=shown.title).first.click()
    page.get_by_label("短标题").fill("首页上的短标题")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_load_state()
    assert Placement.objects.filter(kind="slide", article=shown).exists()
    assert "首页上的短标题" in Client().get("/").content.decode()

    # Make a topic with a block filled by hand.
    page.goto("/admin/articles/topic/add/")
    page.get_by_label("专题名").fill("冬季安全")
    page.get_by_label("地址").fill("dongji")
    page.get_by_role("checkbox", name="显示").check()
    page.locator("#id_blocks-0-heading").fill("各矿动态")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_load_state()
    page.goto("/admin/articles/topicblock/")
    page.get_by_role("link", name="各矿动态").click()
    page.locator("#items-0 .select2-selection").click()
    page.locator(".select2-search__field").fill(shown.title)
    page.locator(".select2-results__option", has_text=shown.title).first.click()
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_load_state()
    topic = Client().get("/zhuanti/dongji/").content.decode()
    assert "各矿动态" in topic and shown.title in topic

    # Correct an article: on a working copy, read again, with its note.
    desk.sign_in("yuanshan", password)
    page.goto(review(shown))
    desk.press("开始修改")
    copy = Article.objects.get(copy_of=shown)
    page.goto(f"/admin/articles/article/{copy.pk}/change/")
    page.locator("#corrections-group .add-row a").click()
    page.locator("#id_corrections-0-text").fill("第二段“三天”应为“两天”。")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_load_state()
    assert "应为“两天”" not in Client().get("/gengzheng/").content.decode()
    read_through(desk, copy, password)
    page.goto(review(copy))
    desk.press("立即发布")
    assert "应为“两天”" in Client().get("/gengzheng/").content.decode()
    assert "应为“两天”" in Client().get(shown.get_absolute_url()).content.decode()

    # Withdraw it.
    desk.sign_in("zongbian", password)
    page.goto(review(shown))
    desk.open_more()
    page.get_by_label("意见或原因").fill("单位来函要求撤稿。")
    desk.press("撤稿")
    expect(page.locator("form.steps")).to_contain_text("读者马上看不到它")
    expect(page.get_by_label("原因")).to_have_value("单位来函要求撤稿。")
    desk.press("撤稿")
    desk.told("撤稿，已完成")
    gone = Client().get(shown.get_absolute_url())
    assert gone.status_code == 410
    assert "该稿件已撤回" in gone.content.decode()


def test_the_picture_library(desk: Desk, settings: Any, tmp_path: Path) -> None:
    page = desk.page
    desk.sign_in("yuanshan", settings.DEMO_PASSWORD)
    page.goto("/admin/articles/librarypicture/")
    desk.shot("library")
    desk.follow("增加 图库图片")
    files = []
    for number in (1, 2):
        path = tmp_path / f"矿区{number}.webp"
        path.write_bytes(draw(next(iter(SCENES)), 70 + number, (900, 600)))
        files.append(path)
    page.get_by_label("图片文件").set_input_files(files)
    page.get_by_label("图片说明").fill("矿区的早晨")
    desk.press("上传")
    desk.told("收下 2 张图片")
    f.work()
    picture = LibraryPicture.objects.filter(caption="矿区的早晨").order_by("pk").first()
    assert picture is not None
    page.goto(f"/admin/articles/librarypicture/{picture.pk}/change/")
    frame = page.locator("[data-picture] img")
    frame.evaluate("image => image.scrollIntoView({block: 'start'})")
    box = frame.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.25)
    expect(page.locator("#id_focus_x")).to_have_value("80")
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.9, steps=4)
    page.mouse.up()
    expect(page.get_by_label("左", exact=True)).to_have_value("25")
    expect(page.get_by_label("下", exact=True)).to_have_value("90")
    desk.shot("picture")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_load_state()
    picture.upload.refresh_from_db()
    assert picture.upload.focus == (80, 25)

    # Chosen for a piece by looking at it.
    piece = Article.objects.filter(state=Article.State.FIRST).first()
    assert piece is not None
    page.goto(f"/admin/articles/article/{piece.pk}/change/")
    desk.press("从图库选、上传")
    page.locator(".tile", has_text="矿区的早晨").first.click()
    expect(page.locator(".pk__one")).to_have_count(1)
    desk.shot("chooser")
    desk.press("放进正文")
    expect(page.locator(".writing__text figure img[src]")).to_have_count(1)


def test_placements_are_dragged_into_order(open_page: Any, settings: Any) -> None:
    f.managing()
    for number in range(3):
        article = f.published(f"第{number}条")
        Placement.objects.create(kind="news", article=article, position=number)
    desk = Desk(open_page(1280))
    desk.sign_in("zhao", f.PASSWORD)
    page = desk.page
    page.goto("/admin/articles/placement/")
    rows = page.locator("#result_list tbody tr")
    rows.nth(2).locator(".field-kind").drag_to(rows.nth(0), target_position={"x": 40, "y": 2})
    expect(page.locator("#order-told")).to_be_visible()
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_load_state()
    order = Placement.objects.order_by("position").values_list("article__title", flat=True)
    assert list(order) == ["第2条", "第0条", "第1条"]
