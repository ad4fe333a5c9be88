"""The newspaper stays up while a part of it is away: the cache, the database, the disk."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time

import pytest
from django.core.cache import cache, caches
from django.test import Client

from tests import factories as f

SIGN_IN = "/zhanghu/login/"


class Redis:
    """A server of the test's own, which can be hung, killed and begun again."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    def start(self) -> None:
        words = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), *words], stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.mark.django_db(transaction=True)
class TestSharedCache:
    @pytest.fixture
    def redis(self, settings):
        if shutil.which("redis-server") is None:
            pytest.skip("redis-server is not installed")
        server = Redis()
        settings.CACHES = settings.CACHES | {
            "default": {
                "BACKEND": "portal.shared_cache.SharedCache",
                "LOCATION": f"redis://127.0.0.1:{server.port}",
            }
        }
        yield server
        server.process.send_signal(signal.SIGCONT)
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
