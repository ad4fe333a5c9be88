"""What people copy carries dirt: through every form and import one clean value is stored."""

from __future__ import annotations

import datetime as dt
import io
from urllib.parse import quote

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from correspondents.contact import mobile_number
from correspondents.models import Correspondent, Organisation, RegistryImport, Upload
from correspondents.names import key, squeeze
from correspondents.serving import send_original
from correspondents.typed import address, code, day, moment, one_line, sentence
from tests import factories as f
from tests.correspondents.test_registration import typed as filled
from tests.correspondents.test_registry_file import HEAD, row, upload

pytestmark = pytest.mark.django_db

NUMBER = "13800138000"
NUMBERS = {
    "from a contact": "\u202d138\u20110013\u20118000\u202c",
    "abroad": "+86 138 0013 8000",
    "abroad, dialled": "0086-13800138000",
    "full width": "\uff11\uff13\uff18\uff10\uff10\uff11\uff13\uff18\uff10\uff10\uff10",
    "full width, abroad": "\uff0b\uff18\uff16\u300013800138000",
    "a link": "tel:13800138000",
    "dashes": "138\u20130013\u20148000",
    "brackets": "(86)138.0013.8000".replace("(86)", "+(86)"),
    "zero width": "138\u200b0013\u200b8000\ufeff",
    "no-break blanks": "138\u00a00013\u202f8000",
}


@pytest.mark.parametrize("typed", NUMBERS.values(), ids=NUMBERS)
def test_a_number_is_the_same_number_however_it_was_copied(typed):
    """At sign-up, in an import, at sign-in, in the desk's search."""
    assert mobile_number(typed) == NUMBER
    f.unit("枫桥沟煤矿")
    Client().post(reverse("account_signup"), filled(mobile=typed))
    person = Correspondent.objects.get()
    assert person.mobile == NUMBER
    desk = f.signed_in(f.managing())
    person.approve(by=f.managing("boss"))
    visitor = Client()
    visitor.post(reverse("account_login"), {"login": typed, "password": f.PASSWORD}, follow=True)
    assert visitor.session["_auth_user_id"] == str(person.user_id)
    found = desk.get(reverse("admin:correspondents_correspondent_changelist"), {"q": typed})
    assert person.name in found.content.decode()
    upload(desk, workbook(row(姓名="赵一", 单位="枫桥沟煤矿", 手机=typed)))
    assert "手机已是别人的登录名" in RegistryImport.objects.get().report[0]["detail"]


def workbook(*rows, above=(), head=HEAD) -> bytes:
    book = Workbook()
    for line in (*above, head, *rows):
        book.active.append(list(line))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


VALUES = [
    # what is typed, and what of it is meant
    ("\u202a杨\u3000宁\u202c", "杨宁"),
    ("杨\u200b宁\ufeff", "杨宁"),
    ("\ufeff古丽娜尔\u22c5阿山", "古丽娜尔·阿山"),
    ("古丽娜尔\u2219阿山\u00ad", "古丽娜尔·阿山"),
    ("古丽娜尔.阿山", "古丽娜尔·阿山"),
    ("\uff21\uff4c\uff49\u2060 Khan\u00a0", "Ali Khan"),
]


@pytest.mark.parametrize(("typed", "meant"), VALUES)
def test_a_name_is_the_same_name(typed, meant):
    f.unit("枫桥沟煤矿")
    assert squeeze(typed) == meant
    Client().post(reverse("account_signup"), filled(real_name=typed, usual_byline=typed))
    person = Correspondent.objects.get()
    assert (person.name, person.usual_byline) == (meant, meant)
    assert person.user.last_name == meant
    assert list(Correspondent.objects.named(typed)) == [person]


def test_a_name_is_offered_whatever_dot_it_is_typed_with():
    li = f.correspondent("gu", "古丽娜尔·阿山")
    other = f.correspondent("wang", "王一", unit=li.organisation.name)
    for typed in (
        "古丽娜尔\u2219阿",
        "古丽娜尔\u22c5阿",
        "古丽娜尔.阿",
        "古丽娜尔 阿",
        "古丽娜尔阿",
    ):
        answer = f.signed_in(other.user).get(reverse("submissions:names"), {"q": typed})
        assert [row["name"] for row in answer.json()["people"]] == ["古丽娜尔·阿山"], typed


