"""Hints by kind, taken together; and decided about while the text is written, kept when it is saved."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from articles.models import Article, HintDecision
from tests import factories as f
from tests.articles.test_readings import change_form

pytestmark = pytest.mark.django_db
BASE = "/admin/articles/article"
WRONG = "<p>建身广场建成，建身器材到位。</p><p>此举皆在方便职工。</p>"


@pytest.fixture
def desk() -> Any:
    return f.editor()


@pytest.fixture
def article(desk: Any) -> Article:
    return f.article(by=desk, body=WRONG)


def checks(client: Any, article: Article, **typed: str) -> dict[str, Any]:
    address = f"{BASE}/{article.pk}/checks/"
    return client.post(address, typed).json() if typed else client.get(address).json()


def test_all_of_one_kind_are_taken_by_one_button(desk: Any, article: Article) -> None:
    client = f.signed_in(desk)
    page = client.get(f"{BASE}/{article.pk}/review/").content.decode()
    assert "×2" in page and "全部采纳" in page
    same = [one["key"] for one in checks(client, article)["hints"] if one["found"] == "建身"]
    assert len(same) == 2
    client.post(f"{BASE}/{article.pk}/hints/", {"do": "accept:" + ",".join(same)})
    article.refresh_from_db()
    assert article.body.count("健身") == 2 and "皆在" in article.body


def test_the_doubtless_ones_are_taken_by_one_button(desk: Any, article: Article) -> None:
    client = f.signed_in(desk)
    page = client.get(f"{BASE}/{article.pk}/review/").content.decode()
    assert "错误和建议共 3 处，全部采纳" in page
    button = page.split("错误和建议共 3 处")[0].rpartition('value="')[2].partition('"')[0]
    client.post(f"{BASE}/{article.pk}/hints/", {"do": button})
    article.refresh_from_db()
    assert article.body == "<p>健身广场建成，健身器材到位。</p><p>此举旨在方便职工。</p>"


def test_what_is_typed_is_looked_at_and_nothing_is_saved(desk: Any, article: Article) -> None:
    client = f.signed_in(desk)
    found = checks(client, article, body="<p>皆在方便<script>x</script>职工。</p>", title="新标题")
    assert [one["found"] for one in found["hints"]] == ["皆在"]
    assert found["states"]["hints"] == ["1", "w"]
    assert "script" not in found["cards"]["hints"]
    article.refresh_from_db()
    assert article.body == WRONG


def test_decisions_made_while_writing_are_kept_with_the_text(desk: Any, article: Article) -> None:
    client = f.signed_in(desk)
    known = {one["found"]: one["key"] for one in checks(client, article)["hints"]}
    sent = change_form(article, desk, body=WRONG.replace("皆在", "旨在"))
    sent["_hint"] = f"accept:{known['皆在']} ignore:{known['建身']}"
    client.post(f"{BASE}/{article.pk}/change/", sent)
    decided = {row.found: row.is_accepted for row in HintDecision.objects.all()}
    assert decided == {"皆在": True, "建身": False}


def test_what_is_said_to_be_taken_and_stands_there_still_is_not_kept(
    desk: Any, article: Article
) -> None:
    client = f.signed_in(desk)
    known = {one["found"]: one["key"] for one in checks(client, article)["hints"]}
    sent = change_form(article, desk, title="只改了标题")
    sent["_hint"] = f"accept:{known['皆在']} ignore:nonsense"
    client.post(f"{BASE}/{article.pk}/change/", sent)
    article.refresh_from_db()
    assert article.title == "只改了标题" and not HintDecision.objects.exists()


def test_who_may_not_change_it_is_told_nothing(desk: Any, article: Article) -> None:
    reader = f.signed_in(f.account("kan", "网站监督", name="监督员"))
    answer = reader.post(f"{BASE}/{article.pk}/checks/", {"body": WRONG})
    assert answer.status_code == 403 and "建身" not in answer.content.decode()


def test_what_was_decided_while_writing_is_not_told_again(desk: Any, article: Article) -> None:
    client = f.signed_in(desk)
    known = {one["found"]: one["key"] for one in checks(client, article)["hints"]}
    told = checks(client, article, body=WRONG, _hint=f"ignore:{known['皆在']}")
    assert {one["found"] for one in told["hints"]} == {"建身"}
    assert "皆在" not in told["cards"]["hints"] and told["states"]["hints"] == ["2", "w"]


def test_what_was_typed_and_mended_between_two_savings_is_kept_too(desk: Any) -> None:
    article = f.article(by=desk, body="<p>没有错字。</p>")
    client = f.signed_in(desk)
    found = checks(client, article, body="<p>建身广场。</p>")["hints"][0]
    told = quote(json.dumps([found["rule"], found["found"], found["suggest"]]))
    sent = change_form(article, desk, body="<p>健身广场。</p>")
    sent["_hint"] = f"accept:{found['key']}:{told} accept:x:nonsense accept:{'k' * 30}:{told}"
    client.post(f"{BASE}/{article.pk}/change/", sent)
    assert [str(row) for row in HintDecision.objects.all()] == ["建身 → 健身"]
