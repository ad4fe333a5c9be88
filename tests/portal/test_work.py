"""Background work arrives: whatever dies, hangs or refuses, it is done, or told and waits for a hand."""

from __future__ import annotations

import datetime as dt
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.core import mail
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from correspondents.mailing import LOST
from correspondents.models import Clock, Letter, Upload
from correspondents.models.letter import post_letter
from correspondents.models.upload import make_sizes
from portal import delays, jobs, schedule, work
from portal.models import ScheduledJob, TaskWorker
from tests import databases
from tests import factories as f
from tests.mail_server import MailServer, mute
from tests.processes import until

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(site_settings.BASE_DIR)
MINUTE = dt.timedelta(minutes=1)
TASKS = "/admin/django_tasks_database/dbtaskresult/"


def letter(mailbox: str = "li@example.com") -> Letter:
    li = f.person("李通讯", email=mailbox)
    values = {"姓名": "李通讯"}
    return Letter.objects.write("renewed", mailbox, values, person=li)


def standing(one: Letter) -> tuple[str, int]:
    one.refresh_from_db()
    return one.standing, one.attempts


def tasks(path=post_letter) -> list[DBTaskResult]:
    return list(DBTaskResult.objects.filter(task_path=path.module_path))


@pytest.fixture
def server(settings):
    with MailServer().serving() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_TIMEOUT = 1
        yield running


class TestQueued:
    def test_with_what_needs_it_or_not_at_all(self):
        class Changed(Exception):
            pass

        with pytest.raises(Changed), transaction.atomic():
            letter()
            f.person("王五").save()
            assert len(tasks()) == 1  # before anything is committed
            raise Changed
        assert not Letter.objects.exists() and not tasks()
        picture = Upload.objects.accept(f.photo(), owner=None)
        assert [task.args_kwargs["args"] for task in tasks(make_sizes)] == [[picture.pk]]

    def test_what_follows_a_publication_is_queued_in_its_transaction(self):
        readers = [f.editor(), f.managing(), f.chief()]
        article = f.article_in("signed", readers)
        with transaction.atomic():
            article.publish(by=readers[0])
            assert [t.args_kwargs["args"] for t in tasks(work.announce)] == [
                [article.pk, "published"]
            ]

    def test_every_task_has_a_name_for_the_desk(self):
        found = set()
        for app in ("correspondents", "articles", "submissions", "portal"):
            for module in pkgutil.walk_packages(import_module(app).__path__, f"{app}."):
                if "migrations" in module.name:
                    continue
                things = vars(import_module(module.name)).values()
                found |= {
                    thing.module_path for thing in things if isinstance(thing, type(make_sizes))
                }
        assert found == set(work.KINDS)


