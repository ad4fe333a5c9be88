"""A printed page proves itself: its number and code against what was published."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Byline, code_of
from tests import factories as f
from tests.articles.test_desk_tools import release
from tests.articles.test_readings import save
from tests.articles.test_working_copy import opened

pytestmark = pytest.mark.django_db


def printed(article) -> str:
    """The code at the end of the page."""
    page = Client().get(article.get_absolute_url()).content.decode()
    line = re.search(r'<p class="proof">(.*?)</p>', page)[1]
    assert f"编号 {article.pk}" in line and "/heyan/" in line
    return re.search(r"校验码 (2-[0-9A-Z]{5}-[0-9A-Z]{5})\u3000", line)[1]


def asked(number: object, code: str) -> str:
    page = Client().get("/heyan/", {"bianhao": number, "jiaoyanma": code}).content.decode()
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page.split("<main")[1]))


def test_a_sheet_is_what_was_published():
    article = f.published("皮带检修完成")
    Byline.objects.create(article=article, name="周砚秋", unit_text="鹿鸣塬煤矿")
    code = printed(article)
    for typed in (code, code.lower(), code.replace("-", " "), f" {code}\u3000", code.translate(
        {ord(x): ord(x) + 0xFEE0 for x in code}
    )):  # fmt: skip
        answer = asked(article.pk, typed)
        assert "相符" in answer and "皮带检修完成" in answer and "周砚秋" in answer, typed
        assert timezone.localtime(article.published_at).strftime("%Y-%m-%d %H:%M") in answer
    other = f.published("另一篇", body=article.body)
    assert printed(other) != code
    assert "校验码不符" in asked(other.pk, code)


@pytest.mark.parametrize("change", ["title", "body", "name", "unit"])
def test_whatever_a_proof_vouches_for_changes_the_code(change):
    article = f.published("皮带检修完成")
    row = Byline.objects.create(article=article, name="周砚秋", unit_text="鹿鸣塬煤矿")
    code = printed(article)
    if change in ("title", "body"):
        setattr(article, change, "<p>改了一个字</p>" if change == "body" else "皮带检修未完成")
        article.save()
    else:
        Byline.objects.filter(pk=row.pk).update(
            **{"name" if change == "name" else "unit_text": "别的"}
        )
    assert printed(article) != code
    assert "校验码不符" in asked(article.pk, code)


def test_a_sheet_from_before_a_correction_says_so():
    readers = [f.editor(), f.managing(), f.chief()]
    article = f.article_in("published", readers)
    before = printed(article)
    copy = opened(article, readers[0])
    save(copy, readers[0], title="更正后的标题")
    release(copy, readers)
    article.refresh_from_db()
    after = printed(article)
    assert before != after
    assert "相符" in asked(article.pk, after)
    old = asked(article.pk, before)
    assert "后来改动过" in old and "更正后的标题" in old
    assert f"{timezone.localdate():%Y年}{timezone.localdate().month}月" in old


def test_drafts_withdrawn_and_unknown_ones_say_nothing_of_their_text():
    draft = f.article(by=f.editor(), title="还没有刊出")
    code = code_of(draft)
    assert asked(draft.pk, code) == asked(draft.pk, code).replace("还没有刊出", "")
    assert "没有编号为" in asked(draft.pk, code) and "没有编号为" in asked(10**9, code)
    gone = f.published("撤下的")
    code = printed(gone)
    gone.withdraw(by=f.chief(), note="撤")
    answer = asked(gone.pk, code)
    assert "已经撤稿" in answer and "撤下的" not in answer


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [("", "7K3M9QX2PA", "都要填"), ("5", "", "都要填"), ("二", "x", "没有编号为“二”"),
     ("9" * 30, "x", "没有编号为"), ("<b>", "<i>", "没有编号为")],
)  # fmt: skip
def test_what_is_typed_wrongly_comes_back_with_a_sentence(number, code, words):
    page = Client().get("/heyan/", {"bianhao": number, "jiaoyanma": code}).content.decode()
    assert words in page and "<b>“" not in page and "<i>" not in page
    kept = number.replace("<", "&lt;").replace(">", "&gt;")
    assert f'value="{kept}"' in page
