"""Roles that sign are granted by one person and confirmed by another; nobody holds a colleague's key."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from auditlog.models import LogEntry
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from correspondents.models import Letter, RoleGrant
from correspondents.models.role_grant import holds_guarded
from portal import roles
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return f.account("admin", roles.ADMINISTRATOR, name="管理员")


@pytest.fixture
def chief():
    chief = f.chief("lin", "林总")
    User.objects.filter(pk=chief.pk).update(email="lin@example.com")
    return chief


def group(name: str) -> Group:
    return Group.objects.get(name=name)


def protect(user: User) -> None:
    """Give somebody a second factor."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})


def change(by: User, user: User, **values):
    """Send the form of an account, as a browser would."""
    client = f.signed_in(by)
    address = reverse("admin:auth_user_change", args=[user.pk])
    user.refresh_from_db()
    data = {
        "username": user.username, "last_name": user.last_name, "email": user.email,
        "is_active": "on", "is_staff": "on", "groups": [one.pk for one in user.groups.all()],
    }  # fmt: skip
    return client.post(address, data | values, follow=True).content.decode()


def decide(by: User, grant: RoleGrant, deed: str = "_confirm") -> str:
    address = reverse("admin:correspondents_rolegrant_change", args=[grant.pk])
    return f.signed_in(by).post(address, {deed: "1"}, follow=True).content.decode()


def rights(user: User) -> set[str]:
    return {
        right
        for right in ("articles.sign_first", "articles.sign_final", "articles.publish_article")
        if User.objects.get(pk=user.pk).has_perm(right)
    }


class TestGranting:
    @pytest.mark.parametrize(
        "role", [roles.EDITOR, roles.MANAGING, roles.CHIEF, roles.ADMINISTRATOR]
    )
    def test_a_role_that_signs_takes_effect_when_another_chief_confirms(self, admin, chief, role):
        new = f.account("xin", name="新人")
        page = change(admin, new, groups=[group(role).pk], _continue="1")
        assert "等另一位总编辑或副总编确认后生效" in page
        assert not new.groups.exists() and not rights(new)
        grant = RoleGrant.objects.waiting().get()
        assert f"等人确认的：{role}" in page
        letter = Letter.objects.get(mailbox="lin@example.com")
        assert "新人" in letter.subject and role in letter.subject
        assert "角色待确认 <b>1</b>" in f.signed_in(chief).get("/admin/").content.decode()
        assert "还没有设置二次验证" in decide(chief, grant)
        assert not new.groups.exists()
        protect(new)
        decide(chief, grant)
        assert new.groups.get().name == role
        assert "经林总确认" in Letter.objects.first().subject
        told = LogEntry.objects.get_for_object(new).filter(additional_data__event="role_confirmed")
        assert told.get().actor == chief

    def test_other_roles_take_effect_at_once(self, admin):
        new = f.account("xin")
        change(admin, new, groups=[group(roles.MONITOR).pk])
        assert new.groups.get().name == roles.MONITOR

    def test_a_role_is_taken_away_at_once(self, admin, chief):
        wang = f.editor()
        change(admin, wang, groups=[])
        assert not rights(wang) and not RoleGrant.objects.open().filter(user=wang).exists()
        chief.refresh_from_db()
        assert holds_guarded(chief)

    def test_nobody_changes_his_own(self, admin, chief):
        page = change(admin, admin, groups=[group(roles.CHIEF).pk, group(roles.ADMINISTRATOR).pk])
        assert "自己的角色要由别人来改" in page
        assert not RoleGrant.objects.waiting().exists()

    def test_who_granted_it_does_not_confirm_it_nor_does_its_holder(self, chief):
        both = f.chief("er", "二人")
        both.groups.add(group(roles.ADMINISTRATOR))
        new = f.account("xin")
        protect(new)
        change(both, new, groups=[group(roles.EDITOR).pk])
        grant = RoleGrant.objects.waiting().get()
        assert "这是您提出的" in decide(both, grant)
        assert not rights(new)
        own = RoleGrant.objects.create(user=chief, group=group(roles.EDITOR), granted_by=both)
        protect(chief)
        assert "自己的角色不能自己确认" in decide(chief, own)
        own.refresh_from_db()
        assert own.confirmed_at is None

    @pytest.mark.parametrize("who", ["admin", "managing", "gone"])
    def test_only_an_active_chief_confirms(self, admin, chief, who):
        new = f.account("xin")
        protect(new)
        change(admin, new, groups=[group(roles.EDITOR).pk])
        grant = RoleGrant.objects.waiting().get()
        by = {"admin": admin, "managing": f.managing(), "gone": f.chief("zou")}[who]
        if who == "gone":
            User.objects.filter(pk=by.pk).update(is_active=False)
        decide(by, grant)
        assert not rights(new)

    def test_a_chief_may_turn_it_down_and_it_may_be_asked_again(self, admin, chief):
        new = f.account("xin")
        change(admin, new, groups=[group(roles.EDITOR).pk])
        decide(chief, RoleGrant.objects.waiting().get(), "_refuse")
        assert not RoleGrant.objects.open().filter(user=new).exists()
        assert "由林总取消" in Letter.objects.first().subject
        change(admin, new, groups=[group(roles.EDITOR).pk])
        change(admin, new, groups=[group(roles.EDITOR).pk])
        assert RoleGrant.objects.waiting().filter(user=new).count() == 1

    def test_a_confirmed_role_is_confirmed_once(self, admin, chief):
        new = f.account("xin")
        protect(new)
        change(admin, new, groups=[group(roles.EDITOR).pk])
        grant = RoleGrant.objects.waiting().get()
        decide(chief, grant)
        new.groups.clear()
        assert "已经有人处理过" in decide(f.chief("sun"), grant)
        assert not rights(new)


