"""One value of each kind, dirty as it is copied, through every form and import that takes it.

What is stored is the clean value, whichever way it came; it is the same value the second time,
and it signs its owner in.
"""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from correspondents.models import Correspondent, Organisation, RegistryImport
from submissions.models import Manuscript
from tests import factories as f
from tests.articles.test_readings import save as save_article
from tests.correspondents.test_registration import SIGNUP
from tests.correspondents.test_registration import typed as filled
from tests.correspondents.test_registry_file import book, row, upload

pytestmark = pytest.mark.django_db
UNIT = "枫桥沟煤矿"
NO_ROWS = {
    f"{name}-{part}_FORMS": 0
    for name in ("memberships", "consents", "aliases") for part in ("TOTAL", "INITIAL")
}  # fmt: skip
# How a value is dressed on its way: each is put around, or into, the clean one.
DRESSES = {
    "as it is": lambda value: value,
    "from a contact": lambda value: f"\u202d{value}\u202c",
    "from a chat": lambda value: f"{value[:2]}\u200b{value[2:]}\ufeff",
    "from a table": lambda value: f"\u00a0{value}\u3000\t",
    "full width": lambda value: value.translate({n: n + 0xFEE0 for n in range(0x30, 0x7B) if n != 0x3000 and chr(n).isalnum()}),
    "soft hyphen": lambda value: f"{value[:3]}\u00ad{value[3:]}",
    "unseen selector": lambda value: f"{value}\ufe0f",
    "all at once": lambda value: f"\u202a\u00a0{value[:2]}\u200b{value[2:3]}\u00ad{value[3:]}\u3000\ufeff\u202c",
}  # fmt: skip


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()
    f.unit(UNIT)


def superuser() -> Client:
    boss = f.chief("boss77")
    User.objects.filter(pk=boss.pk).update(is_superuser=True)
    return f.signed_in(User.objects.get(pk=boss.pk))


def imported(**cells: str) -> Correspondent:
    """A new person by the workbook, carried out."""
    upload(
        f.signed_in(f.managing("importer")), book([row(**{"姓名": "赵一", "单位": UNIT} | cells)])
    )
    entry = RegistryImport.objects.get()
    assert entry.counts["new"] == 1, entry.report
    entry.confirm(by=User.objects.get(username="importer"))
    f.work()
    return Correspondent.objects.get()


def engaged() -> Correspondent:
    return f.correspondent("li77", "李通讯", unit=UNIT)


def corrected(**more: str) -> Correspondent:
    """The own data, as the form 更正资料 sends them."""
    li = engaged()
    known = {"mobile": "13812344332", "email": "", "department": "", "post": ""}
    f.signed_in(li.user).post(
        "/zhanghu/ziliao/xiugai/", known | more | {"password": f.PASSWORD}, follow=True
    )
    li.refresh_from_db()
    return li


def at_the_desk(**more: str) -> Correspondent:
    """A record as the desk changes it."""
    person = f.person("杨宁", UNIT)
    address = reverse("admin:correspondents_correspondent_change", args=[person.pk])
    f.signed_in(f.managing("desk77")).post(address, {"name": "杨宁", **more} | NO_ROWS)
    person.refresh_from_db()
    return person


def signed_up(**more: str) -> Correspondent:
    Client().post(SIGNUP, filled(**more))
    return Correspondent.objects.get()


def applied(**more: str) -> Correspondent:
    """Somebody with an account asks to be registered."""
    account = f.account("has77", staff=False)
    f.signed_in(account).post("/zhanghu/shenqing/", filled(**more))
    return Correspondent.objects.get()


def invited(**more: str) -> User:
    data = {"username": "xin77", "last_name": "新", "first_name": "人", "email": ""} | more
    superuser().post(reverse("admin:auth_user_add"), data)
    return User.objects.exclude(username="boss77").get()


def claimed(username: str) -> User:
    person = f.person("陈牧野", UNIT)
    link = reverse("correspondents:claim", args=[person.offer_claim(by=f.managing("desk88"))])
    data = {"username": username, "password1": f.PASSWORD, "password2": f.PASSWORD, "privacy": "on"}
    Client().post(link, data)
    person.refresh_from_db()
    assert person.user is not None
    return person.user


def on_the_form(**more) -> Manuscript:
    li = engaged()
    manuscript = f.manuscript(li)
    f.signed_in(li.user).post(
        reverse("submissions:edit", args=[manuscript.pk]),
        f.typed(action="save", version=str(manuscript.version), **more),
    )
    return Manuscript.objects.get()


def bylined(name: str) -> str:
    rows = {
        "byline-role": ["author"],
        "byline-name": [name],
        "byline-unit_text": [UNIT],
        "byline-order": ["1"],
    }
    return on_the_form(**rows).bylines.get().name


def of_article(name: str) -> str:
    wang = f.editor("wang77")
    article = f.article(by=wang)
    save_article(article, wang, source=name)
    return article.source


