"""The desk's first page: what waits, for how long, what is mine, what runs."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from articles.models import Article, DeskAssignment, DeskDraft
from portal.models import ScheduledJob
from tests import factories as f

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def page(user) -> str:
    return f.signed_in(user).get("/admin/").content.decode()


def tiles(html: str) -> dict[str, tuple[int, bool]]:
    found = re.findall(r'<a href="[^"]*"( class="hot")?><span>(.*?)</span><b>(\d+)</b>', html)
    return {label: (int(number), bool(hot)) for hot, label, number in found}


def test_what_waits_and_what_is_late():
    readers = [f.editor(), f.managing(), f.chief()]
    late = f.article_in("second_reading", readers)
    Article.objects.filter(pk=late.pk).update(
        state_changed_at=timezone.now() - 26 * HOUR, title="等了很久的"
    )
    f.article(by=readers[0], title="刚来的")
    f.published("今天发的", published_at=timezone.now())
    li = f.correspondent()
    f.manuscript(li, title="一篇来稿").submit(by=li.user)
    html = page(readers[0])
    assert tiles(html) == {
        "来稿待处理": (1, False), "待初审": (1, False), "待复审": (1, True), "待终审": (0, False),
        "已签发": (0, False), "今日已发": (1, False),
    }  # fmt: skip
    waiting = html.split("等待最久的文章", 1)[1]
    assert waiting.index("等了很久的") < waiting.index("刚来的")
    for words in ("一篇来稿", "今天发的", "收稿与发布"):
        assert words in html


def test_own_work_and_what_is_not_saved():
    wang, zhao = f.editor(), f.managing()
    article = f.article(by=wang, title="我负责的这篇", responsible_editor=wang)
    DeskDraft.objects.keep(article, wang, 1, {"title": "x"})
    html = page(wang)
    assert "我负责的文章 <b>1</b>" in html and "没有保存：我负责的这篇" in html
    assert "没有保存" not in page(zhao)
    listed = f.signed_in(wang).get("/admin/articles/article/?fanwei=mine").content.decode()
    assert "我负责的这篇" in listed
    other = f.signed_in(zhao).get("/admin/articles/article/?fanwei=mine").content.decode()
    assert "我负责的这篇" not in other


def test_what_is_scheduled_and_only_of_the_own_sections():
    readers = [f.editor(), f.managing(), f.chief()]
    article = f.article_in("signed", readers)
    article.schedule(by=readers[0], at=timezone.now() + 5 * HOUR)
    assert article.title in page(readers[0]).split("定时发布", 1)[1]
    assert "下一篇" in page(readers[0])
    DeskAssignment.objects.create(user=readers[0], section=f.section("shici"))
    assert article.title not in page(readers[0])


def test_machinery_that_stands_still_is_told():
    wang = f.editor()
    assert 'role="alert"' not in page(wang)
    ScheduledJob.objects.create(
        name="keep_promise", due_at=timezone.now() - 30 * HOUR, failure="数据库连不上"
    )
    html = page(wang)
    assert "1 项定期任务一天没有进行" in html and "数据库连不上" in html


def test_it_asks_as_much_for_many_as_for_few(django_assert_max_num_queries):
    wang = f.editor()
    for number in range(12):
        f.article(by=wang, title=f"第{number}篇")
        f.published(f"已发{number}")
    client = f.signed_in(wang)
    client.get("/admin/")
    with django_assert_max_num_queries(45):
        client.get("/admin/")
