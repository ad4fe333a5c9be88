"""The second factor of a sign-in, and the list of devices that are signed in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client, TestCase
from django.urls import get_resolver, reverse

from correspondents.models import Upload
from portal import roles
from portal.templatetags.devices import device
from submissions.models import ManuscriptPicture
from tests import factories as f
from tests.test_architecture import names

pytestmark = pytest.mark.django_db
SETTINGS, AUTHENTICATE, DEVICES = (
    "/zhanghu/erci/",
    "/zhanghu/erci/authenticate/",
    "/zhanghu/shebei/",
)
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The time that codes are made of stands still until a test moves it."""
    now = SimpleNamespace(seconds=1_800_000_000)
    monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: now.seconds))
    return now


def code(secret, clock, step=0):
    """RFC 6238, computed here and not by the code under test."""
    counter = struct.pack(">Q", clock.seconds // 30 + step)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def post(client, address, **data):
    """Post with what happens at the end of a transaction."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(address, data)


def enrol(user, clock, client=None):
    """Set up an app through its pages; gives the secret. The clock moves on to a fresh code."""
    client = client or f.signed_in(user)
    client.post("/zhanghu/reauthenticate/", {"password": f.PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    answer = post(client, reverse("mfa_activate_totp"), code=code(secret, clock))
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    clock.seconds += 90
    return secret


def password_step(user, client=None, **extra):
    client = client or Client()
    data = {"login": user.username, "password": f.PASSWORD} | extra
    answer = client.post("/zhanghu/login/", data)
    return client, answer


def sign_in(user, secret, clock, **extra):
    client, _ = password_step(user, **extra)
    answer = post(client, AUTHENTICATE, code=code(secret, clock))
    clock.seconds += 90
    return client, answer


def events():
    found = LogEntry.objects.order_by("pk").values_list("additional_data", "actor__username")
    return [(facts["event"], who) for facts, who in found if facts and "event" in facts]


class TestTheApp:
    def test_it_is_set_up_after_the_password_and_asked_for_at_the_next_sign_in(self, clock):
        wang = f.editor()
        client = f.signed_in(wang)
        again = client.get(reverse("mfa_activate_totp"))
        assert again.headers["Location"].startswith("/zhanghu/reauthenticate/")
        secret = enrol(wang, clock)
        client, answer = password_step(wang)
        assert answer.headers["Location"] == AUTHENTICATE
        assert client.get("/admin/").status_code == 302
        assert post(client, AUTHENTICATE, code=code(secret, clock)).headers["Location"] == "/admin/"
        assert client.get("/admin/").status_code == 200

    def test_the_page_shows_a_picture_and_the_secret_for_typing(self, clock):
        client = f.signed_in(f.editor())
        client.post("/zhanghu/reauthenticate/", {"password": f.PASSWORD})
        page = client.get(reverse("mfa_activate_totp"))
        picture = base64.b64decode(page.context["totp_svg_data_uri"].partition(",")[2]).decode()
        assert "#fff" in picture
        assert page.context["form"].secret in page.content.decode()
        assert "煤炭资讯网" in unquote(page.context["totp_url"])

    def test_a_wrong_first_code_sets_nothing_up(self, clock):
        client = f.signed_in(f.editor())
        client.post("/zhanghu/reauthenticate/", {"password": f.PASSWORD})
        client.get(reverse("mfa_activate_totp"))
        page = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
        assert "验证没有通过" in page.content.decode()
        assert not Authenticator.objects.exists()

    def test_a_wrong_code_opens_nothing_and_is_logged(self, clock):
        wang = f.editor()
        enrol(wang, clock)
        client, _ = password_step(wang)
        page = client.post(AUTHENTICATE, {"code": "000000"})
        assert "验证没有通过" in page.content.decode()
        assert "_auth_user_id" not in client.session
        assert events()[-1] == ("second_factor_failed", None)

    def test_a_code_opens_once(self, clock):
        wang = f.editor()
        secret = enrol(wang, clock)
        seen = code(secret, clock)
        for place in ("/admin/", None):
            client, _ = password_step(wang)
            assert post(client, AUTHENTICATE, code=seen).headers.get("Location") == place
            clock.seconds += 30  # still good by the tolerance

    def test_the_code_that_set_the_app_up_opens_nothing_more(self, clock):
        wang = f.editor()
        secret = enrol(wang, clock)
        client, _ = password_step(wang)
        clock.seconds -= 90
        assert client.post(AUTHENTICATE, {"code": code(secret, clock)}).status_code == 200

    def test_guessing_is_slowed_down_even_for_the_right_code(self, clock):
        wang = f.editor()
        secret = enrol(wang, clock)
        client, _ = password_step(wang)
        for number in range(6):
            page = client.post(AUTHENTICATE, {"code": f"00000{number}"}).content.decode()
        assert "登录失败次数过多" in page
        assert client.post(AUTHENTICATE, {"code": code(secret, clock)}).status_code == 200
        other, _ = password_step(wang)
        assert other.post(AUTHENTICATE, {"code": code(secret, clock)}).status_code != 302

    def test_a_recovery_code_works_once(self, clock):
        wang = f.editor()
        client = f.signed_in(wang)
        enrol(wang, clock, client)
        page = client.get(reverse("mfa_view_recovery_codes"))
        first = page.context["unused_codes"][0]
        text = client.get(reverse("mfa_download_recovery_codes")).content.decode()
        assert first in text
        assert "账号：wang" in text
        for place in ("/admin/", None):
            other, _ = password_step(wang)
            assert post(other, AUTHENTICATE, code=first).headers.get("Location") == place

    def test_new_recovery_codes_replace_the_old_ones(self, clock):
        wang = f.editor()
        client = f.signed_in(wang)
        enrol(wang, clock, client)
        old = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
        post(client, reverse("mfa_generate_recovery_codes"))
        other, _ = password_step(wang)
        assert other.post(AUTHENTICATE, {"code": old[0]}).status_code == 200
        assert ("recovery_codes_renewed", "wang") in events()

    def test_switching_it_off_is_logged_and_the_password_is_enough_again(self, clock):
        wang = f.editor()
        client = f.signed_in(wang)
        enrol(wang, clock, client)
        post(client, reverse("mfa_deactivate_totp"))
        assert not Authenticator.objects.exists()
        assert [e for e in events() if "factor" in e[0]] == [
            ("second_factor_added", "wang"), ("second_factor_removed", "wang")]  # fmt: skip
        _, answer = password_step(wang)
        assert answer.headers["Location"] == "/admin/"
        log = f.signed_in(f.chief()).get(reverse("admin:auditlog_logentry_changelist"))
        assert "启用二次验证" in log.content.decode()
        assert "解除二次验证" in log.content.decode()

    @pytest.mark.django_db(transaction=True)  # the letter is sent on commit, within the request
    def test_letters_about_it_are_in_chinese(self, clock, settings):
        from allauth.account.models import EmailAddress

        settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
        wang = f.editor()
        EmailAddress.objects.create(user=wang, email="wang@example.com", primary=True)
        client = f.signed_in(wang)
        enrol(wang, clock, client)
        post(client, reverse("mfa_generate_recovery_codes"))
        post(client, reverse("mfa_deactivate_totp"))
        f.work()
        assert [letter.subject.split()[-1] for letter in mail.outbox] == [
            "验证器已启用", "恢复码已更换", "验证器已停用"]  # fmt: skip
        assert "如果不是您本人操作" in mail.outbox[0].body


class TestTheSecret:
    def test_it_is_readable_neither_in_the_database_nor_in_the_log(self, clock):
        wang = f.editor()
        client = f.signed_in(wang)
        secret = enrol(wang, clock, client)
        codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
        stored = [json.dumps(row.data) for row in Authenticator.objects.all()]
        stored += [str(vars(row)) for row in LogEntry.objects.all()]
        stored += [str(row.get_decoded()) for row in Session.objects.all()]
        assert len(stored) > 3
        for text in stored:
            assert secret not in text
            assert not [one for one in codes if one in text]

    def test_after_another_secret_key_no_code_opens_and_nothing_fails(self, clock, settings):
        wang = f.editor()
        secret = enrol(wang, clock)
        settings.SECRET_KEY = "another-key"
        client, _ = password_step(wang)
        nothing = base64.b32encode(b"").decode()
        for wrong in (code(secret, clock), code(nothing, clock), code("A" * 32, clock)):
            assert client.post(AUTHENTICATE, {"code": wrong}).status_code == 200
        assert f.signed_in(wang).get(SETTINGS).status_code == 200

    def test_the_admin_shows_neither_factors_nor_sessions(self):
        assert not {Authenticator, UserSession} & set(admin.site._registry)


class TestTheDeskDemandsIt:
    @pytest.fixture(autouse=True)
    def demanded(self, settings):
        settings.STAFF_MFA_REQUIRED = True

    def addresses(self):
        for name, pattern, outer in names(get_resolver().url_patterns):
            if name.startswith("admin:") and "(" not in name and "<" not in name:
                own = pattern.pattern.converters or pattern.pattern.regex.groupindex
                keys = (*outer, *own)
                values = {"app_label": "articles", "url": "x"}
                yield reverse(name, kwargs={key: values.get(key, 1) for key in keys})

    def test_every_address_of_the_desk_leads_to_the_page_that_sets_one_up(self):
        client, answer = password_step(f.editor())
        assert answer.headers["Location"] == "/admin/"
        addresses = [*self.addresses(), "/admin/no/such/page/"]
        assert len(addresses) > 60
        for address in addresses:
            for answer in (client.get(address), client.post(address, {"x": 1})):
                assert (answer.status_code, answer.headers["Location"]) == (302, SETTINGS), address
        page = client.get("/admin/", follow=True).content.decode()
        assert "编辑部要求使用二次验证" in page

    def test_nothing_is_changed_by_a_post(self):
        chief = f.chief()
        article = f.article(by=f.editor())
        address = reverse("admin:articles_article_step", args=[article.pk])
        client, _ = password_step(chief)
        client.post(address, {"_seen": f.seen(address), "_step": "discard", "_note": "重复"})
        article.refresh_from_db()
        assert article.state == "first_reading"

    def test_pictures_that_only_the_desk_sees_are_closed_too(self, clock):
        li, wang = f.correspondent(), f.editor()
        sent = f.manuscript_in("submitted", li, wang)
        upload = Upload.objects.accept(f.photo(), owner=li.user, make_now=True)
        ManuscriptPicture.objects.create(manuscript=sent, upload=upload, caption="井口")
        address = reverse("submissions:picture", args=[upload.key, 480, "jpg"])
        assert f.signed_in(wang).get(address).status_code == 404
        client, _ = sign_in(wang, enrol(wang, clock), clock)
        assert client.get(address).status_code == 200
        assert f.signed_in(li.user).get(address).status_code == 200

    def test_so_are_pictures_of_articles_that_are_not_public(self, clock):
        li, wang = f.correspondent(), f.editor()
        sent = f.manuscript(li)
        upload = Upload.objects.accept(f.photo(), owner=li.user, make_now=True)
        ManuscriptPicture.objects.create(manuscript=sent, upload=upload, caption="井口")
        sent.submit(by=li.user)
        sent.accept(by=wang)
        address = reverse("articles:picture", args=[upload.key, 480, "jpg"])
        assert f.signed_in(wang).get(address).status_code == 404
        client, _ = sign_in(wang, enrol(wang, clock), clock)
        assert client.get(address).status_code == 200

    @pytest.mark.django_db(transaction=True)  # the session learns of it on commit
    def test_who_sets_one_up_enters_at_once_and_at_every_later_sign_in(self, clock):
        wang = f.editor()
        here, _ = password_step(wang)
        secret = enrol(wang, clock, here)
        assert here.get("/admin/").status_code == 200
        client, answer = sign_in(wang, secret, clock)
        assert answer.headers["Location"] == "/admin/"
        assert client.get("/admin/").status_code == 200

    def test_a_session_of_the_password_alone_must_show_the_factor(self, clock):
        wang = f.editor()
        elsewhere, _ = password_step(wang)
        secret = enrol(wang, clock)
        address = reverse("admin:articles_article_changelist")
        answer = elsewhere.get(address)
        assert answer.headers["Location"].startswith("/zhanghu/erci/reauthenticate/?next=")
        answer = post(elsewhere, answer.headers["Location"], code="000000")
        assert elsewhere.get(address).status_code == 302
        post(elsewhere, "/zhanghu/erci/reauthenticate/", code=code(secret, clock))
        assert elsewhere.get(address).status_code == 200

    def test_the_last_one_stays(self, clock):
        wang = f.editor()
        client = f.signed_in(wang)
        enrol(wang, clock, client)
        page = client.post(reverse("mfa_deactivate_totp"))
        assert "不能去掉最后一种方式" in page.content.decode()
        assert Authenticator.objects.filter(type="totp").exists()
        key = Authenticator.objects.create(user=wang, type="webauthn", data={"name": "钥匙"})
        post(client, reverse("mfa_deactivate_totp"))
        assert not Authenticator.objects.filter(type="totp").exists()
        address = reverse("mfa_remove_webauthn", args=[key.pk])
        page = client.post(address, follow=True)
        assert "不能去掉最后一种方式" in page.content.decode()
        assert client.delete(address).status_code == 405
        assert Authenticator.objects.filter(pk=key.pk).exists()

    def test_correspondents_and_readers_are_left_alone(self, clock):
        li = f.correspondent()
        client, answer = password_step(li.user)
        assert answer.headers["Location"] == "/tougao/wode/"
        assert client.get("/tougao/wode/").status_code == 200
        enrol(li.user, clock, client)
        post(client, reverse("mfa_deactivate_totp"))
        assert not Authenticator.objects.exists()
        assert Client().get("/").status_code == 200
        assert Client().get("/admin/").headers["Location"].startswith("/admin/login/")

    def test_without_the_setting_the_desk_asks_for_nothing(self, settings):
        settings.STAFF_MFA_REQUIRED = False
        client, _ = password_step(f.editor())
        assert client.get("/admin/").status_code == 200


class TestSomebodyLostThePhone:
    @pytest.fixture
    def guan(self):
        return f.account("guan", roles.ADMINISTRATOR)

    def address(self, user):
        return reverse("admin:auth_user_second_factor", args=[user.pk])

    def test_an_administrator_lifts_it(self, guan, clock):
        wang = f.editor()
        secret = enrol(wang, clock)
        lost, _ = sign_in(wang, secret, clock)
        desk = f.signed_in(guan)
        page = desk.get(reverse("admin:auth_user_change", args=[wang.pk])).content.decode()
        assert self.address(wang) in page
        assert "请先当面或打电话核实" in desk.get(self.address(wang)).content.decode()
        assert Authenticator.objects.filter(user=wang).exists()
        desk.post(self.address(wang))
        assert not Authenticator.objects.filter(user=wang).exists()
        assert lost.get("/admin/").status_code == 302
        assert events()[-1] == ("second_factor_removed", "guan")
        assert LogEntry.objects.get_for_object(wang).first().actor == guan
        _, answer = password_step(wang)
        assert answer.headers["Location"] == "/admin/"

    def test_the_list_of_accounts_shows_who_has_one(self, guan, clock):
        enrol(f.editor(), clock)
        f.managing()
        page = f.signed_in(guan).get(reverse("admin:auth_user_changelist"))
        shown = {user.username: user.protected for user in page.context["cl"].result_list}
        assert (shown["wang"], shown["zhao"]) == (True, False)

    def test_not_of_a_superuser_unless_he_is_one(self, guan, clock):
        boss, root = f.account("boss"), f.account("root")
        for user in (boss, root):
            user.is_superuser = True
            user.save()
        enrol(boss, clock)
        assert f.signed_in(guan).post(self.address(boss)).status_code == 404
        assert Authenticator.objects.filter(user=boss).exists()
        f.signed_in(root).post(self.address(boss))
        assert not Authenticator.objects.filter(user=boss).exists()

    def test_nobody_else_and_not_ones_own(self, guan, clock):
        wang = f.editor()
        enrol(wang, clock)
        for user in (wang, f.chief(), f.managing()):
            assert f.signed_in(user).post(self.address(wang)).status_code == 403
        assert f.signed_in(f.correspondent().user).post(self.address(wang)).status_code == 302
        enrol(guan, clock)
        assert f.signed_in(guan).post(self.address(guan)).status_code == 403
        assert Authenticator.objects.filter(type="totp").count() == 2


class TestDevices:
    def test_they_are_listed_in_plain_words(self):
        wang = f.editor()
        here, _ = password_step(wang)
        Client().post("/zhanghu/login/", {"login": "wang", "password": f.PASSWORD},
                      headers={"User-Agent": PHONE}, REMOTE_ADDR="127.0.0.9")  # fmt: skip
        page = here.get(DEVICES).content.decode()
        assert "手机，Chrome" in page
        assert "127.0.0.9" in page
        assert page.count("本机") == 1

    def test_a_session_from_before_the_list_appears_in_it(self):
        client = f.signed_in(f.editor())
        assert len(client.get(DEVICES).context["sessions"]) == 1

    def test_when_it_was_seen_last_is_written_now_and_then(self):
        wang = f.editor()
        client, _ = password_step(wang)
        first = UserSession.objects.get().last_seen_at
        client.get("/")
        assert UserSession.objects.get().last_seen_at == first
        UserSession.objects.update(last_seen_at=first.replace(year=2020))
        client.get("/")
        assert UserSession.objects.get().last_seen_at > first

    def test_the_others_are_signed_out_and_this_one_stays(self):
        wang, zhao = f.editor(), f.managing()
        (here, _), (elsewhere, _), (colleague, _) = map(password_step, (wang, wang, zhao))
        page = here.post(DEVICES, follow=True)
        assert "其他设备已全部退出登录" in page.content.decode()
        assert here.get("/admin/").status_code == 200
        assert elsewhere.get("/admin/").status_code == 302
        assert colleague.get("/admin/").status_code == 200

    def test_nobody_ends_or_sees_the_sessions_of_another(self):
        wang, zhao = f.editor(), f.managing()
        colleague, _ = password_step(wang)
        other, _ = password_step(zhao)
        theirs = UserSession.objects.get(user=wang)
        page = other.get(DEVICES)
        assert [session.user for session in page.context["sessions"]] == [zhao]
        other.post(DEVICES, {"session": theirs.pk, "session_key": theirs.session_key, "id": 1})
        assert colleague.get("/admin/").status_code == 200

    @pytest.mark.parametrize(
        ("user_agent", "words"),
        [
            (PHONE, "手机，Chrome"),
            (PHONE + " MicroMessenger/8.0", "手机，微信"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17) Version/17 Mobile Safari/604", "手机，Safari"),
            ("Mozilla/5.0 (iPad; CPU OS 17) CriOS/126 Mobile Safari/604", "平板，Chrome"),
            ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537 Edg/126", "电脑，Edge"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko Firefox/127.0", "电脑，Firefox"),
            ("curl/8", "未知设备，其他浏览器"),
            ("", "未知设备，其他浏览器"),
        ],
    )
    def test_a_browser_in_plain_words(self, user_agent, words):
        assert device(user_agent) == words


def test_every_page_of_it_is_in_chinese(clock):
    wang = f.editor()
    client = f.signed_in(wang)
    enrol(wang, clock, client)
    pages = [SETTINGS, DEVICES, *(f"{SETTINGS}{part}/" for part in (
        "reauthenticate", "totp/deactivate", "recovery-codes", "recovery-codes/generate",
        "webauthn", "webauthn/add"))]  # fmt: skip
    for address in pages:
        page = client.get(address).content.decode()
        assert "<b>煤炭资讯网</b>" in page, address
        shown = page.partition("<main")[2].partition("</main>")[0]
        for english in ("Code", "Use your", "Authenticator", "Recovery", "Name", "Key", "Passw"):
            assert f">{english}" not in shown.replace("</b>", ""), (address, english)


@pytest.mark.parametrize(
    "credential", ["", "[]", "1", "{}", '{"response": []}', '{"response": {"userHandle": 5}}']
)
def test_a_credential_that_no_browser_made_opens_nothing(credential):
    client = Client()
    client.get("/zhanghu/erci/webauthn/login/", headers={"Accept": "application/json"})
    answer = client.post("/zhanghu/erci/webauthn/login/", {"credential": credential})
    assert answer.headers["Location"] == "/zhanghu/login/"
    wang = f.signed_in(f.editor())
    wang.post("/zhanghu/reauthenticate/", {"password": f.PASSWORD})
    address = reverse("mfa_add_webauthn")
    wang.get(address)
    odd = {"id": "eA", "rawId": "eA", "response": {"clientDataJSON": "x"}, "type": "public-key"}
    for made_up in (credential, json.dumps(odd)):
        assert wang.post(address, {"credential": made_up, "name": "x"}).status_code == 200
    assert not Authenticator.objects.exists()