@pytest.mark.parametrize(
    "typed",
    ["\uff3a\uff48\uff41\uff4f", " zhao\u200b", "\u202dzhao\u202c", "zh\u00adao", "\u2060zhao"],
)
def test_a_user_name_is_one_account(typed):
    """Signed up once; the same name in other letters is taken, and signs the same person in."""
    Client().post(reverse("account_signup"), filled(username="Zhao"))
    again = Client().post(reverse("account_signup"), filled(username=typed))
    assert "已有人用" in again.content.decode()
    assert User.objects.count() == 1
    visitor = Client()
    visitor.post(reverse("account_login"), {"login": typed, "password": f.PASSWORD})
    if typed[0] == "\uff3a":
        assert visitor.session["_auth_user_id"] == str(User.objects.get().pk)


def test_a_mailbox_copied_from_a_letter():
    typed = "\u202azhao\uff20example\uff0ecom\u202c\u00a0"
    Client().post(reverse("account_signup"), filled(contact_email=typed))
    assert Correspondent.objects.get().email == "zhao@example.com"


DAYS = [
    "2024-03-01", "2024/3/1", "2024.3.1", "2024年3月1日", "2024 年 3 月 1 日", "20240301",
    "2024-03-01 00:00:00", "2024-03-01T08:30", "2024年3月", "2024-03",
    "\uff12\uff10\uff12\uff14\u20140\uff13\u201401", "\u200e2024\u200e/3/1",
]  # fmt: skip


@pytest.mark.parametrize("typed", DAYS)
def test_a_day_is_the_same_day_wherever_it_is_typed(typed):
    """An event, a membership at the desk, a term in an import, a filter in an address."""
    wanted = dt.date(2024, 3, 1)
    assert day(typed) == wanted
    li = f.correspondent()
    manuscript = f.manuscript(li)
    f.signed_in(li.user).post(
        reverse("submissions:edit", args=[manuscript.pk]),
        f.typed(event_date=typed, action="save", version=str(manuscript.version)),
    )
    manuscript.refresh_from_db()
    assert manuscript.event_date == wanted
    desk = f.signed_in(f.managing())
    upload(desk, workbook(row(姓名="赵一", 单位=li.organisation.name, 入册日期=typed)))
    entry = RegistryImport.objects.get()
    desk.post(
        reverse("admin:correspondents_registryimport_decide", args=[entry.pk]), {"_confirm": 1}
    )
    f.work()
    assert Correspondent.objects.get(name="赵一").since == wanted
    page = Client().get(reverse("articles:archive"), {"date": typed})
    assert page.headers["Location"] == reverse("articles:archive_day", args=[2024, 3, 1])


@pytest.mark.parametrize(
    "typed", ["1026-11-20", "20260-1-1", "2026-11-31", "0026-11-20", "3026年1月1日"]
)
def test_what_is_no_day_is_told_and_kept(typed):
    li = f.correspondent()
    manuscript = f.manuscript(li)
    page = f.signed_in(li.user).post(
        reverse("submissions:edit", args=[manuscript.pk]),
        f.typed(event_date=typed, title="还在", action="save", version=str(manuscript.version)),
        follow=True,
    )
    assert any(words in page.content.decode() for words in ("年份不对", "日期没有看懂"))
    manuscript.refresh_from_db()
    assert manuscript.event_date is None
    assert manuscript.title == "还在"


def test_days_that_only_a_table_counts_and_months_that_end():
    assert day("45352", serial=True) == dt.date(2024, 3, 1)
    with pytest.raises(ValueError, match="没有看懂"):
        day("45352")
    assert day("2024-02-10", last=True) == dt.date(2024, 2, 10)
    assert day("2024-02", last=True) == dt.date(2024, 2, 29)
    assert day("2024-02") == dt.date(2024, 2, 1)
    assert day(" ") is None


def test_a_time_of_the_desk():
    expected = dt.datetime(2026, 11, 20, 8, 30)
    for typed in ("2026-11-20 08:30", "2026-11-20T08:30:00", "2026年11月20日 8\uff1a30"):
        assert moment(typed).replace(tzinfo=None) == expected
    for typed in ("1026-11-20 08:30", "2026-11-20 25:00", "明天"):
        with pytest.raises(ValueError, match=r"."):
            moment(typed)


