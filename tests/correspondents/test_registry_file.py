"""The registry by Excel: what is refused and why, what is previewed, what nothing can run."""

from __future__ import annotations

import io
import zipfile

import pytest
from auditlog.models import LogEntry
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from correspondents.models import Correspondent, Grade, RegistryImport
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)
ADD = "/admin/correspondents/registryimport/add/"
HEAD = ["姓名", "单位", "档案号", "手机", "邮箱", "等级", "入册日期", "聘期自", "聘期至", "部门",
        "常用署名", "调入日期", "状态"]  # fmt: skip


def book(rows, head=HEAD):
    made = Workbook()
    made.active.append(head)
    for row in rows:
        made.active.append(list(row))
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def row(**cells):
    return [cells.get(name, "") for name in HEAD]


def upload(client, data, name="名册.xlsx"):
    """Upload, let the worker read; return the page that is shown then."""
    answer = client.post(ADD, {"file": SimpleUploadedFile(name, data)}, follow=True)
    f.work()
    return client.get(answer.redirect_chain[-1][0]) if answer.redirect_chain else answer


def bring_in(client, rows):
    """Upload, confirm, let the worker run; return the finished import."""
    upload(client, book(rows))
    entry = RegistryImport.objects.first()
    client.post(f"/admin/correspondents/registryimport/{entry.pk}/decide/", {"_confirm": "1"})
    f.work()
    entry.refresh_from_db()
    assert entry.state == "done"
    return entry


def export(client, query=""):
    answer = client.get(f"/admin/correspondents/registryimport/export.xlsx{query}")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    return answer.content, [[cell.value for cell in line] for line in sheet.iter_rows()], sheet


@pytest.fixture
def desk():
    return f.signed_in(f.managing())


