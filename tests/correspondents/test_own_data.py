"""A person's own data: to see, to take along, to correct, to delete; and nobody else's."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.test import Client, RequestFactory

from articles.models import Byline
from correspondents.models import Correspondent, Upload
from submissions.models import Manuscript, ManuscriptPicture
from tests import factories as f

pytestmark = pytest.mark.django_db
OWN = "/zhanghu/ziliao/"


@pytest.fixture
def li():
    person = f.correspondent()
    Correspondent.objects.filter(pk=person.pk).update(
        mobile="13812344332", email="li@example.com", motto="=1+1", sign_in_mobile="13812344332"
    )
    person.refresh_from_db()
    person.give_consent("privacy")
    return person


def published_by(person, title="一篇消息"):
    article = f.published(title)
    Byline.objects.create(article=article, name=person.name, unit_text="白桦沟煤矿").credit(person)
    return article


class TestSeeing:
    def test_everything_is_shown_to_the_person_alone(self, li):
        page = f.signed_in(li.user).get(OWN).content.decode()
        for value in ("李通讯", "13812344332", "li@example.com", "白桦沟煤矿", "第 1 版"):
            assert value in page
        other = f.signed_in(f.correspondent("qian", "钱通讯").user).get(OWN).content.decode()
        for value in ("李通讯", "13812344332", "li@example.com"):
            assert value not in other

    def test_contacts_are_on_no_public_page(self, li):
        article = published_by(li)
        stranger = Client()
        for address in ("/", "/tongxunyuan/", li.get_absolute_url(), article.get_absolute_url(),
                        li.organisation.get_absolute_url(), "/sitemap-people-1.xml",
                        f"/tongxunyuan/{li.pk}/feed/"):  # fmt: skip
            page = stranger.get(address).content.decode()
            assert "13812344332" not in page, address
            assert "li@example.com" not in page, address
        found = stranger.get("/tongxunyuan/?q=13812344332").content.decode()
        assert "找到 0 人" in found

    def test_somebody_without_a_record_is_led_to_registration(self):
        page = f.signed_in(f.account("x", staff=False)).get(OWN).content.decode()
        assert "登记通讯员" in page
        for part in ("xiugai/", "daochu.json", "zhuxiao/"):
            assert f.signed_in(f.account(part, staff=False)).get(OWN + part).status_code == 404


class TestTakingAlong:
    def test_json_has_everything_of_every_app(self, li):
        published_by(li)
        f.manuscript(li, title="写了一半")
        client = Client()
        client.post("/zhanghu/login/", {"login": "li", "password": f.PASSWORD})
        answer = client.get(f"{OWN}daochu.json")
        assert "attachment" in answer.headers["Content-Disposition"]
        data = json.loads(answer.content)
        assert data["登记资料"][0]["手机"] == "13812344332"
        assert data["单位经历"][0]["单位"] == "白桦沟煤矿"
        assert {row["事项"] for row in data["同意记录"]} == {"隐私说明", "公开个人档案"}
        assert data["稿件"][0]["标题"] == "写了一半"
        assert "检修" in data["稿件"][0]["正文"]
        assert data["署名的作品"][0]["标题"] == "一篇消息"
        assert data["登录记录"][0]["网络地址"] == "127.0.0.1"

    def test_csv_runs_nothing_in_a_spreadsheet(self, li):
        text = f.signed_in(li.user).get(f"{OWN}daochu.csv").content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        assert ["登记资料", "1", "手机", "13812344332"] in rows
        assert ["登记资料", "1", "个人简介", "'=1+1"] in rows
        assert not any(cell[:1] in "=+-@" for row in rows for cell in row if cell)

    def test_other_formats_and_strangers_get_nothing(self, li):
        assert f.signed_in(li.user).get(f"{OWN}daochu.xml").status_code == 404
        assert Client().get(f"{OWN}daochu.json").status_code == 302


class TestCorrecting:
    def typed(self, **more):
        known = {"mobile": "13812344332", "email": "li@example.com", "department": "", "post": ""}
        return known | more

    def test_words_and_contacts(self, li):
        client = f.signed_in(li.user)
        client.post(
            f"{OWN}xiugai/",
            self.typed(
                mobile="139 0000 1111", department="宣传科", motto="写短些", strengths="通讯"
            ),
        )
        li.refresh_from_db()
        assert (li.mobile, li.department, li.motto) == ("13900001111", "宣传科", "写短些")
        assert li.memberships.get().department == "宣传科"
        assert li.sign_in_mobile == "13812344332"

    def test_a_new_unit_waits_for_the_desk(self, li):
        client = f.signed_in(li.user)
        page = client.post(f"{OWN}xiugai/", self.typed(new_unit="望舒选煤厂")).content.decode()
        assert "请填写调入新单位的日期" in page
        assert 'value="望舒选煤厂"' in page
        client.post(f"{OWN}xiugai/", self.typed(new_unit="望舒选煤厂", new_unit_since="2026-06-01"))
        li.refresh_from_db()
        assert str(li.organisation) == "白桦沟煤矿"
        assert (li.unit_text, str(li.unit_since)) == ("望舒选煤厂", "2026-06-01")
        assert li in Correspondent.objects.waiting_for_unit()

    def test_nothing_the_newsroom_decides_can_be_set(self, li):
        f.signed_in(li.user).post(
            f"{OWN}xiugai/",
            self.typed(state="engaged", number="T-1", grade="1", name="王五", term_to="2099-01-01",
                       sign_in_mobile="13900009999", public_consent_at="2026-01-01", user="1"),
        )  # fmt: skip
        fresh = Correspondent.objects.get(pk=li.pk)
        assert (fresh.name, fresh.number, fresh.grade, fresh.term_to) == (
            "李通讯",
            None,
            None,
            None,
        )
        assert (fresh.sign_in_mobile, fresh.user) == ("13812344332", li.user)

    def test_a_step_of_the_desk_meanwhile_is_not_written_over(self, li):
        from correspondents.forms import OwnDataForm

        stale = Correspondent.objects.get(pk=li.pk)
        form = OwnDataForm(
            self.typed(motto="新的"), instance=stale, request=RequestFactory().get("/")
        )
        assert form.is_valid()
        li.suspend(by=f.managing(), note="停")
        form.save()
        li.refresh_from_db()
        assert (li.state, li.motto) == ("suspended", "新的")

    def test_a_new_photo_replaces_the_old_file(self, li):
        client = f.signed_in(li.user)
        client.post(f"{OWN}xiugai/", self.typed(photo=f.photo("一.jpg")))
        first = Correspondent.objects.get(pk=li.pk).photo
        first.make_sizes()
        client.post(f"{OWN}xiugai/", self.typed(photo=f.photo("二.jpg")))
        assert Correspondent.objects.get(pk=li.pk).photo.original_name == "二.jpg"
        assert not Upload.objects.filter(pk=first.pk).exists()
        client.post(f"{OWN}xiugai/", self.typed(no_photo="on"))
        assert Correspondent.objects.get(pk=li.pk).photo is None

    def test_a_mailbox_that_is_taken_out_no_longer_opens_the_account(self, li):
        User.objects.filter(pk=li.user.pk).update(email="li@example.com")
        f.signed_in(li.user).post(f"{OWN}xiugai/", self.typed(email="", password=f.PASSWORD))
        li.user.refresh_from_db()
        assert li.user.email == ""


class TestConsents:
    def test_given_and_withdrawn_by_the_person_and_kept_with_their_times(self, li):
        client = f.signed_in(li.user)
        client.post(f"{OWN}tongyi/profile/", {"answer": "no"})
        assert Client().get(li.get_absolute_url()).status_code == 404
        client.post(f"{OWN}tongyi/profile/", {"answer": "yes"})
        assert Client().get(li.get_absolute_url()).status_code == 200
        rows = list(li.consents.filter(kind="profile").order_by("given_at"))
        assert [row.withdrawn_at is None for row in rows] == [False, True]
        assert rows[1].address == "127.0.0.1"
        assert rows[1].notice.version == 1

    def test_odd_kinds_and_gets_change_nothing(self, li):
        client = f.signed_in(li.user)
        assert client.post(f"{OWN}tongyi/alles/", {"answer": "yes"}).status_code == 404
        assert client.get(f"{OWN}tongyi/profile/").status_code == 405
        client.post(f"{OWN}tongyi/privacy/", {"answer": "no"})
        assert "privacy" in li.agrees_to


@pytest.mark.django_db(transaction=True)
class TestLeaving:
    @pytest.fixture
    def gone(self, li):
        client = f.signed_in(li.user)
        elsewhere = f.signed_in(li.user)
        article = published_by(li)
        draft = f.manuscript(li, title="写了一半")
        upload = Upload.objects.accept(f.photo(), owner=li.user, make_now=True)
        ManuscriptPicture.objects.create(manuscript=draft, upload=upload)
        sent = f.manuscript(li, title="送出去的")
        sent.submit(by=li.user)
        photo = Upload.objects.accept(f.photo(), owner=li.user, make_now=True)
        letter = Upload.objects.accept(f.photo(), owner=li.user, make_now=True)
        Correspondent.objects.filter(pk=li.pk).update(photo=photo, letter=letter)
        files = [upload.original.name, photo.original.name, letter.original.name]
        client.post(f"{OWN}zhuxiao/", {"password": f.PASSWORD, "sure": "on"})
        f.work()
        li.refresh_from_db()
        return {"person": li, "article": article, "sent": sent, "files": files,
                "client": client, "elsewhere": elsewhere}  # fmt: skip

    def test_contacts_files_and_drafts_are_gone(self, gone):
        person = gone["person"]
        for field in ("mobile", "email", "motto", "department", "post", "recommender"):
            assert getattr(person, field) == ""
        assert (person.state, person.user, person.sign_in_mobile) == ("closed", None, None)
        assert person.photo is None
        assert not any(default_storage.exists(name) for name in gone["files"])
        assert [row.title for row in Manuscript.objects.all()] == ["送出去的"]
        assert Manuscript.objects.get().state == "retracted"
        account = User.objects.get(username__startswith="deleted-")
        assert (account.email, account.last_name, account.is_active) == ("", "", False)

    def test_the_byline_stays_as_plain_text_and_the_count_with_the_unit(self, gone):
        page = Client().get(gone["article"].get_absolute_url()).content.decode()
        assert "李通讯" in page
        assert gone["person"].get_absolute_url() not in page
        assert Client().get(gone["person"].get_absolute_url()).status_code == 404
        unit = Client().get(f.unit().get_absolute_url()).content.decode()
        assert "一篇消息" in unit

    def test_every_session_ends_and_nobody_signs_in_again(self, gone):
        for client in (gone["client"], gone["elsewhere"]):
            assert client.get(OWN).status_code == 302
        for login in ("li", "13812344332", "li@example.com"):
            answer = Client().post("/zhanghu/login/", {"login": login, "password": f.PASSWORD})
            assert answer.status_code == 200

    def test_nothing_of_it_is_readable_in_the_logs(self, gone):
        for entry in LogEntry.objects.all():
            assert "13812344332" not in str(vars(entry))
            assert "li@example.com" not in str(vars(entry))

    def test_it_wants_password_and_a_tick(self):
        li = f.correspondent("wu", "吴通讯")
        client = f.signed_in(li.user)
        for data in ({"password": "wrong", "sure": "on"}, {"password": f.PASSWORD}, {}):
            page = client.post(f"{OWN}zhuxiao/", data).content.decode()
            assert "注销后不能恢复" in page
        li.refresh_from_db()
        assert li.state == "engaged"

    def test_an_account_of_the_desk_goes_on_working(self):
        wang = f.editor()
        person = f.person("王编辑", user=wang)
        person.leave(by=wang)
        wang.refresh_from_db()
        assert wang.is_active
        assert wang.username == "wang"


class TestOthersThings:
    """Another person's data, draft, file or export is not reached by changing an address."""

    def test_every_address_with_an_id_of_somebody_else(self, li):
        other = f.correspondent("qian", "钱通讯")
        upload = Upload.objects.accept(f.photo(), owner=li.user, make_now=True)
        Correspondent.objects.filter(pk=li.pk).update(letter=upload, photo=upload)
        draft = f.manuscript(li)
        ManuscriptPicture.objects.create(
            manuscript=draft, upload=Upload.objects.accept(f.photo(), owner=li.user, make_now=True)
        )
        article = f.published("旧作")
        byline = Byline.objects.create(article=article, name="李通讯")
        client = f.signed_in(li.user)
        client.post("/tongxunyuan/renling/", {"byline": [byline.pk]})
        claim = byline.claims.get()
        picture = draft.pictures.get().upload
        addresses = [
            f"{OWN}wenjian/{upload.key}/",
            f"{OWN}zhaopian/{upload.key}/240.jpg",
            f"/tougao/{draft.pk}/",
            f"/tougao/{draft.pk}/xiugai/",
            f"/tougao/tupian/{picture.key}/240.jpg",
        ]
        thief = f.signed_in(other.user)
        for address in addresses:
            assert client.get(address).status_code == 200, address
            assert thief.get(address).status_code == 404, address
            assert Client().get(address).status_code in (302, 404), address
        answer = thief.post(f"/tongxunyuan/renling/{claim.pk}/shouhui/")
        assert answer.status_code == 404
        claim.refresh_from_db()
        assert claim.state == "waiting"
        export = thief.get(f"{OWN}daochu.json?pk={li.pk}&user={li.user.pk}").content.decode()
        assert "李通讯" not in export


