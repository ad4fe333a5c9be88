"""Rules have two conditions more often than one: each of them alone, on both sides."""

from __future__ import annotations

import datetime as dt

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from articles.models import Article, ChecklistRule, DeskAssignment
from articles.workflow.duties import may_not_sign, writers_of
from articles.workflow.publication import publish_due
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Correspondent, Membership, Upload
from portal import roles
from submissions.models import Manuscript, Message, SubmissionRules
from tests import factories as f
from tests import word_files

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def readers():
    return [f.editor(), f.managing(), f.chief()]


@pytest.fixture
def li():
    return f.correspondent()


def put(row, **fields):
    """The same row with other values, as the database has it."""
    type(row).objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()
    return row


class TestWhatIsPublic:
    def test_only_what_is_released_and_its_time_has_come_and_not_gone(self, readers):
        article, now = f.article_in("signed", readers), timezone.now()
        copy = f.article(by=readers[0])
        truth = {
            ("signed", None, None): (False, True, False),
            ("signed", now + HOUR, None): (False, True, False),
            ("signed", now - HOUR, None): (True, False, True),
            ("signed", now - HOUR, now + HOUR): (True, False, True),
            ("signed", now - HOUR, now - HOUR / 2): (False, True, True),
            ("published", now - HOUR, None): (True, False, True),
            ("published", now - HOUR, now - HOUR / 2): (False, False, True),
            ("first_reading", None, None): (False, True, False),
            ("withdrawn", now - HOUR, None): (False, False, False),
            ("discarded", None, None): (False, False, False),
        }
        for (state, at, until), expected in truth.items():
            put(article, state=state, published_at=at, expires_at=until)
            found = (article.is_public, article.is_editable, article.is_released)
            assert found == expected, (state, at, until)
            listed = Article.objects.published().filter(pk=article.pk).exists()
            assert listed is expected[0], (state, at, until)
        put(article, state="published", published_at=now - HOUR, expires_at=None)
        put(copy, copy_of=article, state="published", published_at=now - HOUR)
        assert (copy.is_public, copy.is_released) == (False, False)

    def test_what_the_clock_has_made_public_is_withdrawn_and_what_it_has_not_is_not(self, readers):
        article = f.scheduled_in_two_stages(readers)
        with pytest.raises(StepNotAllowed, match="请用“撤回签发”"):
            article.withdraw(by=readers[2], note="误")
        put(article, published_at=timezone.now() - HOUR)
        article.withdraw(by=readers[2], note="误")
        assert article.state == "withdrawn"

    def test_the_clock_publishes_what_has_a_time_and_goes_on_after_one_that_is_refused(
        self, readers
    ):
        broken, article = f.article_in("signed", readers), f.article_in("signed", readers)
        with pytest.raises(StepNotAllowed, match="还没有到"):
            article.publish(by=None)
        whole = put(article, published_at=timezone.now() - HOUR / 2)
        put(broken, published_at=timezone.now() - HOUR, title="没有人读过")
        assert publish_due.call() == 1
        whole.refresh_from_db()
        broken.refresh_from_db()
        assert whole.state == "published" and broken.state != "published"

    def test_what_has_to_be_done_first_holds_a_person_back_and_not_the_clock(self, readers):
        article = f.article_in("signed", readers)
        ChecklistRule.objects.create(item="tags", weight="block")
        with pytest.raises(StepNotAllowed, match="签发前检查"):
            article.publish(by=readers[0])
        put(article, published_at=timezone.now() - HOUR)
        article.publish(by=None)
        assert article.state == "published"

    def test_nothing_is_open_to_who_has_no_right(self, readers):
        article = f.article_in("signed", readers)
        assert article.steps_open_to(f.account("nobody", roles.ADMINISTRATOR)) == []
        assert article.steps_open_to(readers[0])

    def test_a_time_is_noted_unless_something_is_said(self, readers):
        article = f.article_in("signed", readers)
        at = timezone.now() + DAY
        article.schedule(by=readers[0], at=at, note="等通稿")
        article.schedule(by=readers[0], at=at + HOUR)
        assert notes_of(article, "schedule") == [
            "等通稿",
            f"{timezone.localtime(at + HOUR):%Y-%m-%d %H:%M}",
        ]


