"""Telling search engines, against a server on this machine."""

from __future__ import annotations

import datetime as dt
import json
import logging
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import Article, Section
from portal import pushing
from portal.work import LIMIT
from tests import factories as f

KEY, TOKEN = "0123456789abcdef", "token-of-baidu"


class Engine:
    """A search engine that answers as it is told, and keeps what it was sent."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict, str]] = []
        self.status, self.answer = 200, '{"remain": 99, "success": 1}'
        self.headers: dict[str, str] = {}
        engine = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                text = self.rfile.read(int(self.headers["Content-Length"])).decode()
                engine.told.append((self.path, dict(self.headers), text))
                self.send_response(engine.status)
                for name, value in engine.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(engine.answer.encode())

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def engine(settings):
    made = Engine()
    settings.INDEXNOW_KEY, settings.BAIDU_PUSH_TOKEN = KEY, TOKEN
    settings.INDEXNOW_URL, settings.BAIDU_PUSH_URL = made.url + "/indexnow", made.url + "/urls"
    yield made
    made.close()


def publish() -> Article:
    return f.article_in("published", [f.editor(), f.managing(), f.chief()])


def waiting() -> list[DBTaskResult]:
    return list(DBTaskResult.objects.filter(task_path="portal.pushing.push", status="READY"))


@pytest.mark.django_db(transaction=True)
class TestTelling:
    def test_a_new_article_is_told_by_the_worker_alone(self, engine):
        made = publish()
        assert engine.told == []  # nothing in the request
        f.work()
        sent = {urlsplit(path).path: (path, headers, text) for path, headers, text in engine.told}
        assert set(sent) == {"/indexnow", "/urls"}
        address = "http://testserver" + made.get_absolute_url()
        told = json.loads(sent["/indexnow"][2])
        assert told == {
            "host": "testserver",
            "key": KEY,
            "keyLocation": f"http://testserver/{KEY}.txt",
            "urlList": [address],
        }
        path, headers, text = sent["/urls"]
        assert parse_qs(urlsplit(path).query) == {
            "site": ["http://testserver"],
            "token": [TOKEN],
        }
        assert text == address and headers["Content-Type"] == "text/plain"

    def test_a_withdrawn_one_is_told_to_who_asks_for_that(self, engine):
        made = publish()
        f.work()
        engine.told.clear()
        made.withdraw(by=f.chief("other"), note="有误")
        f.work()
        assert [path for path, _, _ in engine.told] == ["/indexnow"]

    def test_nothing_is_sent_without_a_key(self, engine, settings):
        settings.INDEXNOW_KEY = settings.BAIDU_PUSH_TOKEN = ""
        publish()
        f.work()
        assert not DBTaskResult.objects.filter(task_path="portal.pushing.push").exists()

    def test_a_hidden_section_is_told_to_nobody(self, engine):
        Section.objects.filter(slug="jukuang").update(is_visible=False)
        publish()
        f.work()
        assert waiting() == []

    def test_trouble_is_tried_again_a_bounded_number_of_times(self, engine, caplog):
        engine.status = 503
        attempts = 0
        pushing.push.enqueue("baidu", "/articles/1/")
        with caplog.at_level(logging.WARNING, "portal.pushing"):
            while waiting():
                f.later()
                f.work()
                attempts += 1
                assert attempts < 10
        assert attempts == len(engine.told) == LIMIT
        lines = [
            record.getMessage() for record in caplog.records if record.name == pushing.__name__
        ]
        assert len(lines) == attempts
        assert all("HTTP 503" in line and TOKEN not in line and "\n" not in line for line in lines)
        kept = DBTaskResult.objects.get(task_path="portal.pushing.push")
        assert kept.status == "FAILED" and TOKEN not in kept.traceback

    @pytest.mark.parametrize(
        ("status", "answer"),
        [(401, '{"error":401,"message":"token is not valid"}'), (400, "over quota"),
         (200, '{"remain":0,"success":0,"not_same_site":["x"]}'), (302, "")],
    )  # fmt: skip
    def test_what_is_refused_is_not_tried_again(self, engine, caplog, status, answer):
        engine.status, engine.answer = status, answer
        if status == 302:
            engine.headers = {"Location": engine.url + "/elsewhere?" + TOKEN}
        assert pushing.push.call("baidu", "/articles/1/") == "refused"
        assert waiting() == [] and len(engine.told) == 1
        assert TOKEN not in caplog.text

    def test_a_server_that_does_not_answer_blocks_nothing_for_long(
        self, engine, settings, monkeypatch
    ):
        engine.close()
        with pytest.raises(pushing.NotTold):
            pushing.push.call("indexnow", "/articles/1/")
        silent = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)  # accepts, says nothing
        settings.INDEXNOW_URL = f"http://127.0.0.1:{silent.server_port}/"
        monkeypatch.setattr(pushing, "TIMEOUT", 0.2)
        before = timezone.now()
        with pytest.raises(pushing.NotTold):
            pushing.push.call("indexnow", "/articles/1/")
        assert timezone.now() - before < dt.timedelta(seconds=5)
        silent.server_close()
        engine.__init__()


def test_the_key_is_shown_at_its_address_and_at_no_other(settings, db):
    assert Client().get(f"/{KEY}.txt").status_code == 404
    settings.INDEXNOW_KEY = KEY
    answer = Client().get(f"/{KEY}.txt")
    assert answer.content.decode() == KEY and answer.headers["Content-Type"].startswith(
        "text/plain"
    )
    assert KEY not in Client().get("/anderes.txt").content.decode()
    assert Client().get("/.txt").status_code == 404
    assert "User-agent" in Client().get("/robots.txt").content.decode()
