"""Sign-in, rights and the audit of both."""

from __future__ import annotations

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Group, User
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse

from portal import roles
from tests import factories as f

pytestmark = pytest.mark.django_db
LOGIN = "/zhanghu/login/"


def log_in(client, login, password=f.PASSWORD, **extra):
    return client.post(LOGIN, {"login": login, "password": password} | extra)


def test_staff_lands_at_the_desk_and_correspondents_at_their_pieces():
    f.editor()
    f.correspondent()
    assert log_in(Client(), "wang").headers["Location"] == "/admin/"
    assert log_in(Client(), "li").headers["Location"] == "/tougao/wode/"


def test_the_admin_sends_to_the_common_sign_in_and_back():
    f.editor()
    client = Client()
    address = reverse("admin:articles_article_changelist")
    answer = client.get(address, follow=True)
    assert answer.request["PATH_INFO"] == LOGIN
    answer = log_in(client, "wang", next=address)
    assert answer.headers["Location"] == address


def test_a_next_on_another_site_is_not_followed():
    f.editor()
    answer = log_in(Client(), "wang", next="https://evil.example/")
    assert answer.headers["Location"] == "/admin/"


def test_a_correspondent_does_not_enter_the_desk():
    li = f.correspondent()
    answer = f.signed_in(li.user).get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "这里需要通行证" in answer.content.decode()


def test_guessing_is_slowed_down_with_a_sentence():
    f.editor()
    client = Client()
    pages = [log_in(client, "wang", "wrong").content.decode() for _ in range(8)]
    assert "登录失败次数过多" in pages[-1] or "操作太频繁" in pages[-1]
    page = log_in(client, "wang")
    assert page.status_code != 302


def test_no_reading_lifts_the_limit_on_guessing(monkeypatch):
    f.editor()
    client, kept = Client(), []
    for _ in range(8):
        log_in(client, "wang", "wrong")
    there = type(caches["default"])
    keep = there.set
    monkeypatch.setattr(
        there, "set", lambda self, key, *a, **k: kept.append(key) or keep(self, key, *a, **k)
    )
    for number in range(12):
        person = f.person(f"通讯员{number}", f"第{number}煤矿", public=True)
        Client().get(person.get_absolute_url())
        Client().get(person.organisation.get_absolute_url())
    # What pages count up goes elsewhere; and what is full lets go of nothing so early.
    assert not [name for name in kept if "by-author" not in name and "popular-tags" not in name]
    for number in range(400):
        cache.set(f"zz-{number}", 1, 600)
    assert log_in(client, "wang").status_code != 302


def test_a_wrong_name_and_a_wrong_password_read_the_same():
    f.editor()
    one = log_in(Client(), "wang", "wrong").context["form"].errors
    other = log_in(Client(), "nobody", "wrong").context["form"].errors
    assert one == other


def test_the_pages_of_accounts_carry_the_name_of_the_newspaper():
    for address in (LOGIN, "/zhanghu/password/reset/", "/zhanghu/signup/"):
        page = Client().get(address).content.decode()
        assert "<b>煤炭资讯网</b>" in page
        assert "testserver" not in page.split("<body")[1]


def test_sign_out_is_a_post():
    client = f.signed_in(f.editor())
    client.get("/zhanghu/logout/")
    assert "_auth_user_id" in client.session
    client.post("/zhanghu/logout/")
    assert "_auth_user_id" not in client.session


def test_a_changed_password_ends_every_session_but_this_one():
    wang = f.editor()
    here, elsewhere = f.signed_in(wang), f.signed_in(wang)
    new = "another-long-password-9"
    here.post(
        "/zhanghu/password/change/",
        {"oldpassword": f.PASSWORD, "password1": new, "password2": new},
    )
    assert elsewhere.get("/admin/").status_code == 302
    assert here.get("/admin/").status_code == 200
    assert log_in(Client(), "wang", new).headers["Location"] == "/admin/"


def test_the_site_can_stop_taking_applications(settings):
    settings.SIGNUP_OPEN = False
    answer = Client().post(
        "/zhanghu/signup/",
        {"username": "x", "password1": f.PASSWORD, "password2": f.PASSWORD},
    )
    assert "现在不在网上接受登记" in answer.content.decode()
    assert not User.objects.exists()


def test_what_a_signed_in_person_gets_is_not_cached():
    for address in ("/", "/tougao/wode/"):
        answer = f.signed_in(f.account(f"u{len(address)}", staff=False)).get(address)
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_password_of_the_demo_opens_nothing_outside_debug_mode(settings):
    user = f.editor()
    user.set_password(settings.DEMO_PASSWORD)
    user.save()
    assert log_in(Client(), "wang", settings.DEMO_PASSWORD).status_code == 200
    settings.DEBUG = True
    assert log_in(Client(), "wang", settings.DEMO_PASSWORD).status_code == 302


