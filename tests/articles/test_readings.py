"""The three readings: nobody signs twice, edits fall back, nothing is published around them."""

from __future__ import annotations

import datetime as dt

import pytest
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Reading
from articles.workflow.publication import publish_due
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Correspondent
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def readers():
    return [f.editor(), f.managing(), f.chief()]


def change_form(article: Article, user, **changes: str) -> dict[str, str]:
    """The change form of the admin, as this person's browser would send it."""
    page = f.signed_in(user).get(reverse("admin:articles_article_change", args=[article.pk]))
    form = page.context["adminform"].form
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data["tags"] = "、".join(article.tags.names())
    data = {
        name: "" if value is None else str(getattr(value, "pk", value))
        for name, value in data.items()
    }
    data.pop("proof_correction")
    for formset in page.context["inline_admin_formsets"]:
        inner = formset.formset
        data |= {
            f"{inner.prefix}-{key}": str(value)
            for key, value in inner.management_form.initial.items()
        }
        for row in inner.forms:
            for name, field in row.fields.items():
                value = row.get_initial_for_field(field, name)
                value = getattr(value, "pk", value)
                data[row.add_prefix(name)] = "" if value is None else str(value)
    return data | changes


def save(article: Article, user, **changes: str):
    client = f.signed_in(user)
    answer = client.post(
        reverse("admin:articles_article_change", args=[article.pk]),
        change_form(article, user, **changes),
        follow=True,
    )
    article.refresh_from_db()
    return answer


def test_three_people_bring_an_article_to_its_readers(readers):
    article = f.article_in("signed", readers)
    article.publish(by=readers[0])
    assert Client().get(article.get_absolute_url()).status_code == 200
    assert article.first_published_at == article.published_at


def test_two_stage_sections_skip_the_second_reading(readers):
    article = f.article("jianxun", by=readers[0], provenance="manuscript")
    article.sign(by=readers[0])
    assert article.state == "final_reading"
    article.sign(by=readers[2])
    article.publish(by=readers[0])
    assert article.is_public


def test_nobody_signs_two_stages(readers):
    both = f.managing("both", "兼任主编")
    article = f.article("jukuang", by=both, provenance="manuscript")
    article.sign(by=both)
    with pytest.raises(StepNotAllowed, match="同一人不能签两个审级"):
        article.sign(by=both)
    step = reverse("admin:articles_article_step", args=[article.pk])
    page = (
        f.signed_in(both)
        .post(step, {"_seen": f.seen(step), "_step": "sign_second"}, follow=True)
        .content.decode()
    )
    assert "同一人不能签两个审级" in page
    article.refresh_from_db()
    assert article.state == "second_reading"


def test_the_database_refuses_a_second_stage_by_the_same_person(readers):
    article = f.article_in("second_reading", readers)
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        f.sign(article, "second_reading", readers[0])


def test_the_creator_of_a_desk_piece_signs_its_first_reading_only(readers):
    chief = readers[2]
    article = f.article("jukuang", by=readers[1])
    article.sign(by=readers[0])
    with pytest.raises(StepNotAllowed, match="您只能签初审"):
        article.sign(by=readers[1])
    own = f.article("jianxun", by=chief)
    own.sign(by=readers[0])
    with pytest.raises(StepNotAllowed, match="您只能签初审"):
        own.sign(by=chief)


def test_nobody_reads_a_piece_that_carries_his_own_name(readers):
    writer = Correspondent.objects.create(name="王编辑", user=readers[0])
    article = f.article("jukuang", by=readers[1])
    article.bylines.update(correspondent=writer)
    with pytest.raises(StepNotAllowed, match="署有您的姓名"):
        article.sign(by=readers[0])


def test_an_edit_by_an_earlier_reader_falls_back_to_his_stage(readers):
    article = f.article_in("signed", readers)
    answer = save(article, readers[1], title="改过的标题")
    assert article.state == "second_reading"
    assert "退到“待复审”" in answer.content.decode()
    valid = Reading.objects.valid().values_list("stage", flat=True)
    assert list(valid) == ["first_reading"]
    article.sign(by=readers[1])
    article.sign(by=readers[2])
    assert article.state == "signed"


def test_an_edit_by_somebody_else_at_the_desk_falls_back_to_the_first_reading(readers):
    article = f.article_in("final_reading", readers)
    save(article, f.editor("other", "旁人"), title="改过的标题")
    assert article.state == "first_reading"
    assert not Reading.objects.valid().exists()