class TestKeys:
    def test_nobody_sets_a_colleagues_password(self, admin, chief):
        address = reverse("admin:auth_user_password_change", args=[chief.pk])
        f.signed_in(admin).post(
            address, {"password1": "taken-over-99", "password2": "taken-over-99",
                      "usable_password": "true"}
        )  # fmt: skip
        chief.refresh_from_db()
        assert chief.check_password(f.PASSWORD)
        page = f.signed_in(admin).get(reverse("admin:auth_user_change", args=[chief.pk]))
        assert "发设置密码的链接" in page.content.decode()

    def test_a_letter_goes_to_the_mailbox_of_the_holder(self, admin, chief):
        address = reverse("admin:auth_user_reset", args=[chief.pk])
        page = f.signed_in(admin).post(address, follow=True).content.decode()
        assert "链接已寄到 l" in page and "寄到 lin@" not in page
        assert [letter.to for letter in mail.outbox] == [["lin@example.com"]]
        link = re.search(r"/zhanghu/\S+", mail.outbox[0].body)[0]
        assert link not in page and not Letter.objects.filter(body__contains=link).exists()
        assert holds_guarded(chief) and chief.groups.exists()

    def test_a_mail_server_that_is_down_is_told_and_tried_again(self, admin, chief, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
        address = reverse("admin:auth_user_reset", args=[chief.pk])
        client = f.signed_in(admin)
        assert "信没有寄出" in client.post(address, follow=True).content.decode()
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert "链接已寄到" in client.post(address, follow=True).content.decode()
        assert len(mail.outbox) == 1

    def test_the_mailbox_of_somebody_who_signs_is_his_own(self, admin, chief):
        assert "邮箱只能由本人修改" in change(admin, chief, email="mine@example.com")
        chief.refresh_from_db()
        assert chief.email == "lin@example.com"
        # ... and of somebody who is to sign.
        new = f.account("xin")
        RoleGrant.objects.create(user=new, group=group(roles.EDITOR), granted_by=chief)
        assert "邮箱只能由本人修改" in change(admin, new, email="mine@example.com")
        plain = f.account("pu")
        change(admin, plain, email="pu@example.com")
        plain.refresh_from_db()
        assert plain.email == "pu@example.com"

    def test_a_link_that_the_inviter_has_seen_suspends_what_signs(self, admin, chief):
        wang = f.editor()
        protect(wang)
        address = reverse("admin:auth_user_reset", args=[wang.pk])
        client = f.signed_in(admin)
        assert "重新确认后才生效" in client.get(address).content.decode()
        answer = client.post(address)
        page = answer.content.decode()
        link = re.search(r"<code>\S*(/zhanghu/\S+)</code>", page)[1]
        assert "no-store" in answer["Cache-Control"]
        assert not rights(wang)
        assert "<code>" not in client.get(address).content.decode()
        # The link does set a password, and the role comes back by a chief alone.
        there = Client()
        form = there.get(link, follow=True)
        there.post(form.request["PATH_INFO"],
                   {"password1": "a-new-long-word-9", "password2": "a-new-long-word-9"})  # fmt: skip
        wang.refresh_from_db()
        assert wang.check_password("a-new-long-word-9")
        waiting = RoleGrant.objects.waiting().get(user=wang)
        assert "还没有设置二次验证" in decide(chief, waiting)
        protect(wang)
        decide(chief, waiting)
        assert rights(wang) == {"articles.sign_first", "articles.publish_article"}

    @pytest.mark.parametrize("is_staff", [True, False])
    def test_the_registry_gives_no_key_to_who_signs(self, admin, chief, is_staff):
        """Not even while somebody has taken the desk from him, to give it back afterwards."""
        User.objects.filter(pk=chief.pk).update(is_staff=is_staff)
        person = f.person("林总", user=chief)
        address = reverse("admin:correspondents_correspondent_tool", args=[person.pk, "reset"])
        client = f.signed_in(f.managing("keeps77"))  # who keeps the registry
        assert client.post(address).status_code == 403
        plain = f.person("李通讯", user=f.account("li", staff=False))
        address = reverse("admin:correspondents_correspondent_tool", args=[plain.pk, "reset"])
        assert "/zhanghu/" in client.post(address).content.decode().split("链接")[1]

    @pytest.mark.parametrize("way", ["link", "letter", "mailbox"])
    def test_a_key_that_an_inviter_left_inside_opens_nothing(self, admin, way):
        """He used the first link himself and added a passkey; the holder gets the second one."""
        new = f.account("xin", name="新人")
        protect(new)
        there = f.signed_in(new)
        if way == "mailbox":
            change(admin, new, email="xin@example.com")
        else:
            User.objects.filter(pk=new.pk).update(email="x@example.com" if way == "letter" else "")
            f.signed_in(admin).post(reverse("admin:auth_user_reset", args=[new.pk]))
        new.refresh_from_db()
        assert not Authenticator.objects.filter(user=new).exists()
        assert not new.has_usable_password()
        assert there.get("/admin/").status_code == 302

    def test_a_grant_that_is_over_ends_no_later_one(self, chief):
        wang = f.editor()
        old = wang.role_grants.get()
        change(f.account("admin2", roles.ADMINISTRATOR), wang, groups=[])
        f.give_role(wang, old.group, by=None)
        assert "已经有人处理过" in decide(chief, old, "_refuse")
        assert rights(wang)

    def test_an_invitation_has_no_password_until_its_holder_sets_one(self, admin):
        data = {"username": "xin", "last_name": "新人", "email": "", "is_staff": "on"}
        answer = f.signed_in(admin).post(reverse("admin:auth_user_add"), data)
        new = User.objects.get(username="xin")
        assert answer["Location"] == reverse("admin:auth_user_reset", args=[new.pk])
        assert new.is_staff and not new.has_usable_password() and not new.groups.exists()

    def test_two_accounts_of_the_desk_share_no_mailbox(self, admin, chief):
        data = {
            "username": "xin",
            "last_name": "新人",
            "email": "LIN@example.com",
            "is_staff": "on",
        }
        page = f.signed_in(admin).post(reverse("admin:auth_user_add"), data).content.decode()
        assert "正在用这个邮箱" in page and 'value="新人"' in page
        assert not User.objects.filter(username="xin").exists()
        User.objects.filter(pk=chief.pk).update(is_active=False)
        f.signed_in(admin).post(reverse("admin:auth_user_add"), data)
        assert User.objects.filter(username="xin").exists()

    def test_the_same_name_asks(self, admin, chief):
        data = {"username": "lin2", "last_name": "林总", "email": "", "is_staff": "on"}
        client, address = f.signed_in(admin), reverse("admin:auth_user_add")
        assert "编辑部已有叫“林总”的账号" in client.post(address, data).content.decode()
        client.post(address, data | {"same_name": "on"})
        assert User.objects.filter(username="lin2").exists()


class TestTheFirstChief:
    def named(self, *args: str) -> str:
        out = StringIO()
        call_command("name_chief", *args, stdout=out)
        return out.getvalue()

    def test_is_named_on_the_server_once(self):
        told = self.named("zong", "--name", "总编")
        person = User.objects.get(username="zong")
        assert "/zhanghu/" in told and person.is_staff and not person.has_usable_password()
        assert "articles.sign_final" in rights(person)
        entry = LogEntry.objects.get_for_object(person).filter(
            additional_data__event="role_confirmed"
        )
        assert entry.get().actor is None
        with pytest.raises(CommandError, match="已有总编辑、副总编（总编）"):
            self.named("er")
        assert not User.objects.filter(username="er").exists()
        assert "er 现在是" in self.named("er", "--again")

    def test_an_account_that_was_switched_off_is_not_named(self):
        gone = f.account("gone")
        User.objects.filter(pk=gone.pk).update(is_active=False)
        with pytest.raises(CommandError, match="已停用"):
            self.named("gone")
        assert not gone.groups.exists()


class TestOutside:
    def test_what_a_superuser_did_is_shown_to_the_chiefs(self, chief):
        assert "超级用户" not in f.signed_in(chief).get("/admin/").content.decode()
        boss, wang = f.account("boss"), f.account("xin")
        User.objects.filter(pk=boss.pk).update(is_superuser=True)
        change(User.objects.get(pk=boss.pk), wang, groups=[group(roles.CHIEF).pk])
        assert "articles.sign_final" in rights(wang)
        assert "超级用户“boss”近 7 天操作" in f.signed_in(chief).get("/admin/").content.decode()
        assert "超级用户" not in f.signed_in(f.editor("he")).get("/admin/").content.decode()

    def test_the_desk_is_reminded_of_the_second_factor_until_it_is_on(self, chief, settings):
        words = "还没有要求二次验证"
        assert words in f.signed_in(chief).get("/admin/").content.decode()
        assert words not in f.signed_in(f.editor("he")).get("/admin/").content.decode()
        from portal.checks import second_factor

        assert second_factor(None)[0].id == "portal.W002"
        settings.STAFF_MFA_REQUIRED = True
        assert second_factor(None) == []
