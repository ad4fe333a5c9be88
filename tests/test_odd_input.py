"""What nobody types by accident: every answer is a page of ours, never a failure."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Article
from correspondents.models import Upload
from submissions.models import Manuscript
from tests import factories as f

pytestmark = pytest.mark.django_db
HUGE = "9" * 40
NUL = "a\x00b"
ODD = [
    "\x00",
    NUL,
    "😀",
    "%",
    "'",
    '"',
    "..",
    "\\",
    "\u202e",
    "x" * 3000,
    "\udcff".encode("utf-8", "surrogateescape").decode("latin1"),
]


@pytest.mark.parametrize(
    "address",
    [
        f"/articles/{HUGE}/", f"/tongxunyuan/{HUGE}/", f"/danwei/{HUGE}/",
        f"/newshtml/2014-5-31/{HUGE}.shtml", f"/ShowNews.aspx?newId={HUGE}",
        "/ShowNews.aspx?newId=%00", f"/archive/{HUGE}/1/1/", "/archive/?date=%00",
        f"/pictures/{NUL}/480.jpg", f"/pictures/x/{HUGE}.jpg", "/tags/%00/", "/tags/a%00b/",
        "/%00/", "/a%00b/", "/feeds/%00/", "/yemian/%00/", "/search/?q=%00&page=%00",
        "/search/?q=%ff%fe", "/jukuang/?page=older-%00-1", "/sitemap-articles.xml?p=999999",
        "/sitemap-articles.xml?p=%00", "/sitemap-nothing.xml", "/xianshi/?next=%00&mode=%00",
        f"/tougao/{HUGE}/", f"/tougao/{HUGE}/xiugai/", "/tougao/tupian/%00/480.jpg",
        "/zhanghu/login/?next=%00", "/zhanghu/password/reset/key/x-%00/", "/admin/%00/",
        *(f"/tags/{quote(word)}/" for word in ODD[2:6]),
    ],
)  # fmt: skip
def test_odd_addresses(address):
    f.published()
    for client in (Client(), f.signed_in(f.correspondent().user), f.signed_in(f.chief())):
        answer = client.get(address)
        assert answer.status_code in (200, 301, 302, 400, 404), address
        if answer.headers.get("Content-Type", "").startswith("text/html") and answer.content:
            assert "煤炭资讯网" in answer.content.decode() or "<h1>" in answer.content.decode()


@pytest.mark.parametrize("word", ODD)
def test_odd_words_in_the_correspondents_form_lose_nothing(word):
    li = f.correspondent()
    data = {"section": f.section().pk, "title": "题" + word, "text": "近日。" + word, "kept": word,
            "caption": word, "photographer": word, "form_key": word, "action": "submit"}  # fmt: skip
    page = f.signed_in(li.user).post(reverse("submissions:new"), data, follow=True)
    text = page.content.decode()
    assert "近日。" in text
    assert Manuscript.objects.exists() or "没有提交成功" in text


def test_a_form_that_comes_without_its_rows_leaves_them_alone():
    li = f.correspondent()
    draft = f.manuscript(li)
    upload = Upload.objects.accept(f.photo(), owner=li.user)
    draft.pictures.create(upload=upload, caption="井口")
    f.signed_in(li.user).post(
        reverse("submissions:edit", args=[draft.pk]),
        {"section": f.section().pk, "title": "改过的题", "text": "改过的正文"},
    )
    draft.refresh_from_db()
    assert (draft.title, draft.body) == ("改过的题", "<p>改过的正文</p>")
    assert draft.pictures.get().caption == "井口"
    assert [row.name for row in draft.bylines.all()] == ["李通讯"]
    assert draft.is_declared


@pytest.mark.parametrize("word", ODD)
def test_odd_words_at_the_desk(word):
    li, wang, zhao = f.correspondent(), f.editor(), f.managing()
    sent = f.manuscript_in("submitted", li, wang)
    step = reverse("admin:submissions_manuscript_step", args=[sent.pk])
    f.signed_in(wang).post(step, {"_step": "send_back", "_note": "请改" + word})
    sent.refresh_from_db()
    assert sent.state == "returned"
    assert sent.remark.startswith("请改")
    article = f.article_in("second_reading", [wang, zhao, f.chief()])
    step = reverse("admin:articles_article_step", args=[article.pk])
    for data in ({"_step": word}, {"_step": "schedule", "_at": word}, {}):
        page = f.signed_in(zhao).post(step, data, follow=True)
        assert page.status_code == 200
    f.signed_in(zhao).post(step, {"_step": "pass_back_second", "_note": "请核实" + word})
    article.refresh_from_db()
    assert article.state == "first_reading"


@pytest.mark.parametrize("word", ODD)
def test_odd_words_at_sign_in(word):
    answer = Client().post("/zhanghu/login/", {"login": word, "password": word, "next": word})
    assert answer.status_code == 200
    assert "登录" in answer.content.decode()


def test_list_actions_with_odd_selections():
    chief = f.signed_in(f.chief())
    for selected in (["x"], [HUGE], ["\x00"], []):
        page = chief.post(
            reverse("admin:articles_article_changelist"),
            {"action": "publish", "_selected_action": selected},
            follow=True,
        )
        assert page.status_code in (200, 400)
        assert not Article.objects.published().exists()


def test_a_kept_picture_that_is_already_attached_is_not_attached_twice():
    li = f.correspondent()
    upload = Upload.objects.accept(f.photo(), owner=li.user)
    data = {"section": f.section().pk, "title": "题", "text": "文", "kept": [upload.key] * 3}
    f.signed_in(li.user).post(reverse("submissions:new"), data)
    assert Manuscript.objects.get().pictures.count() == 1