def test_the_readers_own_edit_before_signing_does_not_fall_back(readers):
    article = f.article_in("second_reading", readers)
    save(article, readers[1], title="改过的标题")
    assert article.state == "second_reading"
    article.sign(by=readers[1])
    article.sign(by=readers[2])
    article.publish(by=readers[0])
    assert article.is_public


def test_moving_to_a_section_with_more_readings_asks_for_the_one_that_is_missing(readers):
    article = f.article("jianxun", by=readers[0], provenance="manuscript")
    article.sign(by=readers[0])
    assert article.state == "final_reading"
    save(article, readers[2], section=str(f.section("jukuang").pk))
    assert article.state == "second_reading"
    for reader in readers[1:]:
        article.sign(by=reader)
    article.publish(by=readers[0])
    assert article.is_public


def test_moving_to_a_section_with_fewer_readings_skips_no_signature(readers):
    article = f.article_in("second_reading", readers)
    save(article, readers[0], section=str(f.section("jianxun").pk))
    assert article.state == "first_reading"
    article.sign(by=readers[0])
    assert article.state == "final_reading"
    article.sign(by=readers[2])
    article.publish(by=readers[0])
    assert article.is_public


def test_saving_without_a_change_changes_nothing(readers):
    article = f.article_in("signed", readers)
    before = article.revision
    save(article, readers[0])
    assert (article.state, article.revision) == ("signed", before)


def test_a_proof_correction_keeps_the_readings_and_is_logged(readers):
    article = f.article_in("signed", readers)
    save(article, readers[0], title=article.title + "了", proof_correction="on")
    assert article.state == "signed"
    logged = LogEntry.objects.get_for_object(article).filter(
        additional_data__event="proof_correction"
    )
    assert logged.get().actor == readers[0]
    article.publish(by=readers[0])
    assert article.is_public


def test_a_proof_correction_of_many_characters_is_refused_and_the_text_kept(readers):
    article = f.article_in("signed", readers)
    typed = "一个完全不同的标题写得很长很长很长"
    page = save(article, readers[0], title=typed, proof_correction="on").content.decode()
    assert "校对性修改只限" in page
    assert typed in page
    assert article.title != typed
    assert article.state == "signed"


def test_a_stale_form_is_refused_and_the_text_kept(readers):
    article = f.article_in("first_reading", readers)
    other = f.editor("other", "旁人")
    stale = change_form(article, readers[0], title="我改的标题")
    save(article, other, title="旁人改的标题")
    page = f.signed_in(readers[0]).post(
        reverse("admin:articles_article_change", args=[article.pk]), stale
    )
    text = page.content.decode()
    assert "旁人已经保存过这篇文章" in text
    assert "我改的标题" in text
    article.refresh_from_db()
    assert article.title == "旁人改的标题"


def test_what_readers_see_is_not_edited_in_place(readers):
    article = f.article_in("published", readers)
    address = reverse("admin:articles_article_change", args=[article.pk])
    answer = f.signed_in(readers[2]).post(address, {"title": "偷偷改掉"})
    article.refresh_from_db()
    assert answer.status_code == 403
    assert article.title == "白桦沟煤矿皮带检修完成"


@pytest.mark.parametrize("state", ["first_reading", "second_reading", "final_reading", "discarded"])
class TestPublishingAroundTheReadings:
    def attempt(self, article, before):
        article.refresh_from_db()
        assert article.state == before
        assert Client().get(article.get_absolute_url()).status_code == 404

    def test_by_verb(self, readers, state):
        article = f.article_in(state, readers)
        with pytest.raises(StepNotAllowed):
            article.publish(by=readers[2])
        with pytest.raises(StepNotAllowed):
            article.schedule(by=readers[2], at=timezone.now() + dt.timedelta(hours=1))
        self.attempt(article, state)

    def test_by_admin_address(self, readers, state):
        article = f.article_in(state, readers)
        for reader in readers:
            step = reverse("admin:articles_article_step", args=[article.pk])
            f.signed_in(reader).post(step, {"_seen": f.seen(step), "_step": "publish"})
        self.attempt(article, state)

    def test_by_form(self, readers, state):
        article = f.article_in(state, readers)
        if state == "discarded":
            data = {"title": "改", "state": "published", "_step": "publish"}
        else:
            data = change_form(article, readers[2]) | {
                "state": "published",
                "published_at_0": "2026-01-01",
                "published_at_1": "08:00",
                "provenance": "legacy",
                "_step": "publish",
            }
        f.signed_in(readers[2]).post(
            reverse("admin:articles_article_change", args=[article.pk]), data
        )
        self.attempt(article, state)
        assert article.provenance == "manuscript"

    def test_by_list_action(self, readers, state):
        article = f.article_in(state, readers)
        page = f.signed_in(readers[2]).post(
            reverse("admin:articles_article_changelist"),
            {"action": "publish", **f.ticked(article)},
            follow=True,
        )
        assert "没有处理" in page.content.decode()
        self.attempt(article, state)

    def test_by_command(self, readers, state):
        article = f.article_in(state, readers)
        Article.objects.filter(pk=article.pk).update(published_at=timezone.now())
        publish_due.call()
        self.attempt(article, state)


