"""People at the desk: the name they sign with, handing over, what each did."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, DeskAssignment, DeskPerson
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("how", "own", "reprint"),
    [("reprint", "青岩", "王编辑"), ("pen", "青岩", "青岩"), ("real", "王编辑", "王编辑")],
)
def test_the_signing_name_is_printed_and_on_reprints_the_real_one(settings, how, own, reprint):
    settings.EDITOR_SIGNATURE = how
    wang = f.editor()
    DeskPerson.objects.create(user=wang, signing_name="青岩")
    client = f.signed_in(wang)
    for number, (origin, printed) in enumerate((("original", own), ("reprint", reprint))):
        data = {
            "section": f.section().pk, "title": f"第{number}篇", "body": "<p>x</p>", "origin": origin,
            "bylines-TOTAL_FORMS": 0, "bylines-INITIAL_FORMS": 0, "images-TOTAL_FORMS": 0,
            "images-INITIAL_FORMS": 0, "readings-TOTAL_FORMS": 0, "readings-INITIAL_FORMS": 0,
        }  # fmt: skip
        client.post(reverse("admin:articles_article_add"), data)
        assert Article.objects.get(title=f"第{number}篇").editor_name == printed
    li = f.correspondent()
    made = f.manuscript(li)
    made.submit(by=li.user)
    assert made.accept(by=wang).editor_name == own


def test_articles_are_handed_over_too_where_the_colleague_reads_them():
    wang, zhao, qian = f.editor(), f.managing(), f.editor("qian", "钱编辑")
    DeskAssignment.objects.create(user=qian, section=f.section())
    mine = f.article(by=wang, responsible_editor=wang, title="局矿快报的")
    other = f.article("shici", by=wang, responsible_editor=wang, title="诗词的")
    done = f.published("已经发布的", responsible_editor=wang)
    address = reverse("admin:submissions_manuscript_handover")
    client = f.signed_in(zhao)
    assert "王编辑（2 篇）" in client.get(address).content.decode()
    told = client.post(address, {"absent": wang.pk, "to": qian.pk}).content.decode()
    assert "1 篇没有移交" in told and "诗词的" in told
    for article in (mine, other, done):
        article.refresh_from_db()
    assert [mine.responsible_editor, other.responsible_editor, done.responsible_editor] == [
        qian, wang, wang,
    ]  # fmt: skip


def test_who_is_away_is_given_nothing():
    wang, today = f.editor(), timezone.localdate()
    f.editor("qian", "钱编辑")
    li = f.correspondent()
    made = f.manuscript(li)
    made.submit(by=li.user)
    page = reverse("admin:submissions_manuscript_change", args=[made.pk])
    zhao = f.signed_in(f.managing())
    assert "王编辑</option>" in zhao.get(page).content.decode()
    DeskPerson.objects.create(user=wang, away_from=today, away_until=today)
    shown = zhao.get(page).content.decode()
    assert "王编辑</option>" not in shown and "钱编辑</option>" in shown
    DeskPerson.objects.update(
        away_from=today - dt.timedelta(days=9), away_until=today - dt.timedelta(days=1)
    )
    assert "王编辑</option>" in zhao.get(page).content.decode()


def test_what_each_editor_did():
    readers = [f.editor(), f.managing(), f.chief()]
    article = f.article_in("final_reading", readers)
    article.pass_back_final(by=readers[2], note="再核")
    article.sign(by=readers[1])
    article.sign(by=readers[2])
    article.publish(by=readers[0])
    li = f.correspondent()
    made = f.manuscript(li)
    made.submit(by=li.user)
    made.decline(by=readers[0], note="时效已过")
    html = f.signed_in(readers[2]).get("/admin/workload/").content.decode()
    rows = {
        name: [int(number) for number in re.findall(r"<td>(\d+)</td>", cells)]
        for name, cells in re.findall(r"<tr><td><b>(.*?)</b></td>(.*?)</tr>", html)
    }
    # 采用 退改 不采用 初审 复审 终审 退回 发布
    assert rows["王编辑"] == [0, 0, 1, 1, 0, 0, 0, 1]
    assert rows["赵主编"] == [0, 0, 0, 0, 2, 0, 0, 0]
    assert rows["孙总编"] == [0, 0, 0, 0, 0, 1, 1, 0]
    assert "0.0" in html
    empty = f.signed_in(readers[2]).get("/admin/workload/?cong=2001-01-01&dao=2001-02-01")
    assert "没有记录" in empty.content.decode()
    assert f.signed_in(readers[0]).get("/admin/workload/").status_code == 403
    assert f.signed_in(readers[2]).get("/admin/workload/?cong=x&dao=9999-99-99").status_code == 200
