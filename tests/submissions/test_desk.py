"""The correspondent's desk and the editor's queue."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from articles.models import Article, Byline, Section
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Correspondent, Upload
from submissions.models import Manuscript
from tests import factories as f
from tests import word_files
from tests.factories import typed

pytestmark = pytest.mark.django_db


def test_visitors_read_the_rules_and_are_asked_to_sign_in():
    page = Client().get(reverse("submissions:new")).content.decode()
    assert "投稿须先登录" in page
    assert "<textarea" not in page


def test_an_account_without_a_correspondent_is_told_so():
    page = f.signed_in(f.account("x", staff=False)).get(reverse("submissions:new"))
    assert page.status_code == 403
    assert "还没有登记为通讯员" in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "请填写标题。"),
        ({"title": "长" * 61}, "标题最多 60 字，现在有 61 字，请缩短。"),
        ({"section": ""}, "请选择拟投栏目。"),
        ({"section": "abc"}, "您选的栏目不存在或不接受投稿"),
        ({"text": "字" * 50_001}, "正文最多 50000 字"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(changes, sentence):
    li = f.correspondent()
    data = typed(**changes)
    client = f.signed_in(li.user)
    page = client.post(reverse("submissions:new"), data | {"action": "submit"}).content.decode()
    assert sentence in page
    assert data["text"][:200] in page
    assert data["title"] in page
    draft = Manuscript.objects.get()
    assert draft.state == "draft"
    # What could be understood is stored, whatever else was wrong.
    assert (draft.title, draft.publication) == (data["title"], "first")


def test_an_advertising_section_takes_no_submissions():
    li = f.correspondent()
    section = Section.objects.get(slug="changshang")
    page = f.signed_in(li.user).post(reverse("submissions:new"), typed(section=section.pk))
    assert "不接受投稿" in page.content.decode()


def test_an_empty_text_stays_a_draft_with_a_sentence():
    li = f.correspondent()
    page = f.signed_in(li.user).post(
        reverse("submissions:new"), typed(text=" \n　", action="submit"), follow=True
    )
    assert "请填写正文，或至少上传一张图片" in page.content.decode()
    assert Manuscript.objects.get().state == "draft"


def test_a_double_click_makes_one_manuscript():
    li = f.correspondent()
    client = f.signed_in(li.user)
    data = typed(form_key=str(uuid.uuid4()), action="submit")
    first = client.post(reverse("submissions:new"), data)
    second = client.post(reverse("submissions:new"), data)
    assert Manuscript.objects.count() == 1
    assert first.headers["Location"] == second.headers["Location"]


def test_the_daily_limit_keeps_the_piece_as_a_draft(settings):
    settings.OPEN_MANUSCRIPTS_A_DAY = 1
    li = f.correspondent()
    client = f.signed_in(li.user)
    for _ in range(2):
        page = client.post(reverse("submissions:new"), typed(action="submit"), follow=True)
    assert "达到每日上限；稿件已存为草稿" in page.content.decode()
    assert sorted(Manuscript.objects.values_list("state", flat=True)) == ["draft", "submitted"]


def test_a_suspended_correspondent_keeps_his_text_but_cannot_send():
    li = f.correspondent()
    Correspondent.objects.update(state="suspended")
    page = f.signed_in(li.user).post(
        reverse("submissions:new"), typed(action="submit"), follow=True
    )
    assert "不在聘期内" in page.content.decode()
    assert Manuscript.objects.get().state == "draft"


def test_verse_keeps_its_lines():
    li = f.correspondent()
    f.signed_in(li.user).post(
        reverse("submissions:new"),
        typed(section=f.section("shici").pk, text="巷道很长\n灯亮着\n\n煤慢下来"),
    )
    manuscript = Manuscript.objects.get()
    assert manuscript.body.count("<br>") == 1
    page = f.signed_in(li.user).get(reverse("submissions:edit", args=[manuscript.pk]))
    assert "巷道很长\n灯亮着\n\n煤慢下来" in page.content.decode()


def test_what_belongs_to_another_correspondent_is_not_there():
    li, qian = f.correspondent(), f.correspondent("qian", "钱通讯")
    own = f.manuscript(li)
    client = f.signed_in(qian.user)
    for name in ("submissions:status", "submissions:edit"):
        assert client.get(reverse(name, args=[own.pk])).status_code == 404
    answer = client.post(reverse("submissions:edit", args=[own.pk]), typed(title="改"))
    own.refresh_from_db()
    assert answer.status_code == 404
    assert own.title == "白桦沟煤矿皮带检修完成"


def test_a_sent_manuscript_is_not_changed_by_its_author():
    li, wang = f.correspondent(), f.editor()
    sent = f.manuscript_in("submitted", li, wang)
    address = reverse("submissions:edit", args=[sent.pk])
    client = f.signed_in(li.user)
    page = client.post(address, typed(title="改"), follow=True).content.decode()
    sent.refresh_from_db()
    assert (sent.title, sent.version) == ("白桦沟煤矿皮带检修完成", 1)
    # Nothing typed is lost: it lies beside the manuscript, and its author is told where.
    assert "稿件已经提交。您在另一个窗口写的文字没有丢" in page
    assert sent.copies.get().title == "改"


def test_drafts_are_hidden_from_the_desk():
    li = f.correspondent()
    draft = f.manuscript(li, title="还没写完的草稿")
    desk = f.signed_in(f.chief())
    queue = desk.get(reverse("admin:submissions_manuscript_changelist")).content.decode()
    assert "还没写完的草稿" not in queue
    page = desk.get(reverse("admin:submissions_manuscript_change", args=[draft.pk]), follow=True)
    assert "还没写完的草稿" not in page.content.decode()


def test_returned_with_a_note_and_sent_again_as_the_same_record():
    li, wang = f.correspondent(), f.editor()
    sent = f.manuscript_in("submitted", li, wang)
    first = sent.body
    step = reverse("admin:submissions_manuscript_step", args=[sent.pk])
    desk = f.signed_in(wang)
    desk.post(step, {"_seen": f.seen(step), "_step": "send_back", "_note": ""})
    sent.refresh_from_db()
    assert sent.state == "submitted"
    desk.post(step, {"_seen": f.seen(step), "_step": "send_back", "_note": "请补充产量数据"})
    client = f.signed_in(li.user)
    assert "请补充产量数据" in client.get(sent.get_absolute_url()).content.decode()
    address = reverse("submissions:edit", args=[sent.pk])
    client.post(address, typed(text="近日，检修完成，日产三千吨。", action="submit"))
    sent.refresh_from_db()
    assert (sent.state, sent.round_number) == ("submitted", 2)
    assert [r.body for r in sent.rounds.all()] == [
        "<p>近日，检修完成，日产三千吨。</p>",
        first,
    ]


def test_accepting_opens_one_article_with_byline_and_unit():
    li, wang = f.correspondent(), f.editor()
    sent = f.manuscript_in("submitted", li, wang)
    sent.accept(by=wang)
    article = sent.article
    assert (article.state, article.provenance, article.responsible_editor) == (
        "first_reading",
        "manuscript",
        wang,
    )
    row = Byline.objects.get()
    assert (row.name, row.unit_text, row.correspondent, row.organisation) == (
        "李通讯",
        "白桦沟煤矿",
        li,
        li.organisation,
    )
    assert article.revisions.count() == 1
    with pytest.raises(StepNotAllowed):
        sent.accept(by=wang)


def test_accept_and_sign_the_first_reading_in_one():
    li, wang = f.correspondent(), f.editor()
    sent = f.manuscript_in("submitted", li, wang)
    step = reverse("admin:submissions_manuscript_step", args=[sent.pk])
    f.signed_in(wang).post(step, {"_seen": f.seen(step), "_step": "accept_and_sign"})
    article = Article.objects.get()
    assert article.state == "second_reading"
    assert article.readings.get().signed_by == wang


def test_nobody_decides_about_his_own_manuscript():
    wang = f.editor()
    own = Correspondent.objects.create(name="王编辑", user=wang, state="engaged")
    sent = f.manuscript_in("submitted", own, wang)
    step = reverse("admin:submissions_manuscript_step", args=[sent.pk])
    page = (
        f.signed_in(wang)
        .post(step, {"_seen": f.seen(step), "_step": "accept"}, follow=True)
        .content.decode()
    )
    assert "这是您自己的稿件" in page
    assert not Article.objects.exists()


def test_the_author_revises_after_acceptance_and_the_article_starts_again():
    li, wang, zhao = f.correspondent(), f.editor(), f.managing()
    sent = f.manuscript_in("accepted", li, wang)
    sent.article.sign(by=wang)
    sent.recall(by=zhao, note="请核实数字")
    article = Article.objects.get()
    assert (sent.state, article.state) == ("returned", "first_reading")
    assert not article.readings.valid().exists()
    sent.body = "<p>改过的正文。</p>"
    sent.save()
    sent.submit(by=li.user)
    sent.accept(by=wang)
    article.refresh_from_db()
    assert Article.objects.count() == 1
    assert article.body == "<p>改过的正文。</p>"
    assert article.state == "first_reading"
    assert article.revision == 2


def test_the_list_action_reports_what_was_done_and_what_not():
    li, wang = f.correspondent(), f.editor()
    waiting = f.manuscript_in("submitted", li, wang)
    done = f.manuscript_in("declined", li, wang)
    page = (
        f.signed_in(wang)
        .post(
            reverse("admin:submissions_manuscript_changelist"),
            {"action": "accept", **f.ticked(waiting, done)},
            follow=True,
        )
        .content.decode()
    )
    assert "采用：1 篇已完成" in page
    assert "没有处理：当前状态是“未采用”" in page


def test_the_queue_renders_100_rows_with_a_fixed_number_of_queries(
    django_assert_max_num_queries,
):
    li, wang = f.correspondent(), f.editor()
    client = f.signed_in(wang)
    address = reverse("admin:submissions_manuscript_changelist")
    client.get(address)  # the first request of a device writes it down
    counts = []
    for _ in range(2):
        for _ in range(50):
            made = f.manuscript(li)
            Manuscript.objects.filter(pk=made.pk).update(state="submitted")
        with django_assert_max_num_queries(30) as captured:
            client.get(address)
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_of_many_accepting_at_once_one_wins_and_the_others_are_told():
    li = f.correspondent()
    editors = [f.editor(f"e{number}", f"编辑{number}") for number in range(8)]
    sent = f.manuscript_in("submitted", li, editors[0])
    told, barrier = [], threading.Barrier(len(editors))

    def accept(editor):
        mine = Manuscript.objects.get(pk=sent.pk)
        barrier.wait()
        try:
            mine.accept(by=editor)
        except StepNotAllowed as refusal:
            told.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=accept, args=[editor]) for editor in editors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Article.objects.count() == 1
    assert len(told) == 7
    assert all("刚刚已经处理" in sentence for sentence in told), told
    assert connection.vendor in ("sqlite", "postgresql")


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_by_many_threads_is_one_manuscript_with_each_file_once():
    li = f.correspondent()
    key = str(uuid.uuid4())
    word = word_files.raw(word_files.paragraph("第一段。")).getvalue()
    answers, barrier = [], threading.Barrier(10)
    clients = [f.signed_in(li.user) for _ in range(10)]

    def send(client):
        data = typed(
            form_key=key, action="submit", pictures=[f.photo("甲.jpg"), f.photo("乙.jpg")],
            caption="近日，检修现场。", word=SimpleUploadedFile("稿.docx", word),
        )  # fmt: skip
        barrier.wait()
        answers.append(client.post(reverse("submissions:new"), data).status_code)
        connections.close_all()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = Manuscript.objects.get()
    assert answers == [302] * 10
    assert made.state == "submitted" and made.rounds.count() == 1
    names = [row.upload.original_name for row in made.pictures.order_by("position")]
    assert names == ["甲.jpg", "乙.jpg"]
    assert made.documents.count() == 1
    assert Upload.objects.count() == 3  # nothing is left of the other nine


@pytest.mark.django_db(transaction=True)
def test_many_correspondents_sending_at_once_are_all_stored_with_their_pictures():
    people = [f.correspondent(f"tong{number}", f"通讯{number}") for number in range(12)]
    clients = [f.signed_in(person.user) for person in people]
    answers, barrier = [], threading.Barrier(len(people))

    def send(number, client):
        data = typed(
            title=f"第{number}篇",
            form_key=str(uuid.uuid4()),
            action="submit",
            pictures=f.photo(f"{number}.jpg", (1200 + number, 800)),
            caption="近日，检修现场。",
        )
        barrier.wait()
        try:
            answers.append(client.post(reverse("submissions:new"), data).status_code)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=send, args=[number, client])
        for number, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302] * 12
    sent = Manuscript.objects.filter(state="submitted", pictures__isnull=False)
    assert sorted(sent.values_list("author_id", flat=True)) == sorted(p.pk for p in people)
    assert {row.pictures.get().upload.original_name for row in sent} == {
        f"{number}.jpg" for number in range(12)
    }
