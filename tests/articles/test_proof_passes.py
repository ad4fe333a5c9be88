"""Proof passes, 三校 — with every reading one: who did it, what became of the hints, what was changed."""

from __future__ import annotations

from typing import Any

import pytest

from articles.models import Article, ProofPass, Section
from tests import factories as f
from tests.articles.test_readings import save
from tests.test_taking_back import undo

pytestmark = pytest.mark.django_db
BASE = "/admin/articles/article"
WRONG = "<p>修建了建身广场，此举皆在方便职工。</p>"


@pytest.fixture
def readers() -> list[Any]:
    return [f.editor(), f.managing(), f.chief()]


def decide(client: Any, article: Article, what: str) -> None:
    client.post(f"{BASE}/{article.pk}/hints/", {"do": what})


def keys(article: Article, client: Any) -> dict[str, str]:
    found = client.get(f"{BASE}/{article.pk}/checks/").json()["hints"]
    return {one["found"]: one["key"] for one in found}


def proofread(client: Any, article: Article) -> str:
    article.refresh_from_db()
    sent = {"_seen": article.version_token}
    return client.post(f"{BASE}/{article.pk}/proofread/", sent, follow=True).content.decode()


def test_every_signature_has_its_pass_with_what_became_of_the_hints(readers: list[Any]) -> None:
    article = f.article(by=readers[0], body=WRONG)
    first = f.signed_in(readers[0])
    known = keys(article, first)
    decide(first, article, f"accept:{known['建身']}")
    decide(first, article, f"ignore:{known['皆在']}")
    article.refresh_from_db()
    for reader in readers:
        article.sign(by=reader)
    rows = list(ProofPass.objects.all())
    assert [str(row) for row in rows] == ["一校：王编辑", "二校：赵主编", "三校：孙总编"]
    assert (rows[0].accepted, rows[0].ignored) == (["建身→健身"], ["皆在"])
    assert rows[1].accepted == rows[1].ignored == []
    assert [row.reading.stage for row in rows] == [
        "first_reading",
        "second_reading",
        "final_reading",
    ]
    sheet = f.signed_in(readers[2]).get(f"{BASE}/{article.pk}/sheet/").content.decode()
    assert "<h2>校次</h2>" in sheet and "建身→健身" in sheet and "一校" in sheet


def test_somebody_else_proofreads_before_and_stands_for_it(readers: list[Any]) -> None:
    article = f.article(by=readers[0])
    other = f.editor("qian", "钱校对")
    assert "一校记下了" in proofread(f.signed_in(other), article)
    article.sign(by=readers[0])
    row = ProofPass.objects.get()
    assert row.done_by == other and row.reading.signed_by == readers[0]


def test_a_pass_over_an_older_text_does_not_stand_for_the_signature(readers: list[Any]) -> None:
    article = f.article(by=readers[0])
    other = f.editor("qian", "钱校对")
    proofread(f.signed_in(other), article)
    save(article, readers[1], title="校过以后又改的标题")
    article.sign(by=readers[0])
    early, own = ProofPass.objects.all()
    assert (early.done_by, early.reading) == (other, None)
    assert (own.done_by, own.reading.signed_by) == (readers[0], readers[0])
    sheet = f.signed_in(readers[2]).get(f"{BASE}/{article.pk}/sheet/").content.decode()
    assert "改动：标题" in sheet


def test_a_text_that_was_changed_meanwhile_is_not_taken_as_proofread(readers: list[Any]) -> None:
    article = f.article(by=readers[0])
    seen = article.version_token
    save(article, readers[1], title="别人刚改的标题")
    answer = f.signed_in(readers[0]).post(
        f"{BASE}/{article.pk}/proofread/", {"_seen": seen}, follow=True
    )
    assert "您打开之后文字改过" in answer.content.decode() and not ProofPass.objects.exists()