def new_unit(name: str) -> str:
    """At the desk, a unit that the registry did not know."""
    person = f.person("杨宁", UNIT)
    address = reverse("admin:correspondents_correspondent_unit", args=[person.pk])
    f.signed_in(f.managing("desk77")).post(
        address, {"new_name": name, "since": "2026-01-01", "region": "山西"}
    )
    return Organisation.objects.exclude(name=UNIT).get().name


def added_unit(name: str) -> str:
    f.signed_in(f.managing("desk77")).post(
        reverse("admin:correspondents_organisation_add"), {"name": name} | NO_ROWS
    )
    return Organisation.objects.exclude(name=UNIT).get().name


NUMBER, MAILBOX, NAME, LOGIN, PLACE = (
    "13800138000", "zhao1@example.com", "赵一A", "zhao77", "白桦沟2号煤矿",
)  # fmt: skip
WAYS = {
    "mobile": (NUMBER, {
        "sign-up": lambda typed: signed_up(mobile=typed).mobile,
        "application": lambda typed: applied(mobile=typed).mobile,
        "own data": lambda typed: corrected(mobile=typed).mobile,
        "desk": lambda typed: at_the_desk(new_mobile=typed).mobile,
        "import": lambda typed: imported(手机=typed).mobile,
    }),
    "mailbox": (MAILBOX, {
        "sign-up": lambda typed: signed_up(contact_email=typed).email,
        "application": lambda typed: applied(contact_email=typed).email,
        "own data": lambda typed: corrected(email=typed).email,
        "desk": lambda typed: at_the_desk(new_email=typed).email,
        "import": lambda typed: imported(邮箱=typed).email,
        "invitation": lambda typed: invited(email=typed).email,
    }),
    "name": (NAME, {
        "sign-up": lambda typed: signed_up(real_name=typed).name,
        "application": lambda typed: applied(real_name=typed).name,
        "pen name": lambda typed: corrected(usual_byline=typed).usual_byline,
        "desk": lambda typed: at_the_desk(name=typed).name,
        "import": lambda typed: imported(姓名=typed).name,
        "invitation": lambda typed: invited(last_name=typed, first_name="").last_name,
        "byline": bylined,
        "approver": lambda typed: on_the_form(approver=typed).approver,
    }),
    "user name": (LOGIN, {
        "sign-up": lambda typed: signed_up(username=typed).user.username,
        "claim": lambda typed: claimed(typed).username,
        "invitation": lambda typed: invited(username=typed).username,
    }),
    "unit": (PLACE, {
        "sign-up": lambda typed: signed_up(unit=typed).unit_text,
        "own data": lambda typed: corrected(new_unit=typed, new_unit_since="2026-01-01").unit_text,
        "desk, settled": new_unit,
        "desk, added": added_unit,
        "source of an article": of_article,
    }),
    "code": ("T-0077", {
        "desk": lambda typed: at_the_desk(number=typed).number,
        "import": lambda typed: imported(档案号=typed).number,
    }),
}  # fmt: skip
# Every way in two dresses, and one way of each kind in all of them.
EVERY = [
    (kind, way, dress)
    for kind, (_, ways) in WAYS.items()
    for number, way in enumerate(ways)
    for dress in (DRESSES if number == 0 else ("all at once", "full width"))
]


@pytest.mark.parametrize(("kind", "way", "dress"), EVERY, ids=[", ".join(one) for one in EVERY])
def test_one_clean_value_is_stored(kind, way, dress):
    clean, ways = WAYS[kind]
    assert ways[way](DRESSES[dress](clean)) == clean


@pytest.mark.parametrize("dress", DRESSES)
def test_it_is_one_value_and_signs_in(dress):
    """Approved by the desk: name, number and confirmed mailbox open the account, however typed."""
    person = signed_up(mobile=NUMBER, username=LOGIN)
    person.approve(by=f.managing("desk88"))
    User.objects.filter(pk=person.user_id).update(email=MAILBOX)
    for value in (NUMBER, LOGIN, MAILBOX):
        visitor = Client()
        data = {"login": DRESSES[dress](value), "password": f.PASSWORD}
        visitor.post(reverse("account_login"), data)
        assert visitor.session.get("_auth_user_id") == str(person.user_id), value
    # And it is nobody else's.
    page = Client().post(SIGNUP, filled(username=DRESSES[dress](LOGIN), mobile="13900139000"))
    assert "这个用户名已有人用" in page.content.decode()
    assert User.objects.filter(is_staff=False).count() == 1


def test_days_by_the_ways_that_take_them():
    wanted = dt.date(2024, 3, 1)
    for typed in (
        "2024年3月1日",
        "\u202d2024/3/1\u202c",
        "\uff12\uff10\uff12\uff14.3.1",
        "20240301",
    ):
        Correspondent.objects.all().delete()
        User.objects.all().delete()
        Manuscript.objects.all().delete()
        RegistryImport.objects.all().delete()
        assert imported(入册日期=typed).since == wanted
        assert at_the_desk_since(typed) == wanted


def at_the_desk_since(typed: str) -> dt.date:
    Correspondent.objects.all().delete()
    return at_the_desk(since=typed).since
