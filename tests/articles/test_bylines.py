"""A row of the byline names somebody: what a record says is filled in, what names nobody is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from articles.models import Article, Byline, points_of
from correspondents.lifecycle import StepNotAllowed
from tests import factories as f
from tests.articles.test_readings import change_form

pytestmark = pytest.mark.django_db
ROW = {"position": "9", "role": "author", "unit_text": "", "name": "", "organisation": ""}


@pytest.fixture
def readers() -> list[Any]:
    return [f.editor(), f.managing(), f.chief()]


def with_row(article: Article, user: Any, **row: Any) -> Any:
    """What the page answers to the form with one more row of the byline."""
    data = change_form(article, user)
    number = int(data["bylines-TOTAL_FORMS"])
    data["bylines-TOTAL_FORMS"] = str(number + 1)
    fresh = ROW | {"correspondent": ""} | row
    data |= {f"bylines-{number}-{name}": str(value) for name, value in fresh.items()}
    address = f"/admin/articles/article/{article.pk}/change/"
    return f.signed_in(user).post(address, data, follow=True)


def test_choosing_a_person_is_enough_for_a_row(readers: list[Any]) -> None:
    article = f.article(by=readers[0])
    li = f.person("苏砚", "枫桥沟煤矿")
    with_row(article, readers[0], correspondent=li.pk)
    row = article.bylines.get(correspondent=li)
    assert (row.name, row.unit_text) == ("苏砚", "枫桥沟煤矿")
    assert row.organisation == li.organisation


def test_the_unit_is_the_one_of_the_day_of_the_article(readers: list[Any]) -> None:
    li = f.person("苏砚", "枫桥沟煤矿")
    li.settle_unit(f.unit("望舒选煤厂"), by=None, since=dt.date(2025, 8, 1))
    old = f.published(published_at=dt.datetime(2025, 5, 1, 4, tzinfo=dt.UTC))
    row = Byline(article=old, correspondent=li)
    row.full_clean()
    assert row.unit_text == "枫桥沟煤矿"


def test_what_was_typed_stays_as_it_was_typed(readers: list[Any]) -> None:
    article = f.article(by=readers[0])
    li = f.person("苏砚", "枫桥沟煤矿")
    with_row(article, readers[0], correspondent=li.pk, name="砚石", unit_text="枫桥沟煤矿宣传科")
    row = article.bylines.get(correspondent=li)
    assert (row.name, row.unit_text) == ("砚石", "枫桥沟煤矿宣传科")


def test_the_printed_unit_decides_for_whom_it_counts(readers: list[Any]) -> None:
    article, other = f.article(by=readers[0]), f.unit("望舒选煤厂")
    li = f.person("苏砚", "枫桥沟煤矿")
    with_row(article, readers[0], correspondent=li.pk, unit_text="望舒选煤厂")
    row = article.bylines.get(correspondent=li)
    assert (row.unit_text, row.organisation) == ("望舒选煤厂", other)


def test_a_row_from_before_with_a_person_is_filled_when_the_form_is_saved(
    readers: list[Any],
) -> None:
    article, li = f.article(by=readers[0]), f.person("苏砚", "枫桥沟煤矿")
    article.bylines.update(correspondent=li, name="", unit_text="")
    client = f.signed_in(readers[0])
    address = f"/admin/articles/article/{article.pk}/change/"
    client.post(address, change_form(article, readers[0]))
    assert article.bylines.get().name == "苏砚"


def test_a_row_that_names_nobody_is_refused_and_what_was_typed_stays(readers: list[Any]) -> None:
    article = f.article(by=readers[0])
    answer = with_row(article, readers[0], unit_text="白桦沟煤矿宣传科")
    page = answer.content.decode()
    assert "请填写姓名；只有单位的，身份选“供稿”。" in page
    assert 'value="白桦沟煤矿宣传科"' in page
    assert article.bylines.count() == 1


@pytest.mark.parametrize(("role", "unit"), [("author", "白桦沟煤矿"), ("contributor", "")])
def test_only_who_supplied_a_piece_may_be_a_unit_and_needs_one(
    readers: list[Any], role: str, unit: str
) -> None:
    article = f.article(by=readers[0])
    answer = with_row(article, readers[0], role=role, unit_text=unit, position="7")
    assert "请填写姓名" in answer.content.decode()
    Byline.objects.create(article=article, role=role, unit_text=unit)
    assert [point.item for point in points_of(article)].count("names") == 1


def test_a_unit_alone_may_supply_a_piece(readers: list[Any]) -> None:
    article = f.article(by=readers[0])
    with_row(article, readers[0], role="contributor", unit_text="白桦沟煤矿宣传科")
    assert article.bylines.filter(role="contributor", name="").exists()
    assert not [point for point in points_of(article) if point.item == "names"]


def test_a_row_from_before_that_names_nobody_keeps_a_piece_from_its_readers(
    readers: list[Any],
) -> None:
    article = f.article(by=readers[0], provenance="manuscript")
    article.bylines.update(name="", unit_text="")
    article.sign(by=readers[0])
    article.sign(by=readers[1])
    with pytest.raises(StepNotAllowed, match="没有姓名"):
        article.sign(by=readers[2])
    page = f.signed_in(readers[2]).get(f"/admin/articles/article/{article.pk}/review/")
    assert "署名有一行没有姓名，请补上或删去。" in page.content.decode()


def test_a_row_from_before_prints_no_label_of_nobody(client: Client) -> None:
    piece = f.published()
    Byline.objects.create(article=piece, name="李通讯", unit_text="白桦沟煤矿")
    assert "本网通讯员" not in client.get(piece.get_absolute_url()).content.decode()
    Byline.objects.create(article=piece, role="correspondent", name="", unit_text="")
    piece.save()
    page = client.get(piece.get_absolute_url()).content.decode()
    assert "李通讯" in page and "本网通讯员" not in page
