"""The chain of readings holds against the clock, against SQL, and against whoever is named on it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.content.snapshot import fingerprint_of, in_first_scheme
from articles.models import Article, Reading, Revision
from articles.workflow.publication import publish_due
from tests import factories as f
from tests.articles.test_readings import save

pytestmark = pytest.mark.django_db
SOON = dt.timedelta(hours=1)


@pytest.fixture
def readers():
    return [f.editor(), f.managing(), f.chief()]


def found(capsys, **options) -> str:
    """What the check command tells of; empty where it finds nothing."""
    try:
        call_command("check_readings", **options)
    except CommandError:
        return capsys.readouterr().err
    return ""


def forced(article: Article, **values) -> None:
    Article.objects.filter(pk=article.pk).update(**values)


def become_due(article: Article) -> None:
    forced(article, published_at=timezone.now() - dt.timedelta(minutes=1))


class TestTheClock:
    @pytest.fixture
    def two_stages(self, readers):
        return f.scheduled_in_two_stages(readers)

    def third_stage(self):
        """As an editor of the site sets it."""
        section = f.section()
        client = f.signed_in(f.chief("lin"))
        where = reverse("admin:articles_section_change", args=[section.pk])
        data = client.get(where).context["adminform"].form.initial
        data = {name: "" if value is None else value for name, value in data.items()}
        rows = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
        client.post(where, {**data, **rows, "stages": 3})
        section.refresh_from_db()
        assert section.stages == 3

    def test_a_section_with_one_reading_more_lifts_the_time(self, two_stages, readers, capsys):
        self.third_stage()
        two_stages.refresh_from_db()
        assert (two_stages.state, two_stages.published_at) == ("second_reading", None)
        assert two_stages.readings.valid().get().stage == "first_reading"
        desk = f.signed_in(readers[1]).get("/admin/").content.decode()
        assert "的定时已取消：审读没有走完" in desk
        assert found(capsys) == ""

    def test_what_was_public_by_the_clock_stays_so(self, two_stages, capsys):
        become_due(two_stages)
        self.third_stage()
        two_stages.refresh_from_db()
        assert two_stages.state == "published"
        assert Client().get(two_stages.get_absolute_url()).status_code == 200

    def test_what_is_published_answers_to_the_readings_of_its_time(
        self, two_stages, readers, capsys
    ):
        two_stages.publish(by=readers[0])
        self.third_stage()
        two_stages.refresh_from_db()
        assert found(capsys) == "" and two_stages.chain_broken() == ""
        two_stages.readings.filter(stage="first_reading").delete()
        assert "审读没有走完" in found(capsys)

    def test_a_copy_that_was_given_up_breaks_nothing(self, readers, capsys):
        live = f.article_in("published", readers)
        copy = live.open_copy(by=readers[0])
        save(copy, readers[0], title="没有用上的标题")
        copy.give_up(by=readers[0])
        live.refresh_from_db()
        again = live.open_copy(by=readers[0])
        assert again.state == "signed" and again.readings.valid().count() == 3
        assert found(capsys) == ""

    def test_a_saving_that_leaves_the_stages_moves_nothing(self, readers):
        article = f.article_in("signed", readers)
        article.schedule(by=readers[0], at=timezone.now() + SOON)
        f.section().save()
        article.refresh_from_db()
        assert article.state == "signed" and article.published_at is not None

    def test_what_is_not_signed_yet_is_not_taken_back(self, readers):
        article = f.article_in("second_reading", readers)
        assert article.take_back_broken() == ""
        article.refresh_from_db()
        assert article.state == "second_reading" and article.readings.valid().count() == 1

    def test_a_broken_chain_is_taken_off_at_its_minute_and_the_desk_is_told(self, readers):
        article = f.article_in("signed", readers)
        forced(article, body="<p>没有人审过的字</p>")
        become_due(article)
        assert publish_due.call() == 0
        article.refresh_from_db()
        assert (article.state, article.published_at) == ("final_reading", None)
        assert Client().get(article.get_absolute_url()).status_code == 404
        assert "终审之后正文有改动" in f.signed_in(readers[0]).get("/admin/").content.decode()
        article.sign(by=readers[2])
        assert "的定时已取消" not in f.signed_in(readers[0]).get("/admin/").content.decode()

    def test_a_changed_row_beside_it_lifts_the_time(self, readers):
        article = f.article_in("signed", readers)
        article.schedule(by=readers[0], at=timezone.now() + SOON)
        save(article, readers[0], layout="vendor", **{"bylines-0-name": "另一个人"})
        assert (article.state, article.published_at) == ("first_reading", None)

    def test_a_working_copy_of_a_withdrawn_piece_waits_without_falling_back(self, readers):
        live = f.article_in("published", readers)
        copy = live.open_copy(by=readers[0])
        copy.schedule(by=readers[0], at=timezone.now() + SOON)
        live.withdraw(by=readers[2], note="有误")
        become_due(copy)
        assert publish_due.call() == 0
        copy.refresh_from_db()
        assert copy.state == "signed"


class TestForcedBySQL:
    """What no way through the site allows, put there by who holds the database."""

    def test_a_sound_site_has_nothing_to_tell(self, readers, capsys):
        f.published("旧站文章")
        article = f.article_in("published", readers)
        copy = article.open_copy(by=readers[0])
        save(copy, readers[0], title="修改稿的标题")
        waiting = f.article_in("signed", [f.editor("a"), f.managing("b"), f.chief("c")])
        waiting.schedule(by=readers[0], at=timezone.now() + SOON)
        assert found(capsys) == "" and found(capsys, imports=False) == ""

    @pytest.mark.parametrize("state", ["published", "signed"])
    @pytest.mark.parametrize("field", ["title", "body", "source", "editor_name", "section_id"])
    def test_another_text(self, readers, capsys, field, state):
        article = f.article_in(state, readers)
        value = f.section("sanwen").pk if field == "section_id" else "没有人审过的字"
        forced(article, **{field: value})
        assert "正文有改动" in found(capsys)

    def test_a_state_without_signatures(self, readers, capsys):
        forced(f.article("jukuang", by=readers[0]), state="signed")
        assert "审读没有走完" in found(capsys)

    @pytest.mark.parametrize("stage", ["first_reading", "second_reading", "final_reading"])
    def test_a_signature_taken_away(self, readers, capsys, stage):
        article = f.article_in("published", readers)
        article.readings.filter(stage=stage).delete()
        assert "审读没有走完" in found(capsys)

    def test_a_signature_moved_to_the_newer_text(self, readers, capsys):
        """The first attack: words that nobody read under signatures of an older version."""
        article = f.article_in("signed", readers)
        forced(article, body="<p>没有人审过的字</p>", revision=2)
        article.refresh_from_db()
        content = article.content()
        text = article.revisions.create(
            number=2, content=content, fingerprint=fingerprint_of(content)
        )
        assert "终审之后正文有改动" in found(capsys)
        last = article.readings.get(stage="final_reading")
        Reading.objects.filter(pk=last.pk).update(fingerprint=text.fingerprint)
        assert "不是它留存的那一稿" in found(capsys)

    def test_a_rewrite_called_a_proof_correction(self, readers, capsys):
        article = f.article_in("published", readers)
        forced(article, body="<p>换掉的正文，远远不止十个字，谁也没有看过。</p>", revision=2)
        article.refresh_from_db()
        content = article.content()
        article.revisions.create(number=2, content=content, fingerprint=fingerprint_of(content),
                                 is_proof_correction=True)  # fmt: skip
        assert "校对性修改超过了限额" in found(capsys)

    def test_another_source_called_a_proof_correction(self, readers, capsys):
        article = f.article_in("published", readers)
        forced(article, source="别的来源", revision=2)
        article.refresh_from_db()
        content = article.content()
        article.revisions.create(number=2, content=content, fingerprint=fingerprint_of(content),
                                 is_proof_correction=True)  # fmt: skip
        assert "校对性修改超过了限额" in found(capsys)

    def test_what_a_reader_rewrote_before_he_signed_is_no_proof_correction(self, readers, capsys):
        article = f.article_in("second_reading", readers)
        save(article, readers[1], body=f"{article.body}<p>复审补写的一段，远远不止十个字。</p>")
        article.sign(by=readers[1])
        article.sign(by=readers[2])
        article.publish(by=readers[0])
        assert found(capsys) == ""

    def test_many_small_proof_corrections_between_the_signatures(self, readers, capsys):
        wang, zhao, sun = readers
        article = f.article_in("second_reading", readers)
        for number, reader in enumerate([zhao, sun, None], start=2):
            forced(article, title=article.title + "字" * 8, revision=number)
            article.refresh_from_db()
            content = article.content()
            article.revisions.create(number=number, content=content, is_proof_correction=True,
                                     fingerprint=fingerprint_of(content))  # fmt: skip
            if reader is not None:
                article.sign(by=reader)
        forced(article, state="published", published_at=timezone.now())
        assert "校对性修改超过了限额" in found(capsys) and wang

    def test_a_revision_rewritten_together_with_the_text(self, readers, capsys):
        article = f.article_in("published", readers)
        forced(article, title="没有人审过的字")
        Revision.objects.filter(article=article).update(
            content=Article.objects.get(pk=article.pk).content()
        )
        assert "不是它留存的那一稿" in found(capsys)

    def test_one_person_under_two_stages(self, readers, capsys):
        article = f.article_in("published", readers)
        first = article.readings.filter(stage="first_reading")
        first.update(signed_by=readers[1], is_override=True, note="破例：同事都在休假")
        assert found(capsys) == ""  # an exception is told as what it is, with its reason
        first.update(note="")
        assert "破例签署没有写明原因" in found(capsys)

    def test_the_authors_own_signature(self, capsys):
        chief = f.chief("lin", "林总")
        wang = f.correspondent("wangbian", "王作者")
        sent = f.manuscript_in("submitted", wang, chief)
        article = sent.accept(by=f.editor())
        for reader in (f.editor("a"), f.managing("b"), f.chief("c")):
            article.sign(by=reader)
        article.publish(by=chief)
        assert found(capsys) == ""
        article.readings.filter(stage="first_reading").update(signed_by=wang.user)
        assert "作者或代投人" in found(capsys)

    @pytest.mark.parametrize("stage", ["first_reading", "second_reading", "final_reading"])
    def test_a_signature_of_somebody_whose_role_nobody_confirmed(self, readers, capsys, stage):
        article = f.article_in("published", readers)
        reading = article.readings.get(stage=stage)
        reading.signed_by.role_grants.update(confirmed_at=None, confirmed_by=None)
        assert "没有经人确认的角色" in found(capsys)
        reading.signed_by.role_grants.update(confirmed_at=timezone.now() + SOON)
        assert "没有经人确认的角色" in found(capsys)
        reading.signed_by.role_grants.update(confirmed_at=reading.signed_at - SOON)
        assert found(capsys) == ""
        reading.signed_by.role_grants.update(ended_at=reading.signed_at - SOON / 2)
        assert "没有经人确认的角色" in found(capsys)

    def test_signatures_out_of_order(self, readers, capsys):
        article = f.article_in("published", readers)
        late = timezone.now() + dt.timedelta(days=1)
        article.readings.filter(stage="first_reading").update(signed_at=late)
        assert "没有按次序" in found(capsys)

    def test_signatures_under_texts_that_came_the_other_way_round(self, readers, capsys):
        article = f.article_in("signed", readers)
        save(article, readers[2], proof_correction="on", title=article.title + "了")
        later = article.revisions.get(number=2)
        article.readings.filter(stage="first_reading").update(
            revision=later, fingerprint=later.fingerprint
        )
        assert "没有按次序" in found(capsys)

    def test_a_signature_that_points_at_no_text(self, readers, capsys):
        article = f.article_in("published", readers)
        article.readings.update(revision=None)
        assert "不是它留存的那一稿" in found(capsys)
        # Of the first scheme there are such, from before texts were kept with every signature.
        old = hashlib.sha256(
            json.dumps(
                in_first_scheme(article.content()), ensure_ascii=False, sort_keys=True
            ).encode()
        ).hexdigest()
        article.readings.update(fingerprint=old)
        assert found(capsys) == ""
        forced(article, title="没有人审过的字")
        assert "不是它留存的那一稿" in found(capsys)

    def test_a_scheduled_working_copy(self, readers, capsys):
        live = f.article_in("published", readers)
        copy = live.open_copy(by=readers[0])
        copy.schedule(by=readers[0], at=timezone.now() + SOON)
        assert found(capsys) == ""
        forced(copy, title="没有人审过的字")
        assert "正文有改动" in found(capsys)

    def test_what_calls_itself_imported(self, readers, capsys):
        article = f.article("jukuang", by=readers[0])
        forced(article, state="published", provenance="legacy", published_at=timezone.now())
        assert "审读没有走完" in found(capsys)
        article.revisions.all().delete()
        forced(article, revision=0)
        assert "不属于任何一次导入" in found(capsys)

    def test_an_imported_text_that_was_changed(self, capsys):
        article = f.published("旧站文章")
        forced(article, import_fingerprint=article.fingerprint())
        assert found(capsys, imports=True) == ""
        forced(article, body="<p>换掉的旧文</p>")
        assert "旧站导入之后文字被改过" in found(capsys, imports=True)

    @pytest.mark.parametrize(("debug", "told"), [(True, ""), (False, "演示内容只能在试用站公开")])
    def test_demo_content(self, capsys, settings, debug, told):
        settings.DEBUG = debug
        f.published("演示的", provenance="demo")
        assert told in found(capsys) and bool(told) == bool(found(capsys))
