"""SQLite is told what its tables hold, so that lists do not read the whole archive."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article
from portal.database_statistics import refresh_statistics
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_the_newest_articles_come_out_of_the_index_of_time():
    now = timezone.now()
    Article.objects.bulk_create(
        Article(
            section=f.section(),
            title=f"第{number}篇",
            state="published",
            provenance="legacy",
            published_at=now - dt.timedelta(minutes=number),
        )
        for number in range(2000)
    )
    # Of states that come early in their index, and some working copies, as every desk has.
    originals = list(Article.objects.all()[:40])
    Article.objects.bulk_create(
        Article(section=f.section(), title="修改稿", state="final_reading", copy_of=original)
        for original in originals
    )
    Article.objects.bulk_create(
        Article(section=f.section(), title="在审", state="first_reading") for _ in range(1500)
    )
    told = refresh_statistics()
    if connection.vendor == "postgresql":
        assert told == 0  # it looks for itself
        return
    assert told > 10
    if connection.Database.sqlite_version_info < (3, 41):
        pytest.skip("这台机器的 SQLite 早于 3.41，选索引的办法不同")
    plan = Article.objects.published().newest()[:20].explain()
    assert "article_newest" in plan
    assert "TEMP B-TREE" not in plan


def test_a_full_text_index_that_was_empty_is_not_read_from_end_to_end():
    """A new site has its tables looked at, and takes a large archive over the day after."""
    refresh_statistics()
    if connection.vendor == "postgresql":
        return
    with connection.cursor() as cursor:
        for table in ("articles_publicentry_fts_data", "articles_deskentry_fts_data"):
            cursor.execute(f"EXPLAIN QUERY PLAN DELETE FROM {table} WHERE id >= 5 AND id <= 6")
            assert "SEARCH" in cursor.fetchall()[0][-1]
