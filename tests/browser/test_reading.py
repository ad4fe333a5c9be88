"""The desk in Chromium: reading, hints, the working copy, autosave, two who edit at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from articles.models import Article, Revision
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)


def desk(page, user: str, path: str):
    page.goto("/zhanghu/login/")
    page.locator("input[name=login]").fill(user)
    page.locator("input[name=password]").fill(f.PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto(path)
    return page


def test_a_hint_leads_to_its_place_and_is_accepted_on_the_working_copy(open_page):
    f.editor()
    live = f.published("社区的工作", body="<p>修建了建身广场，此举皆在方便职工。</p>")
    page = desk(open_page(1280), "wang", f"/admin/articles/article/{live.pk}/review/")
    expect(page.locator("mark.hint")).to_have_count(2)
    page.get_by_role("button", name="开始修改").click()
    expect(page.get_by_text("这是修改稿")).to_be_visible()
    copy = Article.objects.get(copy_of=live)
    page.goto(f"/admin/articles/article/{copy.pk}/review/?yuangao")
    row = page.locator(".hint-g").filter(has_text="建身")
    row.get_by_role("link", name="建身").click()
    expect(page.locator("mark", has_text="建身")).to_have_class("hint hint--error hint-at")
    row.get_by_role("button", name="采纳").click()
    expect(page.get_by_text("采纳了 1 处")).to_be_visible()
    copy.refresh_from_db()
    live.refresh_from_db()
    assert "健身广场" in copy.body and "建身广场" in live.body


def test_what_is_typed_is_saved_on_the_way_and_restored(open_page):
    wang = f.editor()
    article = f.article(by=wang)
    path = f"/admin/articles/article/{article.pk}/change/"
    page = desk(open_page(1280), "wang", path)
    page.locator("#id_title").fill("打了一半就走开的标题")
    expect(page.locator(".autosave")).to_contain_text("已自动保存")
    page.goto("/admin/")
    page.goto(path)
    page.get_by_role("link", name="恢复这些改动").click()
    expect(page.locator("#id_title")).to_have_value("打了一半就走开的标题")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/review/")
    article.refresh_from_db()
    assert article.title == "打了一半就走开的标题"


@pytest.mark.parametrize("script", [True, False])
def test_of_two_who_save_at_once_the_later_sees_both_texts(open_page, script):
    wang = f.editor()
    f.managing()
    article = f.article(by=wang, body="<p>今年产煤三百万吨。</p>")
    path = f"/admin/articles/article/{article.pk}/change/"
    mine = desk(open_page(1280, script=script), "wang", path)
    theirs = desk(open_page(1280, script=script), "zhao", path)
    expect(theirs.get_by_text("王编辑也打开着")).to_be_visible()
    theirs.locator("#id_title").fill("赵主编的标题")
    theirs.locator("[name=_save]").click()
    theirs.wait_for_url("**/review/")
    mine.locator("#id_title").fill("王编辑的标题")
    mine.locator("[name=_save]").click()
    expect(mine.get_by_role("heading", name="两边的文字")).to_be_visible()
    expect(mine.locator(".clash ins").first).to_contain_text("王编辑")
    mine.get_by_role("button", name="用我的文字保存").click()
    mine.wait_for_url("**/review/")
    article.refresh_from_db()
    assert article.title == "王编辑的标题"
    assert Revision.objects.filter(article=article, kind="aside").count() == 1


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1366, False)])
def test_the_pages_keep_within_the_width(open_page, width, dark):
    wang = f.editor()
    article = f.article(by=wang, body="<p>建身广场。</p>" * 3)
    page = open_page(width, dark=dark)
    desk(page, "wang", f"/admin/articles/article/{article.pk}/review/")
    for path in ("review", "change", "revisions", "tidy", "replace", "sheet"):
        page.goto(f"/admin/articles/article/{article.pk}/{path}/")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
