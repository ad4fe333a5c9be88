"""The unit liaison: sees its own people and what they sent, confirms, prints; nothing else."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Byline
from correspondents.models import Liaison, Upload
from submissions.models import Manuscript, ManuscriptPicture
from tests import factories as f

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def said(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def world():
    """A group with a mine under it and a mine beside it; a liaison for the first mine."""
    group = f.unit("澄岚矿业集团")
    mine = f.unit("枫桥沟煤矿", parent=group)
    f.unit("望舒选煤厂", parent=group)
    f.section("anquan").__class__.objects.filter(slug="anquan").update(needs_unit_approval=True)
    boss = f.correspondent("boss", "通联员", "枫桥沟煤矿")
    li = f.correspondent("li", "李通讯", "枫桥沟煤矿")
    other = f.correspondent("wu", "吴通讯", "望舒选煤厂")
    charge = Liaison.objects.create(organisation=mine, correspondent=boss)
    return {"group": group, "mine": mine, "boss": boss, "li": li, "other": other,
            "charge": charge, "client": f.signed_in(boss.user)}  # fmt: skip


def sent(author, title="送出的稿件", slug="anquan"):
    made = f.manuscript(author, title=title, section=f.section(slug))
    made.submit(by=author.user)
    return made


class TestWhatIsSeen:
    def test_own_people_and_the_states_of_what_they_sent(self, world):
        sent(world["li"])
        sent(world["other"], "别矿的稿件")
        f.manuscript(world["li"], title="没写完的草稿")
        page = said(world["client"].get(f"/tougao/danwei/{world['mine'].pk}/"))
        assert "送出的稿件" in page
        assert "已投稿" in page
        assert "李通讯" in page
        for hidden in ("没写完的草稿", "别矿的稿件", "吴通讯"):
            assert hidden not in page

    def test_no_contacts(self, world):
        type(world["li"]).objects.filter(pk=world["li"].pk).update(
            mobile="13812344332", email="li@example.com"
        )
        for part in ("", "yonggao/"):
            page = world["client"].get(f"/tougao/danwei/{world['mine'].pk}/{part}")
            assert "13812344332" not in page.content.decode()
            assert "138****" not in page.content.decode()
            assert "li@example.com" not in page.content.decode()

    def test_while_the_author_revises_the_sent_title_is_shown(self, world):
        made = sent(world["li"])
        made.send_back(by=f.editor(), note="请改")
        Manuscript.objects.filter(pk=made.pk).update(title="改到一半", body="<p>改到一半</p>")
        page = said(world["client"].get(f"/tougao/danwei/{world['mine'].pk}/"))
        assert "送出的稿件" in page
        assert "改到一半" not in page
        address = f"/tougao/danwei/{world['mine'].pk}/gao/{made.pk}/"
        assert "改到一半" not in said(world["client"].get(address))

    def test_no_other_unit_by_any_address(self, world):
        own, foreign = sent(world["li"]), sent(world["other"])
        mine, group = world["mine"].pk, world["group"].pk
        beside = world["other"].organisation.pk
        client = world["client"]
        for address in (f"{group}/", f"{beside}/", f"{group}/yonggao/", f"{beside}/yonggao/",
                        f"{mine}/gao/{foreign.pk}/", f"{beside}/gao/{foreign.pk}/",
                        f"{beside}/gao/{own.pk}/", f"{group}/gao/{own.pk}/"):  # fmt: skip
            for answer in (client.get(f"/tougao/danwei/{address}"),
                           client.post(f"/tougao/danwei/{address}", {"confirm": "1"})):  # fmt: skip
                assert answer.status_code == 404, address
        for user in (world["li"].user, world["other"].user, f.editor(), f.managing()):
            for address in ("", f"{mine}/", f"{mine}/yonggao/", f"{mine}/gao/{own.pk}/"):
                assert f.signed_in(user).get(f"/tougao/danwei/{address}").status_code == 404
        assert Client().get(f"/tougao/danwei/{mine}/").status_code == 302

    def test_a_charge_for_the_group_covers_what_is_under_it(self, world):
        above = f.correspondent("top", "集团通联", "澄岚矿业集团")
        Liaison.objects.create(organisation=world["group"], correspondent=above)
        sent(world["li"]), sent(world["other"], "别矿的稿件")
        page = said(f.signed_in(above.user).get(f"/tougao/danwei/{world['group'].pk}/"))
        assert "送出的稿件" in page
        assert "别矿的稿件" in page

    @pytest.mark.parametrize("how", ["ended", "suspended", "expired", "moved"])
    def test_it_ends_at_once(self, world, how):
        address = f"/tougao/danwei/{world['mine'].pk}/"
        assert world["client"].get(address).status_code == 200
        boss, desk = world["boss"], f.managing()
        if how == "ended":
            f.signed_in(desk).post(
                "/admin/correspondents/liaison/",
                {"action": "end", "_selected_action": [world["charge"].pk]},
            )
        elif how == "moved":
            day = timezone.localdate()
            boss.settle_unit(f.unit("望舒选煤厂"), by=desk, since=day)
        elif how == "suspended":
            boss.suspend(by=desk, note="停")
        else:
            boss.expire(by=desk)
        assert world["client"].get(address).status_code == 404

    def test_who_moves_leaves_his_manuscripts_with_the_old_unit(self, world):
        made = sent(world["li"])
        world["li"].settle_unit(f.unit("望舒选煤厂"), by=None, since=timezone.localdate())
        address = f"/tougao/danwei/{world['mine'].pk}/"
        assert "送出的稿件" in said(world["client"].get(address))
        made.refresh_from_db()
        assert made.organisation == world["mine"]

    def test_merged_units_carry_manuscripts(self, world):
        old = f.unit("老枫桥沟矿")
        author = f.correspondent("old", "老通讯", "老枫桥沟矿")
        sent(author, "老矿的稿件")
        old.merge_into(world["mine"], by=f.account("root"))
        page = said(world["client"].get(f"/tougao/danwei/{world['mine'].pk}/"))
        assert "老矿的稿件" in page

    def test_the_number_of_queries_does_not_grow(self, world, django_assert_max_num_queries):
        address, seen = f"/tougao/danwei/{world['mine'].pk}/", []
        world["client"].get(address)
        for number in (3, 30):
            for n in range(Manuscript.objects.count(), number):
                made = sent(world["li"], f"稿件{n}", "jukuang") if n < 9 else None
                if made is None:
                    made = f.manuscript(world["li"], title=f"稿件{n}")
                    Manuscript.objects.filter(pk=made.pk).update(
                        state="submitted", organisation=world["mine"],
                        first_submitted_at=timezone.now(),
                    )  # fmt: skip
            with django_assert_max_num_queries(60) as captured:
                world["client"].get(address)
            seen.append(len(captured))
        assert seen[0] == seen[1]


class TestConfirming:
    def post(self, world, made, data, user=None):
        client = f.signed_in(user) if user else world["client"]
        address = f"/tougao/danwei/{world['mine'].pk}/gao/{made.pk}/"
        answer = client.post(address, data, follow=True)
        made.refresh_from_db()
        return answer

    def test_it_is_seen_by_desk_and_author(self, world):
        made = sent(world["li"])
        desk = f.signed_in(f.editor())
        queue = "/admin/submissions/manuscript/"
        assert "待单位审核" in said(desk.get(queue))
        self.post(world, made, {"confirm": "1"})
        assert made.is_confirmed
        assert "单位已审核" in said(desk.get(queue))
        assert "第 1 稿，通联员" in said(desk.get(f"{queue}{made.pk}/change/"))
        page = said(f.signed_in(world["li"].user).get(made.get_absolute_url()))
        assert "单位已审核（通联员" in page

    def test_a_new_round_needs_a_new_one(self, world):
        made = sent(world["li"])
        self.post(world, made, {"confirm": "1"})
        made.send_back(by=f.editor(), note="请改")
        made.submit(by=world["li"].user)
        assert not made.is_confirmed
        self.post(world, made, {"confirm": "1"})
        assert made.unit_confirmed_round == 2

    def test_it_is_taken_back_until_the_desk_decides(self, world):
        made = sent(world["li"])
        self.post(world, made, {"confirm": "1"})
        self.post(world, made, {"withdraw": "1"})
        assert not made.is_confirmed
        self.post(world, made, {"confirm": "1"})
        made.accept(by=f.editor())
        answer = self.post(world, made, {"withdraw": "1"})
        assert made.is_confirmed
        assert "没有可以收回的确认" in said(answer)

    def test_nobody_vouches_for_his_own_piece(self, world):
        made = sent(world["boss"])
        answer = self.post(world, made, {"confirm": "1"})
        assert "请由单位的另一位负责人确认" in said(answer)
        assert not made.is_confirmed

    def test_only_where_the_section_asks(self, world):
        made = sent(world["li"], slug="jukuang")
        answer = self.post(world, made, {"confirm": "1"})
        assert answer.status_code == 404
        assert made.unit_confirmed_at is None

    @pytest.mark.parametrize("state", ["returned", "accepted", "declined", "retracted"])
    def test_only_while_it_waits(self, world, state):
        made = sent(world["li"])
        desk = f.editor()
        {"returned": lambda: made.send_back(by=desk, note="改"),
         "accepted": lambda: made.accept(by=desk),
         "declined": lambda: made.decline(by=desk, note="旧"),
         "retracted": lambda: made.retract(by=world["li"].user)}[state]()  # fmt: skip
        self.post(world, made, {"confirm": "1"})
        assert made.unit_confirmed_at is None

    def test_pictures_are_shown_to_this_liaison_alone(self, world):
        made = f.manuscript(world["li"], section=f.section("anquan"))
        upload = Upload.objects.accept(f.photo(), owner=world["li"].user, make_now=True)
        ManuscriptPicture.objects.create(manuscript=made, upload=upload, caption="井口")
        address = f"/tougao/tupian/{upload.key}/240.jpg"
        assert world["client"].get(address).status_code == 404
        made.submit(by=world["li"].user)
        assert world["client"].get(address).status_code == 200
        assert f.signed_in(world["other"].user).get(address).status_code == 404


class TestThePublishedList:
    def piece(self, title, when, person, unit=None, **fields):
        made = f.published(title, published_at=when, **fields)
        Byline.objects.create(
            article=made, name=person.name, unit_text="x", correspondent=person,
            organisation=unit or person.organisation,
        )  # fmt: skip
        return made

    def test_it_is_the_unit_of_the_day_within_the_period(self, world):
        li = world["li"]
        self.piece("年末一分", dt.datetime(2025, 12, 31, 23, 59, tzinfo=SHANGHAI), li)
        self.piece("新年零点", dt.datetime(2026, 1, 1, 0, 0, tzinfo=SHANGHAI), li)
        self.piece("别矿的", dt.datetime(2025, 12, 1, tzinfo=SHANGHAI), world["other"])
        gone = self.piece("撤下的", dt.datetime(2025, 12, 2, tzinfo=SHANGHAI), li)
        gone.withdraw(by=f.chief(), note="有误")
        li.settle_unit(f.unit("望舒选煤厂"), by=None, since=dt.date(2025, 12, 15))
        address = f"/tougao/danwei/{world['mine'].pk}/yonggao/?cong=2025-12-01&dao=2025-12-31"
        page = said(world["client"].get(address))
        assert "共 1 篇" in page
        assert "年末一分" in page
        assert "李通讯 1 篇" in page
        for absent in ("新年零点", "别矿的", "撤下的"):
            assert absent not in page
        assert "单位（盖章）" in page

    def test_the_table_runs_nothing(self, world):
        self.piece("=1+1 的标题", timezone.now(), world["li"])
        address = f"/tougao/danwei/{world['mine'].pk}/yonggao/?geshi=csv"
        text = world["client"].get(address).content.decode("utf-8-sig")
        assert "'=1+1 的标题" in text

    def test_odd_dates_fall_back(self, world):
        for query in ("?cong=x&dao=9999-99-99", "?cong=2026-02-31", "?dao=0001-01-01"):
            page = world["client"].get(f"/tougao/danwei/{world['mine'].pk}/yonggao/{query}")
            assert "共 0 篇" in said(page)


def test_the_desk_appoints_only_people_of_the_unit(world):
    desk = f.signed_in(f.managing())
    address = "/admin/correspondents/liaison/add/"
    data = {"organisation": world["mine"].pk, "correspondent": world["other"].pk}
    assert "不在这个单位" in said(desk.post(address, data))
    stray = f.person("没账号", "枫桥沟煤矿")
    assert "没有账号" in said(desk.post(address, data | {"correspondent": stray.pk}))
    desk.post(address, data | {"correspondent": world["li"].pk})
    made = Liaison.objects.get(correspondent=world["li"])
    assert made.granted_by.username == "zhao"
