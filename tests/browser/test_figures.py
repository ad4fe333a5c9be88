"""A read is told by the page itself, once; an error is reported without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from articles.models import ArticleReads, ErrorReport
from articles.statistics.read_counter import counter
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"


def test_a_page_that_was_looked_at_is_counted_once_and_without_a_cookie(browser, live_server):
    article = f.published()
    context = browser.new_context(base_url=live_server.url, user_agent=AGENT)
    context.add_cookies([{"name": "theme", "value": "dark", "url": live_server.url}])
    page, told = context.new_page(), []
    page.on("request", lambda r: told.append(r) if "/yuedu/" in r.url else None)
    page.clock.install()
    page.goto(article.get_absolute_url())
    page.clock.run_for(4000)
    assert told == []  # opened, and closed again at once
    with page.expect_response("**/yuedu/**") as answer:
        page.clock.run_for(2000)
    assert answer.value.status == 204
    sent = told[0].all_headers()
    assert sent["origin"] == live_server.url and "cookie" not in sent
    page.reload()
    page.clock.run_for(20_000)
    page.wait_for_load_state("networkidle")
    assert len(told) == 1
    counter.flush()
    assert ArticleReads.objects.total_of(article) == 1
    context.close()


def test_an_error_is_reported_without_script(open_page):
    article = f.published()
    page = open_page(390, script=False)
    page.goto(article.get_absolute_url())
    page.click("text=我要纠错")
    page.fill("[name=contact]", "王师傅")
    page.click("text=提交纠错")
    expect(page.locator("#problems")).to_contain_text("请写明哪里有误。")
    expect(page.locator("[name=contact]")).to_have_value("王师傅")
    page.check("text=文字差错")
    page.fill("[name=text]", "标题里多一个字。")
    page.click("text=提交纠错")
    expect(page.locator("main")).to_contain_text("已收到，谢谢您")
    assert ErrorReport.objects.get().kind == "wording"