class TestLetters:
    def test_a_server_that_is_down_is_asked_again_and_the_letter_leaves_once(
        self, settings, server
    ):
        settings.EMAIL_PORT = 1  # nobody listens there
        one = letter()
        f.work()
        assert standing(one) == ("waiting", 1)
        assert "ConnectionRefusedError" in one.failure
        again = tasks()[0].run_after - timezone.now()
        assert MINUTE / 2 < again <= MINUTE
        f.work()
        assert standing(one) == ("waiting", 1)  # not before its time
        settings.EMAIL_PORT = server.port
        f.later()
        f.work()
        assert standing(one) == ("sent", 2) and one.failure == ""
        f.later()
        f.work()
        assert len(server.taken) == 1

    @pytest.mark.parametrize("answer", ["451 4.7.1 Greylisted", "421 busy", "452 full"])
    def test_not_now_is_not_never(self, server, answer):
        server.answer = answer
        one = letter()
        f.work()
        assert standing(one) == ("waiting", 1) and answer[:3] in one.failure
        server.answer = "250 OK"
        f.later()
        f.work()
        assert standing(one) == ("sent", 2) and len(server.taken) == 1

    def test_never_is_never(self, server):
        server.answer = "550 5.1.1 no such user"
        one = letter()
        f.work()
        assert standing(one) == ("failed", 1) and "550" in one.failure
        server.answer = "250 OK"
        f.later()
        f.work()
        assert standing(one) == ("failed", 1) and not server.taken

    def test_a_server_that_says_nothing_delays_and_loses_nothing(self, server, settings):
        with mute() as port:
            settings.EMAIL_PORT = port
            one = letter()
            before = time.monotonic()
            f.work()
            assert time.monotonic() - before < 30
        assert standing(one) == ("waiting", 1) and "timed out" in one.failure
        settings.EMAIL_PORT = server.port
        f.later()
        f.work()
        assert standing(one) == ("sent", 2)

    def test_one_that_may_have_left_is_not_sent_again_until_a_hand_decides(self, server):
        server.silent = True
        one = letter()
        f.work()
        assert server.arrived.is_set() and standing(one) == ("unsure", 1)
        server.silent = False
        f.later()
        f.work()
        work.sweep()
        f.work()
        assert standing(one) == ("unsure", 1) and not server.taken
        desk = f.signed_in(f.chief())
        listed = reverse("admin:correspondents_letter_changelist")
        assert "可能已寄出" in desk.get(listed).content.decode()
        desk.post(listed, {"action": "resend", "_selected_action": [one.pk]})
        f.work()
        assert standing(one) == ("sent", 2) and len(server.taken) == 1

    def test_tried_as_often_as_it_is_tried_it_fails_with_the_servers_words(self, settings, server):
        settings.EMAIL_PORT = 1
        one = letter()
        pauses = []
        for _ in range(work.LIMIT):
            f.later()
            now = timezone.now()
            f.work()
            pauses.append(round((tasks()[0].run_after - now).total_seconds() / 60))
        assert pauses[:-1] == [1, 5, 15, 60, 240, 720]
        assert standing(one) == ("failed", work.LIMIT) and "Refused" in one.failure
        f.later()
        f.work()
        assert standing(one) == ("failed", work.LIMIT)

    def test_links_that_open_accounts_are_tried_again_too(self, settings, server):
        settings.EMAIL_PORT = 1
        user = f.account("lisi", staff=False)
        user.email = "lisi@example.com"
        user.save()
        f.signed_in(f.editor()).post("/zhanghu/password/reset/", {"email": user.email})
        f.work()
        settings.EMAIL_PORT = server.port
        f.later()
        f.work()
        f.later()
        f.work()
        assert [list(one.rcpt_tos) for one in server.taken] == [["lisi@example.com"]]

    def test_a_letter_that_was_given_up_is_sent_when_its_task_is_tried_again(
        self, settings, server
    ):
        settings.EMAIL_PORT = 1
        one = letter()
        for _ in range(work.LIMIT):
            f.later()
            f.work()
        settings.EMAIL_PORT = server.port
        desk = f.signed_in(f.chief())
        desk.post(TASKS, {"action": "try_again", "_selected_action": [tasks()[0].pk]})
        f.work()
        assert standing(one)[0] == "sent" and len(server.taken) == 1

    def test_no_mailbox_is_told_to_the_whole_desk(self, server):
        server.answer = "451 try later <li@example.com>"
        letter()
        f.work()
        DBTaskResult.objects.update(enqueued_at=timezone.now() - MINUTE * 11)
        page = f.signed_in(f.editor()).get("/admin/").content.decode()
        assert "451" in page and "li@example.com" not in page
        assert "li@example.com" not in tasks()[0].traceback

    def test_a_link_that_may_have_left_is_not_sent_twice(self, server):
        work.post_mail.enqueue("重设密码", "链接", "li@example.com")
        one = tasks(work.post_mail)[0]
        one.claim("gone")
        DBTaskResult.objects.update(started_at=timezone.now() - MINUTE * 5)
        assert work.take_back() == 1
        f.work()
        assert not server.taken and tasks(work.post_mail)[0].return_value == LOST


