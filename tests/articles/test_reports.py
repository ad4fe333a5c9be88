"""Readers report errors; the desk of the section settles them."""

from __future__ import annotations

import datetime as dt

import pytest
from auditlog.models import LogEntry
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import DeskAssignment, ErrorReport
from portal import roles
from portal.schedule import do
from tests import factories as f

pytestmark = pytest.mark.django_db
TEXT = "第二段的日期应为十一月三日，见当日通报。"


def form(article) -> str:
    return f"/jiucuo/{article.pk}/"


def send(article, client=None, **changes):
    data = {"kind": "fact", "text": TEXT, "contact": "", "website": ""} | changes
    return (client or Client()).post(form(article), data, follow=True)


def report(article, **fields) -> ErrorReport:
    return ErrorReport.objects.create(article=article, kind="fact", text=TEXT, **fields)


class TestTheReader:
    def test_from_the_article_to_the_desk_without_an_account_or_script(self):
        article = f.published()
        assert (
            f'href="{form(article)}"' in Client().get(article.get_absolute_url()).content.decode()
        )
        page = Client().get(form(article))
        assert article.title in page.content.decode()
        assert "no-store" in page["Cache-Control"]
        answer = send(article, contact="023-0000 0000")
        assert "已收到" in answer.content.decode()
        kept = ErrorReport.objects.get()
        assert (kept.article, kept.kind, kept.text, kept.contact, kept.state) == (
            article, "fact", TEXT, "023-0000 0000", "open",
        )  # fmt: skip

    def test_the_form_has_its_token(self):
        article = f.published()
        client = Client(enforce_csrf_checks=True)
        assert send(article, client).status_code == 403
        client.get(form(article))
        token = client.cookies["csrftoken"].value
        send(article, client, csrfmiddlewaretoken=token)
        assert ErrorReport.objects.count() == 1

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"kind": ""}, "请选择是哪一种问题。"),
            ({"kind": "gossip"}, "选择一个有效的选项"),
            ({"text": "  "}, "请写明哪里有误。"),
            ({"text": "错" * 1001}, "说明请控制在 1000 字以内，现在是 1001 字。"),
            ({"contact": "1" * 101}, "联系方式请控制在 100 字以内。"),
        ],
    )
    def test_one_clear_sentence_and_what_was_typed_comes_back(self, changes, sentence):
        article = f.published()
        html = send(article, **{"contact": "王师傅", "text": TEXT} | changes).content.decode()
        assert sentence in html
        assert not ErrorReport.objects.exists()
        for name, typed in ({"contact": "王师傅", "text": TEXT} | changes).items():
            assert name == "kind" or typed.strip() in html

    def test_robots_and_double_presses_leave_nothing_more(self):
        article = f.published()
        assert "已收到" in send(article, website="http://spam").content.decode()
        assert not ErrorReport.objects.exists()
        for _ in range(3):
            assert "已收到" in send(article).content.decode()
        assert ErrorReport.objects.count() == 1

    def test_so_many_an_hour_from_one_address_in_all_processes(self, settings):
        settings.REPORTS_AN_HOUR = 2
        article = f.published()
        for number in range(3):
            answer = send(article, text=f"{TEXT}{number}")
        assert answer.status_code == 429
        html = answer.content.decode()
        assert "一小时内已经提交了多条纠错" in html and f"{TEXT}2" in html
        assert ErrorReport.objects.count() == 2
        other = Client(REMOTE_ADDR="10.0.0.2")
        assert send(article, other, text=f"{TEXT}2").status_code == 200
        cache.clear()  # an hour later
        assert send(article, text="又一条").status_code == 200
        assert ErrorReport.objects.count() == 4

    def test_only_on_what_readers_see(self):
        wang = f.editor()
        hidden = f.article(by=wang)
        live = f.published()
        live.withdraw(by=f.chief(), note="撤")
        for article in (hidden, live):
            assert Client().get(form(article)).status_code == 404
            assert send(article).status_code == 404
        assert not ErrorReport.objects.exists()


