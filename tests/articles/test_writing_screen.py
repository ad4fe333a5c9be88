"""What the writing screen asks and shows; how it looks is tried in Chromium."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import DeskAssignment
from tests import factories as f

pytestmark = pytest.mark.django_db
BASE = "/admin/articles/article"


def test_choosing_a_person_tells_name_grade_and_the_unit_of_the_day() -> None:
    desk = f.editor()
    li = f.person("苏砚", "枫桥沟煤矿")
    li.settle_unit(f.unit("望舒选煤厂"), by=None, since=dt.date(2025, 8, 1))
    old = f.published(published_at=dt.datetime(2025, 5, 1, 4, tzinfo=dt.UTC))
    client = f.signed_in(desk)
    then = client.get(f"{BASE}/{old.pk}/person/{li.pk}/").json()
    assert (then["name"], then["unit"]) == ("苏砚", "枫桥沟煤矿")
    assert then["told"] == "选了苏砚，单位按5月1日填好。"
    now = client.get(f"{BASE}/person/{li.pk}/").json()
    assert now["unit"] == "望舒选煤厂"
    assert now["organisation"] == [li.organisation_id, "望舒选煤厂"]


def test_a_person_without_a_unit_that_day_is_told_so() -> None:
    li = f.person("苏砚", "")
    told = f.signed_in(f.editor()).get(f"{BASE}/person/{li.pk}/").json()
    assert (told["unit"], told["organisation"]) == ("", None)
    assert "没有单位，请填写" in told["told"]


def test_who_writes_no_articles_and_other_sections_are_told_nothing() -> None:
    li = f.person("苏砚", "枫桥沟煤矿")
    monitor = f.account("kan", "网站监督", name="监督员")
    assert f.signed_in(monitor).get(f"{BASE}/person/{li.pk}/").status_code == 403
    writer = f.account("xie", name="只写文章")
    writer.user_permissions.add(Permission.objects.get(codename="change_article"))
    assert f.signed_in(writer).get(f"{BASE}/person/{li.pk}/").status_code == 403
    piece, other = f.article(by=f.chief()), f.editor()
    DeskAssignment.objects.create(user=other, section=f.section("shici"))
    answer = f.signed_in(other).get(f"{BASE}/{piece.pk}/person/{li.pk}/")
    assert answer.status_code == 404 and "枫桥沟" not in answer.content.decode()


def test_who_only_looks_reads_the_text_and_not_its_tags() -> None:
    public = f.published(body="<p>近日，检修完成。</p>")
    page = f.signed_in(f.chief()).get(f"{BASE}/{public.pk}/change/").content.decode()
    assert "<p>近日，检修完成。</p>" in page and "&lt;p&gt;" not in page


def test_an_article_with_many_rows_is_opened_by_as_many_questions_as_one_with_few() -> None:
    desk = f.editor()
    client, piece, counted = f.signed_in(desk), f.article(by=desk), []
    client.get(f"{BASE}/{piece.pk}/change/")
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"{BASE}/{piece.pk}/change/").status_code == 200
        counted.append(len(asked))
        for number in range(5):
            piece.bylines.create(name=f"作者{number}", unit_text="白桦沟煤矿")
    assert counted[0] == counted[1]
