"""The desk finds every state; each person what he may see."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import DeskAssignment
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FIND = "/admin/find/"


def found(client, query, **more) -> list[str]:
    html = client.get(FIND, {"q": query, **more}).content.decode()
    rows = re.findall(r'<article class="dfind"><h2>(.*?)</h2>', html)
    return [unescape(re.sub("<[^>]*>", "", row)) for row in rows]


def test_articles_and_manuscripts_in_every_state_and_no_drafts():
    li, wang = f.correspondent(), f.editor()
    f.published("神秘词已发布")
    f.manuscript(li, title="神秘词草稿")
    f.manuscript(li, title="神秘词来稿").submit(by=li.user)
    made = f.manuscript(li, title="神秘词在编")
    made.submit(by=li.user)
    made.accept(by=wang)
    gone = f.published("神秘词撤稿")
    gone.withdraw(by=f.chief(), note="撤")
    client = f.signed_in(wang)
    assert sorted(found(client, "神秘詞")) == sorted(
        ["神秘词已发布", "神秘词来稿", "神秘词在编", "神秘词在编", "神秘词撤稿"]
    )
    shown = client.get(FIND, {"q": "神秘词"}).content.decode()
    for words in ("来稿 · 待处理", "编辑部 · 待初审", "编辑部 · 已撤稿", "本站 · 局矿快报"):
        assert words in shown
    assert found(client, "") == []


def test_the_sections_of_a_person_bound_what_is_found():
    li, wang = f.correspondent(), f.editor()
    f.manuscript(li, title="神秘词本栏").submit(by=li.user)
    away = f.manuscript(li, title="神秘词别栏", section=f.section("shici"))
    away.submit(by=li.user)
    f.published("神秘词公开的", "shici")
    DeskAssignment.objects.create(user=wang, section=f.section())
    assert set(found(f.signed_in(wang), "神秘词")) == {"神秘词公开的", "神秘词本栏"}


def test_nobody_else_comes_in():
    li = f.correspondent()
    f.manuscript(li, title="神秘词来稿").submit(by=li.user)
    for client in (Client(), f.signed_in(li.user)):
        answer = client.get(FIND, {"q": "神秘词"})
        assert answer.status_code == 302
        assert "神秘词" not in answer.content.decode()
    without = f.account("nobody")
    assert found(f.signed_in(without), "神秘词") == []


def test_pages():
    wang = f.editor()
    for number in range(35):
        f.published(f"神秘词{number}")
    client = f.signed_in(wang)
    html = client.get(FIND, {"q": "神秘词"}).content.decode()
    following = re.search(r"page=([\d-]+)", html)[1]
    first, second = found(client, "神秘词"), found(client, "神秘词", page=following)
    assert (len(first), len(second)) == (30, 5)
    assert len({*first, *second}) == 35
    for odd in ("x", "x-1", "-1", "9" * 40):
        assert len(found(client, "神秘词", page=odd)) == 30


def test_two_of_one_moment_at_the_border_of_a_page_are_both_shown():
    at = timezone.now().replace(microsecond=0) - dt.timedelta(days=3)
    for number in range(29):
        f.published(f"神秘词第{number}篇", published_at=at + dt.timedelta(minutes=number + 1))
    f.published("神秘词公开", published_at=at)
    f.article(by=f.chief(), title="神秘词草稿", created_at=at)
    f.published("神秘词最老", published_at=at - dt.timedelta(days=1))
    client = f.signed_in(f.managing())
    html = client.get(FIND, {"q": "神秘词"}).content.decode()
    following = re.search(r"page=([\d-]+)", html)[1]
    assert found(client, "神秘词", page=following) == ["神秘词草稿", "神秘词最老"]


def test_a_page_of_hits_asks_as_much_as_one_hit(django_assert_num_queries):
    client = f.signed_in(f.managing())
    f.published("神秘词单独")
    client.get(FIND, {"q": "单独"})
    with CaptureQueriesContext(connection) as one:
        client.get(FIND, {"q": "单独"})
    for number in range(29):
        f.published(f"神秘词{number}")
    with django_assert_num_queries(len(one)):
        client.get(FIND, {"q": "神秘词"})


def test_another_desks_public_article_has_no_link_that_is_closed():
    wang = f.editor()
    DeskAssignment.objects.create(user=wang, section=f.section())
    f.published("神秘词别栏公开", "shici")
    html = f.signed_in(wang).get(FIND, {"q": "神秘词"}).content.decode()
    assert "神秘词" in html
    assert 'class="dfind"><h2><a' not in html


def test_the_lists_of_the_desk_search_texts_too():
    li, wang = f.correspondent(), f.editor()
    f.published("标题里没有", body="<p>神秘词在正文。</p>")
    made = f.manuscript(li, title="来稿标题", body="<p>神秘词在来稿。</p>")
    made.submit(by=li.user)
    client = f.signed_in(wang)
    articles = client.get("/admin/articles/article/", {"q": "神秘詞 正文"}).content.decode()
    assert "标题里没有" in articles
    assert (
        "标题里没有" not in client.get("/admin/articles/article/", {"q": "无此词"}).content.decode()
    )
    queue = client.get("/admin/submissions/manuscript/", {"q": "在来稿"}).content.decode()
    assert "来稿标题" in queue
