"""The desk's work on the registry: batches, terms, units, merging, contacts, history."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from correspondents.models import Correspondent, Liaison, Organisation
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LIST = "/admin/correspondents/correspondent/"


@pytest.fixture
def zhao():
    return f.managing()


@pytest.fixture
def desk(zhao):
    return f.signed_in(zhao)


def change(person):
    return f"{LIST}{person.pk}/change/"


def said(answer):
    return re.sub(r"<[^>]+>", "", answer.content.decode())


class TestBatches:
    def test_many_are_appointed_and_each_refusal_is_said(self, desk):
        people = [f.person(f"申请{n}", state="pending", since=None) for n in range(3)]
        stray = f.person("无单位", "", state="pending", since=None)
        answer = desk.post(
            LIST,
            {"action": "approve", **f.ticked(*people, stray)},
            follow=True,
        )
        states = {p.name: p.state for p in Correspondent.objects.all()}
        assert states == {"申请0": "engaged", "申请1": "engaged", "申请2": "engaged",
                          "无单位": "pending"}  # fmt: skip
        assert "聘任：3 人已完成" in said(answer)
        assert "“无单位”的单位还没有核定" in said(answer)
        numbers = set(Correspondent.objects.exclude(pk=stray.pk).values_list("number", flat=True))
        assert numbers == {"T-0001", "T-0002", "T-0003"}

    def test_refusing_many_asks_for_one_reason(self, desk):
        people = [f.person(f"申请{n}", state="pending", since=None) for n in range(2)]
        data = {"action": "refuse", **f.ticked(*people)}
        page = said(desk.post(LIST, data))
        assert "意见或原因" in page
        assert "申请0" in page
        assert set(Correspondent.objects.values_list("state", flat=True)) == {"pending"}
        page = said(desk.post(LIST, data | {"_batch": "1", "_note": " "}))
        assert "需要填写意见或原因" in page
        desk.post(LIST, data | {"_batch": "1", "_note": "材料不全"})
        assert set(Correspondent.objects.values_list("state", flat=True)) == {"closed"}
        notes = LogEntry.objects.filter(additional_data__step="refuse")
        assert {entry.additional_data["note"] for entry in notes} == {"材料不全"}


class TestTerms:
    def test_the_expiry_list_and_renewing_it(self, desk):
        today = timezone.localdate()
        ends = {"过期": -3, "将满": 20, "远着": 200}
        for name, days in ends.items():
            f.person(name, term_from=dt.date(2025, 1, 1), term_to=today + dt.timedelta(days=days))
        shown = lambda term: {  # noqa: E731
            name
            for name in ends
            if f">{name}</a>" in desk.get(f"{LIST}?term={term}").content.decode()
        }
        assert shown("over") == {"过期"}
        assert shown("30") == {"过期", "将满"}
        assert shown("nonsense") == set(ends)
        chosen = Correspondent.objects.exclude(name="远着")
        desk.post(LIST, {"action": "renew", **f.ticked(*chosen)})
        soon = Correspondent.objects.get(name="将满")
        assert soon.term_from == today + dt.timedelta(days=21)
        over = Correspondent.objects.get(name="过期")
        assert over.term_from == today
        assert shown("30") == set()
        assert "聘期已满或将满" not in said(desk.get("/admin/"))

    def test_the_desk_is_told_of_what_waits(self, desk):
        f.person("新人", "", state="pending", since=None, unit_text="没听说过的矿")
        page = said(desk.get("/admin/"))
        assert "登记待审核 1" in page
        assert "单位待核定 1" in page
        assert "登记待审核" not in said(f.signed_in(f.editor()).get("/admin/"))


class TestUnits:
    def settle(self, desk, person, **data):
        return desk.post(f"{LIST}{person.pk}/unit/", data, follow=True)

    def test_free_text_becomes_a_known_unit_and_its_alias(self, desk):
        unit = f.unit("陕西煤业化工集团")
        person = f.person("新人", "", unit_text="陕煤化")
        self.settle(desk, person, organisation=unit.pk, alias="on", department="宣传部")
        person.refresh_from_db()
        assert (person.organisation, person.unit_text, person.department) == (unit, "", "宣传部")
        assert Organisation.objects.resolve("陕煤化") == unit

    def test_free_text_becomes_a_new_unit_in_the_tree(self, desk):
        group = f.unit("澄岚矿业集团")
        person = f.person("新人", "", unit_text="鹿鸣塬煤矿")
        self.settle(desk, person, new_name="鹿鸣塬煤矿", parent=group.pk, region="岚西")
        person.refresh_from_db()
        assert person.organisation.parent == group
        assert group.holds(person.organisation)

    def test_a_name_that_is_known_makes_no_second_unit(self, desk):
        f.unit("鹿鸣塬煤矿").aliases.create(text="鹿矿")
        person = f.person("新人", "")
        page = said(self.settle(desk, person, new_name="鹿 矿"))
        assert "单位库里已有“鹿鸣塬煤矿”" in page
        assert Organisation.objects.count() == 1

    def test_a_move_needs_its_day(self, desk):
        person, new = f.person("杨宁", "枫桥沟煤矿"), f.unit("望舒选煤厂")
        page = said(self.settle(desk, person, organisation=new.pk))
        assert "请填写调入新单位的日期" in page
        self.settle(desk, person, organisation=new.pk, since="2025-06-01")
        person.refresh_from_db()
        assert person.organisation == new
        assert str(person.unit_on(dt.date(2025, 5, 31))) == "枫桥沟煤矿"

    def test_dates_are_corrected_together_and_never_overlap(self, desk):
        person = f.person("杨宁", "枫桥沟煤矿")
        person.settle_unit(f.unit("望舒选煤厂"), by=None, since=dt.date(2025, 6, 1))
        old, new = person.memberships.all()
        rows = {
            "name": "杨宁", "memberships-TOTAL_FORMS": 2, "memberships-INITIAL_FORMS": 2,
            "consents-TOTAL_FORMS": 0, "consents-INITIAL_FORMS": 0,
            "memberships-0-id": old.pk, "memberships-0-organisation": old.organisation_id,
            "memberships-0-until": "2025-07-31",
            "memberships-1-id": new.pk, "memberships-1-organisation": new.organisation_id,
            "memberships-1-since": "2025-07-15",
        }  # fmt: skip
        page = said(desk.post(change(person), rows))
        assert "日期重叠" in page
        desk.post(change(person), rows | {"memberships-1-since": "2025-08-01"})
        assert str(person.unit_on(dt.date(2025, 7, 31))) == "枫桥沟煤矿"
        assert str(person.unit_on(dt.date(2025, 8, 1))) == "望舒选煤厂"

    def test_one_row_may_close_while_another_opens(self, desk):
        person = f.person("杨宁", "枫桥沟煤矿")
        old, new = person.memberships.get(), f.unit("望舒选煤厂")
        desk.post(change(person), {
            "name": "杨宁", "memberships-TOTAL_FORMS": 2, "memberships-INITIAL_FORMS": 1,
            "consents-TOTAL_FORMS": 0, "consents-INITIAL_FORMS": 0,
            "memberships-0-id": old.pk, "memberships-0-organisation": old.organisation_id,
            "memberships-0-until": "2025-05-31",
            "memberships-1-organisation": new.pk, "memberships-1-since": "2025-06-01",
        })  # fmt: skip
        person.refresh_from_db()
        assert person.organisation == new

    def test_the_list_of_units_is_searched_by_alias(self, desk):
        f.unit("陕西煤业化工集团").aliases.create(text="陕煤化")
        f.unit("鹿鸣塬煤矿")
        page = desk.get("/admin/correspondents/organisation/?q=陕 煤 化").content.decode()
        assert "陕西煤业化工集团" in page
        assert "鹿鸣塬煤矿" not in page

    def test_a_unit_is_never_under_itself(self, desk):
        top = f.unit("甲集团")
        below = f.unit("乙矿", parent=top)
        data = {"name": "甲集团", "parent": below.pk, "aliases-TOTAL_FORMS": 0,
                "aliases-INITIAL_FORMS": 0}  # fmt: skip
        page = said(desk.post(f"/admin/correspondents/organisation/{top.pk}/change/", data))
        assert "上级单位不能是自己" in page


class TestMerging:
    def test_first_the_preview_then_the_deed(self, desk):
        one = f.correspondent("yn1", "杨宁", "枫桥沟煤矿")
        two = f.correspondent("yn2", "杨宁", "枫桥沟煤矿")
        f.manuscript(one)
        address = f"{LIST}{one.pk}/merge/"
        page = said(desk.post(address, {"kept": two.pk}))
        assert "来稿1 条改归" in re.sub(r"\s", "", page).replace("条改归", " 条改归")
        assert "“yn1”停用，保留“yn2”" in page
        one.refresh_from_db()
        assert one.merged_into is None
        desk.post(address, {"kept": two.pk, "_confirmed": "1"})
        one.refresh_from_db()
        assert one.merged_into == two
        assert f">{one.name}</a>" in desk.get(LIST).content.decode()
        assert desk.get(change(one)).status_code == 302
        page = said(desk.get(f"{LIST}{two.pk}/history/"))
        assert "并入另一份" in page

    def test_units_likewise_with_everything_under_them(self, desk):
        one, two = f.unit("白水矿务局"), f.unit("白水煤业")
        f.unit("一矿", parent=one)
        f.person("苏一", "白水矿务局")
        address = f"/admin/correspondents/organisation/{one.pk}/merge/"
        page = re.sub(r"\s", "", said(desk.post(address, {"kept": two.pk})))
        assert "单位1条改归“白水煤业”" in page
        assert "单位经历1条改归" in page
        desk.post(address, {"kept": two.pk, "_confirmed": "1"})
        assert {u.name for u in Organisation.objects.beneath(two)} == {"白水煤业", "一矿"}

    def test_an_editor_merges_nothing(self):
        one, two = f.person("甲"), f.person("乙")
        client = f.signed_in(f.editor())
        for address in (f"{LIST}{one.pk}/merge/", f"{LIST}{one.pk}/unit/"):
            assert client.post(address, {"kept": two.pk, "_confirmed": "1"}).status_code == 403
        unit, other = f.unit("甲矿"), f.unit("乙矿")
        address = f"/admin/correspondents/organisation/{unit.pk}/merge/"
        assert client.post(address, {"kept": other.pk, "_confirmed": "1"}).status_code == 403
        assert Organisation.objects.current().count() == 3

    def test_nobody_merges_his_own_record_with_anothers(self, zhao, desk):
        own = f.person("赵主编", user=zhao)
        li = f.correspondent()
        draft = f.manuscript(li, title="写了一半")
        for one, two in ((li, own), (own, li)):
            page = said(desk.post(f"{LIST}{one.pk}/merge/", {"kept": two.pk, "_confirmed": "1"}))
            assert "请由其他人合并" in page
        draft.refresh_from_db()
        assert draft.author == li

    def test_an_account_of_the_desk_is_not_merged_away(self, desk):
        one = f.person("甲", user=f.editor())
        two = f.correspondent("li2", "甲")
        page = said(desk.post(f"{LIST}{one.pk}/merge/", {"kept": two.pk, "_confirmed": "1"}))
        assert "连着编辑账号" in page
        assert User.objects.get(username="wang").is_active

    def test_doubled_charges_become_one(self, zhao):
        one, two = f.correspondent("a1", "甲"), f.correspondent("a2", "甲")
        for person in (one, two):
            Liaison.objects.create(organisation=person.organisation, correspondent=person)
        one.merge_into(two, by=zhao)
        assert Liaison.objects.of(two.user).count() == 1


class TestContacts:
    @pytest.fixture
    def person(self):
        return f.person("杨宁", mobile="13812344332", email="yangning@example.com",
                        user=f.account("yn", staff=False))  # fmt: skip

    def test_they_are_masked_everywhere_at_the_desk(self, desk, person):
        pages = [LIST, change(person), f"{LIST}{person.pk}/history/", f"{LIST}?q=杨宁"]
        person.mobile = "13900001111"
        person.save()
        for address in pages:
            page = desk.get(address).content.decode()
            for secret in ("13812344332", "13900001111", "yangning@example.com"):
                assert secret not in page, address
        assert "139****1111" in desk.get(LIST).content.decode()
        for entry in LogEntry.objects.all():
            assert "13812344332" not in str(entry.changes)

    def test_looking_needs_the_right_and_is_logged(self, desk, person, zhao):
        address = f"{LIST}{person.pk}/tool/contact/"
        page = desk.post(address)
        assert "13812344332" in page.content.decode()
        assert "no-store" in page.headers["Cache-Control"]
        entry = LogEntry.objects.filter(additional_data__event="contact_viewed").get()
        assert entry.actor == zhao
        for role in (f.editor(), f.account("n", "网站监督")):
            answer = f.signed_in(role).post(address)
            assert answer.status_code == 403
            assert "13812344332" not in answer.content.decode()
        assert desk.get(address).status_code == 403

    def test_a_whole_number_finds_its_owner_for_those_who_may(self, desk, person):
        assert ">杨宁</a>" in desk.get(f"{LIST}?q=13812344332").content.decode()
        editor = f.signed_in(f.editor())
        assert ">杨宁</a>" not in editor.get(f"{LIST}?q=13812344332").content.decode()

    def test_a_new_number_is_typed_without_seeing_the_old(self, desk, person):
        rows = {f"{name}-{part}_FORMS": 0 for name in ("memberships", "consents")
                for part in ("TOTAL", "INITIAL")}  # fmt: skip
        desk.post(change(person), {"name": "杨宁", "new_mobile": "139 0000 1111"} | rows)
        person.refresh_from_db()
        assert person.mobile == "13900001111"
        assert person.sign_in_mobile is None
        desk.post(f"{LIST}{person.pk}/tool/mobile/")
        person.refresh_from_db()
        assert person.sign_in_mobile == "13900001111"


class TestLinks:
    def test_a_link_for_a_new_password(self, desk):
        li = f.correspondent()
        page = desk.post(f"{LIST}{li.pk}/tool/reset/").content.decode()
        link = re.search(r"http://testserver(/zhanghu/password/reset/key/[^<\s]+)", page)[1]
        client = Client()
        form = client.get(link, follow=True)
        new = "brand-new-words-3"
        client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
        answer = Client().post("/zhanghu/login/", {"login": "li", "password": new})
        assert answer.status_code == 302
        again = Client().get(link, follow=True).content.decode()
        assert "已经失效" in again
        assert LogEntry.objects.filter(additional_data__event="reset_offered").count() == 1

    def test_never_for_an_account_of_the_desk(self, desk):
        person = f.person("王编辑", user=f.editor())
        assert desk.post(f"{LIST}{person.pk}/tool/reset/").status_code == 403
        page = desk.get(change(person)).content.decode()
        assert "/tool/reset/" not in page

    def test_a_link_to_claim_a_record(self, desk):
        person = f.person("陈牧野")
        page = desk.post(f"{LIST}{person.pk}/tool/claim/").content.decode()
        link = re.search(r"http://testserver(/zhanghu/renling/[^<\s]+)", page)[1]
        assert "陈牧野" in Client().get(link).content.decode()

    def test_the_desk_hides_a_profile_but_cannot_show_one(self, desk):
        li = f.correspondent()
        desk.post(f"{LIST}{li.pk}/tool/hide/")
        assert Client().get(li.get_absolute_url()).status_code == 404
        page = desk.get(change(li)).content.decode()
        assert 'name="public_consent_at' not in page


class TestHistory:
    def test_every_change_is_told_with_its_author(self, desk, zhao):
        person = f.person("杨宁", "枫桥沟煤矿", state="pending", since=None)
        desk.post(
            f"{LIST}{person.pk}/step/",
            {"_step": "approve", "_seen": f.seen(f"{LIST}{person.pk}/step/")},
        )
        desk.post(f"{LIST}{person.pk}/unit/", {"organisation": f.unit("望舒选煤厂").pk,
                                               "since": "2025-06-01"})  # fmt: skip
        page = said(desk.get(f"{LIST}{person.pk}/history/"))
        for words in ("聘任", "核定单位", "单位：望舒选煤厂", "自：2025-06-01", "赵主编"):
            assert words in page
        assert "127.0.0.1" in page
        assert "127.0.0.1" not in said(f.signed_in(f.editor()).get(f"{LIST}{person.pk}/history/"))


class TestPrivacyNotice:
    def test_a_version_in_force_is_not_changed_and_a_new_one_asks_again(self):
        from correspondents.models import PrivacyNotice

        chief = f.signed_in(f.chief())
        first = PrivacyNotice.objects.get()
        address = f"/admin/correspondents/privacynotice/{first.pk}/change/"
        chief.post(address, {"version": 1, "body": "改了"})
        first.refresh_from_db()
        assert first.body != "改了"
        li = f.correspondent()
        li.give_consent("privacy")
        chief.post(
            "/admin/correspondents/privacynotice/add/",
            {"version": 2, "body": "新的说明", "in_force_since_0": "2026-01-01",
             "in_force_since_1": "00:00:00"},
        )  # fmt: skip
        client = f.signed_in(li.user)
        assert "隐私说明已更新" in client.get("/zhanghu/ziliao/").content.decode()
        client.post("/zhanghu/ziliao/tongyi/privacy/", {"answer": "yes"})
        assert "隐私说明已更新" not in client.get("/zhanghu/ziliao/").content.decode()
        assert "新的说明" in Client().get("/zhanghu/yinsi/").content.decode()
        assert "新的说明" not in Client().get("/zhanghu/yinsi/1/").content.decode()