class TestLeases:
    def run(self, worker: str, seen: dt.timedelta, started: dt.timedelta = MINUTE * 5):
        """A task in hand of a worker on another machine, which gave a sign of life so long ago."""
        one = letter()
        now = timezone.now()
        TaskWorker.objects.create(
            name=worker, queue="network", host="elsewhere", pid=7, seen_at=now - seen
        )
        DBTaskResult.objects.filter(task_path=post_letter.module_path).update(
            status="RUNNING", started_at=now - started, worker_ids=[worker]
        )
        return one

    def test_what_a_worker_has_in_hand_that_lives_is_left_to_it(self):
        self.run("alive", dt.timedelta(seconds=20))
        assert work.take_back() == 0
        assert tasks()[0].status == "RUNNING"

    def test_what_a_dead_one_had_in_hand_is_done_by_the_next(self):
        one = self.run("dead", dt.timedelta(seconds=70))
        assert work.take_back() == 1
        f.work()
        assert standing(one) == ("sent", 1)
        assert not TaskWorker.objects.exists()
        assert work.take_back() == 0

    def test_one_whose_process_is_gone_is_dead_at_once(self):
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        self.run("dead", dt.timedelta(seconds=1), dt.timedelta(seconds=1))
        TaskWorker.objects.update(host=socket.gethostname(), pid=gone.pid)
        assert work.take_back() == 1
        work.sign_of_life("here", "network")
        DBTaskResult.objects.update(status="RUNNING", worker_ids=["here"])
        assert work.take_back() == 0

    def test_what_failed_and_was_not_put_back_is_put_back(self):
        letter()
        DBTaskResult.objects.update(
            status="FAILED", finished_at=timezone.now(), worker_ids=["gone"]
        )
        assert work.take_back() == 1
        DBTaskResult.objects.update(status="FAILED", worker_ids=["x"] * work.LIMIT)
        assert work.take_back() == 0

    def test_a_silent_one_whose_process_lives_is_not_dead(self):
        self.run("alive", dt.timedelta(minutes=5))
        living = os.getppid()
        TaskWorker.objects.update(host=socket.gethostname(), pid=living)
        assert work.take_back() == 0

    def test_one_that_nobody_knows_has_a_minute(self):
        self.run("a", dt.timedelta(), dt.timedelta(seconds=50))
        TaskWorker.objects.all().delete()
        assert work.take_back() == 0
        DBTaskResult.objects.update(started_at=timezone.now() - dt.timedelta(seconds=61))
        assert work.take_back() == 1

    def test_a_letter_in_hand_when_its_worker_died_waits_for_a_person(self):
        one = self.run("dead", dt.timedelta(seconds=70))
        Letter.objects.update(standing="sending")
        work.take_back()
        f.work()
        assert standing(one)[0] == "unsure" and not mail.outbox
        assert "可能已经收到" in one.failure

    def test_what_kills_every_worker_is_given_up(self):
        picture = Upload.objects.accept(f.photo(), owner=None)
        for number in range(work.LIMIT):
            assert tasks(make_sizes)[0].status == "READY"
            tasks(make_sizes)[0].claim(f"worker {number}")
            DBTaskResult.objects.update(started_at=timezone.now() - MINUTE * 5)
            work.take_back()
        picture.refresh_from_db()
        assert tasks(make_sizes)[0].status == "FAILED"
        assert picture.state == "failed" and picture.failure


class TestWhatWaits:
    def test_without_a_task_it_gets_one(self):
        readers = [f.editor(), f.managing(), f.chief()]
        one = letter()
        picture = Upload.objects.accept(f.photo(), owner=None)
        piece = f.scheduled_in_two_stages(readers)
        piece.__class__.objects.filter(pk=piece.pk).update(published_at=timezone.now() - MINUTE)
        DBTaskResult.objects.all().delete()
        assert work.sweep() == 3
        assert work.sweep() == 0
        f.work()
        picture.refresh_from_db()
        piece.refresh_from_db()
        assert (standing(one)[0], picture.state, piece.state) == ("sent", "ready", "published")

    def test_a_job_that_fails_waits_for_its_pause_however_often_others_look(self, monkeypatch):
        schedule.arm()
        job, done = jobs.JOBS["drop_strays"], []

        def broken():
            done.append(1)
            raise RuntimeError("磁盘满了")

        monkeypatch.setitem(jobs.JOBS, "drop_strays", jobs.Job(job.label, job.rule, broken))
        ScheduledJob.objects.filter(name="drop_strays").update(due_at=timezone.now() - MINUTE)
        for _ in range(4):
            schedule.arm()
            work.sweep()
            f.work()
        assert done == [1]

    def test_what_is_done_is_forgotten_in_time_in_every_queue(self):
        letter()
        work.post_mail.enqueue("重设密码", "链接", "li@example.com")
        f.work()
        DBTaskResult.objects.update(finished_at=timezone.now() - dt.timedelta(days=2))
        schedule.do("tidy_sessions")
        assert tasks() and not tasks(work.post_mail)
        DBTaskResult.objects.update(finished_at=timezone.now() - dt.timedelta(days=40))
        schedule.do("tidy_sessions")
        assert not tasks()

    def test_a_job_whose_task_is_lost_is_done(self):
        work.sweep()
        ScheduledJob.objects.create(name="drop_strays", due_at=timezone.now() - MINUTE)
        work.sweep()
        f.work()
        assert ScheduledJob.objects.get().finished_at is not None

    def test_the_first_page_says_what_waits_longer_than_ten_minutes_and_why(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        letter()
        f.work()
        desk = f.signed_in(f.chief())
        assert "寄信：" not in desk.get("/admin/").content.decode()
        DBTaskResult.objects.update(enqueued_at=timezone.now() - MINUTE * 11)
        page = desk.get("/admin/").content.decode()
        assert "寄信：1 项从" in page and "ConnectionRefusedError" in page and TASKS in page

    def test_no_worker_a_busy_one_and_one_in_hand_are_told_apart(self):
        letter()
        DBTaskResult.objects.update(enqueued_at=timezone.now() - MINUTE * 11)
        assert [one.reason for one in delays.delays()] == ["任务进程没有在运行"]
        work.sign_of_life("other", "default")
        assert [one.reason for one in delays.delays()] == ["任务进程没有在运行"]
        work.sign_of_life("here", "network")
        assert [one.reason for one in delays.delays()] == ["前面的任务还没有做完"]
        DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now() - MINUTE * 9)
        assert delays.delays() == []
        DBTaskResult.objects.update(started_at=timezone.now() - MINUTE * 11)
        assert [one.reason for one in delays.delays()] == ["正在办理，还没有做完"]


