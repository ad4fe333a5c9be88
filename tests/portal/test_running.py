"""How the site is started, filled and stopped."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image

from articles.models import Article, Section
from correspondents.models import Correspondent, Upload
from correspondents.models.upload import make_sizes
from portal import work
from portal.demo import build
from portal.demo.content import picture_path, pictures, pieces
from portal.sqlite import is_safe
from submissions.models import Manuscript
from tests import factories as f
from tests.processes import PATIENCE, pids, until
from tests.processes import children as children_of
from tests.scenes import SCENES, SIZE, draw

ROOT = Path(site_settings.BASE_DIR)


class TestDemo:
    @pytest.mark.parametrize(
        "clock", [(0, 0), (0, 40), (6, 59), (7, 0), (8, 30), (13, 0), (23, 59)]
    )
    def test_what_it_publishes_was_published_by_people_who_sleep(self, clock):
        now = timezone.make_aware(dt.datetime(2026, 11, 28, *clock))
        times = [build.in_the_day(now, dt.timedelta(hours=hours)) for hours in range(1, 200)]
        assert times == sorted(times, reverse=True)
        assert len(set(times)) == len(times)
        assert times[0] <= now
        hours = {timezone.localtime(one).hour for one in times}
        assert hours <= set(range(7, 24)) and (max(hours) < 23 or clock[0] == 23)

    @pytest.mark.django_db
    def test_it_is_impossible_outside_debug_mode(self):
        with pytest.raises(CommandError, match="只能在调试模式"):
            call_command("make_demo")
        assert not User.objects.exists()

    @pytest.fixture
    def small_pictures(self, settings, monkeypatch):
        settings.DEBUG = True
        monkeypatch.setattr(
            build, "picture_file", lambda scene, seed: draw(scene, seed, (160, 100))
        )

    @pytest.mark.django_db(transaction=True)
    def test_a_small_newspaper_once(self, small_pictures, capsys):
        call_command("make_demo", "--once")
        waiting = Upload.objects.filter(state="waiting").count()
        assert 60 < waiting < Upload.objects.count()
        assert f"还有 {waiting} 张演示图片" in capsys.readouterr().out
        home = Client().get("/").content.decode()
        public = Upload.objects.filter(state="waiting", owner=None).count()
        assert f"还有 {public} 张" in home and 'class="slides"' in home
        tasks = DBTaskResult.objects.filter(task_path=make_sizes.module_path)
        assert tasks.count() == waiting
        tasks.delete()  # a queue that was emptied by hand
        work.sweep()
        assert tasks.count() == waiting
        for upload in Upload.objects.filter(state="waiting"):
            upload.make_sizes()
        assert not Upload.objects.exclude(state="ready").exists()
        now = timezone.now()
        public = Article.objects.published()
        assert {section.slug for section in Section.objects.all()} == set(
            public.values_list("section__slug", flat=True)
        )
        assert not Article.objects.filter(published_at__gt=now).exists()
        assert Article.objects.get(provenance="legacy").headline.startswith("苏有才：刍议")
        assert Article.objects.filter(state="withdrawn").count() == 1
        assert set(Manuscript.objects.values_list("state", flat=True)) >= {
            "draft", "submitted", "claimed", "returned", "accepted", "declined",
        }  # fmt: skip
        assert "苏有才" not in Correspondent.objects.values_list("name", flat=True)
        home = Client().get("/").content.decode()
        assert "演示内容" in home and "演示图片正在制作" not in home
        call_command("check_readings")
        before = list(Article.objects.values_list("pk", "updated_at"))
        call_command("make_demo", "--once")
        assert "zongbian" in capsys.readouterr().out
        assert list(Article.objects.values_list("pk", "updated_at")) == before
        with pytest.raises(CommandError, match="只能放进空站"):
            call_command("make_demo")

    @pytest.mark.django_db
    def test_an_interrupted_first_run_leaves_an_empty_site(
        self, small_pictures, settings, monkeypatch
    ):
        monkeypatch.setattr(build, "_queue", lambda now: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            call_command("make_demo")
        assert not Article.objects.exists()
        assert not settings.MEDIA_ROOT.exists()

    def test_every_piece_is_well_formed(self):
        for piece in pieces():
            assert 0 < len(piece["title"]) <= 60
            assert piece["hours_ago"] > 0
            for picture in piece.get("pictures", []):
                assert picture["scene"] in SCENES
                assert picture["alt"]

    def test_every_picture_that_is_named_is_drawn_and_no_other(self):
        lie = {path.stem for path in (Path(build.__file__).parent / "scenes").iterdir()}
        assert lie == {f"{scene}-{seed}" for scene, seed in pictures()}
        for scene, seed in pictures():
            with Image.open(picture_path(scene, seed)) as image:
                assert (image.format, image.size) == ("WEBP", SIZE)

    def test_pictures_are_the_same_for_the_same_seed_and_differ_otherwise(self):
        for scene in SCENES:
            assert draw(scene, 1, (120, 75)) == draw(scene, 1, (120, 75))
            assert draw(scene, 1, (120, 75)) != draw(scene, 2, (120, 75))
        with pytest.raises(ValueError, match="no such scene"):
            draw("sea", 1)


class TestSQLite:
    @pytest.mark.parametrize(
        ("version", "safe"),
        [((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 50, 6), False),
         ((3, 50, 7), True), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 4), True),
         ((3, 45, 0), False)],
    )  # fmt: skip
    def test_versions_with_and_without_the_wal_reset_fault(self, version, safe):
        assert is_safe(version) is safe

    @pytest.mark.django_db
    @pytest.mark.database
    def test_settings_of_the_connection(self):
        if connection.vendor != "sqlite":
            assert connection.settings_dict["ENGINE"] == "portal.postgresql"
            return
        with connection.cursor() as cursor:
            found = {}
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
                cursor.execute(f"PRAGMA {name}")
                found[name] = cursor.fetchone()[0]
        assert found == {
            "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20_000,
        }  # fmt: skip
        assert connection.transaction_mode == "IMMEDIATE"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.once
class TestProcesses:
    """Web server and worker start and stop together."""

    @pytest.fixture(scope="class")
    @classmethod
    def new_site(cls, tmp_path_factory):
        """A site that has just been set up, and what its processes are told."""
        kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "CACHE_URL")}
        data = tmp_path_factory.mktemp("new-site") / "data"
        environment = kept | {
            "DATA_DIR": str(data), "TESTING": "0", "SECRET_KEY": "not-a-secret-of-anybody-0123456789-" * 2,
            "ALLOWED_HOSTS": "127.0.0.1", "SECURE_HTTPS": "0", "WORKERS": "1",
        }  # fmt: skip
        for words in (["setup_site"], ["collectstatic", "--noinput", "-v", "0", "-i", "ckeditor"]):
            subprocess.run(
                [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, check=True,
                capture_output=True,
            )  # fmt: skip
        return environment

    @pytest.fixture
    def environment(self, new_site, tmp_path):
        """A copy of it for one test."""
        shutil.copytree(new_site["DATA_DIR"], tmp_path / "data")
        return new_site | {"DATA_DIR": str(tmp_path / "data")}

    def start(self, environment):
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run_site", "--port", str(port)], cwd=ROOT,
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as answer:
                    return process, port, answer.read().decode()
            except OSError:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.2)

    def gone(self, numbers: list[int]) -> bool:
        deadline = time.monotonic() + PATIENCE
        while any(Path(f"/proc/{number}").exists() for number in numbers):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True

    def test_production_serves_hashed_files_and_stops_cleanly(self, environment):
        process, port, page = self.start(environment)
        until(lambda: len(pids(process)) == 3)
        children = pids(process)
        sheet = page.split('rel="stylesheet" href="')[1].split('"')[0]
        assert sheet.startswith("/static/css/site.")
        assert sheet != "/static/css/site.css"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{sheet}") as answer:
            assert "immutable" in answer.headers["Cache-Control"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert self.gone(children)

    def test_whichever_dies_comes_back_and_ends_no_other(self, environment):
        process, port, _ = self.start(environment)
        below: list[int] = []  # web processes of the server that is killed: they live on
        for number in range(3):
            until(lambda: len(pids(process)) == 3)
            children = pids(process)
            below = below or children_of(children[0])
            os.kill(children[number], signal.SIGKILL)
            until(
                lambda old=children, number=number: (
                    len(pids(process)) == 3 and old[number] not in pids(process)
                )
            )
            assert process.poll() is None
            until(lambda: self.status_of(port, "/") == 200)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert below and self.gone(below)

    def test_a_port_that_is_taken_is_said_at_once(self, environment):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            done = subprocess.run(
                [sys.executable, "manage.py", "run_site", "--port", str(taken.getsockname()[1])],
                cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE,
            )  # fmt: skip
        assert done.returncode == 1
        assert "端口不能用" in done.stderr

    def ask(self, environment, words: str) -> str:
        """What a few lines of Python say within that site."""
        begin = "import django; django.setup(); from tests import factories as f; "
        done = subprocess.run(
            [sys.executable, "-c", begin + words], cwd=ROOT, check=True, capture_output=True,
            env=environment | {"DJANGO_SETTINGS_MODULE": "portal.settings"}, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    def status_of(self, port: int, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def test_a_withdrawal_is_seen_by_another_process(self, environment):
        number, path = self.ask(
            environment,
            "piece = f.published('一会儿撤稿'); print(piece.pk, piece.get_absolute_url())",
        ).split()
        servers = [self.start(environment)[:2] for _ in range(2)]
        ports = [port for _, port in servers]
        for port in (*ports, *ports):
            assert self.status_of(port, path) == 200
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
                assert "一会儿撤稿" in answer.read().decode()
        self.ask(
            environment,
            "from articles.models import Article\n"
            f"Article.objects.get(pk={number}).withdraw(by=f.chief(), note='撤稿')",
        )
        for port in ports:
            until(lambda port=port: self.status_of(port, path) == 410)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
                assert "一会儿撤稿" not in answer.read().decode()
        for process, _ in servers:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0

    def test_stopped_over_a_scheduled_minute_it_is_made_good_once(self, environment):
        path = self.ask(
            environment,
            "import datetime as dt; from django.utils import timezone\n"
            "readers = [f.editor(), f.managing(), f.chief()]\n"
            "piece = f.article_in('signed', readers)\n"
            "piece.schedule(by=readers[2], at=timezone.now() + dt.timedelta(hours=1))\n"
            "print(piece.get_absolute_url())",
        )
        process, port, _ = self.start(environment)
        assert self.status_of(port, path) == 404
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        self.ask(  # the hour passes
            environment,
            "import datetime as dt; from django.db.models import F\n"
            "from django.utils import timezone\n"
            "from articles.models import Article\n"
            "from django_tasks_db.models import DBTaskResult\n"
            "back = dt.timedelta(hours=2)\n"
            "Article.objects.update(published_at=F('published_at') - back)\n"
            "set_for = DBTaskResult.objects.filter(run_after__lt=timezone.now() + back)\n"
            "set_for.update(run_after=F('run_after') - back)",
        )
        told = (
            "from auditlog.models import LogEntry; from articles.models import *\n"
            "steps = [e.additional_data or {} for e in LogEntry.objects.all()]\n"
            "print(Article.objects.get().state, PublicEntry.objects.count(),"
            " sum(s.get('step') == 'publish' for s in steps))"
        )
        assert self.ask(environment, told).split()[0::2] == ["signed", "0"]
        for _ in range(2):  # the second start finds nothing left to do
            process, port, _ = self.start(environment)
            assert self.status_of(port, path) == 200
            until(lambda: self.ask(environment, told).split() == ["published", "1", "1"])
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0

    def test_production_without_its_secrets_does_not_start(self):
        environment = os.environ | {"DEBUG": "0", "SECRET_KEY": ""}
        done = subprocess.run(
            [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment,
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode != 0
        assert "正式运行必须设置 SECRET_KEY 和 ALLOWED_HOSTS" in done.stderr


@pytest.mark.django_db
class TestTheDesksPages:
    def test_the_first_page_says_what_waits_and_whether_the_worker_lives(self):
        li, wang = f.correspondent(), f.editor()
        sent = f.manuscript_in("submitted", li, wang)
        old = timezone.now() - dt.timedelta(hours=30)
        Manuscript.objects.update(submitted_at=old)
        desk = f.signed_in(wang)
        page = desk.get("/admin/").content.decode()
        assert "最久等待 30 小时" in page
        assert sent.title in page
        assert "任务进程没有在运行" not in page
        make_sizes.enqueue(1)
        DBTaskResult.objects.update(enqueued_at=old)
        page = desk.get("/admin/").content.decode()
        assert "制作图片：1 项从" in page and "任务进程没有在运行" in page

    def test_the_preview_shows_what_readers_will_see_to_the_desk_alone(self):
        wang = f.editor()
        article = f.article(by=wang)
        address = reverse("admin:articles_article_preview", args=[article.pk])
        page = f.signed_in(wang).get(address)
        assert "预览：待初审" in page.content.decode()
        assert article.title in page.content.decode()
        assert page.headers["Cache-Control"] == "private, no-store"
        elsewhere = f.editor("other", "旁人")
        elsewhere.desk_assignments.create(section=f.section("sanwen"))
        assert f.signed_in(elsewhere).get(address).status_code == 404

    def test_a_picture_added_at_the_desk_is_shown_in_the_form(self):
        wang = f.editor()
        article = f.article(by=wang)
        upload = Upload.objects.accept(f.photo(), owner=wang, make_now=True)
        article.images.create(upload=upload, caption="说明")
        page = (
            f.signed_in(wang)
            .get(reverse("admin:articles_article_change", args=[article.pk]))
            .content.decode()
        )
        assert f"/pictures/{upload.key}/240.jpg" in page


@pytest.mark.django_db
def test_robots_are_led_to_the_sitemap():
    text = Client().get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in text
    assert "Disallow: /admin/" in text
    assert "Sitemap: http://testserver/sitemap-news.xml" in text
