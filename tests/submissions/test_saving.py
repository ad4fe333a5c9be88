"""Nothing typed is lost: autosave, two windows, no session, a form sent twice."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from correspondents.models import Upload
from submissions.models import CallForPapers, Manuscript, SubmissionRules
from tests import factories as f
from tests.factories import typed

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NEW = "/tougao/"
BEGIN = "/tougao/baocun/"


@pytest.fixture
def li():
    return f.correspondent()


def autosave(client, manuscript, **changes):
    address = reverse("submissions:autosave", args=[manuscript.pk])
    data = typed(text_format="html") | {"version": manuscript.version} | changes
    return client.post(address, data)


def edit(manuscript) -> str:
    return reverse("submissions:edit", args=[manuscript.pk])


class TestAutosave:
    def test_the_first_saving_makes_a_draft_and_the_form_goes_on_with_it(self, li):
        client, key = f.signed_in(li.user), str(uuid.uuid4())
        first = client.post(BEGIN, typed(title="写到一半", form_key=key)).json()
        again = client.post(BEGIN, typed(title="写完一半", form_key=key)).json()
        assert first["manuscript"] == again["manuscript"]
        draft = Manuscript.objects.get()
        assert (draft.title, draft.state) == ("写完一半", "draft")
        assert again["version"] > first["version"]
        assert again["page"] == edit(draft)
        # The button sends the same one.
        client.post(NEW, typed(form_key=key, version=again["version"], action="submit"))
        assert Manuscript.objects.get().state == "submitted"

    def test_unfinished_input_is_stored_and_told(self, li):
        draft = f.manuscript(li)
        answer = autosave(
            f.signed_in(li.user), draft, title="字" * 80, event_date="昨天", text="<p>写着</p>"
        )
        assert answer.json()["problems"] == ["事件日期：日期没有看懂，请写成 2026-11-25 的样子。"]
        draft.refresh_from_db()
        assert (draft.title, draft.body) == ("字" * 80, "<p>写着</p>")

    def test_what_is_missing_stands_under_its_field_and_only_there(self, li):
        sent = typed(title="", ai_use="", declared="", action="submit")
        page = f.signed_in(li.user).post(NEW, sent).content.decode()
        assert re.findall(r'id="id_(\w+)_error"', page) == ["title", "ai_use", "declared"]
        said = page[page.index('id="id_title_error"') :].split("</p>")[0]
        assert "请填写标题" in said
        assert 'aria-describedby="id_title_helptext id_title_error"' in page
        red = re.findall(r'class="field[^"]* err" id="f-(\w+)"', page)
        assert red == ["ai_use", "declared"]

    def test_what_is_stored_has_been_cleaned(self, li):
        draft = f.manuscript(li)
        autosave(
            f.signed_in(li.user),
            draft,
            text='<p onclick="x()">好<script>x()</script></p><h1>题</h1>',
        )
        draft.refresh_from_db()
        assert "script" not in draft.body and "onclick" not in draft.body
        assert "<p>好</p>" in draft.body

    def test_without_a_session_the_answer_is_401_and_nothing_is_stored(self, li):
        draft = f.manuscript(li)
        answer = autosave(Client(), draft, title="陌生人")
        assert (answer.status_code, answer.json()) == (401, {"problem": "登录已过期。"})
        draft.refresh_from_db()
        assert draft.title != "陌生人"

    def test_another_correspondent_finds_nothing(self, li):
        draft = f.manuscript(li)
        other = f.signed_in(f.correspondent("qian", "钱通讯").user)
        assert autosave(other, draft, title="别人").status_code == 404
        assert other.get(edit(draft)).status_code == 404
        draft.refresh_from_db()
        assert draft.title != "别人"

    def test_an_older_window_never_writes_over_a_newer_one(self, li):
        draft, client = f.manuscript(li), f.signed_in(li.user)
        window = str(uuid.uuid4())
        assert autosave(client, draft, text="<p>甲窗写的。</p>").status_code == 200
        late = autosave(client, draft, text="<p>乙窗写的。</p>", form_key=window)
        assert late.status_code == 409
        assert "甲窗写的" in late.json()["conflict"]["body"]
        draft.refresh_from_db()
        assert draft.body == "<p>甲窗写的。</p>"
        # Both are offered on the next page; more typing in the same window makes no third one.
        autosave(client, draft, text="<p>乙窗又写的。</p>", form_key=window, version=1)
        page = client.get(edit(draft)).content.decode()
        assert "甲窗写的" in page and "乙窗又写的" in page
        copy = draft.copies.get()
        client.post(reverse("submissions:choose_copy", args=[draft.pk, copy.pk]))
        draft.refresh_from_db()
        copy.refresh_from_db()
        assert (draft.body, copy.body) == ("<p>乙窗又写的。</p>", "<p>甲窗写的。</p>")
        client.post(reverse("submissions:choose_copy", args=[draft.pk, copy.pk]), {"drop": "1"})
        assert not draft.copies.exists()

    def test_the_same_words_from_an_older_window_are_no_conflict(self, li):
        draft, client = f.manuscript(li), f.signed_in(li.user)
        autosave(client, draft, text="<p>同样的话。</p>")
        again = autosave(client, draft, text="<p>同样的话。</p>", title=typed()["title"])
        assert again.status_code == 200
        assert not draft.copies.exists()

    def test_what_is_typed_after_the_sending_is_kept_beside_it(self, li):
        draft, client = f.manuscript(li, body="<p>投出的话。</p>"), f.signed_in(li.user)
        draft.submit(by=li.user)
        late = autosave(client, draft, text="<p>投出以后又写的话。</p>")
        assert late.status_code == 410
        draft.refresh_from_db()
        assert draft.body == "<p>投出的话。</p>"
        assert "投出以后又写的话" in client.get(draft.get_absolute_url()).content.decode()


class TestWithoutSession:
    def form(self, client, address=NEW):
        """What the page of the form carries."""
        page = client.get(address).content.decode()
        return page.split('name="author" value="')[1].split('"')[0]

    def test_a_form_sent_after_the_session_has_run_out_is_there_after_signing_in(self, li):
        client = f.signed_in(li.user)
        token = self.form(client)
        client.logout()
        data = typed(author=token, title="没有白写", action="submit", pictures=f.photo())
        answer = client.post(NEW, data)
        assert answer.headers["Location"].startswith("/zhanghu/login/")
        assert not Manuscript.objects.exists()
        client.post(
            answer.headers["Location"], {"login": "li", "password": f.PASSWORD, "next": NEW}
        )
        page = client.get(NEW, follow=True).content.decode()
        assert "登录前填写的内容已经恢复" in page and "没有白写" in page
        draft = Manuscript.objects.get()
        assert (draft.title, draft.pictures.count()) == ("没有白写", 1)
        # It is there once.
        client.get(NEW)
        assert Manuscript.objects.count() == 1

    def test_somebody_else_who_signs_in_there_gets_nothing_of_it(self, li):
        qian = f.correspondent("qian", "钱通讯")
        client = f.signed_in(li.user)
        token = self.form(client)
        client.logout()
        client.post(NEW, typed(author=token, title="李的秘密"))
        client.force_login(qian.user, backend="django.contrib.auth.backends.ModelBackend")
        assert "李的秘密" not in client.get(NEW).content.decode()
        assert not Manuscript.objects.exists()

    @pytest.mark.parametrize("token", ["", "x", "eyJ:1:2"])
    def test_a_stranger_without_our_token_stores_nothing(self, li, token):
        answer = Client().post(NEW, typed(author=token, pictures=f.photo()))
        assert "投稿须先登录" in answer.content.decode()
        assert not Upload.objects.exists()


class TestUploads:
    def send(self, client, draft, file, kind="picture"):
        address = reverse("submissions:upload", args=[draft.pk])
        return client.post(address, {"kind": kind, "file": file})

    def test_one_file_at_a_time_with_its_row(self, li):
        draft, client = f.manuscript(li), f.signed_in(li.user)
        answer = self.send(client, draft, f.photo("井口.jpg"))
        assert "井口.jpg" in answer.json()["html"]
        picture = draft.pictures.get()
        state = client.get(reverse("submissions:state", args=[draft.pk])).json()
        assert [(row["id"], row["state"]) for row in state["pictures"]] == [(picture.pk, "waiting")]

    def test_refusals_are_sentences(self, li, settings):
        draft, client = f.manuscript(li), f.signed_in(li.user)
        address = reverse("submissions:upload", args=[draft.pk])
        assert client.post(address, {}).json()["problem"] == "没有收到文件，请重新选择。"
        settings.PICTURES_PER_MANUSCRIPT = 1
        self.send(client, draft, f.photo("一.jpg"))
        more = self.send(client, draft, f.photo("二.jpg", (1200, 900)))
        assert "每篇稿件最多 1 张图片" in more.json()["problem"]
        assert more.status_code == 400

    def test_nobody_fills_the_disk(self, li, settings):
        settings.UPLOADS_A_DAY = 2
        draft, client = f.manuscript(li), f.signed_in(li.user)
        for number in range(2):
            self.send(client, draft, f.photo(f"{number}.jpg"))
        more = self.send(client, draft, f.photo("三.jpg"))
        assert more.json()["problem"] == "今天上传的文件太多，请明天再传，或与编辑部联系。"
        assert Upload.objects.count() == 2
        Upload.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
        assert self.send(client, draft, f.photo("三.jpg")).status_code == 200

    def test_who_cannot_send_anything_uploads_a_tenth(self, li, settings):
        settings.UPLOADS_A_DAY = 20
        draft, client = f.manuscript(li), f.signed_in(li.user)
        li.suspend(by=f.managing("guan", "管主编"), note="停用")
        for number in range(2):
            assert self.send(client, draft, f.photo(f"{number}.jpg")).status_code == 200
        assert "今天上传的文件太多" in self.send(client, draft, f.photo("三.jpg")).json()["problem"]

    def test_nothing_is_added_to_what_is_at_the_desk(self, li):
        draft, client = f.manuscript(li), f.signed_in(li.user)
        draft.submit(by=li.user)
        assert self.send(client, draft, f.photo()).status_code == 404
        assert not Upload.objects.exists()


class TestMeasure:
    """Nobody fills the database; what was typed is in the page that says so."""

    def test_drafts(self, li, settings):
        settings.DRAFTS_AT_ONCE = 2
        client = f.signed_in(li.user)
        f.manuscript(li)
        sent = f.manuscript_in("submitted", li, f.editor())
        assert client.post(BEGIN, typed(title="第二篇")).status_code == 200
        words = "您已有 2 篇没有提交的草稿，请先提交或删除几篇，再存新的。"
        refused = client.post(BEGIN, typed(title="第三篇"))
        assert (refused.status_code, refused.json()) == (400, {"problem": words})
        page = client.post(NEW, typed(title="第三篇", action="submit")).content.decode()
        assert words in page
        assert 'value="第三篇"' in page
        assert "近日，检修完成。" in page
        assert not Manuscript.objects.filter(title="第三篇").exists()
        Manuscript.objects.filter(title="第二篇").delete()
        client.post(NEW, typed(title="第三篇", action="save"))
        assert Manuscript.objects.exclude(pk=sent.pk).count() == 2

    def test_texts_kept_beside_one_manuscript(self, li):
        draft, client = f.manuscript(li), f.signed_in(li.user)
        client.post(edit(draft), typed(version=draft.version, action="save"))
        for number in range(23):
            answer = autosave(client, draft, text=f"<p>{number}</p>", form_key=str(uuid.uuid4()))
            assert answer.status_code == 409
        assert [copy.body for copy in draft.copies.all()] == [
            f"<p>{number}</p>" for number in range(22, 2, -1)
        ]

    def test_sending_and_taking_back_without_end(self, li, settings):
        settings.OPEN_MANUSCRIPTS_A_DAY = 3
        client = f.signed_in(li.user)

        def send():
            draft = f.manuscript(li)
            client.post(edit(draft), typed(version=draft.version, action="submit"))
            draft.refresh_from_db()
            return draft

        for _ in range(6):
            draft = send()
            assert draft.state == "submitted"
            draft.retract(by=li.user)
        assert send().state == "draft"

    def test_messages(self, li, settings):
        settings.MESSAGES_A_DAY = 2
        made, client = f.manuscript_in("submitted", li, f.editor()), f.signed_in(li.user)
        address = reverse("submissions:talk", args=[made.pk])
        for number in range(3):
            page = client.post(address, {"body": f"第 {number} 句"}, follow=True)
        assert "今天的留言太多了" in page.content.decode()
        assert made.messages.count() == 2
        made.add_message("编辑的话", by=f.editor("qian", "钱编辑"))
        assert made.messages.count() == 3

    @pytest.mark.parametrize("version", ["9" * 5000, "-1", "1.5", "²", "１"])
    def test_a_version_that_is_no_number(self, li, version):
        draft, client = f.manuscript(li), f.signed_in(li.user)
        answer = autosave(client, draft, version=version, text="<p>写着</p>")
        assert answer.status_code in (200, 409)
        draft.refresh_from_db()
        kept = [draft.body, *draft.copies.values_list("body", flat=True)]
        assert "<p>写着</p>" in kept


class TestRulesAndPlaces:
    def test_a_new_version_of_the_rules_is_agreed_to_anew(self, li):
        draft, client = f.manuscript(li), f.signed_in(li.user)
        SubmissionRules.objects.create(version=2, body="<p>新的一条。</p>")
        data = typed(version=draft.version, declared="")
        page = client.post(edit(draft), data | {"action": "submit"}).content.decode()
        assert "请看过投稿须知后勾选声明" in page or "投稿须知有了新版本" in page
        draft.refresh_from_db()
        data = typed(version=draft.version, action="submit")
        client.post(edit(draft), data)
        draft.refresh_from_db()
        assert (draft.state, draft.rules.version) == ("submitted", 2)
        assert draft.rounds.get().content["rules"] == 2

    def test_versions_are_kept_and_readable(self, li):
        SubmissionRules.objects.create(version=2, body="<p>新的一条。</p>")
        assert "新的一条" in Client().get(reverse("submissions:rules")).content.decode()
        first = Client().get(reverse("submissions:rules_version", args=[1])).content.decode()
        assert "新的一条" not in first

    def test_the_desk_writes_a_new_version_and_never_changes_one_in_force(self, li):
        chief = f.signed_in(f.chief())
        add = "/admin/submissions/submissionrules/add/"
        page = chief.get(add).content.decode()
        assert "投稿" in page
        chief.post(
            add,
            {
                "body": "<p>第二版</p>",
                "in_force_since_0": "2026-01-01",
                "in_force_since_1": "08:00",
            },
        )
        made = SubmissionRules.objects.get(version=2)
        chief.post(
            f"/admin/submissions/submissionrules/{made.pk}/change/",
            {"body": "<p>偷改</p>", "in_force_since_0": "2026-01-01", "in_force_since_1": "08:00"},
        )
        made.refresh_from_db()
        assert made.body == "<p>第二版</p>"

    def test_a_section_that_is_closed_today_takes_nothing_new(self, li):
        today = timezone.localdate()
        section = f.section()
        client = f.signed_in(li.user)
        returned = f.manuscript(li, title="退回来的")
        returned.submit(by=li.user)
        returned.send_back(by=f.editor(), note="请补充")
        section.closes_on = today - dt.timedelta(days=1)
        section.save()
        choices = client.get(NEW).content.decode().split('id="id_section"')[1].split("</select>")[0]
        assert f'value="{section.pk}"' not in choices and "安全专题" in choices
        page = client.post(NEW, typed(section=section.pk, action="submit")).content.decode()
        assert "您选的栏目不存在或不接受投稿" in page
        # What was sent while it was open may be sent again.
        returned.refresh_from_db()
        returned.submit(by=li.user)
        assert returned.state == "submitted"

    def test_a_call_takes_manuscripts_until_its_deadline(self, li):
        today = timezone.localdate()
        call = CallForPapers.objects.create(
            title="矿山春天", closes_on=today, section=f.section("shici"), description="写春天。"
        )
        assert "矿山春天" in Client().get(reverse("submissions:calls")).content.decode()
        client = f.signed_in(li.user)
        page = client.get(f"{NEW}?zhengwen={call.pk}").content.decode()
        assert f'<option value="{call.pk}" selected>' in page
        draft = f.manuscript(li, call=call)
        call.closes_on = today - dt.timedelta(days=1)
        call.save()
        draft.refresh_from_db()
        data = typed(version=draft.version, call=call.pk, action="submit")
        page = client.post(edit(draft), data).content.decode()
        assert "已经截止" in page
        draft.refresh_from_db()
        assert draft.state == "draft"


class TestNames:
    def test_public_people_and_colleagues_are_offered_others_are_not(self, li):
        f.person("杨宁", "枫桥沟煤矿", public=True, mobile="13800000001")
        f.person("杨甲", "白桦沟煤矿")
        f.person("杨乙", "别处煤矿")
        answer = f.signed_in(li.user).get(reverse("submissions:names"), {"q": "杨"})
        assert {row["name"] for row in answer.json()["people"]} == {"杨宁", "杨甲"}
        assert "13800000001" not in answer.content.decode()
        assert Client().get(reverse("submissions:names"), {"q": "杨"}).status_code == 401
