"""The newspaper stays up while a part of it is away: the cache, the database, the disk."""

from __future__ import annotations

import html
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread
from urllib.parse import quote_plus, urlencode

import pytest
from django.conf import settings as site_settings
from django.core.cache import cache, caches
from django.test import Client

from benchmarks import crash
from tests import factories as f
from tests.processes import Cluster, NotInstalled, Redis, Site, pids

ROOT = Path(site_settings.BASE_DIR)
SIGN_IN = "/zhanghu/login/"


@pytest.mark.django_db(transaction=True)
class TestSharedCache:
    @pytest.fixture
    def redis(self, settings):
        try:
            server = Redis()
        except NotInstalled as missing:
            pytest.skip(str(missing))
        settings.CACHES = settings.CACHES | {
            "default": {
                "BACKEND": "portal.shared_cache.SharedCache",
                "LOCATION": server.url,
            }
        }
        yield server
        server.stop()

    def quickly(self, ask):
        """What was answered, which must not have waited for the cache more than once."""
        before = time.process_time(), time.monotonic()
        answer = ask()
        worked = time.process_time() - before[0]
        assert time.monotonic() - before[1] < 10 + 10 * worked
        return answer

    def everything_works(self) -> None:
        wang = f.User.objects.filter(username="wang").first() or f.editor()
        for address in ("/", "/tongxunyuan/", "/sitemap.xml", "/search/?q=%E7%85%A4%E7%9F%BF"):
            assert self.quickly(lambda address=address: Client().get(address)).status_code == 200
        typed = {"login": wang.username, "password": f.PASSWORD}
        answer = self.quickly(lambda: Client().post(SIGN_IN, typed))
        assert answer.headers["Location"] == "/admin/"
        answer = self.quickly(
            lambda: Client().post("/zhanghu/password/reset/", {"email": "x@y.cn"})
        )
        assert answer.status_code == 302

    @pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
    def test_gone_or_hung_nothing_fails_and_what_comes_back_is_used(self, redis, how, monkeypatch):
        self.everything_works()
        cache.set("there", 1)
        redis.process.send_signal(how)
        self.everything_works()
        assert cache.get("there") is None
        cache.set("meanwhile", 2)
        assert cache.get("meanwhile") == 2
        if how == signal.SIGSTOP:
            redis.process.send_signal(signal.SIGCONT)
        else:
            redis.process.wait()
            redis.start()
        monkeypatch.setattr(caches["default"], "_ask_again_at", 0.0)  # the pause is over
        cache.set("again", 3)
        assert caches["default"].ask("get", "again") == 3
        assert cache.get("meanwhile") is None

    def test_limits_hold_while_it_is_away(self, redis):
        redis.stop()
        wrong = {"login": "nobody", "password": "wrong-one-9"}
        pages = [Client().post(SIGN_IN, wrong).content.decode() for _ in range(7)]
        assert "太多" in pages[-1] or "稍后" in pages[-1]
        assert "太多" not in pages[0] and "稍后" not in pages[0]


WAITING = (
    "from django_tasks_db.models import DBTaskResult; from django.utils import timezone\n"
    "rows = DBTaskResult.objects.exclude(run_after__gt=timezone.now())\n"
    "print(rows.filter(status__in=['READY', 'RUNNING']).count())"
)
# What is done every night waits for the next one, whatever the hour is.
NOT_TONIGHT = (
    "from django_tasks_db.models import DBTaskResult; from django.utils import timezone\n"
    "import datetime as dt; now = timezone.now()\n"
    "DBTaskResult.objects.filter(run_after__gt=now).update(run_after=now + dt.timedelta(days=1))"
)
TEXT = "井下三号皮带今天恢复运行。" * 5


def writing(site: Site) -> tuple[str, dict[str, str], bytes]:
    """The address of a correspondent's draft, what his browser sends with it, and a filled form."""
    key, session, typed = site.do(
        "from urllib.parse import quote_plus, urlencode; from submissions.models import Manuscript\n"
        "li = f.correspondent(); c = f.signed_in(li.user)\n"
        "m = Manuscript.objects.start(li, title='皮带检修')\n"
        f"typed = urlencode(f.typed(text='{TEXT}', action='save', version=m.version), doseq=True)\n"
        "print(m.pk, c.cookies['sessionid'].value, typed)"
    ).split()
    heads = {"Cookie": f"sessionid={session}; csrftoken={'t' * 32}", "X-CSRFToken": "t" * 32}
    return f"/tougao/{key}/xiugai/", heads, typed.encode()


def form(page: str) -> bytes:
    """What the one button of a page sends."""
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', page)
    fields += re.findall(r'<textarea name="([^"]+)"[^>]*>&#10;(.*?)</textarea>', page, re.S)
    return urlencode([(name, html.unescape(value)) for name, value in fields]).encode()


def own_cluster() -> Cluster:
    try:
        return Cluster()
    except NotInstalled as missing:
        pytest.skip(str(missing))


