"""Queries compiled once: what they find, what they refuse, and rows that are given to an owner."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag

from articles.models import Article, Byline
from articles.prepared import Prepared, give
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def signed(title: str, name: str, tag: str) -> Article:
    article = f.published(title)
    article.bylines.create(name=name, unit_text="一矿")
    article.tags.add(tag)
    return article


def test_it_finds_what_the_queryset_finds_with_every_value():
    ask = Prepared(lambda pk: Byline.objects.filter(article=pk).select_related("article"), int)
    one, other = signed("甲稿", "张三", "检修"), signed("乙稿", "李四", "瓦斯")
    for article, name in ((one, "张三"), (other, "李四")):
        with CaptureQueriesContext(connection) as asked:
            (row,) = ask(article.pk)
            assert (row.name, row.article.title) == (name, article.title)
        assert len(asked) == 1
    assert ask(0) == ask(10**30) == []


@pytest.mark.django_db(transaction=True)
def test_every_thread_has_its_own():
    ask = Prepared(lambda pk: Article.objects.filter(pk=pk).values_list("title", "pk"), int)
    article = f.published("同一篇")
    found = []

    def read() -> None:
        found.append(ask(article.pk))
        connection.close()

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[["同一篇", article.pk]]] * 3


@pytest.mark.parametrize(
    "make",
    [
        lambda pk: Article.objects.filter(pk=pk).annotate(names=Count("bylines")),
        lambda pk: Article.objects.filter(pk=pk).values_list("title", flat=True),
        lambda pk: Article.objects.filter(pk=pk).values("title"),
        lambda pk: Article.objects.all(),
    ],
)
def test_what_it_cannot_do_it_refuses(make):
    with pytest.raises(ValueError):
        Prepared(make, int)(1)


def test_a_value_too_few_is_no_question():
    with pytest.raises(TypeError):
        Prepared(lambda pk: Article.objects.filter(pk=pk), int)()


def test_given_rows_cost_nothing_and_what_is_asked_further_stays_with_its_owner():
    one, other = signed("甲稿", "张三", "检修"), signed("乙稿", "李四", "瓦斯")
    one = Article.objects.get(pk=one.pk)
    give(one, "bylines", Byline, list(Byline.objects.filter(article=one)))
    give(one, "tags", Tag, list(Tag.objects.filter(name="检修")))
    with CaptureQueriesContext(connection) as asked:
        assert [row.name for row in one.bylines.all()] == ["张三"]
        assert [tag.name for tag in one.tags.all()] == ["检修"]
    assert len(asked) == 0
    assert not one.bylines.filter(name="李四").exists()
    assert list(one.bylines.values_list("name", flat=True)) == ["张三"]
    assert one.bylines.order_by("-pk").first().name == "张三"
    assert list(one.tags.names()) == ["检修"]
    one.bylines.all().update(unit_text="二矿")
    one.bylines.filter(name="张三").update(unit_text="三矿")
    assert list(Byline.objects.order_by("pk").values_list("unit_text", flat=True)) == [
        "三矿",
        "一矿",
    ]
    assert [(row.name, row.unit_text) for row in one.bylines.all()] == [("张三", "三矿")]
    assert other.bylines.count() == 1
