"""After a decision one goes on with the next piece of one's own; after a refusal one stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from articles.models import Article
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def readers() -> list[Any]:
    return [f.editor(), f.managing(), f.chief()]


def after(user: Any, article: Article, step: str, **more: str) -> str:
    """Where the desk leads after a step: the last address."""
    address = reverse("admin:articles_article_step", args=[article.pk])
    data = {"_step": step, "_seen": f.seen(address), "_sure": "1", **more}
    answer = f.signed_in(user).post(address, data, follow=True)
    return answer.redirect_chain[-1][0]


def review(article: Article) -> str:
    return f"/admin/articles/article/{article.pk}/review/"


DECISIONS = [
    ("final_reading", "sign_final", {}), ("final_reading", "pass_back_final", {"_note": "请核对数字"}),
    ("final_reading", "discard", {"_note": "重复"}), ("signed", "publish", {}),
    ("signed", "schedule", {"_at": "2099-01-01T08:00"}),
]  # fmt: skip


@pytest.mark.parametrize(("state", "step", "more"), DECISIONS)
def test_the_next_piece_is_opened(
    readers: list[Any], state: str, step: str, more: dict[str, str]
) -> None:
    decided, waiting = f.article_in(state, readers), f.article_in("final_reading", readers)
    assert after(readers[2], decided, step, **more) == review(waiting)


def test_a_refused_step_leaves_everything_where_it_is(readers: list[Any]) -> None:
    decided = f.article_in("final_reading", readers)
    f.article_in("final_reading", readers)
    assert after(readers[2], decided, "pass_back_final") == review(decided)  # without a reason


def test_a_button_pressed_twice_goes_on_like_once(readers: list[Any]) -> None:
    decided, waiting = (f.article_in("final_reading", readers) for _ in range(2))
    address = reverse("admin:articles_article_step", args=[decided.pk])
    seen = f.seen(address)
    client, data = f.signed_in(readers[2]), {"_step": "sign_final", "_seen": seen}
    for _ in range(2):
        answer = client.post(address, data, follow=True)
        assert answer.redirect_chain[-1][0] == review(waiting)
    assert decided.readings.valid().filter(stage="final_reading").count() == 1


def test_who_signed_another_reading_and_is_refused_stays(readers: list[Any]) -> None:
    decided = f.article(by=readers[0], provenance="manuscript")
    decided.sign(by=readers[1])
    f.article_in("second_reading", [readers[0], f.managing("qian", "钱主编"), readers[2]])
    assert after(readers[1], decided, "sign_second") == review(decided)


def test_what_was_handed_back_is_not_the_next_one(readers: list[Any]) -> None:
    decided = f.article_in("second_reading", readers)
    shown = f.signed_in(readers[1])
    address = reverse("admin:articles_article_step", args=[decided.pk])
    data = {"_step": "pass_back_second", "_seen": f.seen(address), "_note": "请核对数字"}
    page = shown.post(address, data, follow=True).content.decode()
    assert "下一篇\uff1a" not in page
