"""The desk's queue: list, decisions, people, batches, and what authors never see."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.models import DeskAssignment
from correspondents.models import Letter
from submissions.models import Manuscript, hand_over
from tests import factories as f
from tests import word_files as w

pytestmark = pytest.mark.django_db
QUEUE = "/admin/submissions/manuscript/"


def said(response) -> str:
    """The words of a page."""
    text = re.sub(r"<[^>]*>", " ", response.content.decode())
    return re.sub(r"\s+", " ", unescape(text))


def step(client, manuscript, name, **more):
    address = reverse("admin:submissions_manuscript_step", args=[manuscript.pk])
    return client.post(address, {"_seen": f.seen(address), "_step": name, **more}, follow=True)


def desk(client, manuscript, what, **more):
    address = reverse("admin:submissions_manuscript_desk", args=[manuscript.pk])
    return client.post(address, {"_do": what, **more}, follow=True)


def page(client, manuscript, query=""):
    address = reverse("admin:submissions_manuscript_change", args=[manuscript.pk])
    return client.get(address + query)


def titles(response) -> list[str]:
    return re.findall(r'class="q-title"[^>]*>([^<]+)<', response.content.decode())


@pytest.fixture
def li():
    return f.correspondent()


@pytest.fixture
def wang():
    return f.editor()


def sent(author, title, *, hours=1, **fields):
    made = f.manuscript(author, title=title, **fields)
    made.submit(by=author.user)
    at = timezone.now() - dt.timedelta(hours=hours)
    Manuscript.objects.filter(pk=made.pk).update(submitted_at=at)
    made.refresh_from_db()
    return made


class TestList:
    def test_what_waits_comes_urgent_first_then_by_waiting_time(self, li, wang):
        sent(li, "新来的", hours=1)
        sent(li, "等得久", hours=30)
        hurry = sent(li, "加急的", hours=2)
        hurry.plan(by=wang, due_at=None, priority=2)
        f.manuscript_in("declined", li, wang)
        assert titles(f.signed_in(wang).get(QUEUE)) == ["加急的", "等得久", "新来的"]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("zt=mine", ["我认领的"]),
            ("zt=free", ["等得久", "没人要"]),
            ("zt=claimed", ["我认领的"]),
            ("zt=declined", ["未采用的"]),
            ("wait=overdue", ["等得久"]),
            ("wait=8", ["等得久"]),
            ("wait=promise", []),
            ("lm=SECTION", ["没人要"]),
            ("dw=UNIT", ["没人要"]),
            ("q=等得", ["等得久"]),
            ("q=未采用的", ["未采用的"]),
            ("q=NUMBER", ["没人要"]),
            ("qt=urgent", []),
            ("q=20261125-", []),
            ("q=20261125-99999999999999999999", []),
            ("zt=nonsense&dw=x&lm=-1&wait=9", ["等得久", "我认领的", "没人要"]),
        ],
    )
    def test_filters(self, li, wang, query, expected):
        sent(li, "等得久", hours=30)
        sent(li, "我认领的", hours=3).claim(by=wang)
        qian = f.correspondent("qian", "钱通讯", unit="枫桥沟煤矿")
        other = sent(qian, "没人要", hours=2, section=f.section("anquan"))
        sent(li, "未采用的").decline(by=wang, note="重复")
        query = (
            query.replace("SECTION", str(other.section_id))
            .replace("UNIT", str(other.organisation_id))
            .replace("NUMBER", other.number)
        )
        assert titles(f.signed_in(wang).get(f"{QUEUE}?{query}")) == expected

    def test_an_editor_sees_the_sections_assigned_to_him(self, li, wang):
        here = sent(li, "本栏目")
        away = sent(li, "别的栏目", section=f.section("shici"))
        DeskAssignment.objects.create(user=wang, section=here.section)
        client = f.signed_in(wang)
        assert titles(client.get(QUEUE)) == ["本栏目"]
        step(client, away, "accept")
        desk(client, away, "jot", body="看见了")
        away.refresh_from_db()
        assert (away.state, away.notes.count()) == ("submitted", 0)

    def test_a_page_of_ten_thousand_takes_the_queries_of_a_page_of_three(self, li, wang):
        client = f.signed_in(wang)
        at, section = timezone.now() - dt.timedelta(hours=3), f.section()

        def queries(number):
            there = Manuscript.objects.count()
            Manuscript.objects.bulk_create(
                [
                    Manuscript(
                        author=li,
                        section=section,
                        sent_section=section,
                        sent_title=f"第 {place} 篇",
                        organisation=li.organisation,
                        title=f"第 {place} 篇",
                        state="submitted",
                        round_number=1,
                        submitted_at=at,
                    )
                    for place in range(there, number)
                ],
                batch_size=1000,
            )
            with CaptureQueriesContext(connection) as seen:
                assert len(titles(client.get(QUEUE))) == min(number, 100)
            return len(seen)

        queries(1)  # what is asked once in the life of a process
        assert queries(3) == queries(10_000) <= 20

    def test_the_pane_reads_one_without_the_page_around_it(self, li, wang):
        made = sent(li, "一篇")
        pane = f.signed_in(wang).get(reverse("admin:submissions_manuscript_read", args=[made.pk]))
        assert "<html" not in pane.content.decode()
        assert "近日，白桦沟煤矿三号皮带完成检修" in said(pane)
        assert 'data-key="A"' in pane.content.decode()


class TestWhatTheAuthorIsChanging:
    """While a manuscript is back with its author, the desk sees what was sent, where it was sent."""

    def test_an_emptied_or_changed_section_hides_nothing_and_tells_nobody_else(self, li, wang):
        made = sent(li, "投出的标题")
        zhou = f.editor("zhou", "周编辑")
        DeskAssignment.objects.create(user=wang, section=f.section())
        DeskAssignment.objects.create(user=zhou, section=f.section("shici"))
        made.add_internal_note("内部的话", by=wang)
        made.send_back(by=wang, note="请改")
        author = f.signed_in(li.user)
        address = reverse("submissions:edit", args=[made.pk])
        for place in ("", f.section("shici").pk):
            made.refresh_from_db()
            typed = f.typed(section=place, version=made.version, action="save")
            author.post(address, typed)
            assert titles(f.signed_in(wang).get(f"{QUEUE}?zt=returned")) == ["投出的标题"]
            assert titles(f.signed_in(zhou).get(f"{QUEUE}?zt=all")) == []
            assert page(f.signed_in(zhou), made).status_code == 302
        made.refresh_from_db()
        author.post(address, f.typed(section=place, version=made.version, action="submit"))
        assert titles(f.signed_in(wang).get(f"{QUEUE}?zt=all")) == []
        assert titles(f.signed_in(zhou).get(QUEUE)) == ["皮带检修完成"]

    def test_unfinished_words_pictures_and_files_stay_with_the_author(self, li, wang):
        author = f.signed_in(li.user)
        draft = f.manuscript(li, title="投出的标题", to_desk="请尽快", approver="高科长")
        unfinished = [
            "改到一半",
            "还没想好",
            "新科长",
            "第二张",
            "新稿",
            "扫描",
            "某某日报",
            "改了的",
        ]
        upload = reverse("submissions:upload", args=[draft.pk])
        author.post(upload, {"kind": "picture", "file": f.photo(), "caption": "第一张"})
        draft.submit(by=li.user)
        draft.send_back(by=wang, note="请改")
        author.post(upload, {"kind": "picture", "file": f.photo("b.jpg"), "caption": "第二张"})
        word = SimpleUploadedFile("新稿.docx", w.ordinary().getvalue())
        author.post(upload, {"kind": "word", "file": word})
        scan = f.photo("扫描.jpg")
        author.post(
            reverse("submissions:edit", args=[draft.pk]),
            f.typed(
                title="改到一半", to_desk="还没想好", approver="新科长", approval=scan,
                publication="before", published_where="某某日报", version=draft.version, action="save",
                **{f"p{draft.pictures.first().pk}-caption": "改了的说明"},
            ),
        )  # fmt: skip
        client = f.signed_in(wang)
        shown = said(client.get(f"{QUEUE}?zt=returned")) + said(page(client, draft))
        shown += said(client.get(reverse("admin:submissions_manuscript_read", args=[draft.pk])))
        for word in ("投出的标题", "请尽快", "高科长", "第一张", "首次发表", "作者修改后再检查"):
            assert word in shown, word
        for word in unfinished:
            assert word not in shown, word
        draft.refresh_from_db()
        draft.submit(by=li.user)
        shown = said(page(client, draft, "?gao=2"))
        for word in unfinished:
            assert word in shown, word

    def test_a_picture_taken_out_is_named(self, li, wang):
        author, draft = f.signed_in(li.user), f.manuscript(li)
        upload = reverse("submissions:upload", args=[draft.pk])
        author.post(upload, {"kind": "picture", "file": f.photo(), "caption": "井口全景"})
        draft.submit(by=li.user)
        draft.send_back(by=wang, note="请改")
        draft.pictures.get().discard()
        shown = said(page(f.signed_in(wang), draft))
        assert "作者修改时拿掉了这张图" in shown
        assert "井口全景" in shown

    def test_others_manuscripts_are_named_to_those_who_read_their_section(self, li, wang):
        here, away = sent(li, "同一个标题"), sent(li, "同一个标题", section=f.section("shici"))
        other = sent(li, "另一篇", section=f.section("shici"))
        client = f.signed_in(wang)
        assert other.sent_title in said(page(client, here))
        DeskAssignment.objects.create(user=wang, section=f.section())
        client = f.signed_in(wang)
        shown = said(page(client, here))
        assert "投稿 3 篇" in shown
        assert other.sent_title not in shown
        address = reverse("admin:submissions_manuscript_change", args=[away.pk])
        assert address not in page(client, here).content.decode()


class TestDeciding:
    def test_after_a_decision_from_the_list_the_list_comes_back(self, li, wang):
        made = sent(li, "一篇")
        client = f.signed_in(wang)
        address = reverse("admin:submissions_manuscript_step", args=[made.pk])
        answer = client.post(
            address, {"_seen": f.seen(address), "_step": "claim", "_back": "?zt=free#gao-9"}
        )
        assert answer.headers["Location"] == f"{QUEUE}?zt=free#gao-9"
        for bad in ("https://evil.example/", "//evil.example", "?a\r\nSet-Cookie: x=1"):
            answer = client.post(
                address, {"_seen": f.seen(address), "_step": "release", "_back": bad}
            )
            assert answer.headers["Location"] == QUEUE

    def test_a_note_that_was_refused_comes_back(self, li, wang):
        made = sent(li, "一篇")
        other = f.editor("he", "何编辑")
        made.decline(by=other, note="重复")
        client = f.signed_in(wang)
        answer = step(client, made, "decline", _note="我写了很长的意见")
        assert "当前状态是“未采用”" in said(answer)
        made2 = sent(li, "两篇")
        answer = step(client, made2, "pass_on", _to="", _note="请你看看")
        assert "请你看看</textarea>" in answer.content.decode()

    def test_passing_on_wants_a_colleague_of_the_section(self, li, wang):
        made, he, poet = sent(li, "一篇"), f.editor("he", "何编辑"), f.editor("po", "诗编辑")
        DeskAssignment.objects.create(user=poet, section=f.section("shici"))
        client = f.signed_in(wang)
        assert "诗编辑" not in said(page(client, made))
        assert "请选择一位能处理来稿的同事" in said(step(client, made, "pass_on", _to="999999"))
        assert "不负责这个栏目" in said(step(client, made, "pass_on", _to=str(poet.pk)))
        step(client, made, "pass_on", _to=str(he.pk))
        made.refresh_from_db()
        assert (made.state, made.handler) == ("claimed", he)
        # What a colleague holds is given to others by the managing editor alone.
        step(client, made, "pass_on", _to=str(wang.pk))
        made.refresh_from_db()
        assert made.handler == he
        step(f.signed_in(f.managing()), made, "pass_on", _to=str(wang.pk))
        made.refresh_from_db()
        assert made.handler == wang

    def test_due_date_and_priority(self, li, wang):
        made, client = sent(li, "一篇"), f.signed_in(wang)
        desk(client, made, "plan", due_at="2099-01-02T08:30", priority="2")
        made.refresh_from_db()
        assert (made.priority, timezone.localtime(made.due_at).hour) == (2, 8)
        assert "01-02 08:30" in said(client.get(QUEUE))
        assert "请把期限写成日期和时间" in said(
            desk(client, made, "plan", due_at="明天", priority="0")
        )
        for odd in ("0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30T08:00"):
            assert "请把期限写成日期和时间" in said(
                desk(client, made, "plan", due_at=odd, priority="0")
            )
        assert "请选择轻重缓急" in said(desk(client, made, "plan", due_at="", priority="7"))
        desk(client, made, "plan", due_at="", priority="0")
        made.refresh_from_db()
        assert (made.priority, made.due_at) == (0, None)

    def test_the_own_manuscript_is_for_others(self, wang):
        own = f.person("王编辑", user=wang)
        made = f.manuscript(own)
        made.submit(by=wang)
        client = f.signed_in(wang)
        assert "这是您自己的稿件" in said(page(client, made))
        step(client, made, "accept")
        desk(client, made, "jot", body="写给自己")
        made.refresh_from_db()
        assert (made.state, made.notes.count()) == ("submitted", 0)


class TestReview:
    def test_the_page_shows_what_changed_between_rounds(self, li, wang):
        made = sent(li, "皮带检修", body="<p>检修用了三天。</p><p>比计划提前八小时。</p>")
        made.send_back(by=wang, note="请核实天数")
        made.body = "<p>检修用了两天。</p><p>比计划提前八小时。</p>"
        made.title = "皮带检修完成"
        made.save()
        # While the author writes, the desk reads what was sent.
        client = f.signed_in(wang)
        assert "检修用了两天" not in said(page(client, made))
        made.submit(by=li.user)
        compared = page(client, made).content.decode()
        assert "皮带检修<ins>完成</ins>" in compared
        assert "检修用了<del>三</del><ins>两</ins>天。" in compared
        assert "检修用了三天" in said(page(client, made, "?gao=1"))
        assert "检修用了两天" in said(page(client, made, "?gao=2"))
        assert page(client, made, "?gao=99999999999999999999").status_code == 200

    def test_a_remark_goes_to_the_author_and_is_settled(self, li, wang):
        made, client = sent(li, "一篇"), f.signed_in(wang)
        desk(client, made, "say", body="请写全称", quote="三号皮带")
        remark = made.messages.get()
        assert (remark.quote, remark.standing, remark.from_desk) == ("三号皮带", "open", True)
        author = f.signed_in(li.user)
        status = author.get(reverse("submissions:status", args=[made.pk]))
        assert "请写全称" in said(status) and "三号皮带" in said(status)
        author.post(reverse("submissions:talk", args=[made.pk]), {"changed": remark.pk})
        remark.refresh_from_db()
        assert remark.standing == "changed"
        desk(client, made, "mark", message=remark.pk, standing="settled")
        remark.refresh_from_db()
        assert remark.standing == "settled"
        assert "没有这条意见" in said(
            desk(client, made, "mark", message=remark.pk + 1, standing="settled")
        )

    def test_empty_words_are_refused(self, li, wang):
        made, client = sent(li, "一篇"), f.signed_in(wang)
        assert "请填写留言" in said(desk(client, made, "say", body="  "))
        assert "请填写备注" in said(desk(client, made, "jot", body=""))
        assert made.messages.count() == made.notes.count() == 0

    def test_the_monitor_reads_and_writes_nothing(self, li):
        from portal import roles

        made = sent(li, "一篇")
        client = f.signed_in(f.account("monitor", roles.MONITOR))
        shown = page(client, made).content.decode()
        assert "data-decide" not in shown and 'name="_do"' not in shown
        for what in ("say", "jot", "plan"):
            assert desk(client, made, what, body="x", priority="2").status_code == 403
        made.refresh_from_db()
        assert (made.priority, made.messages.count(), made.notes.count()) == (0, 0, 0)

    def test_what_the_author_sent_lately_is_told(self, li, wang):
        sent(li, "从前一篇").decline(by=wang, note="重复")
        made = sent(li, "现在一篇")
        text = said(page(f.signed_in(wang), made))
        assert "投稿 2 篇 · 采用 0 · 发表 0 · 采用率 0%" in text
        assert "从前一篇" in text

    def test_the_same_title_is_pointed_out(self, li, wang):
        f.published("皮带检修完成")
        sent(f.correspondent("qian", "钱通讯"), "皮带检修完成")
        made = sent(li, "皮带检修完成")
        text = said(page(f.signed_in(wang), made))
        assert "来稿" in text and "钱通讯" in text and "局矿快报" in text
        assert "没有文字相同" not in text
        assert "没有文字相同或同题的稿件和文章" in said(
            page(f.signed_in(wang), sent(li, "独一无二"))
        )

    def test_a_request_is_answered_once(self, li, wang):
        made = f.manuscript_in("accepted", li, wang)
        author = f.signed_in(li.user)
        author.post(
            reverse("submissions:ask", args=[made.pk]),
            {"kind": "correction", "body": "人名写错了"},
        )
        request = made.requests.get()
        client = f.signed_in(wang)
        listed = said(client.get("/admin/submissions/authorrequest/"))
        assert "更正" in listed and made.title in listed
        assert "请填写答复" in said(
            desk(client, made, "answer", request=request.pk, standing="granted", body=" ")
        )
        desk(client, made, "answer", request=request.pk, standing="granted", body="已更正")
        again = desk(client, made, "answer", request=request.pk, standing="refused", body="不")
        assert "已经答复过" in said(again)
        request.refresh_from_db()
        assert (request.standing, request.answer, request.answered_by) == (
            "granted",
            "已更正",
            wang,
        )
        assert "已更正" in said(author.get(reverse("submissions:status", args=[made.pk])))


class TestMany:
    def test_a_batch_reports_also_what_has_left_the_list(self, li, wang):
        one, two = sent(li, "一篇"), sent(li, "两篇")
        two.decline(by=f.editor("he", "何编辑"), note="重复")
        answer = f.signed_in(wang).post(
            QUEUE,
            {
                "action": "decline",
                **f.ticked(one, two),
                "_note": "时效已过",
                "_batch": "1",
            },
            follow=True,
        )
        assert "不采用：1 篇已完成。" in said(answer)
        assert "“两篇”没有处理：当前状态是“未采用”" in said(answer)
        one.refresh_from_db()
        assert (one.state, one.remark) == ("declined", "时效已过")

    def test_a_batch_is_passed_on(self, li, wang):
        he = f.editor("he", "何编辑")
        rows = [sent(li, "一篇"), sent(li, "两篇")]
        data = {"action": "pass_on", **f.ticked(*rows)}
        client = f.signed_in(wang)
        assert "选择同事" in said(client.post(QUEUE, data))
        answer = client.post(QUEUE, data | {"_batch": "1", "_to": he.pk}, follow=True)
        assert "转给何编辑：2 篇已完成" in said(answer)
        assert set(Manuscript.objects.values_list("handler", flat=True)) == {he.pk}

    def test_everything_of_an_absent_colleague(self, li, wang):
        he, zhao = f.editor("he", "何编辑"), f.managing()
        for title in ("一篇", "两篇"):
            sent(li, title).claim(by=wang)
        sent(li, "别人的").claim(by=he)
        client = f.signed_in(zhao)
        address = reverse("admin:submissions_manuscript_handover")
        assert "王编辑（2 篇）" in said(client.get(address))
        answer = client.post(address, {"absent": wang.pk, "to": he.pk})
        assert "王编辑手上的稿件已转给何编辑：2 篇" in said(answer)
        assert set(Manuscript.objects.values_list("handler", flat=True)) == {he.pk}
        answer = client.post(address, {"absent": he.pk, "to": "queue"})
        assert "放回待处理：3 篇" in said(answer)
        assert set(Manuscript.objects.values_list("state", flat=True)) == {"submitted"}
        assert "请选择谁不在" in said(client.post(address, {"absent": "x", "to": "y"}))

    def test_handing_over_tells_what_could_not_go(self, li, wang):
        zhao = f.managing()
        poet = f.editor("po", "诗编辑")
        DeskAssignment.objects.create(user=poet, section=f.section("shici"))
        sent(li, "一篇").claim(by=wang)
        report = hand_over(wang, poet, by=zhao)
        assert report.done == 0
        assert report.refused == [("一篇", "“诗编辑”不负责这个栏目。")]


class TestOnBehalf:
    def enter(self, wang, qian, **changes):
        client = f.signed_in(wang)
        add = reverse("admin:submissions_manuscript_add")
        assert qian.name in said(client.get(add, {"q": qian.name}))
        opened = client.post(add, {"author": qian.pk})
        made = Manuscript.objects.get()
        assert opened.headers["Location"] == reverse("submissions:edit", args=[made.pk])
        data = f.typed(version=made.version, publication="", ai_use="", declared="", **changes)
        return client, made, client.post(opened.headers["Location"], data | {"action": "submit"})

    def test_bylines_unit_and_counts_are_the_correspondents(self, wang):
        qian = f.person("钱通讯", "枫桥沟煤矿")
        client, made, answer = self.enter(wang, qian)
        made.refresh_from_db()
        assert (made.state, made.author, made.entered_by) == ("submitted", qian, wang)
        assert answer.headers["Location"].endswith(
            f"/admin/submissions/manuscript/{made.pk}/change/"
        )
        assert [row.name for row in made.bylines.all()] == ["钱通讯"]
        assert made.organisation == qian.organisation
        assert "代投" in said(client.get(QUEUE))
        article = made.accept(by=f.managing())
        byline = article.bylines.get()
        assert (byline.correspondent, byline.organisation) == (qian, qian.organisation)

    def test_it_is_the_authors_once_sent_and_nobody_elses_before(self, wang):
        qian = f.correspondent("qian", "钱通讯")
        author, stranger = f.signed_in(qian.user), f.signed_in(f.editor("he", "何编辑"))
        add = reverse("admin:submissions_manuscript_add")
        f.signed_in(wang).post(add, {"author": qian.pk})
        made = Manuscript.objects.get()
        for client in (author, stranger):
            assert client.get(reverse("submissions:edit", args=[made.pk])).status_code == 404
        made.title, made.body, made.section = "来信一篇", f.BODY, f.section()
        made.save()
        made.submit(by=wang)
        assert "来信一篇" in said(author.get(reverse("submissions:mine")))
        made.send_back(by=f.editor("qi", "齐编辑"), note="请补充")
        assert author.get(reverse("submissions:edit", args=[made.pk])).status_code == 200

    def test_only_engaged_people_are_entered_for(self, wang):
        gone = f.person("钱通讯", "枫桥沟煤矿", state="dismissed")
        answer = f.signed_in(wang).post(
            reverse("admin:submissions_manuscript_add"), {"author": gone.pk}
        )
        assert "请从名单里选择一位在聘的通讯员" in said(answer)
        assert not Manuscript.objects.exists()


class TestInternalNotes:
    def test_no_author_view_letter_or_export_holds_one(self, li, wang, settings):
        secret = "只有编辑部知道的话"
        li.email = "li@example.com"
        li.save()
        made = sent(li, "一篇")
        client = f.signed_in(wang)
        desk(client, made, "jot", body=secret)
        assert secret in said(page(client, made))
        desk(client, made, "say", body="请补充")
        made.send_back(by=wang, note="请修改")
        made.submit(by=li.user)
        made.accept(by=wang).sign(by=wang)
        author = f.signed_in(li.user)
        for name in ("status", "preview"):
            assert secret not in said(author.get(reverse(f"submissions:{name}", args=[made.pk])))
        for name in ("mine", "notices", "new"):
            assert secret not in said(author.get(reverse(f"submissions:{name}")))
        for format in ("json", "csv"):
            export = author.get(reverse("correspondents:export", args=[format])).content.decode()
            assert "一篇" in export and "请补充" in export
            assert secret not in export
        letters = "".join(f"{row.subject}{row.body}" for row in Letter.objects.all())
        assert "请修改" in letters
        assert secret not in letters
        notices = "".join(made.notices.values_list("text", flat=True))
        assert secret not in notices
