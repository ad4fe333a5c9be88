"""The audit log: filtered, exported, kept for its time, changed by nobody."""

from __future__ import annotations

import datetime as dt

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from portal.jobs import drop_old_audit
from tests import factories as f

pytestmark = pytest.mark.django_db
LIST = "/admin/auditlog/logentry/"


def test_it_is_filtered_by_event_and_exported_as_shown():
    zhao, sun = f.managing(), f.chief()
    article = f.article_in("signed", [f.editor(), zhao, sun])
    client = f.signed_in(sun)
    client.post(
        reverse("admin:articles_article_step", args=[article.pk]),
        {
            "_seen": f.seen(reverse("admin:articles_article_step", args=[article.pk])),
            "_step": "publish",
        },
    )
    shown = client.get(LIST, {"shijian": "step"}).content.decode()
    steps = LogEntry.objects.filter(additional_data__event="step").count()
    assert "立即发布" in shown
    for english in ("Created", "Resource", "Remote", "changes:", "create", "system"):
        assert f">{english}" not in shown.split('id="changelist"', 1)[1]
    entry = LogEntry.objects.filter(additional_data__step="publish").get()
    one = client.get(f"{LIST}{entry.pk}/change/").content.decode()
    assert "立即发布" in one and "白桦沟煤矿皮带检修完成" in one
    assert shown.count('"field-what">') == steps < LogEntry.objects.count()
    answer = client.get(f"{LIST}csv/", {"shijian": "step"})
    text = b"".join(answer.streaming_content).decode()
    lines = text.lstrip("\ufeff").splitlines()
    assert lines[0] == "\u002c".join(["时间", "谁", "事件", "对象", "改动前后", "网络地址"])
    assert any("孙总编\u002c立即发布" in line and "127.0.0.1" in line for line in lines)
    assert not any("导出" in line for line in lines[1:])
    export = LogEntry.objects.filter(additional_data__event="audit_exported").get()
    assert (export.actor, export.additional_data["note"]) == (sun, "shijian=step")


@pytest.mark.parametrize("query", [{"p": "9999"}, {"content_type__id__exact": "x"}])
def test_what_the_list_does_not_understand_its_export_does_not_either(query):
    client = f.signed_in(f.chief())
    answer = client.get(f"{LIST}csv/", query)
    assert (answer.status_code, answer.url) == (302, f"{LIST}?e=1")
    assert not LogEntry.objects.filter(additional_data__event="audit_exported").exists()


def test_nobody_changes_it_and_strangers_do_not_see_it():
    article = f.article(by=f.editor())
    entry = LogEntry.objects.first()
    sun = f.signed_in(f.chief())
    for path in (f"{LIST}add/", f"{LIST}{entry.pk}/delete/"):
        assert sun.post(path, {"post": "yes"}).status_code in (403, 404)
    before = entry.object_repr
    sun.post(f"{LIST}{entry.pk}/change/", {"object_repr": "x"})
    entry.refresh_from_db()
    assert entry.object_repr == before
    assert f.signed_in(article.created_by).get(f"{LIST}csv/").status_code == 403


def test_it_is_kept_for_its_time(settings):
    f.article(by=f.editor())
    number = LogEntry.objects.count()
    old = timezone.now() - dt.timedelta(days=settings.KEEP_AUDIT_DAYS + 1)
    LogEntry.objects.filter(pk=LogEntry.objects.first().pk).update(timestamp=old)
    assert drop_old_audit() == 1
    assert LogEntry.objects.count() == number - 1
    assert settings.KEEP_AUDIT_DAYS >= 180