def test_a_section_may_ask_for_fewer(readers: list[Any]) -> None:
    article = f.article(by=readers[0])
    Section.objects.filter(pk=article.section_id).update(proof_passes=1)
    article = Article.objects.get(pk=article.pk)
    for reader in readers:
        article.sign(by=reader)
    assert [row.number for row in ProofPass.objects.all()] == [1]
    assert "不记校次" in proofread(f.signed_in(readers[0]), article)


def test_who_may_neither_change_nor_sign_proofreads_nothing(readers: list[Any]) -> None:
    article = f.article(by=readers[0])
    monitor = f.signed_in(f.account("kan", "网站监督", name="监督员"))
    answer = monitor.post(f"{BASE}/{article.pk}/proofread/", {"_seen": article.version_token})
    assert answer.status_code == 403 and not ProofPass.objects.exists()


def test_passes_of_a_working_copy_go_with_it_to_the_original(readers: list[Any]) -> None:
    live = f.article_in("published", readers)
    before = live.proof_passes.count()
    copy = live.open_copy(by=readers[0])
    save(copy, readers[0], title="修改稿的标题")
    for reader in readers:
        copy.refresh_from_db()
        copy.sign(by=reader)
    copy.publish(by=readers[0])
    assert live.proof_passes.count() == before + 3
    other = live.__class__.objects.get(pk=live.pk).open_copy(by=readers[0])
    save(other, readers[0], title="不要了的标题")
    proofread(f.signed_in(readers[0]), other)
    other.refresh_from_db()
    other.give_up(by=readers[0], note="不改了")
    assert live.proof_passes.count() == before + 4


def test_a_pass_survives_a_signature_that_is_taken_back(readers: list[Any], settings: Any) -> None:
    settings.UNDO_SECONDS = 30
    article = f.article(by=readers[0])
    other = f.editor("qian", "钱校对")
    proofread(f.signed_in(other), article)
    assert "一校记下了" in proofread(f.signed_in(other), article)  # twice is once
    sign = {"_step": "sign_first", "_seen": article.version_token}
    client = f.signed_in(readers[0])
    for _ in range(2):
        client.post(f"{BASE}/{article.pk}/step/", sign)
        row = ProofPass.objects.get()
        assert (row.done_by, row.reading.signed_by) == (other, readers[0])
        assert "已撤销" in undo(client)
        assert ProofPass.objects.get().reading is None
    ProofPass.objects.all().delete()
    client.post(f"{BASE}/{article.pk}/step/", sign)
    assert ProofPass.objects.get().done_by == readers[0]
    assert "已撤销" in undo(client)
    assert not ProofPass.objects.exists()  # it went with the signature that made it


def test_who_is_named_in_the_byline_does_not_proofread_it(readers: list[Any]) -> None:
    author = f.editor("qian", "钱编辑")
    article = f.article(by=readers[0])
    person = f.person("钱编辑", user=author)
    article.bylines.create(name="钱编辑", correspondent=person)
    client = f.signed_in(author)
    assert "校好了" not in client.get(f"{BASE}/{article.pk}/review/").content.decode()
    sent = {"_seen": article.version_token}
    assert client.post(f"{BASE}/{article.pk}/proofread/", sent).status_code == 403
    assert not ProofPass.objects.exists()


def test_a_pass_stands_for_its_own_reading_and_for_one_signature(readers: list[Any]) -> None:
    article = f.article(by=readers[0])
    other = f.editor("qian", "钱校对")
    article.sign(by=readers[0])
    assert "二校记下了" in proofread(f.signed_in(other), article)
    article.pass_back_second(by=readers[1], note="请核对数字")
    article.sign(by=readers[0])
    article.sign(by=readers[1])
    rows = [(row.number, row.done_by, row.reading.revoked_at) for row in ProofPass.objects.all()]
    assert [row[:2] for row in rows] == [(1, readers[0]), (2, other), (1, readers[0])]
    assert rows[0][2] is not None and rows[1][2] is None and rows[2][2] is None
