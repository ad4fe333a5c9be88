"""The whole way, once: this story is the manual of the site."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Article, Reading
from correspondents.models import Upload
from submissions.models import Manuscript
from tests import factories as f


@pytest.mark.django_db(transaction=True)
def test_a_manuscript_becomes_an_article_and_is_read():
    li, wang, zhao, sun = f.correspondent(), f.editor(), f.managing(), f.chief()

    # 李通讯员 signs in at the front door and lands at his own pieces.
    browser = Client()
    answer = browser.post(reverse("account_login"), {"login": "li", "password": f.PASSWORD})
    assert answer.headers["Location"] == reverse("submissions:mine")

    # He writes a piece with one picture and sends it.
    answer = browser.post(
        reverse("submissions:new"),
        {
            "section": f.section("jukuang").pk,
            "title": "白桦沟煤矿主通风机一次切换成功",
            "text": "近日，白桦沟煤矿主通风机在线切换演练一次成功。\n\n　　全程四分十二秒。",
            "caption": "近日，白桦沟煤矿机电队职工在切换风机。",
            "photographer": "李通讯",
            "pictures": f.photo(),
            "action": "submit",
            "publication": "first",
            "ai_use": "none",
            "has_declaration": "1",
            "declared": "on",
        },
        follow=True,
    )
    assert "已收到您的稿件" in answer.content.decode()
    manuscript = Manuscript.objects.get()
    assert manuscript.state == "submitted"
    assert manuscript.body == (
        "<p>近日，白桦沟煤矿主通风机在线切换演练一次成功。</p>\n<p>全程四分十二秒。</p>"
    )

    # The worker makes the picture's sizes.
    f.work()
    assert Upload.objects.get().is_ready

    # 王编辑 sees it in the queue, reads it, and takes it.
    desk = f.signed_in(wang)
    queue = desk.get(reverse("admin:submissions_manuscript_changelist")).content.decode()
    assert "白桦沟煤矿主通风机一次切换成功" in queue
    page = desk.get(reverse("admin:submissions_manuscript_change", args=[manuscript.pk]))
    assert "全程四分十二秒" in page.content.decode()
    step = reverse("admin:submissions_manuscript_step", args=[manuscript.pk])
    desk.post(step, {"_seen": f.seen(step), "_step": "accept"})
    article = Article.objects.get()
    assert article.state == "first_reading"
    assert Client().get(article.get_absolute_url()).status_code == 404
    assert "已采用" in browser.get(manuscript.get_absolute_url()).content.decode()

    # He reads it first; 赵主编 second; 孙总编 last. Each in the admin, each once.
    for reader, verb in ((wang, "sign_first"), (zhao, "sign_second"), (sun, "sign_final")):
        step = reverse("admin:articles_article_step", args=[article.pk])
        f.signed_in(reader).post(step, {"_seen": f.seen(step), "_step": verb})
    article.refresh_from_db()
    assert article.state == "signed"
    signers = Reading.objects.order_by("pk").values_list("stage", "signed_by__last_name")
    assert list(signers) == [
        ("first_reading", "王编辑"),
        ("second_reading", "赵主编"),
        ("final_reading", "孙总编"),
    ]

    # 王编辑 publishes it.
    desk.post(
        reverse("admin:articles_article_step", args=[article.pk]),
        {
            "_seen": f.seen(reverse("admin:articles_article_step", args=[article.pk])),
            "_step": "publish",
        },
    )

    # 读者 finds it on the front page, in its section, under its author's name, and reads it.
    reader = Client()
    for address in ("/", "/jukuang/", li.get_absolute_url(), li.organisation.get_absolute_url()):
        assert "白桦沟煤矿主通风机一次切换成功" in reader.get(address).content.decode(), address
    page = reader.get(article.get_absolute_url()).content.decode()
    assert "全程四分十二秒。" in page
    assert "本网通讯员：白桦沟煤矿" in re.sub(r"<[^>]+>", "", page)
    picture = re.search(r'src="(/pictures/[^"]+)"', page)[1]
    answer = reader.get(picture)
    assert answer.headers["Content-Type"] == "image/jpeg"

    # The author reads that it is out, and where.
    page = browser.get(manuscript.get_absolute_url()).content.decode()
    assert "已发布" in page
    assert article.get_absolute_url() in page

    # 孙总编 takes it off; it is gone everywhere and says so, and the picture with it.
    step = reverse("admin:articles_article_step", args=[article.pk])
    f.signed_in(sun).post(
        step, {"_seen": f.seen(step), "_step": "withdraw", "_note": "数据有误", "_sure": "1"}
    )
    assert reader.get(article.get_absolute_url()).status_code == 410
    assert "该稿件已撤回" in reader.get(article.get_absolute_url()).content.decode()
    for address in ("/", "/jukuang/", "/feeds/rss.xml", li.get_absolute_url()):
        assert "白桦沟煤矿主通风机一次切换成功" not in reader.get(address).content.decode()
    assert reader.get(picture).status_code == 404
    assert "已撤稿" in browser.get(manuscript.get_absolute_url()).content.decode()