class TestTheWorkbook:
    """As personnel departments keep it."""

    def planned(self, data):
        upload(f.signed_in(f.managing()), data)
        return RegistryImport.objects.get()

    def test_headings_as_people_write_them(self):
        f.unit("枫桥沟煤矿")
        head = ["姓 名", "单\n位", "手机*", "\u3000入册日期\uff08必填\uff09"]
        entry = self.planned(
            workbook(
                ["赵一", "枫桥沟煤矿", NUMBERS["full width"], 45352],
                head=head,
                above=(["枫桥沟煤矿通讯员名册"], [], ["制表：宣传部"]),
            )
        )
        assert entry.counts["new"] == 1
        assert entry.report[0]["row"] == 5
        assert entry.ignored == []

    def test_of_two_columns_that_mean_the_same_one_counts(self):
        f.unit("枫桥沟煤矿")
        head = ["姓名\uff08拼音\uff09", "姓名", "单位", "手机", "手机\uff08备用\uff09"]
        entry = self.planned(
            workbook(["Zhao Yi", "赵一", "枫桥沟煤矿", NUMBER, "13900139000"], head=head)
        )
        assert entry.report[0]["name"] == "赵一"
        assert entry.ignored == ["姓名\u0028拼音\u0029", "手机\u0028备用\u0029"]
        entry.confirm(by=f.managing("boss"))
        f.work()
        assert Correspondent.objects.get().mobile == NUMBER

    @pytest.mark.parametrize(
        ("cell", "wanted"),
        [(45352, "2024-03-01"), (20240301, "2024-03-01"), ("2024年3月", "2024-03-01"),
         ("2024-03-01 00:00:00", "2024-03-01"), (dt.datetime(2024, 3, 1, 8), "2024-03-01"),
         (dt.date(2024, 3, 1), "2024-03-01"), (45352.5, "2024-03-01")],
    )  # fmt: skip
    def test_days_as_spreadsheets_keep_them(self, cell, wanted):
        f.person("赵一", "枫桥沟煤矿")
        self.planned(workbook(row(姓名="赵一", 单位="枫桥沟煤矿", 入册日期=cell)))
        entry = RegistryImport.objects.get()
        entry.confirm(by=f.account("boss"))
        f.work()
        assert str(Correspondent.objects.get(name="赵一").since) == wanted

    def test_a_term_that_ends_in_a_month_ends_with_it(self):
        f.person("赵一", "枫桥沟煤矿")
        entry = self.planned(workbook(row(姓名="赵一", 单位="枫桥沟煤矿", 聘期至="2024年2月")))
        entry.confirm(by=f.account("boss"))
        f.work()
        assert str(Correspondent.objects.get(name="赵一").term_to) == "2024-02-29"

    def test_it_is_read_by_the_worker_and_says_so(self):
        f.unit("枫桥沟煤矿")
        desk = f.signed_in(f.managing())
        file = SimpleUploadedFile("名册.xlsx", workbook(row(姓名="赵一", 单位="枫桥沟煤矿")))
        add = reverse("admin:correspondents_registryimport_add")
        page = desk.post(add, {"file": file}, follow=True)
        assert "正在读取" in page.content.decode()
        assert "http-equiv" in page.content.decode()
        entry = RegistryImport.objects.get()
        assert not entry.confirm(by=f.account("boss"))
        f.work()
        page = desk.get(page.redirect_chain[-1][0]).content.decode()
        assert "确认导入" in page
        assert "<b>1</b> 新增" in page

    def test_what_cannot_be_read_is_told_on_its_page(self):
        entry = self.planned(workbook(["赵一", "x"], head=["名字", "地方"]))
        assert entry.state == "dropped"
        address = reverse("admin:correspondents_registryimport_change", args=[entry.pk])
        page = f.signed_in(f.managing("again")).get(address).content.decode()
        assert "没有同时写着“姓名”“单位”的一行列名" in page
        assert "确认导入" not in page


# Lines that hold no value of a person: keys and words of the house, and the exact words of rules.
NOT_TYPED = {
    "articles.FormerKeyword.name", "articles.FormerSlug.slug", "articles.Section.slug",
    "articles.Section.code", "articles.Topic.slug", "articles.Series.slug",
    "articles.WordRule.wrong", "articles.WordRule.right", "articles.WordRule.unless",
    "articles.PromotedResult.address", "portal.MenuItem.url", "portal.Page.slug",
    "portal.Redirect.path", "portal.Redirect.target",
    "correspondents.LetterText.key",
    # several lines of prose
    "articles.Reading.note", "articles.Revision.note", "articles.BylineClaim.remark",
    "articles.BylineClaim.answer", "articles.ErrorReport.answer",
    "articles.LikenessConfirmation.remark", "submissions.Manuscript.to_desk",
    "submissions.Manuscript.remark", "submissions.Manuscript.resume_note",
    "submissions.Message.quote",
    # written by the house
    "portal.Backup.folder", "portal.Backup.failure", "portal.ScheduledJob.name",
    "portal.ScheduledJob.failure", "portal.KeptList.name", "portal.KeptList.path",
    "portal.KeptList.query", "portal.MissingPage.path", "submissions.Notice.event",
    "submissions.Notice.text", "submissions.Document.failure", "articles.Reading.fingerprint",
    "articles.HintDecision.rule", "articles.HintDecision.found", "articles.HintDecision.suggest",
    "articles.LikenessConfirmation.title", "articles.LegacyRun.source", "correspondents.Letter.key",
    "correspondents.Letter.mailbox", "correspondents.Letter.subject", "correspondents.Letter.about",
    "correspondents.Letter.failure", "correspondents.Upload.original_name",
    "correspondents.Upload.failure", "correspondents.RegistryImport.file_name",
}  # fmt: skip


