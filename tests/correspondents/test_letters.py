"""Letters: the desk's own words, what was sent, what failed and is sent again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from correspondents.models import Letter, LetterText
from portal import jobs
from portal.work import LIMIT
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def applicant():
    account = f.account("zhou", staff=False)
    return f.person("周砚秋", state="pending", email="zhou@example.com", user=account)


def approve(person, by):
    person.approve(by=by)
    f.work()


def test_the_desk_edits_a_letter_and_reads_it_filled(applicant):
    chief = f.chief()
    client = f.signed_in(chief)
    text = LetterText.objects.get(key="approved")
    address = reverse("admin:correspondents_lettertext_change", args=[text.pk])
    typed = {"subject": "欢迎{姓名}", "body": "{姓名}您好，档案号{档案号}。", "is_sent": "on"}
    assert client.post(address, typed).status_code == 302
    assert "<b>欢迎周砚秋</b><pre>周砚秋您好，档案号T0312。" in client.get(address).content.decode()
    approve(applicant, chief)
    assert [letter.subject for letter in mail.outbox] == ["欢迎周砚秋"]
    assert f"周砚秋您好，档案号{applicant.number}。" in mail.outbox[0].body


def test_a_placeholder_that_does_not_exist_is_refused_with_those_that_do():
    text = LetterText.objects.get(key="approved")
    address = reverse("admin:correspondents_lettertext_change", args=[text.pk])
    answer = f.signed_in(f.chief()).post(address, {"subject": "{密码}", "body": "正文"})
    assert "没有密码这样的占位符，可以用的有：{姓名}" in answer.content.decode()
    text.refresh_from_db()
    assert text.subject == "您已受聘为{级别}"


def test_no_text_of_a_letter_reaches_more_than_its_values(applicant):
    LetterText.objects.filter(key="approved").update(
        subject="{姓名.password}", body="{{ 姓名 }} {0} %s {姓名}"
    )
    approve(applicant, f.chief())
    letter = Letter.objects.get()
    assert letter.subject == ""  # no such value
    assert letter.body == "{{ 姓名 }}  %s 周砚秋\n"


def test_a_letter_that_is_switched_off_is_not_written(applicant):
    LetterText.objects.filter(key="approved").update(is_sent=False)
    approve(applicant, f.chief())
    assert not mail.outbox
    assert not Letter.objects.exists()


def test_a_letter_that_failed_is_listed_with_its_reason_and_sent_again(applicant, settings):
    chief = f.chief()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    approve(applicant, chief)
    for _ in range(LIMIT):
        f.later()
        f.work()
    letter = Letter.objects.get()
    assert (letter.standing, letter.attempts) == ("failed", LIMIT)
    client = f.signed_in(chief)
    assert "没有寄出的信" in client.get(reverse("admin:index")).content.decode()
    listed = reverse("admin:correspondents_letter_changelist")
    page = client.get(listed, {"standing__exact": "failed"}).content.decode()
    assert "ConnectionRefusedError" in page
    assert "zhou@example.com" not in page  # masked in a list

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    applicant.email = "new@example.com"
    applicant.save(update_fields=["email"])
    answer = client.post(listed, {"action": "resend", "_selected_action": [letter.pk]}, follow=True)
    f.work()
    assert "1 封信正在重寄" in answer.content.decode()
    assert [sent.to for sent in mail.outbox] == [["new@example.com"]]
    letter.refresh_from_db()
    assert (letter.standing, letter.attempts, letter.failure) == ("sent", LIMIT + 1, "")
    again = client.post(listed, {"action": "resend", "_selected_action": [letter.pk]}, follow=True)
    assert "1 封信不是“没有寄出”或“可能已寄出”的状态" in again.content.decode()
    assert len(mail.outbox) == 1


def test_letters_belong_to_those_who_manage_people(applicant):
    approve(applicant, f.chief())
    letter = Letter.objects.get()
    Letter.objects.update(standing="failed")
    client = f.signed_in(f.editor())
    listed = reverse("admin:correspondents_letter_changelist")
    assert client.get(listed).status_code == 403
    client.post(listed, {"action": "resend", "_selected_action": [letter.pk]})
    letter.refresh_from_db()
    assert letter.standing == "failed"


def test_old_letters_go_in_time_and_with_the_person(applicant, settings):
    chief = f.chief()
    approve(applicant, chief)
    first = Letter.objects.get()
    assert jobs.drop_old_letters() == 0
    age = dt.timedelta(days=settings.KEEP_LETTERS_DAYS + 1)
    Letter.objects.filter(pk=first.pk).update(created_at=timezone.now() - age)
    assert jobs.drop_old_letters() == 1
    applicant.refresh_from_db()
    Letter.objects.write("approved", "zhou@example.com", {}, person=applicant)
    applicant.leave(by=applicant.user)
    assert not Letter.objects.exists()