class TestTheClock:
    """A clock that leaps by days deletes nothing and publishes nothing until a person says so."""

    @pytest.fixture
    def world(self, monkeypatch):
        """An old letter, a piece with a time, both due only by a clock that is 400 days ahead."""
        one = letter()
        piece = f.scheduled_in_two_stages([f.editor(), f.managing(), f.chief()])
        schedule.arm()
        ScheduledJob.objects.update(due_at=timezone.now() - MINUTE)
        assert Clock.objects.is_trusted()
        now = timezone.now
        ahead = dt.timedelta(days=400)
        monkeypatch.setattr(timezone, "now", lambda: now() + ahead)
        return one, piece

    def test_nothing_is_done_by_it(self, world, monkeypatch):
        _, piece = world
        f.work()
        work.sweep()
        f.work()
        piece.refresh_from_db()
        assert Letter.objects.exists() and piece.state == "signed"
        desk = f.signed_in(f.chief("other", "旁总编"))
        page = desk.get("/admin/").content.decode()
        assert "一下到了" in page and "时间没有错，继续" in page
        monkeypatch.undo()  # somebody puts it right
        assert Clock.objects.is_trusted()
        assert "一下到了" not in desk.get("/admin/").content.decode()
        assert {job.due_at <= timezone.now() for job in ScheduledJob.objects.all()} == {True}

    def test_a_person_confirms_it_and_it_goes_on(self, world):
        one, piece = world
        f.work()
        address = reverse("admin:confirm_clock")
        wang = f.signed_in(f.editor("ed", "编辑"))
        assert wang.post(address).status_code == 403
        assert Clock.objects.leap() is not None
        desk = f.signed_in(f.chief("other", "旁总编"))
        assert desk.get(address).status_code == 403
        answer = desk.post(address, follow=True)
        assert "已按现在的时间继续" in answer.content.decode()
        work.sweep()
        f.later()
        f.work()
        piece.refresh_from_db()
        assert not Letter.objects.filter(pk=one.pk).exists() and piece.state == "published"

    def test_a_time_far_ahead_that_a_wrong_clock_has_set_is_due_now(self):
        schedule.arm()
        ScheduledJob.objects.update(due_at=timezone.now() + dt.timedelta(days=700))
        schedule.arm()
        assert not ScheduledJob.objects.filter(due_at__gt=timezone.now()).exists()