def test_every_line_that_a_person_types_is_cleaned_by_its_field():
    """A new field of text is one that cleans, or stands in the list above with its reason."""
    forgotten = []
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in (
            "portal",
            "articles",
            "correspondents",
            "submissions",
        ):
            continue
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.CharField) or field.choices or not field.editable:
                continue
            if hasattr(field, "how") or str(field) in NOT_TYPED or field.verbose_name.isascii():
                continue
            forgotten.append(str(field))
    assert forgotten == []


def dirty(field: models.CharField) -> str:
    return {"code": "\u202dA\uff11\u2011B\u200b 2\u202c", "sentence": "\u202e甲\u200b乙\n丙"}.get(
        field.how.__name__, "\u202d甲\u3000\uff21\u2011\u200b\u202c"
    )


def test_one_value_of_each_kind():
    assert one_line("\u202d甲\u3000\uff21\u2011\u200b1\u202c") == "甲 A-1"
    assert code("\u202dA\uff11\u2011B\u200b 2\u202c") == "A1-B2"
    assert sentence("\u202e甲\u200b乙\n丙\u3000丁") == "甲乙 丙\u3000丁"
    assert sentence("\U0001f468\u200d\U0001f469") == "\U0001f468\u200d\U0001f469"


def test_an_address_keeps_its_signs():
    """What follows the host is somebody else's."""
    kept = "https://a.example/煤炭\uff08行业\uff09\u2014\u2014概况\u2460.html?q=\u00bd"
    assert address(f"\u202d{kept}\u200b ") == kept
    assert address("\uff48ttps\uff1a\uff0f\uff0fA.example\uff0f") == "https://A.example/"


def test_the_line_of_names_keeps_its_blanks():
    made = f.published()
    type(made).objects.filter(pk=made.pk).update(byline_text="本网\u3000张三\u3000李四\u200b")
    made.refresh_from_db()
    assert made.byline_text == "本网\u3000张三\u3000李四"


def test_every_such_field_stores_what_was_meant_on_every_way_of_writing():
    """By save, by update and by a look-up, for every field that cleans."""
    looked_at = 0
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if not hasattr(field, "how"):
                continue
            typed = (
                dirty(field) if not isinstance(field, models.EmailField | models.URLField) else ""
            )
            meant = field.how(typed)
            assert field.get_prep_value(typed) == meant
            row = model(**{field.name: typed})
            assert field.pre_save(row, add=True) == meant
            assert getattr(row, field.attname) == meant
            form_field = field.formfield()
            assert form_field is None or form_field.to_python(typed) == meant
            looked_at += 1
    assert looked_at > 90
    unit = Organisation.objects.create(name="枫桥沟\u200b煤矿\u3000")
    assert Organisation.objects.filter(name="枫桥沟煤矿").get() == unit
    Organisation.objects.update(region="\u202d山西\u202c")
    assert Organisation.objects.values_list("region", flat=True).get() == "山西"
    assert key("枫桥沟\u2060 煤矿") == "枫桥沟煤矿"


def test_a_file_comes_down_under_the_name_it_had():
    """Cleaned of its folder and of what turns a name around, with the ending of what it is."""
    for typed, name in (
        ("推荐函\u202egpj.exe.pdf", "推荐函gpj.exe.pdf"),
        ("C:\\fakepath\\推荐函 (1).PDF", "推荐函 (1).pdf"),
        ("没有后缀", "没有后缀.pdf"),
    ):
        file = io.BytesIO(b"%PDF-1.7 " + b"x" * 90)
        sent = File(file, name=typed)
        sent.size = 99
        upload = Upload.objects.accept(sent, owner=None, document=True)
        header = send_original(upload).headers["Content-Disposition"]
        assert f"filename*=utf-8''{quote(name, safe='')}" in header
