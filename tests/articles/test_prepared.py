"""Queries compiled once: what they find, and what they refuse."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Byline
from articles.pages.prepared import PreparedQuery
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def signed(title: str, name: str) -> Article:
    article = f.published(title)
    article.bylines.create(name=name, unit_text="一矿")
    return article


def test_it_finds_what_the_queryset_finds_with_every_value():
    ask = PreparedQuery(lambda pk: Byline.objects.filter(article=pk), int)
    one, other = signed("甲稿", "张三"), signed("乙稿", "李四")
    ask(0)
    for article, name in ((one, "张三"), (other, "李四")):
        with CaptureQueriesContext(connection) as asked:
            (row,) = ask(article.pk)
        assert (row.name, row.article_id) == (name, article.pk)
        assert len(asked) == 1
    assert ask(0) == ask(10**30) == []


def test_its_rows_are_those_of_the_queryset_to_the_last_value():
    article = signed("甲稿", "张三")
    (found,) = PreparedQuery(lambda pk: Article.objects.filter(pk=pk), int)(article.pk)
    plain = Article.objects.get(pk=article.pk)
    for field in Article._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(plain, field.attname), field
    assert found == plain


def test_fields_that_are_left_out_are_read_when_they_are_wanted():
    article = signed("甲稿", "张三")
    (found,) = PreparedQuery(lambda pk: Article.objects.filter(pk=pk).only("title"), int)(
        article.pk
    )
    assert "body" in found.get_deferred_fields()
    assert found.body == article.body


def test_moments_and_the_present_are_those_of_the_question(monkeypatch):
    now = timezone.now()
    ask = PreparedQuery(
        lambda when: Article.objects.published(now=PreparedQuery.now).filter(published_at__lt=when),
        dt.datetime,
    )
    signed("甲稿", "张三")
    coming = f.published("明天的", published_at=now + dt.timedelta(days=1))
    assert [one.title for one in ask(now + dt.timedelta(days=9))] == ["甲稿"]
    assert ask(now - dt.timedelta(days=9)) == []
    monkeypatch.setattr(timezone, "now", lambda: now + dt.timedelta(days=2))
    assert coming in ask(now + dt.timedelta(days=9))


@pytest.mark.django_db(transaction=True)
def test_threads_share_it():
    ask = PreparedQuery(lambda pk: Article.objects.filter(pk=pk), int)
    article = f.published("同一篇")
    found = []

    def read() -> None:
        found.extend(ask(article.pk))
        connection.close()

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [article] * 3


@pytest.mark.parametrize(
    "make",
    [
        lambda pk: Article.objects.filter(pk=pk).annotate(names=Count("bylines")),
        lambda pk: Article.objects.filter(pk=pk).select_related("section"),
        lambda pk: Article.objects.all(),
    ],
)
def test_what_it_cannot_do_it_refuses(make):
    with pytest.raises(ValueError):
        PreparedQuery(make, int)(1)


def test_a_value_too_few_is_no_question():
    with pytest.raises(TypeError):
        PreparedQuery(lambda pk: Article.objects.filter(pk=pk), int)()
