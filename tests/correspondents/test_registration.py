"""Registration, approval, signing in by number, one-time links, merging of accounts."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse

from correspondents.models import Correspondent, Organisation, Upload
from tests import factories as f

pytestmark = pytest.mark.django_db
SIGNUP = "/zhanghu/signup/"
LOGIN = "/zhanghu/login/"


def typed(**more):
    """What an applicant fills in."""
    return {
        "real_name": "杨 宁",
        "unit": "枫桥沟煤矿",
        "department": "宣传部",
        "post": "干事",
        "mobile": "138 0013 8000",
        "username": "yangning",
        "password1": f.PASSWORD,
        "password2": f.PASSWORD,
        "privacy": "on",
    } | more


def log_in(login, password=f.PASSWORD, client=None):
    return (client or Client()).post(LOGIN, {"login": login, "password": password})


def letters():
    """Have the worker write what waits."""
    f.work()
    return mail.outbox


class TestSignUp:
    def test_it_makes_account_record_unit_and_consent_together(self):
        f.unit("枫桥沟煤矿")
        client = Client(REMOTE_ADDR="127.0.0.9")
        answer = client.post(SIGNUP, typed(profile="on"))
        assert answer.headers["Location"] == "/zhanghu/ziliao/"
        person = Correspondent.objects.get()
        assert (person.name, person.state, person.mobile) == ("杨宁", "pending", "13800138000")
        assert (str(person.organisation), person.department) == ("枫桥沟煤矿", "宣传部")
        given = {(row.kind, row.notice.version, row.address) for row in person.consents.all()}
        assert given == {("privacy", 1, "127.0.0.9"), ("profile", 1, "127.0.0.9")}
        page = client.get("/zhanghu/ziliao/").content.decode()
        assert "待审核" in page
        assert "13800138000" in page

    def test_a_unit_by_its_alias_is_the_unit_and_an_unknown_one_waits_for_the_desk(self):
        f.unit("陕西煤业化工集团").aliases.create(text="陕煤化")
        Client().post(SIGNUP, typed(unit="陕 煤 化"))
        Client().post(SIGNUP, typed(unit="没听说过的矿", username="other"))
        one, other = Correspondent.objects.order_by("pk")
        assert str(one.organisation) == "陕西煤业化工集团"
        assert other.organisation is None
        assert other.unit_text == "没听说过的矿"
        assert list(Correspondent.objects.waiting_for_unit()) == [other]

    @pytest.mark.parametrize(
        ("field", "value", "says"),
        [
            ("real_name", "", "真实姓名"),
            ("mobile", "12345", "请填写 11 位手机号码"),
            ("privacy", "", "请先阅读隐私说明"),
            ("username", "13900139000", "用户名不能是手机号"),
            ("contact_email", "nix", "邮箱"),
            ("password1", "12345678", "密码"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(self, field, value, says):
        answer = Client().post(SIGNUP, typed(strengths="通讯", **{field: value}))
        page = answer.content.decode()
        assert "您填写的内容都还在" in page
        assert says in page
        assert 'value="通讯"' in page
        assert not User.objects.exists()

    def test_files_that_were_sent_need_not_be_sent_again(self):
        client = Client()
        page = client.post(
            SIGNUP, typed(mobile="1", photo=f.photo("我.jpg"), letter=f.photo("推荐函.jpg"))
        ).content.decode()
        assert "已收到照片“我.jpg”" in page
        kept = {
            name: re.search(rf'name="{name}_kept" value="([^"]+)"', page)[1]
            for name in ("photo", "letter")
        }
        client.post(SIGNUP, typed(photo_kept=kept["photo"], letter_kept=kept["letter"]))
        person = Correspondent.objects.get()
        assert person.photo.original_name == "我.jpg"
        assert person.letter.original_name == "推荐函.jpg"
        assert person.photo.owner == person.user
        # The same token gives nothing to anybody else afterwards.
        Client().post(SIGNUP, typed(username="thief", photo_kept=kept["photo"]))
        assert Correspondent.objects.get(user__username="thief").photo is None

    def test_a_letter_may_be_a_pdf_but_a_photo_may_not(self):
        from django.core.files.uploadedfile import SimpleUploadedFile

        def pdf():
            return SimpleUploadedFile("推荐函.pdf", b"%PDF-1.4 ...", "application/pdf")

        page = Client().post(SIGNUP, typed(photo=pdf())).content.decode()
        assert "不是可用的图片" in page
        Client().post(SIGNUP, typed(letter=pdf()))
        person = Correspondent.objects.get()
        assert person.letter.content_type == "application/pdf"
        answer = f.signed_in(person.user).get(f"/zhanghu/ziliao/wenjian/{person.letter.key}/")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]

    def test_a_number_or_a_mailbox_somebody_has_is_not_told(self):
        f.person("李四", mobile="13800138000", sign_in_mobile="13800138000",
                 user=f.account("lisi", staff=False))  # fmt: skip
        User.objects.filter(username="lisi").update(email="lisi@example.com")
        answer = Client().post(SIGNUP, typed(contact_email="lisi@example.com"))
        assert answer.headers["Location"] == "/zhanghu/ziliao/"
        new = Correspondent.objects.get(user__username="yangning")
        assert new.user.email == ""
        assert new.sign_in_mobile is None

    def test_a_robot_gets_no_account(self):
        page = Client().post(SIGNUP, typed(website="https://spam.example")).content.decode()
        assert not User.objects.exists()
        # It may have been the browser of somebody: told, kept and ready to be sent again.
        assert "看不见的框" in page
        assert 'value="yangning"' in page
        assert "spam.example" not in page

    def test_applications_are_throttled_and_come_back_as_typed(self, settings):
        settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "registrations": "2/h/ip"}
        pages = [Client().post(SIGNUP, typed(username=f"申请{n}人")) for n in range(4)]
        assert [page.status_code for page in pages] == [302, 302, 200, 200]
        assert "一小时里提交的登记太多" in pages[-1].content.decode()
        assert 'value="申请3人"' in pages[-1].content.decode()


class TestApproval:
    @pytest.fixture
    def applicant(self):
        f.unit("枫桥沟煤矿")
        Client().post(SIGNUP, typed(contact_email="yn@example.com"))
        mail.outbox.clear()
        return Correspondent.objects.get()

    def step(self, person, name, **more):
        address = reverse("admin:correspondents_correspondent_step", args=[person.pk])
        client = f.signed_in(User.objects.filter(username="zhao").first() or f.managing())
        answer = client.post(
            address, {"_seen": f.seen(address), "_step": name, **more}, follow=True
        )
        person.refresh_from_db()
        return answer.content.decode()

    @pytest.mark.django_db(transaction=True)
    def test_it_gives_number_term_and_letter_and_the_number_signs_in(self, applicant):
        assert log_in("13800138000").status_code == 200
        self.step(applicant, "approve")
        assert applicant.state == "engaged"
        assert applicant.number == "T-0001"
        assert (applicant.term_to - applicant.term_from).days in (729, 730)
        for login in ("13800138000", "138-0013-8000", "+86 13800138000", "yangning"):
            assert log_in(login).headers["Location"] == "/tougao/wode/", login
        letter = letters()[-1]
        assert letter.to == ["yn@example.com"]
        assert "T-0001" in letter.body

    def test_a_number_is_no_sign_in_before_approval_nor_after_leaving(self, applicant):
        assert log_in("13800138000").status_code == 200
        self.step(applicant, "approve")
        applicant.leave(by=applicant.user)
        assert log_in("13800138000").status_code == 200

    def test_the_numbers_go_on_after_the_highest(self, applicant):
        f.person("甲", number="T-0999")
        f.person("乙", number="T-1000")
        f.person("丙", number="X-9999")
        self.step(applicant, "approve")
        assert applicant.number == "T-1001"

    def test_without_a_settled_unit_nobody_is_appointed(self):
        Client().post(SIGNUP, typed(unit="没听说过的矿"))
        person = Correspondent.objects.get()
        self.step(person, "approve")
        assert person.state == "pending"
        unit = Organisation.objects.create(name="白石湾煤矿")
        person.settle_unit(unit, by=None)
        self.step(person, "approve")
        assert person.state == "engaged"
        assert person.unit_text == ""

    def test_a_number_somebody_signs_in_with_stops_the_approval(self, applicant):
        f.person("李四", sign_in_mobile="13800138000", user=f.account("lisi", staff=False))
        page = self.step(applicant, "approve")
        assert applicant.state == "pending"
        assert "138****8000 已是“李四" in page

    @pytest.mark.django_db(transaction=True)
    def test_refused_with_a_reason_he_may_apply_again(self, applicant):
        self.step(applicant, "refuse", _note="推荐函没有盖章")
        assert applicant.state == "closed"
        assert "推荐函没有盖章" in letters()[-1].body
        client = f.signed_in(applicant.user)
        assert "再次申请" in client.get("/zhanghu/ziliao/").content.decode()
        page = client.get("/zhanghu/shenqing/").content.decode()
        assert 'value="13800138000"' in page
        client.post("/zhanghu/shenqing/", typed(post="科长"))
        applicant.refresh_from_db()
        assert (applicant.state, applicant.post) == ("pending", "科长")

    def test_the_pending_write_drafts_but_send_nothing(self, applicant):
        client = f.signed_in(applicant.user)
        data = {"section": f.section().pk, "title": "题", "text": "文", "action": "submit"}
        page = client.post("/tougao/", data, follow=True).content.decode()
        assert "不在聘期内" in page

    def test_nobody_appoints_himself(self, applicant):
        boss = f.managing()
        Correspondent.objects.filter(pk=applicant.pk).update(user=boss)
        self.step(applicant, "approve")
        assert applicant.state == "pending"


class TestSigningIn:
    def test_wrong_name_wrong_number_and_wrong_password_read_the_same(self):
        f.person("李四", sign_in_mobile="13800138000", user=f.account("lisi", staff=False))
        pages = {
            login: Client().post(LOGIN, {"login": login, "password": "wrong-one-9"})
            for login in ("lisi", "nobody", "13800138000", "13900139000", "x@example.com")
        }
        said = {str(page.context["form"].errors) for page in pages.values()}
        assert (
            len(
                {
                    re.sub(r"(用户名|手机号码?|电话号码?|电子?邮件?(地址)?|邮箱)", "", s)
                    for s in said
                }
            )
            == 1
        )

    def test_a_typed_number_is_masked_in_the_log(self):
        from auditlog.models import LogEntry

        log_in("13800138000", "wrong-one-9")
        log_in("wang@example.com", "wrong-one-9")
        names = list(LogEntry.objects.filter(action=3).values_list("object_repr", flat=True))
        assert sorted(names) == ["138****8000", "w***@example.com"]

    def test_reset_by_mail_says_the_same_for_a_known_and_an_unknown_mailbox(self):
        user = f.account("lisi", staff=False)
        user.email = "lisi@example.com"
        user.save()
        pages = []
        for mailbox in ("lisi@example.com", "nobody@example.com"):
            answer = Client().post("/zhanghu/password/reset/", {"email": mailbox}, follow=True)
            pages.append(re.sub(r"csrf\S+ value=\S+", "", answer.content.decode()))
        assert pages[0] == pages[1]
        assert mail.outbox == []  # no page waits for a mail server
        f.work()
        assert [letter.to for letter in mail.outbox] == [["lisi@example.com"]]
        assert "http://testserver/zhanghu/password/reset/key/" in mail.outbox[0].body


class TestMailbox:
    def test_it_opens_the_account_only_once_confirmed(self):
        with f.committed():
            Client().post(SIGNUP, typed(contact_email="yn@example.com"))
        f.work()
        user = User.objects.get()
        assert user.email == ""
        link = re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]
        other = f.signed_in(f.account("other", staff=False))
        other.post(link)
        f.signed_in(user).post(link)
        user.refresh_from_db()
        assert user.email == "yn@example.com"
        assert not User.objects.filter(username="other", email="yn@example.com").exists()
        assert log_in("yn@example.com").headers["Location"] == "/tougao/wode/"

    def test_a_link_for_an_older_mailbox_confirms_nothing(self):
        with f.committed():
            Client().post(SIGNUP, typed(contact_email="yn@example.com"))
        f.work()
        link = re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]
        user = User.objects.get()
        Correspondent.objects.update(email="new@example.com")
        f.signed_in(user).post(link)
        user.refresh_from_db()
        assert user.email == ""


class TestRecordWithoutAccount:
    def link(self, person):
        secret = person.offer_claim(by=f.managing())
        return reverse("correspondents:claim", args=[secret])

    def account_data(self, **more):
        return {"username": "chenmuye", "password1": f.PASSWORD, "password2": f.PASSWORD,
                "privacy": "on"} | more  # fmt: skip

    def test_it_is_claimed_once_by_a_link(self):
        person = f.person("陈牧野", "枫桥沟煤矿")
        link = self.link(person)
        client = Client()
        assert "陈牧野，枫桥沟煤矿" in client.get(link).content.decode()
        client.post(link, self.account_data())
        person.refresh_from_db()
        assert person.user.username == "chenmuye"
        assert "privacy" in person.agrees_to
        assert "陈牧野" in client.get("/zhanghu/ziliao/").content.decode()
        again = Client().post(link, self.account_data(username="thief"))
        assert "链接已失效" in again.content.decode()
        assert not User.objects.filter(username="thief").exists()

    def test_a_new_link_voids_the_old_and_an_old_one_expires(self):
        person = f.person("陈牧野")
        first = self.link(person)
        person.offer_claim(by=User.objects.get(username="zhao"))
        assert Client().get(first).status_code == 404
        second = reverse(
            "correspondents:claim",
            args=[person.offer_claim(by=User.objects.get(username="zhao"))],
        )
        Correspondent.objects.update(claim_until="2026-01-01T00:00:00Z")
        assert Client().get(second).status_code == 404

    def test_somebody_with_an_account_links_it(self):
        person = f.person("陈牧野")
        link = self.link(person)
        client = f.signed_in(f.account("chen", staff=False))
        client.get(link)
        person.refresh_from_db()
        assert person.user is None
        client.post(link)
        person.refresh_from_db()
        assert person.user.username == "chen"

    def test_the_secret_is_not_kept(self):
        person = f.person("陈牧野")
        link = self.link(person)
        secret = link.rstrip("/").rsplit("/", 1)[1]
        assert secret not in str(vars(Correspondent.objects.get()))
        from auditlog.models import LogEntry

        assert all(secret not in str(vars(entry)) for entry in LogEntry.objects.all())


class TestFilesOfTheRegistration:
    def test_only_the_owner_and_those_who_manage_people_get_them(self):
        Client().post(SIGNUP, typed(photo=f.photo(), letter=f.photo()))
        person = Correspondent.objects.get()
        person.photo.make_sizes()
        addresses = [
            f"/zhanghu/ziliao/wenjian/{person.letter.key}/",
            f"/zhanghu/ziliao/wenjian/{person.photo.key}/",
            f"/zhanghu/ziliao/zhaopian/{person.photo.key}/240.jpg",
        ]
        people = {
            "owner": person.user,
            "other": f.correspondent("qian", "钱通讯").user,
            "editor": f.editor(),
            "managing": f.managing(),
        }
        for address in addresses:
            seen = {
                name: f.signed_in(user).get(address).status_code for name, user in people.items()
            }
            assert seen == {"owner": 200, "other": 404, "editor": 404, "managing": 200}
        stray = Upload.objects.accept(f.photo(), owner=people["other"], make_now=True)
        answer = f.signed_in(people["managing"]).get(f"/zhanghu/ziliao/wenjian/{stray.key}/")
        assert answer.status_code == 404