def is_kept(answer: tuple) -> bool:
    """Did it come from the cache? On a full machine the edition may have been looked at too slowly."""
    return "一直在" in answer[2] and bool(answer[1]["ETag"])


@pytest.mark.once
class TestProcesses:
    def test_a_database_that_is_away_stops_no_reader_and_loses_no_text(self, tmp_path):
        cluster = own_cluster()
        site = Site(tmp_path / "data", DATABASE_URL=cluster.url)
        try:
            path = site.do("print(f.published('一直在').get_absolute_url())")
            draft, heads, typed = writing(site)
            # What the worker has in hand may raise the edition, and no page is kept beyond its own.
            site.do(NOT_TONIGHT)
            site.until(lambda: site.do(WAITING) == "0")
            for kept in ("/", path):
                site.until(lambda kept=kept: is_kept(site.get(kept)))
            web = site.do("print(1)") and pids(site.process)
            cluster.stop()
            for kept in ("/", path):
                site.until(lambda kept=kept: "ttl=-1" in (site.get(kept)[1]["Cache-Status"] or ""))
                status, _, page = site.get(kept)
                assert status == 200 and "一直在" in page
            status, told, page = site.get("/search/?q=%E7%9A%AE%E5%B8%A6")
            assert status == 503 and told["Retry-After"] == "5"
            status, _, page = site.get(draft, typed, **heads)
            assert status == 503 and TEXT in page and "再提交一次" in page
            cluster.start()
            site.until(lambda: site.get("/search/?q=%E7%9A%AE%E5%B8%A6")[0] == 200)
            site.until(lambda: "Cache-Status" not in site.get("/")[1])
            assert site.get(draft, form(page), **heads)[0] == 302
            saved = (
                "from submissions.models import Manuscript; print(Manuscript.objects.get().body)"
            )
            assert TEXT in site.do(saved)
            assert set(web[:1]) <= set(pids(site.process))  # the web server is the one it was
            site.do(
                "from correspondents.models import Upload; Upload.objects.accept(f.photo(), owner=None)"
            )
            site.until(
                lambda: (
                    site.do(
                        "from correspondents.models import Upload; print(Upload.objects.get().state)"
                    )
                    == "ready"
                )
            )
        finally:
            site.stop()
            cluster.stop()

    def test_a_database_that_is_restarted_under_load_costs_only_what_was_in_hand(self, tmp_path):
        cluster = own_cluster()
        site = Site(tmp_path / "data", DATABASE_URL=cluster.url)
        try:
            path = site.do("print(f.published('一直在').get_absolute_url())")
            site.until(lambda: "一直在" in site.get(path)[2])
            answers: list[tuple[str, int]] = []
            over = threading.Event()

            def ask(address: str) -> None:
                while not over.is_set():
                    answers.append((address, site.get(address)[0]))

            asking = [Thread(target=ask, args=[one]) for one in (path, path, "/search/?q=x")]
            for thread in asking:
                thread.start()
            cluster.restart()
            site.until(lambda: answers[-3:] and site.get("/search/?q=x")[0] == 200)
            over.set()
            for thread in asking:
                thread.join()
            assert {status for address, status in answers if address == path} == {200}
            assert {status for _, status in answers} <= {200, 503}
        finally:
            site.stop()
            cluster.stop()

    def test_whoever_reads_does_not_stand_behind_those_who_write(self, tmp_path):
        site = Site(tmp_path / "data")
        held = sqlite3.connect(tmp_path / "data" / "site.sqlite3", isolation_level=None)
        try:
            draft, heads, typed = writing(site)
            held.execute("BEGIN IMMEDIATE")  # somebody writes, and takes his time
            answers: list[int] = []
            saving = [
                Thread(target=lambda: answers.append(site.get(draft, typed, **heads)[0]))
                for _ in range(12)
            ]
            for thread in saving:
                thread.start()
            for _ in range(5):
                assert site.get("/search/?q=%E7%9A%AE%E5%B8%A6")[0] == 200
                assert site.get("/healthz/")[0] == 200
            assert answers == []  # all of them still wait
            held.execute("ROLLBACK")
            for thread in saving:
                thread.join()
            assert set(answers) <= {200, 302, 409} and len(answers) == 12
        finally:
            held.close()
            site.stop()

    def test_killed_while_people_write_nothing_acknowledged_is_missing(self):
        found = crash.run(2, postgres=False, seconds=2)
        assert found["acknowledged"] > 10
        for name in (
            "acknowledged and missing", "twice", "half-written", "stuck after three minutes",
            "letters sent twice",
        ):  # fmt: skip
            assert found[name] == 0, found
        assert found["index equal to a rebuild"]

    def test_a_site_moves_from_sqlite_to_postgresql_row_by_row(self, tmp_path):
        cluster = own_cluster()
        old = os.environ | {
            "DATA_DIR": str(tmp_path / "data"), "TESTING": "0", "SECRET_KEY": "not-a-secret-of-anybody-0123456789-" * 2,
            "ALLOWED_HOSTS": "127.0.0.1", "DATABASE_URL": "", "CACHE_URL": "",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }  # fmt: skip
        old = {name: value for name, value in old.items() if value}
        where = urlencode({"host": str(cluster.folder), "port": cluster.port})
        socket_url = f"postgres://newsroom@/postgres?{where}"
        new = old | {"DATABASE_URL": socket_url}
        file = tmp_path / "data" / "site.sqlite3"

        def run(environment, *words):
            return subprocess.run(
                [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True
            )

        def ask(environment, words):
            begin = "import django; django.setup(); from tests import factories as f; "
            done = run(environment, "-c", begin + words)
            assert done.returncode == 0, done.stderr
            return done.stdout.strip()

        try:
            run(old, "manage.py", "setup_site")
            ask(
                old,
                "readers = [f.editor(), f.managing(), f.chief()]\n"
                "f.manuscript_in('accepted', f.correspondent(), readers[0])\n"
                "[f.published(f'第{n}篇') for n in range(30)]\n"
                "f.article_in('signed', readers)",
            )
            moved = run(new, "manage.py", "from_sqlite", str(file))
            assert "逐行核对一致" in moved.stdout, moved.stderr
            told = (
                "from django.core.management import call_command as c; c('dumpdata',"
                " exclude=['articles.publicentry', 'articles.deskentry'])"
            )
            assert json.loads(ask(new, told)) == json.loads(ask(old, told))
            assert run(new, "manage.py", "check_search").returncode == 0
            # A new row gets a number of its own.
            ask(new, "f.published('又一篇')")
            again = run(new, "manage.py", "from_sqlite", str(file))
            assert again.returncode != 0 and "只能恢复、搬到空站" in again.stderr
            # The connection's own options are those of the backup: here a socket.
            saved = run(new, "manage.py", "backup", str(tmp_path / "copy"))
            assert saved.returncode == 0, saved.stderr
        finally:
            cluster.stop()

    def test_what_postgresql_does_not_take_is_named_and_nothing_is_moved(self, tmp_path):
        cluster = own_cluster()
        old = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
            "DATA_DIR": str(tmp_path / "data"), "TESTING": "0", "SECRET_KEY": "not-a-secret-of-anybody-0123456789-" * 2,
            "ALLOWED_HOSTS": "127.0.0.1",
        }  # fmt: skip
        words = [sys.executable, "manage.py"]
        subprocess.run([*words, "setup_site"], cwd=ROOT, env=old, check=True, capture_output=True)
        file = tmp_path / "data" / "site.sqlite3"
        with closing(sqlite3.connect(file)) as site:
            site.execute("UPDATE portal_page SET title = ? WHERE id = 1", ["长" * 60])
            site.commit()
        new = old | {"DATABASE_URL": cluster.url}
        try:
            done = subprocess.run(
                [*words, "from_sqlite", str(file)],
                cwd=ROOT,
                env=new,
                capture_output=True,
                text=True,
            )
            assert done.returncode != 0 and "静态页面（portal_page）第 1 号放不进" in done.stderr
        finally:
            cluster.stop()

    @pytest.mark.slow
    @pytest.mark.parametrize("how", ["full", "read-only"])
    def test_a_disk_that_takes_nothing_more_is_still_read(self, tmp_path, how):
        disk = tmp_path / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk]).returncode:
            pytest.skip("no disk of its own may be mounted")
        site = Site(disk / "data", STATIC_ROOT=str(tmp_path / "static"))
        try:
            path = site.do("print(f.published('一直在').get_absolute_url())")
            draft, heads, typed = writing(site)
            long = typed.replace(quote_plus(TEXT).encode(), quote_plus(TEXT * 300).encode())
            if how == "full":
                fill(disk)
            else:
                site.stop()
                subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
                site.start()
            for _ in range(2):
                for address in ("/", path, "/search/?q=%E7%9A%AE", "/tongxunyuan/", "/sitemap.xml"):
                    assert site.get(address)[0] == 200, address
                for _ in range(100):  # there may be room in the files that are there
                    status, _, page = site.get(draft, long, **heads)
                    if status == 503:
                        break
                    assert status == 302
                assert status == 503 and TEXT * 300 in page
                site.stop()
                if how == "full":
                    fill(disk)  # what the database has let go of
                site.start()  # writes nothing
            if how == "full":
                for file in disk.glob("fill-*"):
                    file.unlink()
            else:
                subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
            site.until(lambda: site.get(draft, form(page), **heads)[0] == 302)
        finally:
            site.stop()
            subprocess.run(["umount", "-l", disk], check=True)


def fill(disk: Path) -> None:
    """Leave no room on a disk."""
    with suppress(OSError), (disk / f"fill-{time.monotonic_ns()}").open("wb", 0) as file:
        while True:
            file.write(b"0" * 4096)