def test_signing_in_the_table_alone_does_not_publish(readers):
    """A row forced to "signed" without its readings is not published by any verb."""
    article = f.article_in("first_reading", readers)
    Article.objects.filter(pk=article.pk).update(state="signed")
    article.refresh_from_db()
    with pytest.raises(StepNotAllowed, match="审读没有走完"):
        article.publish(by=readers[0])


def test_text_changed_behind_the_desk_after_the_final_reading_is_not_published(readers):
    article = f.article_in("signed", readers)
    Article.objects.filter(pk=article.pk).update(body="<p>换掉的正文</p>")
    article.refresh_from_db()
    with pytest.raises(StepNotAllowed, match="终审之后正文有改动"):
        article.publish(by=readers[0])


def test_the_check_command_finds_what_was_forced(readers, capsys):
    f.published("旧站文章")
    f.article_in("published", readers)
    call_command("check_readings")
    forced = f.article("jukuang", by=readers[0], title="硬塞进来的文章")
    Article.objects.filter(pk=forced.pk).update(state="published", published_at=timezone.now())
    with pytest.raises(CommandError, match="1 篇"):
        call_command("check_readings")
    assert "硬塞进来的文章" in capsys.readouterr().err


def test_a_byline_claimed_or_a_unit_merged_later_breaks_no_reading(readers):
    article = f.article_in("published", readers)
    li = f.correspondent()
    article.bylines.update(correspondent=li, organisation=li.organisation)
    call_command("check_readings")
    assert article.chain_broken() == ""


def test_a_scheduled_article_becomes_public_by_itself_and_is_settled_once(readers):
    article = f.article_in("signed", readers)
    article.schedule(by=readers[0], at=timezone.now() + dt.timedelta(hours=1))
    assert Client().get(article.get_absolute_url()).status_code == 404
    when = timezone.now() - dt.timedelta(minutes=1)
    Article.objects.filter(pk=article.pk).update(published_at=when)
    assert Client().get(article.get_absolute_url()).status_code == 200
    assert publish_due.call() == 1
    assert publish_due.call() == 0
    article.refresh_from_db()
    assert (article.state, article.published_at, article.first_published_at) == (
        "published",
        when,
        when,
    )


def test_scheduling_asks_for_a_time_in_the_future(readers):
    article = f.article_in("signed", readers)
    step = reverse("admin:articles_article_step", args=[article.pk])
    desk = f.signed_in(readers[0])
    for at, sentence in (("", "请填写定时发布"), ("2020-01-01T08:00", "要在现在之后")):
        page = desk.post(
            step, {"_seen": f.seen(step), "_step": "schedule", "_at": at}, follow=True
        ).content.decode()
        assert sentence in page
    article.refresh_from_db()
    assert article.published_at is None


def test_an_imported_article_goes_through_the_readings_at_its_first_edit(readers):
    article = f.published()
    article.withdraw(by=readers[2], note="要更正")
    article.reopen(by=readers[2])
    save(article, readers[0], title="更正过的标题")
    with pytest.raises(StepNotAllowed):
        article.publish(by=readers[2])
    article.sign(by=readers[0])
    article.sign(by=readers[1])
    article.sign(by=readers[2])
    first = article.first_published_at
    article.publish(by=readers[0])
    assert article.first_published_at == first
    assert article.published_at > first


def test_every_step_leaves_an_audit_entry_with_actor_note_and_address(readers):
    article = f.article_in("second_reading", readers)
    step = reverse("admin:articles_article_step", args=[article.pk])
    f.signed_in(readers[1]).post(
        step,
        {"_seen": f.seen(step), "_step": "pass_back_second", "_note": "请核实数据"},
        REMOTE_ADDR="127.0.0.9",
        headers={"X-Forwarded-For": "6.6.6.6"},
    )
    entry = LogEntry.objects.get_for_object(article).first()
    assert entry.actor == readers[1]
    assert entry.additional_data["note"] == "请核实数据"
    assert entry.changes_dict["state"] == ["second_reading", "first_reading"]
    assert entry.remote_addr == "127.0.0.9"
