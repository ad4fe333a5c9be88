"""What is decided by mistake can be taken back: at once by a bar, later with a reason."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Decision, Letter
from submissions.models import Manuscript, Notice
from tests import factories as f
from tests.articles.test_readings import save

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def _time_to_think(settings):
    settings.UNDO_SECONDS = 30


@pytest.fixture
def li():
    made = f.correspondent()
    made.email = "li@example.com"
    made.save()
    return made


@pytest.fixture
def readers():
    return [f.editor(), f.managing(), f.chief()]


def over() -> None:
    """Let the time be over in which decisions may be taken back."""
    ago = timezone.now() - dt.timedelta(minutes=1)
    Decision.objects.update(made_at=ago)
    Notice.objects.filter(created_at__gt=timezone.now()).update(created_at=ago)
    Letter.objects.filter(not_before__isnull=False).update(not_before=ago)


def press(client, noun, step: str, **more: str):
    name = f"admin:{noun._meta.app_label}_{noun._meta.model_name}_step"
    address = reverse(name, args=[noun.pk])
    return client.post(address, {"_step": step, "_seen": f.seen(address)} | more, follow=True)


def undo(client) -> str:
    return client.post(reverse("admin:undo"), follow=True).content.decode()


def events(made: Manuscript) -> list[str]:
    return list(made.notices.told().order_by("pk").values_list("event", flat=True))


def sent_to_li() -> list[str]:
    """Send what is due, and tell which letters reached the author since the receipt."""
    mail.outbox.clear()
    for letter in Letter.objects.filter(standing="waiting").order_by("pk"):
        from correspondents.models.letter import post_letter

        post_letter.call(letter.pk)
    return [letter.subject for letter in mail.outbox if letter.to == ["li@example.com"]]


class TestManuscripts:
    @pytest.mark.parametrize(
        ("step", "state"), [("decline", "declined"), ("send_back", "returned")]
    )
    def test_within_its_time_no_letter_is_sent_and_all_is_as_it_was(self, li, step, state):
        wang = f.editor()
        made = f.manuscript_in("claimed", li, wang)
        sent_to_li()
        client = f.signed_in(wang)
        page = press(client, made, step, _note="时效已过").content.decode()
        made.refresh_from_db()
        assert made.state == state
        assert 'class="undo"' in page and "秒内可以撤销" in page
        assert events(made) == ["received", "claimed"] and sent_to_li() == []
        page = undo(client)
        assert "已撤销" in page and 'class="undo"' not in page
        made.refresh_from_db()
        assert (made.state, made.handler, made.remark) == ("claimed", wang, "")
        over()
        assert sent_to_li() == [] and events(made) == ["received", "claimed"]
        assert not Letter.objects.filter(key__in=["manuscript_declined", "manuscript_returned"])
        assert "没有可以撤销的决定" in undo(client)

    def test_after_its_time_each_is_told_once(self, li):
        wang = f.editor()
        made = f.manuscript_in("claimed", li, wang)
        sent_to_li()
        client = f.signed_in(wang)
        press(client, made, "send_back", _note="请补充数据")
        over()
        assert "已过撤销的时间" in undo(client)
        page = press(client, made, "resume", _note="数据已经核实").content.decode()
        made.refresh_from_db()
        assert (made.state, made.handler) == ("claimed", wang) and "已完成" in page
        subjects = sent_to_li()
        assert len(subjects) == 2
        assert "请修改后再提交" in subjects[0] and "恢复处理" in subjects[1]

    def test_acceptance_is_undone_with_its_article(self, li):
        wang = f.editor()
        made = f.manuscript_in("claimed", li, wang)
        sent_to_li()
        client = f.signed_in(wang)
        press(client, made, "accept")
        made.refresh_from_db()
        article = made.article
        assert article.state == "first_reading"
        undo(client)
        made.refresh_from_db()
        assert (made.state, made.article) == ("claimed", None)
        assert not Article.objects.filter(pk=article.pk).exists()
        over()
        assert sent_to_li() == []
        # Its text is free: the same manuscript is accepted and signed without an objection.
        press(client, made, "accept_and_sign")
        made.refresh_from_db()
        assert made.article.state == "second_reading" and made.article != article

    def test_acceptance_and_signature_of_one_click_go_together(self, li):
        wang = f.editor()
        made = f.manuscript_in("claimed", li, wang)
        client = f.signed_in(wang)
        press(client, made, "accept_and_sign")
        undo(client)
        made.refresh_from_db()
        assert made.state == "claimed" and made.article is None
        assert not Article.objects.exists()

    def test_a_new_round_accepted_by_mistake_leaves_the_article_as_it_was(self, li):
        wang = f.editor()
        made = f.manuscript_in("accepted", li, wang)
        over()
        made.recall(by=wang, note="请补充")
        made.title = "作者的新标题"
        made.save()
        made.submit(by=li.user)
        client = f.signed_in(wang)
        press(client, made, "accept")
        made.refresh_from_db()
        assert made.article.title == "作者的新标题"
        undo(client)
        made.refresh_from_db()
        assert (made.state, made.article.title) == ("submitted", "白桦沟煤矿皮带检修完成")
        assert made.article.bylines.get().correspondent == li

    @pytest.mark.parametrize("who", ["author", "editor", "reader", "typing"])
    def test_once_somebody_has_gone_on_it_is_refused(self, li, who):
        wang, zhao = f.editor(), f.managing()
        made = f.manuscript_in("claimed", li, wang)
        client = f.signed_in(wang)
        if who == "author":
            press(client, made, "send_back", _note="请补充")
            Manuscript.objects.filter(pk=made.pk).update(title="作者动笔改了")
        elif who == "editor":
            press(client, made, "decline", _note="不用")
            Manuscript.objects.get(pk=made.pk).ask_resume(by=zhao, note="还是要用")
        else:
            press(client, made, "accept")
            article = Article.objects.get()
            if who == "reader":
                save(article, zhao, title="编辑改过的标题")
            else:
                article.drafts.create(user=zhao, data={"title": "正在打字"})
        before = Manuscript.objects.get(pk=made.pk).state
        page = undo(client)
        assert "不能撤销" in page
        made.refresh_from_db()
        assert made.state == before
        assert who not in ("reader", "typing") or made.article is not None

    def test_many_declined_at_once_come_back_together(self, li):
        wang = f.editor()
        rows = [f.manuscript_in("claimed", li, wang) for _ in range(2)]
        client = f.signed_in(wang)
        where = reverse("admin:submissions_manuscript_changelist")
        data = {"action": "decline", "_note": "重复", "_batch": "1", **f.ticked(*rows)}
        page = client.post(where, data, follow=True).content.decode()
        assert "不采用 2 件" in page
        undo(client)
        assert {Manuscript.objects.get(pk=row.pk).state for row in rows} == {"claimed"}

    def test_nobody_takes_back_what_another_has_decided(self, li):
        wang, zhao = f.editor(), f.managing()
        made = f.manuscript_in("claimed", li, wang)
        press(f.signed_in(wang), made, "decline", _note="不用")
        assert "没有可以撤销的决定" in undo(f.signed_in(zhao))
        with pytest.raises(StepNotAllowed, match="没有可以撤销"):
            Decision.objects.get().undo(by=zhao)
        assert f.signed_in(wang).get(reverse("admin:undo")).status_code == 403
        made.refresh_from_db()
        assert made.state == "declined"


def test_what_can_no_longer_be_taken_back_is_forgotten_after_a_day(li):
    from portal.schedule import do

    wang = f.editor()
    for _ in range(2):
        f.manuscript_in("claimed", li, wang).decline(by=wang, note="时效已过")
    old = Decision.objects.first()
    Decision.objects.filter(pk=old.pk).update(made_at=timezone.now() - dt.timedelta(days=2))
    assert do("drop_decisions") == 1
    assert Decision.objects.count() == 1 and not Decision.objects.filter(pk=old.pk).exists()


class TestLater:
    def test_a_declined_piece_needs_its_authors_yes(self, li):
        wang = f.editor()
        made = f.manuscript_in("declined", li, wang)
        over()
        sent_to_li()
        press(f.signed_in(wang), made, "ask_resume", _note="版面有了空位")
        made.refresh_from_db()
        assert made.state == "declined"
        assert any("请您答复" in subject for subject in sent_to_li())
        author = f.signed_in(li.user)
        page = author.get(made.get_absolute_url()).content.decode()
        assert "版面有了空位" in page and "同意恢复处理" in page and "不同意" in page
        author.post(reverse("submissions:take", args=[made.pk, "agree"]))
        made.refresh_from_db()
        assert (made.state, made.handler, made.resume_asked_by) == ("claimed", wang, None)

    def test_his_no_leaves_it_declined(self, li):
        wang = f.editor()
        made = f.manuscript_in("declined", li, wang)
        made.ask_resume(by=wang, note="版面有了空位")
        page = press(f.signed_in(wang), made, "ask_resume", _note="再问").content.decode()
        assert "已经请作者答复" in page
        answer = f.signed_in(li.user).post(
            reverse("submissions:take", args=[made.pk, "disagree"]), follow=True
        )
        assert "稿件不再处理" in answer.content.decode()
        made.refresh_from_db()
        assert (made.state, made.resume_asked_by) == ("declined", None)

    def test_nobody_agrees_without_being_asked_nor_for_him(self, li):
        wang = f.editor()
        made = f.manuscript_in("declined", li, wang)
        page = f.signed_in(li.user).post(
            reverse("submissions:take", args=[made.pk, "agree"]), follow=True
        )
        assert "没有提出恢复" in page.content.decode()
        made.ask_resume(by=wang, note="版面有了空位")
        press(f.signed_in(wang), made, "agree")
        made.refresh_from_db()
        assert made.state == "declined"

    def test_what_its_author_is_revising_is_not_taken_from_him(self, li):
        wang = f.editor()
        made = f.manuscript_in("returned", li, wang)
        Manuscript.objects.filter(pk=made.pk).update(body="<p>作者正在补充数据。</p>")
        page = press(f.signed_in(wang), made, "resume", _note="不用改了").content.decode()
        assert "作者已经在修改" in page
        made.refresh_from_db()
        assert made.state == "returned"

    def test_who_has_no_account_is_not_asked_in_vain(self):
        wang = f.editor()
        nobody = f.person("无号人")
        made = f.manuscript(nobody, entered_by=wang)
        made.submit(by=wang)
        made.decline(by=f.managing("he"), note="不用")
        page = press(f.signed_in(wang), made, "ask_resume", _note="还是要用").content.decode()
        assert "作者没有账号" in page
        made.refresh_from_db()
        assert made.resume_asked_by is None

    @pytest.mark.parametrize("state", ["declined", "returned"])
    def test_it_needs_a_reason_and_not_the_author_himself(self, state):
        chief = f.chief("lin", "林总")
        own = f.person("林总", user=chief)
        made = f.manuscript_in(state, own, f.editor())
        step = "resume" if state == "returned" else "ask_resume"
        other = f.managing()
        assert "需要填写意见" in press(f.signed_in(other), made, step).content.decode()
        page = press(f.signed_in(chief), made, step, _note="自己要用").content.decode()
        assert "您自己的稿件" in page
        made.refresh_from_db()
        assert made.state == state


class TestArticles:
    @pytest.mark.parametrize(
        ("state", "place", "step", "after"),
        [("first_reading", 0, "sign_first", "second_reading"),
         ("second_reading", 1, "sign_second", "final_reading"),
         ("final_reading", 2, "sign_final", "signed"),
         ("second_reading", 1, "pass_back_second", "first_reading"),
         ("final_reading", 2, "pass_back_final", "second_reading"),
         ("signed", 2, "unsign", "final_reading")],
    )  # fmt: skip
    def test_signatures_and_their_taking_back(self, readers, state, place, step, after):
        article = f.article_in(state, readers)
        over()
        stood = set(article.readings.valid().values_list("pk", flat=True))
        client = f.signed_in(readers[place])
        press(client, article, step, _note="看错了")
        article.refresh_from_db()
        assert article.state == after
        assert set(article.readings.valid().values_list("pk", flat=True)) != stood
        undo(client)
        article.refresh_from_db()
        assert article.state == state
        assert set(article.readings.valid().values_list("pk", flat=True)) == stood
        assert state != "signed" or article.chain_broken() == ""

    def test_an_author_hears_nothing_of_a_final_signature_that_was_taken_back(self, li, readers):
        made = f.manuscript_in("accepted", li, readers[0])
        article = made.article
        article.sign(by=readers[0])
        article.sign(by=readers[1])
        over()
        sent_to_li()
        client = f.signed_in(readers[2])
        press(client, article, "sign_final")
        undo(client)
        over()
        assert sent_to_li() == [] and "signed" not in events(made)

    def test_somebody_who_has_signed_after_it_ends_it(self, readers):
        article = f.article_in("first_reading", readers)
        client = f.signed_in(readers[0])
        press(client, article, "sign_first")
        article.refresh_from_db()
        article.sign(by=readers[1])
        assert "已经有人接着办理" in undo(client)
        article.refresh_from_db()
        assert article.state == "final_reading"

    def test_so_does_an_edit(self, readers):
        article = f.article_in("first_reading", readers)
        client = f.signed_in(readers[0])
        press(client, article, "sign_first")
        save(article, readers[1], title="复审改的标题")
        assert "已经有人接着办理" in undo(client)

    def test_a_chain_that_broke_meanwhile_is_not_put_back(self, readers):
        article = f.scheduled_in_two_stages(readers)
        client = f.signed_in(readers[2])
        press(client, article, "unsign", _note="再看")
        section = f.section()
        section.stages = 3
        section.save()
        assert "不能撤销：审读没有走完" in undo(client)
        article.refresh_from_db()
        assert article.state == "final_reading" and article.published_at is None

    def test_a_time_that_has_passed_meanwhile_is_not_put_back(self, readers):
        article = f.article_in("signed", readers)
        article.schedule(by=readers[0], at=timezone.now() + dt.timedelta(hours=1))
        article.unschedule(by=readers[0])
        row = Decision.objects.filter(label="取消定时").get()
        row.before["published_at"] = timezone.now().isoformat()
        row.save()
        with pytest.raises(StepNotAllowed, match="定时的时间已过"):
            row.undo(by=readers[0])

    def test_a_step_that_cannot_be_undone_leaves_nothing_to_undo(self, li):
        wang = f.editor()
        made = f.manuscript_in("claimed", li, wang)
        made.accept(by=wang)
        made.recall(by=wang, note="请补充")
        assert made.decision is None
        assert made.notices.get(event="returned").created_at <= timezone.now()


class TestSchedules:
    AT = "2199-01-01T08:00"

    def test_it_is_shown_changed_and_cancelled_where_it_is_read(self, readers):
        article = f.article_in("signed", readers)
        client = f.signed_in(readers[0])
        press(client, article, "schedule", _at=self.AT)
        where = reverse("admin:articles_article_review", args=[article.pk])
        page = client.get(where).content.decode()
        assert "定时：2199-01-01 08:00 公开" in page and f'value="{self.AT}"' in page
        press(client, article, "schedule", _at="2199-01-02T09:30")
        assert "定时：2199-01-02 09:30 公开" in client.get(where).content.decode()
        press(client, article, "unschedule")
        article.refresh_from_db()
        assert (article.state, article.published_at) == ("signed", None)
        assert article.chain_broken() == "" and article.readings.valid().count() == 3
        assert "文章没有定时" in press(client, article, "unschedule").content.decode()

    def test_setting_changing_and_cancelling_it_are_undone(self, readers):
        article = f.article_in("signed", readers)
        client = f.signed_in(readers[0])

        def at() -> str:
            article.refresh_from_db()
            when = article.published_at
            return f"{timezone.localtime(when):%Y-%m-%dT%H:%M}" if when else ""

        press(client, article, "schedule", _at=self.AT)
        undo(client)
        assert at() == ""
        press(client, article, "schedule", _at=self.AT)
        press(client, article, "schedule", _at="2199-01-02T09:30")
        undo(client)
        assert at() == self.AT
        press(client, article, "unschedule")
        undo(client)
        assert at() == self.AT

    def test_what_has_become_public_is_not_taken_back_by_the_bar(self, readers):
        article = f.article_in("signed", readers)
        client = f.signed_in(readers[0])
        press(client, article, "schedule", _at=self.AT)
        decision = Decision.objects.filter(object_id=article.pk).last()
        Article.objects.filter(pk=article.pk).update(published_at=timezone.now())
        with pytest.raises(StepNotAllowed, match="已经公开"):
            decision.undo(by=readers[0])


class TestWithdrawing:
    def test_it_says_what_follows_and_asks_for_its_reason_first(self, readers):
        article = f.article_in("published", readers)
        client = f.signed_in(readers[2])
        page = press(client, article, "withdraw", _note="数据有误").content.decode()
        assert "读者马上看不到它" in page and ">数据有误</textarea>" in page
        article.refresh_from_db()
        assert article.state == "published"
        assert "需要填写意见" in press(client, article, "withdraw", _sure="1").content.decode()
        press(client, article, "withdraw", _note="数据有误", _sure="1")
        article.refresh_from_db()
        assert article.state == "withdrawn"

    def test_a_chief_takes_many_down_with_one_reason(self, readers):
        rows = [f.published(f"第 {number} 篇") for number in range(3)]
        chief = f.signed_in(readers[2])
        where = reverse("admin:articles_article_changelist")
        data = {"action": "withdraw", **f.ticked(*rows)}
        page = chief.post(where, data).content.decode()
        assert "读者马上看不到它" in page and page.count('name="_seen"') == 3
        page = chief.post(where, data | {"_note": "上级要求", "_batch": "1"}, follow=True)
        assert "撤稿：3 篇已完成" in page.content.decode()
        from django.test import Client

        assert {Client().get(row.get_absolute_url()).status_code for row in rows} == {410}
        editor = f.signed_in(readers[0])
        assert "withdraw" not in re.findall(
            r'option value="(\w+)"', editor.get(where).content.decode()
        )
