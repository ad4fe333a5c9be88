"""How much everybody has published: right at once, and what is old is not counted each time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Byline, BylineClaim, Edition, current_edition
from articles.statistics import authors as module
from articles.statistics.authors import month_start
from tests import factories as f

pytestmark = pytest.mark.django_db
LONG_AGO = dt.timedelta(days=70)


def told() -> tuple[int, int]:
    """(this month's, all) pieces of the only person, as the registry prints them."""
    counts = module.tallies()
    return sum(counts.month.values()), sum(counts.total.values())


@pytest.fixture
def world():
    readers = [f.editor(), f.managing(), f.chief()]
    with f.committed():
        li = f.correspondent()
        old = f.published("旧作", published_at=timezone.now() - LONG_AGO)
        Byline.objects.create(
            article=old, name="李通讯", correspondent=li, organisation=li.organisation
        )
    cache.clear()

    def publish():
        article = f.article_in("signed", readers)
        article.bylines.update(correspondent=li, organisation=li.organisation)
        with f.committed():
            article.publish(by=readers[0])
        return article

    return readers, li, old, publish


def test_a_new_piece_counts_at_once_and_the_old_ones_are_not_counted_again(world):
    publish = world[3]
    assert told() == (0, 1)
    publish()
    with CaptureQueriesContext(connection) as queries:
        assert told() == (1, 2)
    start = month_start().astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    counted = [q["sql"] for q in queries if "COUNT" in q["sql"] and "byline" in q["sql"]]
    assert counted
    assert not [sql for sql in counted if f"< '{start}" in sql]
    assert "累计" in Client().get("/tongxunyuan/").content.decode()


def test_what_changes_of_the_old_is_seen_at_once(world):
    readers, li, old, publish = world
    new = publish()
    assert told() == (1, 2)
    with f.committed():
        old.withdraw(by=readers[2], note="撤")
    assert told() == (1, 1)
    with f.committed():
        new.withdraw(by=readers[2], note="撤")
    assert told() == (0, 0)
    other = f.published("又一篇旧作", published_at=timezone.now() - LONG_AGO)
    row = Byline.objects.create(article=other, name="李通讯", unit_text="白桦沟煤矿")
    claim = BylineClaim.objects.create(byline=row, correspondent=li)
    with f.committed():
        claim.settle(by=readers[0])
    assert told() == (0, 1)


def test_the_figures_of_a_person_are_counted_once_an_edition(world):
    li, publish = world[1], world[3]
    address = f"/tongxunyuan/{li.pk}/"
    Client().get(address)
    with CaptureQueriesContext(connection) as queries:
        page = Client().get(f"{address}?lanmu=jukuang").content.decode()
    grouped = [q["sql"] for q in queries if "GROUP BY" in q["sql"] and "section" in q["sql"]]
    assert "旧作" in page and not grouped
    publish()
    assert "<b>2</b><span>累计发表" in Client().get(address).content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_another_release_has_kept_needs_no_class_of_its_own(client):
    """The cache outlives an upgrade: plain values alone can be read by whatever comes after."""
    f.published()
    assert client.get("/").status_code == 200
    kept = [value for value in (cache.get(name) for name in names_kept()) if value is not None]
    assert kept and all(type(value) is dict for value in kept)


def names_kept() -> list[str]:
    older = Edition.objects.values_list("older", flat=True).first()
    month = f"{month_start():%Y%m}"
    return [f"by-author:{current_edition()}:{month}", f"by-author-older:{older or 0}:{month}"]
