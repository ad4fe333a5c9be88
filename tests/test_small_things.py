"""What was found between the large parts, each as whoever met it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from correspondents.models import Upload
from correspondents.models.upload import make_sizes
from correspondents.spreadsheets import csv_line
from portal.logs import Short
from portal.models import Redirect
from submissions.models import Document, Manuscript
from submissions.models.document import read_document
from tests import factories as f
from tests.word_files import paragraph, with_parts

pytestmark = pytest.mark.django_db
RUNS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1", "\uff20A1"]


class TestTables:
    @pytest.mark.parametrize("cell", RUNS)
    def test_no_cell_is_a_formula(self, cell):
        assert next(csv.reader(io.StringIO(csv_line([cell]))))[0].startswith("'")

    @pytest.mark.parametrize("cell", ["煤矿", "3-2", "a=b", "", "\u2014\u2014"])
    def test_others_stay(self, cell):
        assert next(csv.reader(io.StringIO(csv_line([cell]))), [""])[0] == cell

    def test_every_table_that_is_sent_is_guarded(self):
        """Redirects, the audit log, the own data: one function."""
        Redirect.objects.create(path="/x/", target="/", note="=cmd")
        chief = f.signed_in(f.chief())
        sent = chief.get(reverse("admin:portal_redirect_csv")).content.decode()
        assert "'=cmd" in sent
        li = f.correspondent()
        type(li).objects.filter(pk=li.pk).update(motto="@x")
        sent = f.signed_in(li.user).get("/zhanghu/ziliao/daochu.csv").content.decode()
        assert "'@x" in sent


class TestTheLog:
    def test_a_refusal_is_a_line_and_a_failure_has_its_traceback(self):
        def written(level: int) -> str:
            out = io.StringIO()
            handler = logging.StreamHandler(out)
            handler.addFilter(Short())
            try:
                raise ValueError("x")
            except ValueError:
                handler.handle(
                    logging.LogRecord("a", level, "p", 1, "Forbidden", (), sys.exc_info())
                )
            return out.getvalue()

        assert written(logging.WARNING).strip() == "Forbidden"
        assert "Traceback" in written(logging.ERROR)
        assert settings.LOGGING["handlers"]["console"]["filters"] == ["short"]


class TestStarting:
    def start(self, **variables) -> subprocess.CompletedProcess:
        environment = {k: v for k, v in os.environ.items() if k not in ("DEBUG", "TESTING")}
        return subprocess.run(
            [sys.executable, "-c", "import portal.wsgi"], cwd=settings.BASE_DIR, text=True,
            capture_output=True, check=False,
            env=environment | {"ALLOWED_HOSTS": "x", "TESTING": "0", "DEBUG": "0", **variables},
        )  # fmt: skip

    @pytest.mark.parametrize(
        "key",
        [
            "change-me-to-fifty-random-characters",
            "short",
            "a" * 60,
            "abcabcabcabcabcabcabcabcabcabcabcabcabcabc",
        ],
    )
    def test_a_key_that_is_none_starts_no_site(self, key, tmp_path):
        done = self.start(SECRET_KEY=key, DATA_DIR=str(tmp_path))
        assert done.returncode
        assert "SECRET_KEY 是示例或太简单" in done.stderr

    def test_the_sample_says_how_to_make_one(self):
        sample = Path(settings.BASE_DIR, "deploy/environment.example").read_text(encoding="utf-8")
        assert "SECRET_KEY=\n" in sample
        assert "token_urlsafe(50)" in sample

    def test_nothing_is_served_as_in_tests(self, tmp_path):
        key = "not-a-secret-of-anybody-0123456789-abcdef"
        done = self.start(SECRET_KEY=key, TESTING="1", DATA_DIR=str(tmp_path))
        assert done.returncode
        assert "TESTING=1 只供测试" in done.stderr

    def test_other_hosts_of_the_owner_are_not_bound(self, tmp_path):
        key = "not-a-secret-of-anybody-0123456789-abcdef"
        said = subprocess.run(
            [sys.executable, "-c",
             "import django; django.setup(); from django.conf import settings as s;"
             "print(s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD)"],
            cwd=settings.BASE_DIR, text=True, capture_output=True, check=True,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", "SECRET_KEY": key,
                 "ALLOWED_HOSTS": "x", "TESTING": "0", "DEBUG": "0", "SECURE_HTTPS": "1",
                 "DATA_DIR": str(tmp_path)},
        ).stdout.split()  # fmt: skip
        assert said == ["2592000", "False", "False"]


class TestGoneMeanwhile:
    """What is taken out while the worker has it in hand ends its task quietly."""

    def test_a_picture(self, monkeypatch):
        upload = Upload.objects.accept(f.photo(), owner=None)

        def gone(self, **_):
            Upload.objects.filter(pk=self.pk).delete()
            raise FileNotFoundError

        monkeypatch.setattr(Upload, "make_sizes", gone)
        assert make_sizes.func(upload.pk) == ""
        assert make_sizes.func(upload.pk) == ""

    def test_a_picture_whose_file_is_away_while_its_row_is_there_is_tried_again(self, monkeypatch):
        upload = Upload.objects.accept(f.photo(), owner=None)
        monkeypatch.setattr(
            Upload,
            "make_sizes",
            lambda self, **_: (_ for _ in ()).throw(OSError("the disk is away")),
        )
        with pytest.raises(OSError, match="the disk is away"):
            make_sizes.func(upload.pk)

    def test_a_word_file(self, monkeypatch):
        li = f.correspondent()
        file = SimpleUploadedFile("稿.docx", with_parts(paragraph("正文。")).getvalue())
        manuscript = f.manuscript(li)
        document = Document.objects.attach(Document.objects.accept(file, li.user), manuscript)
        whole = Document.read

        def gone(self):
            """Its author takes it out between the first look and the reading."""
            Document.objects.filter(pk=self.pk).delete()
            whole(self)

        monkeypatch.setattr(Document, "read", gone)
        assert read_document.func(document.pk) == ""


class TestOneAddressForAMine:
    def send(self, article, number):
        data = {
            "kind": "fact",
            "text": f"第{number}段的日期应为八日。",
            "contact": "",
            "website": "",
        }
        page = Client().post(reverse("articles:report_error", args=[article.pk]), data, follow=True)
        return "已收到" in page.content.decode()

    def test_a_mine_reports_on_many_pieces(self):
        taken = [self.send(f.published(f"消息之{number}"), number) for number in range(12)]
        assert all(taken)

    def test_one_piece_is_not_flooded(self):
        article = f.published()
        taken = [self.send(article, number) for number in range(8)]
        assert taken == [True] * 5 + [False] * 3


class TestAudit:
    def filled(self, number):
        kind = ContentType.objects.get_for_model(Manuscript)
        people = [f.editor(f"bianji{one}", f"编辑{one}") for one in range(8)]
        rows = [
            LogEntry(content_type=kind, object_pk=str(one), object_id=one, object_repr="稿",
                     action=one % 2, actor=people[one % 8],
                     changes={"handler": ["None", str(people[one % 8].pk)],
                              "created_at": ["None", "2026-11-20 00:30:00+00:00"]})
            for one in range(number)
        ]  # fmt: skip
        LogEntry.objects.bulk_create(rows)
        return f.chief()

    def test_the_list_asks_no_more_for_many_rows(self):
        chief = self.filled(90)
        address = reverse("admin:auditlog_logentry_changelist")
        client = f.signed_in(chief)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = client.get(address).content.decode()
        assert len(asked) < 40
        assert "空 → 编辑3" in page
        assert "2026-11-20 08:30:00" in page

    def test_the_table_is_sent_in_few_questions(self):
        chief = self.filled(1200)
        with CaptureQueriesContext(connection) as asked:
            answer = f.signed_in(chief).get(reverse("admin:auditlog_logentry_csv"))
            rows = list(
                csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
            )
        assert len(rows) > 1200
        assert len(asked) < 60
        assert any("编辑3" in row[4] for row in rows)


def test_a_number_that_was_told_stays():
    li = f.correspondent()
    manuscript = f.manuscript(li)
    told = manuscript.number
    assert told
    Manuscript.objects.filter(pk=manuscript.pk).update(
        created_at=manuscript.created_at - dt.timedelta(days=40)
    )
    again = Manuscript.objects.get(pk=manuscript.pk)
    again.save()
    assert again.number == told


class TestNamesAtTheDesk:
    def test_the_family_name_comes_first(self):
        made = User.objects.create_user("zyq", last_name="周", first_name="砚秋")
        assert (str(made), made.get_full_name()) == ("周砚秋", "周砚秋")
        made.last_name, made.first_name = "Li", "Wei"
        assert str(made) == "Li Wei"
        made.last_name = made.first_name = ""
        assert str(made) == "zyq"

    def test_lists_of_the_desk_show_it(self):
        wang = f.editor("wang77", "王砚边")
        chief = f.signed_in(f.chief())
        wang.desk_assignments.create(section=f.section())
        page = chief.get(reverse("admin:articles_deskassignment_changelist")).content.decode()
        assert "王砚边" in page
        assert "wang77" not in page


def test_the_frame_of_wechat_has_its_styles():
    made = f.published()
    client = f.signed_in(f.editor())
    page = client.get(reverse("admin:articles_article_wechat", args=[made.pk])).content.decode()
    frame = reverse("admin:articles_article_wechat_post", args=[made.pk])
    assert f'sandbox src="{frame}"' in page
    answer = client.get(frame)
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    policy = answer.headers["Content-Security-Policy"]
    assert "style-src 'unsafe-inline'" in policy
    assert "sandbox" in policy
    assert "script" not in policy
    assert 'style="' in answer.content.decode()
    draft = f.article(by=f.managing())
    hidden = client.get(reverse("admin:articles_article_wechat_post", args=[draft.pk]))
    assert hidden.status_code == 404
    assert draft.title not in hidden.content.decode()