class TestThePage:
    @pytest.fixture
    def failed(self, monkeypatch):
        """A picture that could not be made, seven times."""
        picture = Upload.objects.accept(f.photo(), owner=None)

        def full(*_, **__):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("correspondents.models.upload.render_sandboxed", full)
        for _ in range(work.LIMIT):
            f.later()
            f.work()
        monkeypatch.undo()
        return picture

    def test_it_lists_what_failed_with_its_reason_and_tries_again(self, failed):
        failed.refresh_from_db()
        assert failed.state == "failed"
        desk = f.signed_in(f.chief())
        assert "近 7 天有 1 项后台任务没有做成" in desk.get("/admin/").content.decode()
        page = desk.get(TASKS, {"zt": "failed"}).content.decode()
        assert "制作图片" in page and "No space left on device" in page and "没有做成" in page
        chosen = {"action": "try_again", "_selected_action": [tasks(make_sizes)[0].pk]}
        answer = desk.post(TASKS, chosen, follow=True)
        assert "1 项正在重新办理" in answer.content.decode()
        f.work()
        failed.refresh_from_db()
        assert failed.state == "ready"
        again = desk.post(TASKS, chosen, follow=True)
        assert "1 项不是“没有做成”的状态" in again.content.decode()
        assert "做完了" in desk.get(TASKS, {"zt": "today"}).content.decode()

    def test_an_editor_sees_the_alarm_and_not_the_list(self, failed):
        desk = f.signed_in(f.editor())
        page = desk.get("/admin/").content.decode()
        assert "没有做成" in page and "请联系管理员" in page and TASKS not in page
        assert desk.get(TASKS).status_code == 403
        chosen = {"action": "try_again", "_selected_action": [tasks(make_sizes)[0].pk]}
        desk.post(TASKS, chosen)
        assert tasks(make_sizes)[0].status == "FAILED"

    def test_no_link_of_a_letter_is_shown(self, settings):
        user = f.account("lisi", staff=False)
        user.email = "lisi@example.com"
        user.save()
        f.signed_in(f.editor()).post("/zhanghu/password/reset/", {"email": user.email})
        one = tasks(work.post_mail)[0]
        assert "/zhanghu/password/reset/key/" in str(one.args_kwargs)
        desk = f.signed_in(f.chief())
        for address in (TASKS, f"{TASKS}{one.pk}/change/"):
            assert "reset/key" not in desk.get(address, follow=True).content.decode()


class TestKilled:
    """Real workers, killed in the middle."""

    @pytest.fixture
    def start(self, settings, tmp_path):
        environment = os.environ | {
            "DATABASE_URL": databases.address(), "DATA_DIR": str(tmp_path), "EMAIL_TIMEOUT": "60",
        }  # fmt: skip
        running: list[subprocess.Popen] = []

        def begin(**variables: str) -> subprocess.Popen:
            words = ["work", "--queue-name=*", "--no-startup-delay", "--interval=0.1"]
            process = subprocess.Popen(
                [sys.executable, "manage.py", *words], cwd=ROOT, env=environment | variables,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            running.append(process)
            return process

        yield begin
        for process in running:
            process.kill()
            process.wait()

    def test_in_mid_letter_it_is_told_and_in_the_next_start_nothing_is_sent_twice(self, start):
        with MailServer().serving() as server:
            server.silent = True
            one = letter()
            mailing = {"EMAIL_URL": server.url}
            first = start(**mailing)
            until(server.arrived.is_set)
            first.send_signal(signal.SIGKILL)
            first.wait()
            assert standing(one) == ("sending", 1)
            server.silent = False
            other = letter("wang@example.com")
            start(**mailing)
            until(lambda: standing(other)[0] == "sent")
            until(lambda: standing(one)[0] == "unsure")
            assert len(server.taken) == 1

    def test_in_mid_picture_it_is_made_by_the_next(self, start, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path / "media"
        picture = Upload.objects.accept(f.photo(size=(4000, 3000)), owner=None)
        slow = {"PICTURE_AVIF_SPEED": "0"}
        first = start(**slow)
        until(lambda: tasks(make_sizes)[0].status == "RUNNING")
        first.send_signal(signal.SIGKILL)
        first.wait()
        picture.refresh_from_db()
        assert picture.state == "waiting"
        start()

        def ready() -> bool:
            picture.refresh_from_db()
            return picture.state == "ready"

        until(ready)

    def test_a_task_without_end_ends_its_worker_and_not_the_next(self, start):
        with mute() as port:
            letter()
            held = start(EMAIL_URL=f"smtp://127.0.0.1:{port}", TASK_MINUTES="0")
            assert held.wait(90) == 1
        connection.close()
        assert tasks()[0].status == "RUNNING"
        assert work.take_back() == 1