@pytest.mark.parametrize("number", [200, pytest.param(1000, marks=pytest.mark.slow)])
def test_many_rows_with_twenty_faults(desk, number):
    units = [f.unit(f"第{n}煤矿") for n in range(20)]
    rows = [
        row(姓名=f"通讯{n:04d}", 单位=units[n % 20].name, 档案号=f"N-{n:04d}", 手机=f"139{n:08d}")
        for n in range(number)
    ]
    for place in range(0, number, number // 20):
        rows[place] = row(姓名=f"通讯{place:04d}", 单位="没听说过的矿")
    entry = bring_in(desk, rows)
    assert entry.counts == {"new": number - 20, "changed": 0, "same": 0, "refused": 20}
    assert Correspondent.objects.engaged().count() == number - 20
    page = desk.get(f"/admin/correspondents/registryimport/{entry.pk}/change/").content.decode()
    assert page.count("单位“没听说过的矿”不在单位库里") == 20
    before = set(Correspondent.objects.values_list("pk", "state_changed_at", "number"))
    changes = LogEntry.objects.count()
    again = bring_in(desk, rows)
    assert again.counts == {"new": 0, "changed": 0, "same": number - 20, "refused": 20}
    assert set(Correspondent.objects.values_list("pk", "state_changed_at", "number")) == before
    assert LogEntry.objects.count() - changes < 10
    assert mail.outbox == []


def test_nothing_changes_before_it_is_confirmed(desk):
    f.unit("枫桥沟煤矿")
    person = f.person("杨宁", "枫桥沟煤矿", mobile="13800138000")
    page = upload(desk, book([
        row(姓名="杨 宁", 单位="枫桥沟煤矿", 手机="13900139000", 部门="宣传部"),
        row(姓名="新人", 单位="枫桥沟煤矿"),
    ])).content.decode()  # fmt: skip
    assert "<b>1</b> 新增" in page
    assert "手机：138****8000 → 139****9000" in page
    assert "部门：空 → 宣传部" in page
    assert Correspondent.objects.count() == 1
    entry = RegistryImport.objects.get()
    desk.post(f"/admin/correspondents/registryimport/{entry.pk}/decide/", {"_drop": "1"})
    desk.post(f"/admin/correspondents/registryimport/{entry.pk}/decide/", {"_confirm": "1"})
    f.work()
    person.refresh_from_db()
    assert person.mobile == "13800138000"
    assert Correspondent.objects.count() == 1


FAULTS = [
    ({"单位": "枫桥沟煤矿", "部门": "x"}, "没有姓名"),
    ({"姓名": "甲"}, "没有单位"),
    ({"姓名": "甲", "单位": "无此矿"}, "不在单位库里"),
    ({"姓名": "甲", "单位": "一矿"}, "对应多个单位"),
    ({"姓名": "甲", "单位": "枫桥沟煤矿", "等级": "大记者"}, "等级“大记者”不存在"),
    ({"姓名": "甲", "单位": "枫桥沟煤矿", "手机": "12345"}, "手机不是 11 位"),
    ({"姓名": "甲", "单位": "枫桥沟煤矿", "手机": "13700137000"}, "手机已是别人的登录名"),
    ({"姓名": "甲", "单位": "枫桥沟煤矿", "邮箱": "nix"}, "邮箱格式不对"),
    ({"姓名": "甲", "单位": "枫桥沟煤矿", "入册日期": "去年春天"}, "不是日期"),
    (
        {"姓名": "甲", "单位": "枫桥沟煤矿", "聘期自": "2026-03-01", "聘期至": "2025-03-01"},
        "早于开始",
    ),
    ({"姓名": "甲", "单位": "枫桥沟煤矿", "档案号": "T-0001"}, "属于另一个姓名"),
    ({"姓名": "甲", "单位": "枫桥沟煤矿", "常用署名": "=1+1"}, "单元格里是公式"),
    ({"姓名": "甲" * 41, "单位": "枫桥沟煤矿"}, "姓名太长"),
    ({"姓名": "双胞胎", "单位": "枫桥沟煤矿"}, "同名同单位有多人"),
    ({"姓名": "离开的", "单位": "枫桥沟煤矿"}, "已注销或已合并"),
    ({"姓名": "杨宁", "单位": "望舒选煤厂", "档案号": "T-0001"}, "请填写调入日期"),
    ({"姓名": "杨宁", "单位": "枫桥沟煤矿", "状态": "暂停"}, "状态请在编辑部里办理"),
]


@pytest.mark.parametrize(("cells", "reason"), FAULTS)
def test_every_fault_has_its_reason_and_changes_nothing(desk, cells, reason):
    f.unit("望舒选煤厂")
    f.unit("甲集团一矿", short_name="一矿"), f.unit("乙集团一矿", short_name="一矿")
    f.person("杨宁", "枫桥沟煤矿", number="T-0001")
    f.person("李四", "枫桥沟煤矿", sign_in_mobile="13700137000")
    f.person("双胞胎", "枫桥沟煤矿"), f.person("双胞胎", "枫桥沟煤矿")
    f.person("离开的", "枫桥沟煤矿", state="closed")
    before = list(Correspondent.objects.order_by("pk").values())
    entry = bring_in_or_preview(desk, row(**cells))
    assert entry.report[0]["outcome"] == "refused"
    assert reason in entry.report[0]["detail"]
    assert list(Correspondent.objects.order_by("pk").values()) == before


def bring_in_or_preview(desk, cells):
    upload(desk, book([cells]))
    entry = RegistryImport.objects.first()
    entry.confirm(by=f.account("boss"))
    f.work()
    entry.refresh_from_db()
    return entry


def test_rows_of_one_file_that_contradict_each_other(desk):
    f.unit("枫桥沟煤矿")
    entry = bring_in(desk, [
        row(姓名="甲", 单位="枫桥沟煤矿", 档案号="T-1", 手机="13800138000"),
        row(姓名="乙", 单位="枫桥沟煤矿", 档案号="t-1"),
        row(姓名="丙", 单位="枫桥沟煤矿", 手机="138 0013 8000"),
    ])  # fmt: skip
    assert [line["detail"] for line in entry.report[1:]] == [
        "档案号与第 2 行重复。",
        "手机与第 2 行重复。",
    ]


def test_new_people_come_in_appointed_and_known_ones_are_brought_up_to_date(desk):
    f.unit("陕西煤业化工集团").aliases.create(text="陕煤化")
    f.unit("望舒选煤厂")
    mover = f.person("杨宁", "枫桥沟煤矿", number="T-0007", motto="不动")
    Grade.objects.get_or_create(name="特约记者")
    entry = bring_in(desk, [
        row(姓名="赵 一", 单位="陕 煤 化", 手机="13800138000", 等级="特约记者",
            入册日期="2019年3月1日", 聘期自="2026/1/1", 聘期至="2027.12.31", 部门="宣传部"),
        row(姓名="杨宁", 单位="望舒选煤厂", 档案号="T-0007", 调入日期="2025-06-01", 部门="工会"),
    ])  # fmt: skip
    assert entry.counts == {"new": 1, "changed": 1, "same": 0, "refused": 0}
    new = Correspondent.objects.get(name="赵一")
    assert (new.state, new.number, str(new.since), str(new.term_to)) == (
        "engaged", "T-0008", "2019-03-01", "2027-12-31",
    )  # fmt: skip
    assert (str(new.organisation), new.department, new.grade.name) == (
        "陕西煤业化工集团", "宣传部", "特约记者",
    )  # fmt: skip
    assert new.sign_in_mobile == "13800138000"
    mover.refresh_from_db()
    assert (str(mover.organisation), mover.department, mover.motto) == (
        "望舒选煤厂", "工会", "不动",
    )  # fmt: skip
    import datetime as dt

    assert str(mover.unit_on(dt.date(2025, 5, 31))) == "枫桥沟煤矿"


class TestExport:
    def test_nothing_in_it_is_a_formula(self, desk):
        f.person("=1+1", "枫桥沟煤矿", usual_byline="@SUM(A1)", strengths="+cmd|' /C calc'!A0")
        data, rows, sheet = export(desk)
        assert rows[1][1] == "=1+1"
        assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n"}
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert b"<f>" not in b"".join(archive.read(name) for name in archive.namelist())

    def test_contacts_are_masked_without_the_right_and_the_export_is_logged(self, desk):
        from django.contrib.auth.models import Permission

        f.person("杨宁", mobile="13812344332", email="yn@example.com")
        _, rows, _ = export(desk)
        assert "13812344332" in rows[1]
        clerk = f.account("clerk")
        clerk.user_permissions.set(
            Permission.objects.filter(codename__in=["manage_correspondent", "view_correspondent"])
        )
        data, rows, _ = export(f.signed_in(clerk))
        assert "138****4332" in rows[1]
        assert b"13812344332" not in data
        notes = [
            entry.additional_data["note"]
            for entry in LogEntry.objects.filter(
                additional_data__event="registry_exported"
            ).order_by("pk")
        ]
        assert notes == ["含完整联系方式", "联系方式已遮挡"]

    def test_what_was_exported_changes_nothing_when_it_comes_back(self, desk):
        f.person("杨宁", "枫桥沟煤矿", mobile="13812344332", number="T-1", usual_byline="=1+1")
        f.person("李四", "望舒选煤厂", email="li@example.com")
        for client in (desk,):
            data, _, _ = export(client)
            page = upload(client, data).content.decode()
            assert "<b>0</b> 新增" in page
            assert "<b>0</b> 更新" in page
            assert "<b>2</b> 不变" in page

    def test_it_honours_the_filters_of_the_list(self, desk):
        f.person("在聘")
        f.person("到期", state="expired")
        _, rows, _ = export(desk, "?state__exact=expired")
        assert [line[1] for line in rows[1:]] == ["到期"]

    def test_the_number_of_queries_does_not_grow(self, desk, django_assert_max_num_queries):
        desk.get("/admin/")
        seen = []
        for number in (2, 60):
            for n in range(Correspondent.objects.count(), number):
                f.person(f"人{n}", f"矿{n % 7}")
            with django_assert_max_num_queries(30) as captured:
                export(desk)
            seen.append(len(captured))
        assert seen[0] == seen[1]


class TestHostileFiles:
    def refused(self, desk, data, name="名册.xlsx"):
        page = upload(desk, data, name).content.decode()
        assert not RegistryImport.objects.exists()
        return page

    def packed(self, members):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members:
                archive.writestr(name, data)
        return buffer.getvalue()

    def test_what_is_no_workbook(self, desk):
        for data in (b"", b"\xd0\xcf\x11\xe0old", b"PK\x03\x04broken", b"<html>"):
            assert "errornote" in self.refused(desk, data, "名册.xls")

    def test_a_bomb(self, desk):
        many = [(f"xl/{n}.xml", "x") for n in range(2001)]
        assert "展开后太大" in self.refused(desk, self.packed(many))
        huge = [("xl/worksheets/sheet1.xml", b"0" * (101 * 1024 * 1024))]
        assert "展开后太大" in self.refused(desk, self.packed(huge))

    def test_entities(self, desk):
        bad = [("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')]
        assert "不该有的内容" in self.refused(desk, self.packed(bad))

    def test_no_heading_and_too_many_rows(self, desk):
        for data, told in (
            (book([["甲"]], head=["姓名"]), "没有同时写着“姓名”“单位”"),
            (book([["甲", "乙"]] * 5001, head=["姓名", "单位"]), "一次最多导入 5000 行"),
        ):
            assert told in upload(desk, data).content.decode()
            assert RegistryImport.objects.first().state == "dropped"


def test_columns_in_any_order_and_unknown_ones_are_named(desk):
    f.unit("枫桥沟煤矿")
    data = book([["x", "枫桥沟煤矿", "甲"]], head=["血型", "单位", "姓名"])
    page = upload(desk, data).content.decode()
    assert "没有用到的列：血型" in page
    assert "<b>1</b> 新增" in page


def test_refused_rows_come_back_with_their_reasons(desk):
    entry = bring_in(desk, [row(姓名="甲", 单位="无此矿", 部门="工会")])
    answer = desk.get(f"/admin/correspondents/registryimport/{entry.pk}/refused.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    head, line = [[cell.value for cell in cells] for cells in sheet.iter_rows()]
    found = dict(zip(head, line, strict=True))
    assert (found["姓名"], found["部门"]) == ("甲", "工会")
    assert "不在单位库里" in found["原因"]


def test_nobody_else_gets_near_it(desk):
    upload(desk, book([row(姓名="甲", 单位="无此矿")]))
    entry = RegistryImport.objects.get()
    base = "/admin/correspondents/registryimport/"
    addresses = [base, ADD, f"{base}export.xlsx", f"{base}template.xlsx",
                 f"{base}{entry.pk}/change/", f"{base}{entry.pk}/refused.xlsx",
                 f"{base}{entry.pk}/decide/"]  # fmt: skip
    for user in (f.editor(), f.account("n", "网站监督"), f.correspondent().user):
        client = f.signed_in(user)
        for address in addresses:
            for answer in (client.get(address), client.post(address, {"_confirm": "1"})):
                assert answer.status_code in (302, 403), address
                assert "Location" not in answer.headers or "login" in answer.headers["Location"]
    entry.refresh_from_db()
    assert entry.state == "preview"