class TestAudit:
    def events(self):
        return [
            (entry.additional_data["event"], entry.object_repr, entry.remote_addr)
            for entry in LogEntry.objects.filter(action=LogEntry.Action.ACCESS).order_by("pk")
        ]

    def test_sign_ins_and_failures_are_logged_with_the_address(self):
        f.editor()
        client = Client(REMOTE_ADDR="127.0.0.7", headers={"X-Forwarded-For": "6.6.6.6"})
        log_in(client, "wang", "wrong")
        log_in(client, "wang")
        client.post("/zhanghu/logout/")
        assert self.events() == [
            ("sign_in_failed", "wang", "127.0.0.7"),
            ("sign_in", "wang", "127.0.0.7"),
            ("sign_out", "wang", "127.0.0.7"),
        ]

    def test_behind_our_own_proxy_the_address_is_the_one_it_saw(self, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        f.editor()
        client = Client(REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "6.6.6.6, 127.0.0.8"})
        log_in(client, "wang")
        assert self.events()[-1][2] == "127.0.0.8"

    def test_the_password_is_in_no_entry(self):
        f.editor()
        log_in(Client(), "wang", "a-wrong-secret-word")
        for entry in LogEntry.objects.all():
            assert "a-wrong-secret-word" not in str(vars(entry))
            assert "md5$" not in str(vars(entry))

    def test_a_change_of_rights_is_logged(self):
        wang, admin = f.editor(), f.account("root")
        admin.is_superuser = True
        admin.save()
        group = Group.objects.get(name=roles.CHIEF)
        f.signed_in(admin).post(
            reverse("admin:auth_user_change", args=[wang.pk]),
            {
                "username": "wang",
                "is_active": "on",
                "is_staff": "on",
                "groups": [group.pk],
                "date_joined_0": "2026-01-01",
                "date_joined_1": "08:00:00",
                "last_name": "王编辑",
            },
        )
        assert wang.groups.get() == group
        entries = LogEntry.objects.get_for_object(wang).filter(actor=admin)
        assert any("groups" in entry.changes_dict for entry in entries)

    def test_the_log_is_read_and_never_changed_in_the_admin(self):
        f.editor()
        log_in(Client(), "wang")
        entry = LogEntry.objects.first()
        chief = f.signed_in(f.chief())
        page = chief.get(reverse("admin:auditlog_logentry_changelist")).content.decode()
        assert "登录" in page
        for name in ("change", "delete"):
            address = reverse(f"admin:auditlog_logentry_{name}", args=[entry.pk])
            assert chief.post(address, {"post": "yes"}).status_code == 403
        boss = f.account("boss")
        boss.is_superuser = True
        boss.save()
        f.signed_in(boss).post(
            reverse("admin:auditlog_logentry_changelist"),
            {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"},
        )
        f.signed_in(boss).post(
            reverse("admin:auditlog_logentry_delete", args=[entry.pk]), {"post": "yes"}
        )
        assert LogEntry.objects.filter(pk=entry.pk).exists()


class TestTheAdministratorIsNoSuperuser:
    @pytest.fixture
    def admin(self):
        return f.account("admin", roles.ADMINISTRATOR)

    def test_cannot_make_himself_one(self, admin):
        groups = [group.pk for group in Group.objects.all()]
        f.signed_in(admin).post(
            reverse("admin:auth_user_change", args=[admin.pk]),
            {"username": "admin", "is_active": "on", "is_staff": "on", "is_superuser": "on",
             "user_permissions": [1, 2, 3], "groups": groups[:1]},
        )  # fmt: skip
        admin.refresh_from_db()
        assert not admin.is_superuser
        assert not admin.user_permissions.exists()

    def test_cannot_touch_one(self, admin):
        boss = f.account("boss")
        boss.is_superuser = True
        boss.save()
        client = f.signed_in(admin)
        for address in (
            reverse("admin:auth_user_change", args=[boss.pk]),
            reverse("admin:auth_user_password_change", args=[boss.pk]),
        ):
            client.post(
                address,
                {"password1": "taken-over-99", "password2": "taken-over-99", "username": "taken"},
            )
        boss.refresh_from_db()
        assert boss.username == "boss"
        assert boss.check_password(f.PASSWORD)

    def test_roles_are_looked_at_only(self, admin):
        group = Group.objects.get(name=roles.EDITOR)
        address = reverse("admin:auth_group_change", args=[group.pk])
        f.signed_in(admin).post(address, {"name": "编辑", "permissions": []})
        assert group.permissions.count() == len(set(roles.ROLES[roles.EDITOR]))