class TestClaims:
    @pytest.fixture
    def old(self, li):
        article = f.published("十年前的通讯", published_at=li.created_at.replace(year=2020))
        return Byline.objects.create(article=article, name="李 通讯", unit_text="白桦沟煤矿")

    def claim(self, person, byline):
        f.signed_in(person.user).post(
            "/tongxunyuan/renling/", {"byline": [byline.pk], "remark": "当时在综采队"}
        )
        return byline.claims.get(correspondent=person)

    def step(self, user, claim, name, **more):
        address = f"/admin/articles/bylineclaim/{claim.pk}/step/"
        answer = f.signed_in(user).post(
            address, {"_seen": f.seen(address), "_step": name, **more}, follow=True
        )
        claim.refresh_from_db()
        return answer

    @pytest.mark.django_db(transaction=True)
    def test_it_is_offered_by_name_and_counts_once_settled(self, li, old):
        page = f.signed_in(li.user).get("/tongxunyuan/renling/").content.decode()
        assert "十年前的通讯" in page
        claim = self.claim(li, old)
        assert "十年前的通讯" not in Client().get(li.get_absolute_url()).content.decode()
        self.step(f.editor(), claim, "settle")
        old.refresh_from_db()
        assert (old.correspondent, old.organisation) == (li, li.organisation)
        assert "十年前的通讯" in Client().get(li.get_absolute_url()).content.decode()
        page = f.signed_in(li.user).get("/tongxunyuan/renling/").content.decode()
        assert "已认定" in page

    def test_the_unit_of_the_day_is_credited_after_a_move(self, li, old):
        import datetime as dt

        li.settle_unit(f.unit("望舒选煤厂"), by=None, since=dt.date(2025, 6, 1))
        Byline.objects.filter(pk=old.pk).update(unit_text="")
        claim = self.claim(li, old)
        self.step(f.editor(), claim, "settle")
        old.refresh_from_db()
        assert str(old.organisation) == "白桦沟煤矿"

    def test_refused_with_a_reason_the_claimant_reads(self, li, old):
        claim = self.claim(li, old)
        self.step(f.editor(), claim, "refuse", _note="同名的另一位")
        page = f.signed_in(li.user).get("/tongxunyuan/renling/").content.decode()
        assert "同名的另一位" in page
        old.refresh_from_db()
        assert old.correspondent is None

    def test_of_two_claimants_one_gets_it(self, li, old):
        twin = f.correspondent("li2", "李通讯", "望舒选煤厂")
        one, two = self.claim(li, old), self.claim(twin, old)
        self.step(f.editor(), one, "settle")
        two.refresh_from_db()
        assert two.state == "refused"
        self.step(User.objects.get(username="wang"), two, "settle")
        old.refresh_from_db()
        assert old.correspondent == li

    def test_nobody_settles_his_own(self, old):
        wang = f.editor()
        person = f.person("李通讯", user=wang)
        claim = self.claim(person, old)
        self.step(wang, claim, "settle")
        assert claim.state == "waiting"

    def test_a_byline_of_somebody_else_or_of_a_hidden_piece_is_not_claimed(self, li):
        other = f.person("钱通讯")
        taken = Byline.objects.create(article=f.published("别人的"), name="钱通讯",
                                      correspondent=other)  # fmt: skip
        hidden = Byline.objects.create(article=f.article(by=f.editor()), name="李通讯")
        client = f.signed_in(li.user)
        client.post("/tongxunyuan/renling/", {"byline": [taken.pk, hidden.pk, "x", "-1"]})
        assert not taken.claims.exists()
        assert not hidden.claims.exists()
        page = client.get(f"/tongxunyuan/renling/?wenzhang={hidden.article_id}").content.decode()
        assert hidden.article.title not in page

    def test_a_pen_name_is_found_by_the_address_of_the_article(self, li):
        row = Byline.objects.create(article=f.published("笔名写的"), name="矿山客")
        page = (
            f.signed_in(li.user)
            .get(f"/tongxunyuan/renling/?wenzhang=https://x/articles/{row.article_id}/")
            .content.decode()
        )
        assert re.search(r"笔名写的</label>", page)

    def test_many_are_settled_in_one_go(self, li):
        rows = [
            Byline.objects.create(article=f.published(f"旧作{n}"), name="李通讯") for n in range(3)
        ]
        f.signed_in(li.user).post("/tongxunyuan/renling/", {"byline": [row.pk for row in rows]})
        claims = [row.claims.get().pk for row in rows]
        f.signed_in(f.editor()).post(
            "/admin/articles/bylineclaim/", {"action": "settle", "_selected_action": claims}
        )
        assert Byline.objects.filter(correspondent=li).count() == 3
