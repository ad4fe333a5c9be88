"""Accounts as an attacker meets them: names, mailboxes, passwords, letters to strangers."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from correspondents.lookalike import skeleton
from correspondents.models import Correspondent, SignInName
from tests import factories as f
from tests.correspondents.test_registration import LOGIN, SIGNUP, letters, log_in, typed

pytestmark = pytest.mark.django_db
OWN = "/zhanghu/ziliao/"


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


def signed_up(**more) -> tuple[Client, Correspondent]:
    client = Client()
    answer = client.post(SIGNUP, typed(**more))
    assert answer.status_code == 302, re.findall(
        r'class="msg"[^>]*>([^<]+)', answer.content.decode()
    )
    return client, Correspondent.objects.get(user__username=more.get("username", "yangning"))


def superuser() -> User:
    """Who keeps the accounts, whatever roles there are."""
    boss = f.chief("boss")
    User.objects.filter(pk=boss.pk).update(is_superuser=True)
    return User.objects.get(pk=boss.pk)


def corrected(client, person, **more):
    """The form 更正资料 as it is shown, with something changed."""
    known = {"mobile": person.mobile, "email": person.email, "department": "宣传部", "post": "干事"}
    return client.post(f"{OWN}xiugai/", known | more, follow=True)


class TestWhatIsMounted:
    @pytest.mark.parametrize(
        "address",
        ["email/", "confirm-email/", "confirm-email/x/", "login/code/", "login/code/confirm/",
         "erci/trust/", "erci/webauthn/signup/", "phone/change/", "phone/verify/", "signup/passkey/"],
    )  # fmt: skip
    def test_nothing_of_a_package_is_there_that_is_not_offered(self, address):
        client, person = signed_up()
        data = {"email": "victim@example.com", "action_add": "1"}
        assert client.post(f"/zhanghu/{address}", data).status_code == 404
        person.user.refresh_from_db()
        assert person.user.email == ""

    def test_the_packages_do_not_name_it_either(self):
        for name in ("account_email", "account_confirm_email", "mfa_signup_webauthn"):
            with pytest.raises(NoReverseMatch):
                reverse(name)


class TestMailboxes:
    def link(self, mailbox) -> str:
        letter = next(row for row in reversed(letters()) if row.to == [mailbox])
        return re.search(r"/zhanghu/ziliao/youxiang/\S+", letter.body)[0]

    def test_one_confirmed_mailbox_opens_one_account(self):
        one, first = signed_up(contact_email="common@example.com")
        two, second = signed_up(
            username="erhao", mobile="13900139000", contact_email="Common@example.com"
        )
        links = re.findall(r"/zhanghu/ziliao/youxiang/\S+", "".join(row.body for row in letters()))
        assert len(links) == 2
        one.post(links[0])
        page = two.post(links[1]).content.decode()
        assert "已确认" not in page
        first.user.refresh_from_db()
        second.user.refresh_from_db()
        assert (first.user.email, second.user.email) == ("common@example.com", "")

    def test_two_who_confirm_it_at_one_moment(self, monkeypatch):
        """Both have looked, and found it free; both accounts have their rows already."""
        one, first = signed_up(contact_email="common@example.com")
        two, second = signed_up(
            username="erhao", mobile="13900139000", contact_email="common@example.com"
        )
        links = re.findall(r"/zhanghu/ziliao/youxiang/\S+", "".join(row.body for row in letters()))
        monkeypatch.setattr(type(SignInName.objects), "has_mailbox", lambda *_: False)
        one.post(links[0])
        page = two.post(links[1]).content.decode()
        assert "已确认" not in page
        assert list(User.objects.exclude(email="").values_list("pk", flat=True)) == [first.user_id]
        assert second.user.email == ""

    def test_the_database_holds_it_where_two_come_at_one_moment(self):
        one, other = f.account("one"), f.account("other")
        User.objects.update(email="common@example.com")
        one.refresh_from_db()
        other.refresh_from_db()
        SignInName.objects.settle(one)
        with pytest.raises(IntegrityError), transaction.atomic():
            SignInName.objects.settle(other)

    def test_changing_it_asks_for_the_password(self):
        client, person = signed_up(contact_email="mine@example.com")
        letters()
        for password in ("", "wrong-one-9"):
            page = corrected(client, person, email="thief@example.com", password=password)
            assert "请填写现在的登录密码" in page.content.decode()
        person.refresh_from_db()
        assert person.email == "mine@example.com"
        corrected(client, person, email="new@example.com", password=f.PASSWORD)
        assert [row.to for row in letters()][-1] == ["new@example.com"]
        client.post(self.link("new@example.com"))
        person.user.refresh_from_db()
        assert person.user.email == "new@example.com"

    def test_other_corrections_ask_for_none(self):
        client, person = signed_up(contact_email="mine@example.com")
        assert "资料已保存" in corrected(client, person, motto="写短些").content.decode()

    def test_letters_to_strangers_end_after_a_few(self):
        """By person: five in a day, whatever mailboxes he names."""
        client, person = signed_up()
        for number in range(15):
            page = corrected(client, person, email=f"s{number}@example.com", password=f.PASSWORD)
            person.refresh_from_db()
        assert len(letters()) == 5
        assert "今天要过的确认信太多" in page.content.decode()
        assert person.email == "s4@example.com"

    def test_a_mailbox_gets_three_whoever_asks(self):
        for number in range(6):
            client, person = signed_up(username=f"ren{number}", mobile=f"1380013800{number}")
            corrected(client, person, email="victim@example.com", password=f.PASSWORD)
        assert len(letters()) == 3

    def test_one_network_sends_so_many_whoever_asks(self, settings):
        settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {
            "mailbox_letters_network": "2/h/ip"
        }
        for number in range(4):
            signed_up(username=f"ren{number}", mobile=f"1380013800{number}",
                      contact_email=f"s{number}@example.com")  # fmt: skip
        assert len(letters()) == 2

    def test_who_has_no_password_is_asked_for_none(self):
        """He signs in with a passkey alone."""
        client, person = signed_up(contact_email="mine@example.com")
        person.user.set_unusable_password()
        person.user.save()
        client.force_login(person.user, "django.contrib.auth.backends.ModelBackend")
        corrected(client, person, email="new@example.com")
        person.refresh_from_db()
        assert person.email == "new@example.com"

    def test_a_page_says_a_letter_was_sent_only_if_it_was(self):
        for number in range(5):
            client, person = signed_up(
                username=f"ren{number}", mobile=f"1380013800{number}",
                contact_email="victim@example.com",
            )  # fmt: skip
            page = client.get(OWN).content.decode()
            assert ("确认信已寄到" in page) == (number < 3)
            assert "还没有确认" in page
            assert person.state == "pending"  # the registration itself was taken
        page = client.post(f"{OWN}youxiang/", follow=True).content.decode()
        assert "今天要过的确认信太多" in page
        assert len(letters()) == 3

    def test_the_letter_can_be_asked_for_again(self):
        client, _ = signed_up(contact_email="mine@example.com")
        page = client.post(f"{OWN}youxiang/", follow=True).content.decode()
        assert "确认信已寄到 mine@example.com" in page
        assert len(letters()) == 2
        client.post(self.link("mine@example.com"))
        assert "没有等待确认的邮箱" in client.post(f"{OWN}youxiang/", follow=True).content.decode()

    def test_a_reset_is_not_asked_for_all_day(self):
        li = f.account("li", staff=False)
        User.objects.filter(pk=li.pk).update(email="li@example.com")
        for _ in range(10):
            Client().post("/zhanghu/password/reset/", {"email": "li@example.com"})
        assert len(letters()) == 3

    def test_the_desk_gives_no_account_a_mailbox_that_opens_another(self):
        signed_up(contact_email="mine@example.com")[0].post(self.link("mine@example.com"))
        boss = f.signed_in(superuser())
        page = boss.post(
            "/admin/auth/user/add/",
            {"username": "xin", "last_name": "新", "first_name": "人", "email": "MINE@example.com"},
        ).content.decode()
        assert "另一个账号正在用这个邮箱" in page
        assert not User.objects.filter(username="xin").exists()


class TestGuessing:
    WRONG = "wrong-one-9"

    def guess(self, name, network="10.9.8.7", client=None):
        client = client or Client()
        return client.post(LOGIN, {"login": name, "password": self.WRONG}, REMOTE_ADDR=network)

    def opens(self, client, name, network):
        client.post(LOGIN, {"login": name, "password": f.PASSWORD}, REMOTE_ADDR=network)
        return "_auth_user_id" in client.session

    def test_a_stranger_locks_nobody_out(self):
        f.account("bianji")
        for _ in range(8):
            page = self.guess("bianji")
        assert "太多" in page.content.decode() or "过多" in page.content.decode()
        assert not self.opens(Client(), "bianji", "10.9.8.200")  # he himself, with the right one
        assert self.opens(Client(), "bianji", "172.16.0.1")

    def test_a_known_device_is_let_in_from_the_same_network(self):
        f.account("bianji")
        known = Client()
        assert self.opens(known, "bianji", "10.9.8.7")
        known.post("/zhanghu/logout/")
        for _ in range(8):
            self.guess("bianji")
        assert not self.opens(Client(), "bianji", "10.9.8.7")
        assert self.opens(known, "bianji", "10.9.8.7")

    def test_a_known_device_is_known_for_its_own_account_and_guesses_no_more_than_others(self):
        f.account("bianji"), f.account("other")
        known = Client()
        assert self.opens(known, "other", "10.9.8.7")
        known.post("/zhanghu/logout/")
        for _ in range(8):
            self.guess("bianji", client=known)
        assert not self.opens(known, "bianji", "10.9.8.7")
        for _ in range(12):
            self.guess("other", client=known)
        assert not self.opens(known, "other", "10.9.8.7")
        forged = Client()
        forged.cookies["known_device"] = "1:x:y"
        assert not self.opens(forged, "bianji", "10.9.8.7")

    def test_many_networks_together_guess_a_hundred_times_a_day(self, settings):
        settings.ACCOUNT_RATE_LIMITS = {
            **settings.ACCOUNT_RATE_LIMITS,
            "wrong_password_name": "9/d/key",
        }
        f.account("bianji")
        known = Client()
        assert self.opens(known, "bianji", "192.0.2.1")
        known.post("/zhanghu/logout/")
        for number in range(12):
            self.guess("bianji", f"10.{number}.1.1")
        assert not self.opens(Client(), "bianji", "172.16.0.1")
        assert self.opens(known, "bianji", "172.16.0.1")

    def test_one_account_by_all_its_names_is_one(self):
        """Its number in many spellings, its mailbox and its user name count together."""
        li = f.correspondent("li")
        Correspondent.objects.filter(pk=li.pk).update(sign_in_mobile="13800138000")
        User.objects.filter(pk=li.user_id).update(email="li@example.com")
        for name in (
            "13800138000",
            "1-3800138000",
            "+8613800138000",
            "li@example.com",
            "tel:13800138000",
        ):
            self.guess(name)
        assert not self.opens(Client(), "li", "10.9.8.7")
        assert self.opens(Client(), "li", "172.16.0.1")

    def test_one_network_guesses_at_few_names(self, settings):
        settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {
            "wrong_password_network": "4/m/ip"
        }
        f.account("bianji")
        for number in range(6):
            self.guess(f"name{number}")
        assert not self.opens(Client(), "bianji", "10.9.8.7")
        assert self.opens(Client(), "bianji", "172.16.0.1")

    def test_one_network_does_not_use_up_the_day_of_a_name(self, settings):
        """Of the hundred tries twenty come from one network at most."""
        settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {
            "wrong_password": "4/d/key", "wrong_password_name": "6/d/key",
        }  # fmt: skip
        f.account("bianji")
        for _ in range(9):
            self.guess("bianji")
        assert self.opens(Client(), "bianji", "172.16.0.1")

    def test_a_stolen_session_guesses_no_more_often(self):
        """At the forms that ask for the password again."""
        client, person = signed_up()
        for _ in range(12):
            page = client.post(f"{OWN}zhuxiao/", {"password": self.WRONG})
        assert "过多" in page.content.decode()
        corrected(client, person, email="thief@example.com", password=f.PASSWORD)
        person.refresh_from_db()
        assert person.email == ""

    def test_one_name_in_other_letters_is_one_name(self):
        f.account("bianji")
        for name in ("bianji", "BIANJI", "\uff42ianji", " bianji ", "bian\u200bji"):
            self.guess(name)
        assert not self.opens(Client(), "bianji", "10.9.8.7")


class TestNames:
    @pytest.mark.parametrize(
        "other",
        [
            "zhangWe1",
            "zhangwel",
            "zhangweI",
            "zh\u0430ngwei",
            "ZHANGWEI",
            "\uff5a\uff48angwei",
            "zhangwe\u0456",
            "zhang\u200bwei",
        ],
    )
    def test_what_looks_the_same_is_taken(self, other):
        signed_up(username="zhangwei")
        page = Client().post(SIGNUP, typed(username=other)).content.decode()
        assert "这个用户名已有人用" in page
        assert User.objects.count() == 1
        assert SignInName.objects.get().skeleton == skeleton("zhangwei")

    def test_the_desk_is_told_the_same(self):
        signed_up(username="zhangwei")
        page = f.signed_in(superuser()).post(
            "/admin/auth/user/add/",
            {"username": "zh\u0430ngwei", "last_name": "张", "first_name": "伟"},
        )
        assert "这个用户名已有人用" in page.content.decode()

    def test_a_name_from_a_command_counts_too(self):
        User.objects.create_user("zhangwei")
        assert (
            "这个用户名已有人用"
            in Client().post(SIGNUP, typed(username="zh\u0430ngwei")).content.decode()
        )

    def test_other_names_are_free(self):
        signed_up(username="zhangwei")
        signed_up(username="zhangwen", mobile="13900139000")

    def test_a_mailbox_and_a_number_tell_nothing(self):
        one, _ = signed_up(contact_email="mine@example.com")
        link = re.search(r"/zhanghu/ziliao/youxiang/\S+", letters()[-1].body)[0]
        one.post(link)
        other, _ = signed_up(username="erhao", contact_email="mine@example.com")
        page = other.get(OWN).content.decode()
        assert "确认信已寄到 mine@example.com" in page
        free, _ = signed_up(username="sanhao", contact_email="free@example.com")
        assert free.get(OWN).content.decode().replace("free", "mine").count("邮箱") == page.count(
            "邮箱"
        )


class TestAfterRegistering:
    def test_one_is_told_what_happens_next(self):
        client, _ = signed_up()
        page = client.get(OWN).content.decode()
        assert "登记已提交，编辑部审核以后，结果显示在这一页" in page
        assert "成功登录" not in page
        assert "确认信" not in page

    def test_signing_in_says_nothing_of_the_kind(self):
        f.account("bianji")
        client = Client()
        log_in("bianji", client=client)
        assert "成功登录" not in client.get("/admin/", follow=True).content.decode()

    def test_a_form_that_was_open_too_long_comes_back(self):
        client = Client(enforce_csrf_checks=True)
        page = client.post(SIGNUP, typed()).content.decode()
        assert 'value="yangning"' in page
        assert "页面打开太久" in page
        assert f.PASSWORD not in page
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        client.post(SIGNUP, typed(csrfmiddlewaretoken=token))
        assert Correspondent.objects.count() == 1


class TestFlags:
    def flagged(self, person) -> str:
        address = reverse("admin:correspondents_correspondent_change", args=[person.pk])
        return f.signed_in(f.managing()).get(address).content.decode()

    def test_the_name_of_a_colleague(self):
        f.account("zongbian", name="周砚秋")
        _, person = signed_up(real_name="周 砚\u200b秋")
        assert "与编辑部的“周砚秋”同名" in self.flagged(person)

    def test_a_pen_name_of_a_colleague(self):
        f.account("zongbian", name="周砚秋")
        _, person = signed_up(usual_byline="周砚秋")
        assert "与编辑部的“周砚秋”同名" in self.flagged(person)

    @pytest.mark.parametrize("name", ["煤炭资讯网张三", "煤 炭 资 讯 网", "编辑部", "本网管理员"])
    def test_the_name_of_the_house(self, name):
        _, person = signed_up(real_name=name)
        assert "像是以本网名义" in self.flagged(person)

    def test_a_colleague_who_writes_himself_is_not_his_own_double(self):
        person = f.person("周砚秋", user=f.account("zongbian", name="周砚秋"))
        assert "同名" not in self.flagged(person)

    def test_who_has_left_is_nobodys_double(self):
        User.objects.filter(pk=f.account("zongbian", name="周砚秋").pk).update(is_active=False)
        _, person = signed_up(real_name="周砚秋")
        assert "同名，请核对" not in self.flagged(person)

    def test_others_are_not(self):
        f.account("zongbian", name="周砚秋")
        _, person = signed_up()
        page = self.flagged(person)
        assert "同名" not in page
        assert "像是以本网名义" not in page

    def test_the_list_asks_no_more_once_he_is_appointed(self):
        f.unit("枫桥沟煤矿")
        _, person = signed_up(real_name="编辑部")
        person.approve(by=f.managing("boss77"))
        page = f.signed_in(f.managing()).get(
            reverse("admin:correspondents_correspondent_changelist")
        )
        assert "编辑部" in page.content.decode()
        assert "像是以本网名义" not in page.content.decode()

    def test_the_list_shows_it(self):
        signed_up(real_name="编辑部")
        page = f.signed_in(f.managing()).get(
            reverse("admin:correspondents_correspondent_changelist")
        )
        assert "像是以本网名义" in page.content.decode()
        assert mail.outbox == []