def notes_of(noun, step: str) -> list[str]:
    entries = LogEntry.objects.get_for_object(noun).order_by("pk")
    facts = [entry.additional_data or {} for entry in entries]
    return [one.get("note", "") for one in facts if one.get("step") == step]


class TestWhoSigns:
    def test_a_piece_of_pictures_alone_may_be_signed_an_empty_one_not(self, readers):
        empty = put(f.article(by=readers[0]), body="")
        assert "都是空的" in may_not_sign(empty, "first_reading", readers[1])
        empty.images.create(upload=Upload.objects.accept(f.photo(), owner=None))
        assert may_not_sign(empty, "first_reading", readers[1]) == ""
        words = put(f.article(by=readers[0]), body="<p>有字</p>")
        assert may_not_sign(words, "first_reading", readers[1]) == ""

    def test_whoever_began_it_at_the_desk_signs_the_first_alone(self, readers):
        zhao = readers[1]
        own = f.article(by=zhao, provenance=Article.Provenance.DESK)
        other = f.article(by=readers[0], provenance=Article.Provenance.DESK)
        entered = f.article(by=zhao, provenance=Article.Provenance.MANUSCRIPT)
        assert may_not_sign(own, "first_reading", zhao) == ""
        assert "您只能签初审" in may_not_sign(own, "second_reading", zhao)
        assert may_not_sign(other, "second_reading", zhao) == ""
        assert may_not_sign(entered, "second_reading", zhao) == ""

    def test_the_writer_of_a_piece_is_the_writer_of_its_copy(self, readers, li):
        article = f.manuscript_in("accepted", li, readers[0]).article
        assert writers_of(article) == {li.user.pk}
        copy = put(f.article(by=readers[0]), copy_of=article)
        assert writers_of(copy) == {li.user.pk}
        assert writers_of(f.article(by=readers[0])) == set()

    @pytest.mark.parametrize(
        ("who", "stands_at", "back_to"),
        [
            ("wang", "second_reading", "first_reading"),  # may sign the first alone
            ("zhao", "second_reading", "second_reading"),  # signs here: nothing is void
            ("zhao", "final_reading", "second_reading"),
            ("sun", "second_reading", "second_reading"),  # the final reading is not reached
            ("sun", "final_reading", "final_reading"),
            ("signed it first", "final_reading", "first_reading"),
            ("author", "final_reading", "first_reading"),
        ],
    )
    def test_an_edit_goes_back_to_the_latest_stage_its_editor_may_sign(
        self, readers, who, stands_at, back_to
    ):
        first, second = f.editor("r1", "甲"), f.managing("r2", "乙")
        people = {"wang": readers[0], "zhao": readers[1], "sun": readers[2]}
        article = f.article(by=first, provenance=Article.Provenance.MANUSCRIPT)
        signer = f.managing("r3", "丙") if who == "signed it first" else first
        article.sign(by=signer)
        if stands_at == "final_reading":
            article.sign(by=second)
        editor = people.get(who, signer)
        if who == "author":
            editor = f.chief("both", "两者")
            f.person("两者", user=editor)
            article.bylines.create(name="两者", correspondent=editor.correspondent)
        before = article.content()
        article.body += "<p>添一句。</p>"
        article.save()
        article.settle_edit(by=editor, before=before)
        assert article.state == back_to

    def test_an_old_text_is_restored_by_who_may_edit_and_reads_the_section(self, readers):
        wang = readers[0]
        article = f.article(by=wang)
        article.settle_edit(by=wang, before={})
        first = article.history().latest("number")
        before = article.content()
        article.title = "另一个标题"
        article.save()
        article.settle_edit(by=wang, before=before)
        elsewhere = f.editor("other", "旁人")
        DeskAssignment.objects.create(user=elsewhere, section=f.section("sanwen"))
        nobody = f.account("nobody", roles.ADMINISTRATOR)
        for refused in (elsewhere, nobody):
            with pytest.raises(StepNotAllowed, match="没有修改"):
                article.restore_revision(first, by=refused)
        article.restore_revision(first, by=wang)
        assert article.title != "另一个标题"

    def test_an_exception_is_for_one_signature(self, readers):
        sun = readers[2]
        for role in (roles.EDITOR, roles.MANAGING):
            f.give_role(sun, roles.Group.objects.get(name=role), by=None)
        article = f.article(by=sun, provenance=Article.Provenance.MANUSCRIPT)
        article.sign(by=sun)
        article.sign(by=sun, override=True, note="值班只有一人")
        with pytest.raises(StepNotAllowed, match="同一人不能签"):
            article.sign(by=sun)

    def test_corrections_count_from_the_first_signature(self, readers, settings):
        article = f.article(by=readers[0], provenance=Article.Provenance.MANUSCRIPT)

        def correct(by):
            before = article.content()
            characters = "煤" * settings.PROOF_CORRECTION_CHARACTERS
            article.body = article.body.removesuffix("</p>") + characters + "</p>"
            article.save()
            article.settle_edit(by=by, before=before, proof_correction=True)

        article.settle_edit(by=readers[0], before={})
        correct(readers[0])
        article.sign(by=readers[0])
        correct(readers[1])
        with pytest.raises(StepNotAllowed, match="只限"):
            correct(readers[1])

    def test_ten_characters_are_a_correction_and_eleven_are_not(self, readers, settings):
        limit = settings.PROOF_CORRECTION_CHARACTERS
        for length, allowed in ((limit, True), (limit + 1, False)):
            article = f.article(by=readers[0], provenance=Article.Provenance.MANUSCRIPT)
            article.sign(by=readers[0])
            before = article.content()
            article.body = article.body.removesuffix("</p>") + "煤" * length + "</p>"
            article.save()
            if allowed:
                article.settle_edit(by=readers[1], before=before, proof_correction=True)
                assert article.readings.valid().count() == 1
            else:
                with pytest.raises(StepNotAllowed, match="只限"):
                    article.settle_edit(by=readers[1], before=before, proof_correction=True)
        plain = f.article(by=readers[0])
        plain.settle_edit(by=readers[0], before={})
        assert not plain.history().filter(is_proof_correction=True).exists()
        assert notes_of(plain, "proof_correction") == []

    def test_who_was_faster_is_named(self, readers):
        article = f.article(by=readers[0], provenance=Article.Provenance.MANUSCRIPT)
        late = Article.objects.get(pk=article.pk)
        article.sign(by=f.managing("fast", "快主编"))
        with pytest.raises(StepNotAllowed, match="“快主编”刚刚已经处理"):
            late.sign(by=readers[1])
        piece = f.article_in("signed", [f.editor("a1"), f.managing("a2"), f.chief("a3")])
        put(piece, published_at=timezone.now() - HOUR)
        late = Article.objects.get(pk=piece.pk)
        LogEntry.objects.get_for_object(piece).delete()
        piece.publish(by=None)
        with pytest.raises(StepNotAllowed, match="其他人刚刚已经处理"):
            late.publish(by=None)