class TestTheDesk:
    def settle(self, user, row, step="settle", note="已更正"):
        address = f"/admin/articles/errorreport/{row.pk}/step/"
        return f.signed_in(user).post(
            address,
            {"_seen": f.seen(address), "_step": step, "_note": note, "_sure": "1"},
            follow=True,
        )

    def test_it_is_told_on_the_dashboard_on_the_piece_and_settled_with_a_note(self):
        wang, live = f.editor(), f.published()
        row = report(live, contact="王师傅 13800000000")
        desk = f.signed_in(wang)
        assert "读者纠错待处理 <b>1</b>" in desk.get("/admin/").content.decode()
        piece = desk.get(f"/admin/articles/article/{live.pk}/review/").content.decode()
        assert TEXT in piece and f"/admin/articles/errorreport/{row.pk}/change/" in piece
        page = desk.get(f"/admin/articles/errorreport/{row.pk}/change/").content.decode()
        assert "13800000000" in page
        self.settle(wang, row, note="")
        row.refresh_from_db()
        assert row.state == "open"
        self.settle(wang, row)
        row.refresh_from_db()
        assert (row.state, row.answer, row.settled_by) == ("settled", "已更正", wang)
        assert "读者纠错待处理" not in desk.get("/admin/").content.decode()
        told = LogEntry.objects.get_for_object(row).values_list("additional_data", flat=True)
        events = [facts["event"] for facts in told if facts]
        assert set(events) == {"contact_viewed", "step"} and events.count("step") == 1
        history = desk.get(f"/admin/articles/errorreport/{row.pk}/history/").content.decode()
        assert "已处理" in history and "已更正" in history

    def test_the_log_keeps_nothing_of_the_reader(self):
        send(f.published(), contact="王师傅 13800000000")
        row = ErrorReport.objects.get()
        entries = list(LogEntry.objects.get_for_object(row))
        assert entries
        assert not [
            one for one in entries if "13800000000" in str(one.changes) + str(one.object_repr)
        ]

    def test_the_list_asks_no_more_for_many_than_for_few(self):
        desk = f.chief()
        client, counted = f.signed_in(desk), []
        client.get("/admin/articles/errorreport/")  # what is asked once, for all pages
        for number in (2, 6):
            for _ in range(number):
                report(f.published(), state="settled", settled_by=desk)
            with CaptureQueriesContext(connection) as asked:
                assert (
                    client.get("/admin/articles/errorreport/?state__exact=settled").status_code
                    == 200
                )
            counted.append(len(asked))
        assert counted[0] == counted[1]

    def test_other_sections_do_not_see_it(self):
        wang, live = f.editor(), f.published()
        row = report(live)
        DeskAssignment.objects.create(user=wang, section=f.section("sanwen"))
        desk = f.signed_in(wang)
        assert TEXT not in desk.get("/admin/articles/errorreport/").content.decode()
        assert "读者纠错待处理" not in desk.get("/admin/").content.decode()
        self.settle(wang, row)
        row.refresh_from_db()
        assert row.state == "open"

    def test_the_monitor_looks_on_and_does_not_learn_how_to_reach_the_reader(self):
        monitor = f.account("monitor", roles.MONITOR)
        row = report(f.published(), contact="13800000000")
        page = f.signed_in(monitor).get(f"/admin/articles/errorreport/{row.pk}/change/")
        assert TEXT in page.content.decode() and "13800000000" not in page.content.decode()
        self.settle(monitor, row)
        row.refresh_from_db()
        assert row.state == "open"
        assert not LogEntry.objects.get_for_object(row).filter(
            additional_data__event="contact_viewed"
        )

    def test_how_to_reach_the_reader_goes_when_it_is_settled_long_enough(self, settings):
        wang, live = f.editor(), f.published()
        rows = [report(live, contact="13800000000") for _ in range(3)]
        rows[0].settle(by=wang, note="已更正")
        rows[1].reject(by=wang, note="原文无误")
        old = timezone.now() - dt.timedelta(days=settings.KEEP_REPORT_CONTACT_DAYS + 1)
        ErrorReport.objects.filter(pk__in=[rows[0].pk, rows[2].pk]).update(state_changed_at=old)
        assert do("drop_report_contacts") == 1
        left = ErrorReport.objects.order_by("pk").values_list("contact", flat=True)
        assert list(left) == ["", "13800000000", "13800000000"]
