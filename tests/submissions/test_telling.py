"""What the author is told: one notice and one letter for each change, in good Chinese."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.urls import reverse

from correspondents.letters import KINDS
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Letter, LetterText
from portal.work import LIMIT
from submissions.models import Manuscript, Notice
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def li():
    made = f.correspondent()
    made.email = "li@example.com"
    made.save()
    return made


def told(made) -> list[str]:
    return list(made.notices.order_by("pk").values_list("event", flat=True))


def written(about) -> list[str]:
    rows = Letter.objects.filter(about=about).order_by("pk")
    return [row.key.removeprefix("manuscript_") for row in rows]


def test_every_change_is_told_once_in_the_site_and_by_mail(li):
    wang, zhao, sun = f.editor(), f.managing(), f.chief()
    made = f.manuscript(li)
    made.submit(by=li.user)
    made.claim(by=wang)
    made.release(by=wang)
    made.pass_on(by=wang, to=zhao)
    made.send_back(by=zhao, note="请补充数据")
    made.submit(by=li.user)
    article = made.accept(by=wang)
    article.sign(by=wang)
    article.sign(by=zhao)
    article.sign(by=sun)
    article.publish(by=wang)
    article.withdraw(by=sun, note="内容有误")
    expected = [
        "received", "claimed", "waiting_again", "claimed", "returned", "received", "accepted",
        "signed", "published", "withdrawn",
    ]  # fmt: skip
    assert told(made) == expected
    assert written(made.number) == expected
    returned = Letter.objects.get(key="manuscript_returned")
    assert "请补充数据" in returned.body
    assert returned.subject == made.notices.get(event="returned").text
    assert "{" not in "".join(f"{row.subject}{row.body}" for row in Letter.objects.all())


@pytest.mark.parametrize(("state", "event"), [("declined", "declined"), ("retracted", "retracted")])
def test_the_ends_are_told(li, state, event):
    made = f.manuscript_in(state, li, f.editor())
    assert told(made)[-1] == event
    assert written(made.number) == told(made)


def test_a_refused_step_tells_nothing(li):
    wang = f.editor()
    made = f.manuscript_in("declined", li, wang)
    before = told(made)
    with pytest.raises(StepNotAllowed):
        made.accept(by=wang)
    assert told(made) == before


def test_without_a_mailbox_there_is_the_notice_alone():
    qian = f.correspondent("qian", "钱通讯")
    made = f.manuscript_in("claimed", qian, f.editor())
    assert told(made) == ["received", "claimed"]
    assert not Letter.objects.exists()


def test_the_list_of_notices_marks_what_it_shows_as_read(li):
    f.manuscript_in("claimed", li, f.editor())
    client = f.signed_in(li.user)
    page = client.get(reverse("submissions:notices")).content.decode()
    assert "正在审稿" in page
    assert not Notice.objects.unread().exists()
    other = f.signed_in(f.correspondent("qian", "钱通讯").user)
    assert "正在审稿" not in other.get(reverse("submissions:notices")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_the_letter_and_a_failed_one_is_seen_and_sent_again(li, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    made = f.manuscript(li)
    made.submit(by=li.user)
    for _ in range(LIMIT):
        f.later()
        f.work()
    letter = Letter.objects.get()
    assert letter.standing == Letter.State.FAILED
    zhao = f.signed_in(f.managing())
    listed = zhao.get("/admin/correspondents/letter/?standing__exact=failed").content.decode()
    assert letter.subject in listed
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    zhao.post(
        "/admin/correspondents/letter/", {"action": "resend", "_selected_action": [letter.pk]}
    )
    f.work()
    letter.refresh_from_db()
    assert letter.standing == Letter.State.SENT
    assert [message.subject for message in mail.outbox] == [letter.subject]


def test_the_desks_own_words_are_used(li):
    LetterText.complete()
    text = LetterText.objects.get(key="manuscript_received")
    text.subject = "收到了：{标题}"
    text.save()
    made = f.manuscript(li)
    made.submit(by=li.user)
    assert made.notices.get().text == f"收到了：{made.title}"
    assert Letter.objects.get().subject == f"收到了：{made.title}"


def test_every_letter_reads_without_a_hole():
    """Filled with its samples no letter keeps a brace, a half-width comma, or an empty line pair."""
    for kind in KINDS.values():
        subject, body = LetterText(key=kind.key, subject=kind.subject, body=kind.body).preview()
        for text in (subject, body):
            assert not re.search(r"[{}]", text), kind.key
            assert not re.search(r"[\u4e00-\u9fff][,;:?!][\u4e00-\u9fff]", text), kind.key
            assert "\n\n\n" not in text, kind.key
        assert len(subject) <= 60


class TestWords:
    def test_author_and_desk_write_to_each_other(self, li):
        wang = f.editor()
        made = f.manuscript_in("claimed", li, wang)
        author = f.signed_in(li.user)
        author.post(reverse("submissions:talk", args=[made.pk]), {"body": "图片另有原图。"})
        assert not made.messages.get().from_desk
        queue = f.signed_in(wang).get("/admin/submissions/manuscript/").content.decode()
        assert ">新留言</span>" in queue
        page = f"/admin/submissions/manuscript/{made.pk}/change/"
        assert "图片另有原图" in f.signed_in(wang).get(page).content.decode()
        queue = f.signed_in(wang).get("/admin/submissions/manuscript/").content.decode()
        assert ">新留言</span>" not in queue

    def test_nobody_else_writes_here(self, li):
        made = f.manuscript_in("claimed", li, f.editor())
        other = f.signed_in(f.correspondent("qian", "钱通讯").user)
        address = reverse("submissions:talk", args=[made.pk])
        assert other.post(address, {"body": "插一句"}).status_code == 404
        assert not made.messages.exists()

    def test_the_author_cannot_settle_a_remark_nor_touch_another_ones(self, li):
        wang = f.editor()
        made = f.manuscript_in("claimed", li, wang)
        remark = made.add_message("请改", by=wang, quote="三号皮带")
        remark.mark("settled", by_desk=True)
        author = f.signed_in(li.user)
        author.post(reverse("submissions:talk", args=[made.pk]), {"changed": remark.pk})
        remark.refresh_from_db()
        assert remark.standing == "settled"
        qian = f.correspondent("qian", "钱通讯")
        own = f.manuscript_in("claimed", qian, wang)
        foreign = made.add_message("再改", by=wang, quote="八小时")
        address = reverse("submissions:talk", args=[own.pk])
        assert f.signed_in(qian.user).post(address, {"changed": foreign.pk}).status_code == 404
        foreign.refresh_from_db()
        assert foreign.standing == "open"


class TestRequests:
    @pytest.mark.parametrize(
        ("state", "sentence"),
        [("submitted", "稿件还没有采用，可以直接撤回或修改。"), ("declined", "稿件还没有采用")],
    )
    def test_only_after_acceptance(self, li, state, sentence):
        made = f.manuscript_in(state, li, f.editor())
        answer = f.signed_in(li.user).post(
            reverse("submissions:ask", args=[made.pk]),
            {"kind": "withdrawal", "body": "写错了"},
            follow=True,
        )
        assert sentence in answer.content.decode()
        assert "您填写的内容：写错了" in answer.content.decode()
        assert not made.requests.exists()

    def test_one_open_request_of_a_kind(self, li):
        made = f.manuscript_in("accepted", li, f.editor())
        client, address = f.signed_in(li.user), reverse("submissions:ask", args=[made.pk])
        for _ in range(2):
            answer = client.post(address, {"kind": "name_off", "body": "请撤下署名"}, follow=True)
        assert "同样的申请正在等待答复" in answer.content.decode()
        assert made.requests.count() == 1
        answer = client.post(address, {"kind": "fame", "body": "头条"}, follow=True)
        assert "请选择申请的事项" in answer.content.decode()

    def test_an_editor_of_another_section_cannot_answer(self, li):
        from articles.models import DeskAssignment

        made = f.manuscript_in("accepted", li, f.editor())
        asked = made.request_change("correction", "人名错了", by=li.user)
        poet = f.editor("po", "诗编辑")
        DeskAssignment.objects.create(user=poet, section=f.section("shici"))
        with pytest.raises(StepNotAllowed, match="没有答复这份申请的权限"):
            asked.settle("granted", by=poet, answer="好")


def test_the_list_of_the_author_says_what_comes_next(li):
    wang = f.editor()
    for state in ("draft", "submitted", "returned", "accepted", "declined", "retracted"):
        f.manuscript_in(state, li, wang)
    page = f.signed_in(li.user).get(reverse("submissions:mine")).content.decode()
    for words in ("草稿", "已投稿", "退改中", "已采用", "未采用", "已撤回", "原因：时效已过"):
        assert words in page
    assert Manuscript.objects.get(state="returned").number in page