class TestManuscripts:
    def test_overdue_is_what_waits_past_its_time_or_past_the_hours_of_the_desk(self, li, settings):
        made, now = f.manuscript_in("submitted", li, f.editor()), timezone.now()
        long_ago = now - dt.timedelta(hours=settings.DESK_HOURS + 1)
        truth = {
            ("submitted", long_ago, None): True,
            ("claimed", long_ago, None): True,
            ("submitted", now, None): False,
            ("submitted", long_ago, now + HOUR): False,
            ("submitted", now, now - HOUR): True,
            ("returned", long_ago, None): False,
            ("returned", long_ago, now - HOUR): False,
            ("draft", None, now - HOUR): False,
        }
        for (state, sent, due), expected in truth.items():
            put(made, state=state, submitted_at=sent, due_at=due)
            assert made.is_overdue is expected, (state, sent, due)
            listed = Manuscript.objects.overdue().filter(pk=made.pk).exists()
            assert listed is expected, (state, sent, due)
        put(made, state="submitted", submitted_at=None)
        assert made.is_overdue is False

    def test_agreed_is_who_agreed_to_the_rules_in_force(self, li):
        made = f.manuscript(li)
        rules = SubmissionRules.current()
        assert put(made, declared_at=timezone.now(), rules=rules).is_declared
        assert not put(made, declared_at=None, rules=rules).is_declared
        assert not put(made, declared_at=timezone.now(), rules=None).is_declared

    def test_who_enters_for_somebody_sends_for_him_and_does_nothing_else_in_his_name(self, li):
        wang, zhao = f.editor(), f.managing()
        made = put(f.manuscript(li), entered_by=wang)
        submit, retract = made.step_named("submit"), made.step_named("retract")
        assert made.may(submit, wang) and not made.may(retract, wang)
        assert not made.may(submit, zhao)  # has the right, has not entered it
        assert made.may(submit, li.user) and made.may(retract, li.user)
        put(made, entered_by=None)
        assert not made.may(submit, wang)

    def test_it_is_written_on_by_its_author_and_by_who_enters_it_at_the_desk(self, li):
        wang = f.editor()
        made = put(f.manuscript(li), entered_by=wang)
        mine = Manuscript.objects.writable_by
        assert mine(wang).filter(pk=made.pk).exists()
        wang.is_staff = False
        assert not mine(wang).filter(pk=made.pk).exists()
        nobody = f.account("guanli", roles.ADMINISTRATOR)
        put(made, entered_by=nobody)
        assert not mine(nobody).filter(pk=made.pk).exists()
        put(made, entered_by=None)
        assert mine(li.user).filter(pk=made.pk).exists()

    def test_who_has_no_term_sends_nothing_and_is_told_in_his_own_words(self, li, settings):
        made = f.manuscript(li)
        put(li, state="suspended")
        made.author.refresh_from_db()
        with pytest.raises(StepNotAllowed, match="您的通讯员资格"):
            made.submit(by=li.user)
        put(made, entered_by=f.editor())
        made.author.refresh_from_db()
        assert made.obstacle(made.step_named("submit"), None).startswith("投稿人当前不在")

    def test_the_limit_of_a_day_is_for_new_pieces_of_the_author(self, li, settings):
        settings.OPEN_MANUSCRIPTS_A_DAY = 1
        wang = f.editor()
        sent = f.manuscript_in("submitted", li, wang)
        another = f.manuscript(li)
        row = another.step_named("submit")
        assert "达到每日上限" in another.obstacle(row, li.user)
        assert "达到每日上限" not in put(another, entered_by=wang).obstacle(row, wang)
        sent.claim(by=wang)
        sent.send_back(by=wang, note="请补充")
        assert "达到每日上限" not in sent.obstacle(row, li.user)

    def test_of_those_taken_back_every_second_counts(self, li):
        pieces = [f.manuscript(li) for _ in range(4)]
        now = timezone.now()
        counts = []
        for piece in pieces:
            put(piece, state="retracted", first_submitted_at=now)
            counts.append(Manuscript.objects.sent_today(li))
        assert counts == [0, 1, 1, 2]
        for piece in pieces:
            put(piece, state="submitted")
        assert Manuscript.objects.sent_today(li) == 4

    def test_a_piece_whose_article_has_moved_on_is_not_recalled(self, li, readers):
        made = f.manuscript_in("accepted", li, readers[0])
        row = made.step_named("recall")
        assert made.obstacle(row, readers[0]) == ""
        put(made.article, state="published", published_at=timezone.now() - HOUR)
        made.refresh_from_db()
        assert "不能再退作者修改" in made.obstacle(row, readers[0])
        assert made.obstacle(made.step_named("claim"), readers[0]) == ""
        waiting = f.manuscript_in("claimed", f.correspondent("zhou", "周"), readers[0])
        assert waiting.obstacle(row, readers[0]) == ""

    def test_it_is_passed_on_to_a_colleague_who_may_and_by_who_may(self, li, readers):
        wang, zhao, _ = readers
        made = f.manuscript_in("claimed", li, wang)
        gone = f.editor("gone", "离职")
        gone.is_active = False
        for nobody in (None, gone, f.account("x", roles.ADMINISTRATOR)):
            with pytest.raises(StepNotAllowed, match="请选择一位"):
                made.pass_on(by=wang, to=nobody)
        other = f.editor("other", "另一位")
        with pytest.raises(StepNotAllowed, match="只有主编可以改派"):
            made.pass_on(by=other, to=f.editor("third", "第三位"))
        made.pass_on(by=zhao, to=other, note="专线")
        made.pass_on(by=other, to=wang)
        assert notes_of(made, "pass_on") == ["专线", "交给王编辑"]

    def test_both_sides_write_and_nobody_else(self, li, readers, settings):
        wang = readers[0]
        made = f.manuscript_in("claimed", li, wang)
        elsewhere = f.editor("other", "旁人")
        DeskAssignment.objects.create(user=elsewhere, section=f.section("sanwen"))
        for refused in (elsewhere, f.account("x", roles.ADMINISTRATOR)):
            with pytest.raises(StepNotAllowed, match="没有给这篇稿件留言"):
                made.add_message("你好", by=refused)
        told = made.notices.count()
        own = made.add_message("请问进展", by=li.user, quote="一段话")
        assert made.notices.count() == told and own.standing == ""
        plain = made.add_message("请补充", by=wang)
        remark = made.add_message("这里不通", by=wang, quote="一段话")
        assert (plain.standing, remark.standing) == ("", Message.Standing.OPEN)
        assert made.notices.count() > told

    def test_a_request_is_for_what_became_an_article(self, li, readers):
        waiting = f.manuscript_in("claimed", li, readers[0])
        with pytest.raises(StepNotAllowed, match="还没有采用"):
            waiting.request_change("correct", "错字", by=li.user)
        made = f.manuscript_in("accepted", li, readers[0])
        put(made, state="declined")
        with pytest.raises(StepNotAllowed, match="还没有采用"):
            made.request_change("correct", "错字", by=li.user)

    def test_the_promise_is_told_once(self, li):
        made = f.manuscript_in("submitted", li, f.editor())
        assert [made.free(), made.free()] == [True, False]

    def test_as_sent_is_what_says_the_same_in_the_same_section(self, li):
        draft = f.manuscript(li)
        assert draft.is_as_sent is False  # never sent
        made = f.manuscript_in("claimed", f.correspondent("zhou", "周"), f.editor())
        assert made.is_as_sent
        assert not put(made, section=f.section("sanwen")).is_as_sent

    def test_a_decision_is_not_undone_once_somebody_went_on(self, li, settings):
        settings.UNDO_SECONDS = 30
        wang = f.editor()
        made = f.manuscript_in("claimed", li, wang)
        made.decline(by=wang, note="不用")
        decision = made.decision
        put(made, resume_asked_by=wang)
        with pytest.raises(StepNotAllowed, match="接着办理"):
            made.check_undo(decision)
        returned = f.manuscript_in("claimed", f.correspondent("zhou", "周"), wang)
        returned.send_back(by=wang, note="补")
        put(returned, resume_asked_by=wang)
        returned.check_undo(returned.decision)  # asked of a returned one is nothing

    def test_files_of_a_draft_that_is_dropped_go_with_it(self, li):
        word = word_files.raw(word_files.paragraph("一段。")).getvalue()
        client = f.signed_in(li.user)
        client.post(
            "/tougao/",
            f.typed(action="save", pictures=f.photo(), word=SimpleUploadedFile("稿.docx", word)),
        )
        draft = Manuscript.objects.get()
        assert Upload.objects.count() == 2
        draft.delete_draft()
        assert Upload.objects.count() == 0
        client.post("/tougao/", f.typed(action="save", word=SimpleUploadedFile("稿.docx", word)))
        client.post("/tougao/", f.typed(action="save", pictures=f.photo(), form_key=""))
        long_ago = timezone.now() - dt.timedelta(days=400)
        Manuscript.objects.update(state="declined", state_changed_at=long_ago)
        assert Manuscript.objects.drop_rejected_files() == 2
        assert Upload.objects.count() == 0


