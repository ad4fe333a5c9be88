"""What an author declared to be generated: on the desk's screen, signed, printed wherever the text goes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from articles.models import Article, code_of
from portal.models import SiteProfile
from submissions.models import Manuscript
from tests import factories as f
from tests.articles.test_readings import save

pytestmark = pytest.mark.django_db
NOTE = "第三段的数据说明"
MARK = "本文部分内容由人工智能生成："


@pytest.fixture
def readers() -> list[Any]:
    return [f.editor(), f.managing(), f.chief()]


@pytest.mark.parametrize(
    ("use", "note", "carried"),
    [("parts", NOTE, NOTE), ("parts", "", "部分文字、图片"), ("none", NOTE, ""), ("", "", "")],
)
def test_the_declaration_comes_with_the_manuscript(use: str, note: str, carried: str) -> None:
    desk = f.editor()
    sent = f.manuscript_in("submitted", f.correspondent(), desk)
    Manuscript.objects.filter(pk=sent.pk).update(ai_use=use, ai_note=note)
    sent.refresh_from_db()
    sent.accept(by=desk)
    assert Article.objects.get().ai_note == carried


def test_it_is_seen_at_the_desk_signed_and_printed_in_every_copy(readers: list[Any]) -> None:
    article = f.article(by=readers[0], ai_note=NOTE)
    client = f.signed_in(readers[0])
    for page in ("change", "review"):
        assert NOTE in client.get(f"/admin/articles/article/{article.pk}/{page}/").content.decode()
    for reader in readers:
        article.sign(by=reader)
    assert article.readings.first().revision.content["ai_note"] == NOTE
    article.publish(by=readers[0])
    code = code_of(article)
    assert f"{MARK}{NOTE}" in Client().get(article.get_absolute_url()).content.decode()
    assert f"{MARK}{NOTE}" in Client().get("/feeds/atom.xml").content.decode()
    post = client.get(f"/admin/articles/article/{article.pk}/wechat/").content.decode()
    assert NOTE in post
    Article.objects.filter(pk=article.pk).update(ai_note="别的部分")
    article.refresh_from_db()
    assert code_of(article) != code


def test_changing_it_after_a_signature_is_read_again(readers: list[Any]) -> None:
    article = f.article_in("second_reading", readers)
    save(article, readers[0], ai_note=NOTE)
    assert article.ai_note == NOTE
    assert article.state == "first_reading"


def test_an_article_without_says_nothing_and_the_words_are_the_sites(readers: list[Any]) -> None:
    plain = f.published()
    assert "人工智能" not in Client().get(plain.get_absolute_url()).content.decode()
    profile, _ = SiteProfile.objects.get_or_create(pk=1)
    for words, shown in (("人工智能参与：", "人工智能参与："), ("", "人工智能生成：")):
        profile.ai_words = words
        profile.save()
        marked = f.published(ai_note=NOTE)
        assert f"{shown}{NOTE}" in Client().get(marked.get_absolute_url()).content.decode()
