"""What is done every day: terms, reminders, moves, and the retention of personal data."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.files.storage import default_storage
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import DeskAssignment
from correspondents.models import Correspondent, Letter, Upload
from portal import jobs, schedule
from portal.models import ScheduledJob
from submissions.models import Manuscript, ManuscriptPicture
from tests import factories as f

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def today():
    return timezone.localdate()


def work():
    f.work()


def test_terms_end_the_day_after():
    last = f.person("末日", term_to=today())
    over = f.person("过期", term_to=today() - DAY)
    assert schedule.do("expire_terms") == 1
    last.refresh_from_db()
    over.refresh_from_db()
    assert (last.state, over.state) == ("engaged", "expired")


@pytest.mark.django_db(transaction=True)
def test_a_reminder_is_written_once_a_term():
    f.person("将满", term_to=today() + 20 * DAY, email="a@example.com")
    f.person("远着", term_to=today() + 200 * DAY, email="b@example.com")
    f.person("没邮箱", term_to=today() + 5 * DAY)
    for _ in range(2):
        schedule.do("remind_of_terms")
        work()
    assert [letter.to for letter in mail.outbox] == [["a@example.com"]]
    assert "到期" in mail.outbox[0].subject
    person = Correspondent.objects.get(name="将满")
    person.term_to += 3 * DAY
    person.save()
    schedule.do("remind_of_terms")
    work()
    assert len(mail.outbox) == 2


def test_a_move_entered_ahead_happens_on_its_day():
    person = f.person("杨宁", "枫桥沟煤矿")
    person.settle_unit(f.unit("望舒选煤厂"), by=None, since=today() + 3 * DAY)
    row = person.memberships.last()
    person.memberships.exclude(pk=row.pk).update(until=today() - DAY)
    type(row).objects.filter(pk=row.pk).update(since=today())
    assert schedule.do("follow_moves") == 1
    person.refresh_from_db()
    assert str(person.organisation) == "望舒选煤厂"


class TestUnapproved:
    def old(self, name, days, state="pending", **fields):
        user = f.account(f"u{days}{state}", staff=False)
        made = f.person(name, state=state, since=None, user=user, mobile="13800138000",
                        email="x@example.com", **fields)  # fmt: skip
        Correspondent.objects.filter(pk=made.pk).update(
            state_changed_at=timezone.now() - days * DAY
        )
        return made

    def test_after_ninety_days_everything_is_erased(self):
        old, refused = self.old("旧登记", 91), self.old("被拒", 91, "closed")
        fresh = self.old("新登记", 89)
        draft = f.manuscript(old)
        engaged = f.person("在聘", user=f.account("e", staff=False), mobile="13900139000")
        Correspondent.objects.filter(pk=engaged.pk).update(
            state_changed_at=timezone.now() - 400 * DAY
        )
        assert schedule.do("erase_unapproved") == 2
        for person in (old, refused):
            person.refresh_from_db()
            assert (person.name, person.mobile, person.user) == ("已清除", "", None)
        assert not Manuscript.objects.filter(pk=draft.pk).exists()
        assert not User.objects.filter(username__startswith="u91").exists()
        for person, name in ((fresh, "新登记"), (engaged, "在聘")):
            person.refresh_from_db()
            assert person.name == name
            assert person.mobile
        assert schedule.do("erase_unapproved") == 0

    def test_the_time_is_a_setting(self, settings):
        self.old("旧登记", 91)
        settings.KEEP_UNAPPROVED_DAYS = 120
        assert schedule.do("erase_unapproved") == 0

    def test_one_who_was_appointed_once_is_not_erased(self):
        person = self.old("曾聘", 500, "closed")
        Correspondent.objects.filter(pk=person.pk).update(since=dt.date(2020, 1, 1))
        assert schedule.do("erase_unapproved") == 0


def test_pictures_of_what_was_not_used_go_after_half_a_year():
    li, wang = f.correspondent(), f.editor()
    kept = {}
    for state, days in (("declined", 181), ("declined", 179), ("accepted", 400), ("draft", 400)):
        made = f.manuscript_in(state, li, wang)
        upload = Upload.objects.accept(f.photo(), owner=li.user, make_now=True)
        ManuscriptPicture.objects.create(manuscript=made, upload=upload)
        Manuscript.objects.filter(pk=made.pk).update(state_changed_at=timezone.now() - days * DAY)
        kept[state, days] = upload
    assert schedule.do("drop_rejected_files") == 1
    f.work()
    gone = kept.pop(("declined", 181))
    assert not Upload.objects.filter(pk=gone.pk).exists()
    assert not default_storage.exists(gone.original.name)
    assert Upload.objects.filter(pk__in=[upload.pk for upload in kept.values()]).count() == 3
    assert Manuscript.objects.count() == 4


def test_files_of_forms_that_were_never_finished_go_and_others_stay():
    stray = Upload.objects.accept(f.photo(), owner=None, make_now=True)
    used = Upload.objects.accept(f.photo(), owner=None, make_now=True)
    fresh = Upload.objects.accept(f.photo(), owner=None, make_now=True)
    f.person("甲", photo=used)
    Upload.objects.exclude(pk=fresh.pk).update(created_at=timezone.now() - 3 * DAY)
    assert schedule.do("drop_strays") == 1
    assert not Upload.objects.filter(pk=stray.pk).exists()
    assert Upload.objects.filter(pk__in=[used.pk, fresh.pk]).count() == 2


@pytest.mark.django_db(transaction=True)
class TestTheClock:
    def test_a_job_that_is_due_is_done_once_and_asks_for_the_next_day(self):
        over = f.person("过期", term_to=today() - DAY)
        schedule.arm()
        work()
        over.refresh_from_db()
        assert over.state == "engaged"  # not due yet
        ScheduledJob.objects.update(due_at=timezone.now() - dt.timedelta(minutes=1))
        for _ in range(2):  # two starts, two queued calls
            schedule.run_job.enqueue("expire_terms")
        work()
        over.refresh_from_db()
        assert over.state == "expired"
        job = ScheduledJob.objects.get(name="expire_terms")
        assert job.done == 1
        assert job.due_at > timezone.now()
        waiting = DBTaskResult.objects.filter(status="READY", run_after__gt=timezone.now())
        assert waiting.count() >= len(jobs.JOBS)

    def test_a_job_that_fails_says_so_and_comes_again(self, monkeypatch):
        schedule.arm()
        ScheduledJob.objects.update(due_at=timezone.now() - dt.timedelta(minutes=1))

        def broken():
            raise RuntimeError("磁盘满了")

        job = jobs.JOBS["drop_strays"]
        monkeypatch.setitem(jobs.JOBS, "drop_strays", jobs.Job(job.label, job.rule, broken))
        schedule.run_job.enqueue("drop_strays")
        work()
        row = ScheduledJob.objects.get(name="drop_strays")
        assert "磁盘满了" in row.failure
        assert row.due_at <= timezone.now()
        page = f.signed_in(f.chief()).get("/admin/portal/scheduledjob/").content.decode()
        assert "磁盘满了" in page


def test_the_times_of_keeping_are_listed_in_the_admin():
    schedule.arm()
    page = f.signed_in(f.chief()).get("/admin/portal/scheduledjob/").content.decode()
    assert "没有通过的登记保留 90 天" in page
    assert "附件保留 180 天" in page
    assert f.signed_in(f.editor()).get("/admin/portal/scheduledjob/").status_code == 403


def late(li, title, *, hours):
    made = f.manuscript(li, title=title)
    made.submit(by=li.user)
    at = timezone.now() - dt.timedelta(hours=hours)
    type(made).objects.filter(pk=made.pk).update(submitted_at=at)
    return made


class TestTheQueue:
    def test_a_piece_past_the_promise_is_released_once(self, settings):
        settings.DECISION_DAYS = 15
        li = f.correspondent()
        li.email = "li@example.com"
        li.save()
        old, new = late(li, "等了十六天", hours=16 * 24), late(li, "等了十四天", hours=14 * 24)
        assert schedule.do("keep_promise") == 1
        assert schedule.do("keep_promise") == 0
        assert list(old.notices.filter(event="released").values_list("text", flat=True)) == [
            "《等了十六天》已满 15 天，您可以自行处理"
        ]
        assert not new.notices.filter(event="released").exists()
        assert Letter.objects.filter(key="manuscript_released").count() == 1
        status = f.signed_in(li.user).get(old.get_absolute_url()).content.decode()
        assert "已过约定的期限，您可以自行处理" in status
        # Sent anew, the time begins anew.
        old.send_back(by=f.editor(), note="请补充")
        old.submit(by=li.user)
        old.refresh_from_db()
        assert old.released_at is None

    def test_one_reminder_a_day_lists_what_is_late_in_the_own_sections(self):
        li, wang, he = f.correspondent(), f.editor(), f.editor("he", "何编辑")
        for person in (wang, he):
            person.email = f"{person.username}@example.com"
            person.save()
        poem = f.manuscript(li, title="诗一首", section=f.section("shici"))
        poem.submit(by=li.user)
        DeskAssignment.objects.create(user=he, section=f.section("shici"))
        late(li, "迟了的一篇", hours=50)
        late(li, "别人手上的", hours=30).claim(by=f.managing())
        late(li, "还早的", hours=3)
        assert schedule.do("remind_desk") == 1
        assert schedule.do("remind_desk") == 0
        letter = Letter.objects.get(key="desk_reminder")
        assert letter.mailbox == "wang@example.com"
        assert "有 1 篇来稿超时未处理" in letter.subject
        assert "迟了的一篇（局矿快报，等待 2 天）" in letter.body
        assert "别人手上的" not in letter.body and "还早的" not in letter.body
        assert "?wait=overdue" in letter.body
        # A new day, a new letter.
        Letter.objects.update(created_at=timezone.now() - dt.timedelta(days=1))
        assert schedule.do("remind_desk") == 1

    def test_files_taken_out_of_manuscripts_go_after_their_time(self, settings):
        li = f.correspondent()
        used = Upload.objects.accept(f.photo(), owner=li.user)
        f.manuscript(li).pictures.create(upload=used)
        loose = Upload.objects.accept(f.photo(), owner=li.user)
        Upload.objects.update(created_at=timezone.now() - dt.timedelta(days=179))
        assert schedule.do("drop_strays") == 0
        Upload.objects.update(created_at=timezone.now() - dt.timedelta(days=181))
        assert schedule.do("drop_strays") == 1
        assert list(Upload.objects.all()) == [used]
        assert not Upload.objects.filter(pk=loose.pk).exists()