class TestPeople:
    def test_who_left_or_was_appointed_once_does_not_apply_again(self, li):
        row = li.step_named("apply_again")
        person = f.person("周砚秋", state="closed")
        assert put(person, since=None).obstacle(row, None) == ""
        for name, value in (
            ("erased_at", timezone.now()), ("merged_into", li), ("since", timezone.localdate()),
        ):  # fmt: skip
            blank = {"erased_at": None, "merged_into": None, "since": None}
            assert "已经注销" in put(person, **blank | {name: value}).obstacle(row, None), name

    def test_a_link_is_for_a_record_that_is_nobodys_and_good(self, li):
        zhao = f.managing()
        person = f.person("周砚秋")
        assert person.offer_claim(by=zhao)
        for name, value in (("user", f.account("zhou", staff=False)), ("merged_into", li),
                            ("state", "closed")):  # fmt: skip
            blank = {"user": None, "merged_into": None, "state": "engaged"}
            with pytest.raises(StepNotAllowed, match="不能发认领链接"):
                put(person, **blank | {name: value}).offer_claim(by=zhao)

    def test_a_record_is_taken_over_once(self):
        person = f.person("周砚秋")
        person.offer_claim(by=f.managing())
        one, two = f.account("one", staff=False), f.account("two", staff=False)
        late = Correspondent.objects.get(pk=person.pk)
        assert person.take_over(one) is True
        assert late.take_over(two) is False
        person.refresh_from_db()
        assert person.user == one

    def test_either_of_two_that_was_merged_before_stops_a_merge(self, li):
        zhao, one, two = f.managing(), f.person("甲"), f.person("乙")
        assert one.obstacle_to_merge(two, zhao) == ""
        assert "已经合并过" in put(one, merged_into=li).obstacle_to_merge(two, zhao)
        put(one, merged_into=None)
        assert "已经合并过" in one.obstacle_to_merge(put(two, merged_into=li), zhao)

    def test_who_is_appointed_anew_keeps_the_day_he_began(self):
        began = dt.date(2012, 5, 1)
        person = put(f.person("周砚秋", state="pending"), since=began)
        person.approve(by=f.managing())
        assert person.since == began
        new = put(f.person("吴声", state="pending"), since=None)
        new.approve(by=f.managing("g2", "管"))
        assert new.since == timezone.localdate()

    def test_a_byline_of_a_part_of_his_unit_is_his(self):
        group, mine = f.unit("鹿鸣塬集团"), f.unit("鹿鸣塬煤矿")
        mine.parent = group
        mine.save()
        person = f.person("周砚秋", "鹿鸣塬煤矿")
        f.person("周砚秋", "别处煤矿")
        today = timezone.localdate()
        assert Membership.objects.on(today).filter(correspondent=person).exists()
        assert Correspondent.objects.who_signed("周砚秋", "鹿鸣塬集团", today) == [person]
