"""What applicants and correspondents type about themselves."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.forms import SignupForm
from allauth.core import context
from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import render

from correspondents import guessing
from correspondents.accounts import AccountAdapter, MobileField, send_mail_link
from correspondents.addresses import client_address
from correspondents.models import Consent, Correspondent, Organisation, Upload
from correspondents.names import squeeze
from correspondents.typed import LineInput, MailboxInput
from correspondents.uploads import BadUpload

RECEIVED = "登记已提交，编辑部审核以后，结果显示在这一页。"
LETTER_SENT = "确认信已寄到 {}，点信里的链接以后，才能用这个邮箱登录和找回密码。"
TOO_MANY_LETTERS = "这个邮箱或这个账号今天要过的确认信太多，请明天再改。"
KEPT_SALT = "correspondents.kept-file"
WORDS = ("usual_byline", "strengths", "recommending_unit", "recommender")


def unit_input() -> forms.TextInput:
    """A line with the units of the registry as suggestions; works without script."""
    return forms.TextInput(attrs={"list": "units"})


class SuggestsUnits:
    """Mix into a form with a :func:`unit_input`: the names its suggestions offer."""

    @property
    def units(self) -> Any:
        """Full names of all units, in order."""
        names = Organisation.objects.current().order_by("name")
        return names.values_list("name", flat=True)


class KeptFiles:
    """File fields that survive a refused form: what passed is stored, its key travels signed.

    Mix into a form with fields ``<name>`` and ``<name>_kept`` for every name in ``FILES``.
    """

    FILES: ClassVar[dict[str, bool]] = {"photo": False, "letter": True}
    data: Any
    cleaned_data: dict[str, Any]

    def clean_photo(self) -> Upload | None:
        return self._keep("photo")

    def clean_letter(self) -> Upload | None:
        return self._keep("letter")

    def _keep(self, name: str) -> Upload | None:
        file = self.cleaned_data.get(name)
        kept = self.add_prefix(f"{name}_kept")  # type: ignore[attr-defined]
        if not file:
            return self._kept_before(self.data.get(kept, ""))
        try:
            upload = Upload.objects.accept(file, owner=None, document=self.FILES[name])
        except BadUpload as refusal:
            raise ValidationError(str(refusal)) from refusal
        self.data = self.data.copy()
        self.data[kept] = signing.dumps(upload.key, salt=KEPT_SALT)
        return upload

    @staticmethod
    def _kept_before(token: str) -> Upload | None:
        """The file of an earlier try, while nobody owns it yet."""
        try:
            key = signing.loads(token, salt=KEPT_SALT, max_age=24 * 3600)
        except signing.BadSignature:
            return None
        return Upload.objects.filter(key=key, owner__isnull=True).first()

    @property
    def kept_names(self) -> dict[str, str]:
        """File names that need not be chosen again, by field."""
        found = {}
        for name in self.FILES:
            token = self.data.get(self.add_prefix(f"{name}_kept"), "") if self.data else ""  # type: ignore[attr-defined]
            if token and (upload := self._kept_before(token)):
                found[name] = upload.original_name
        return found


class PersonFields(KeptFiles, SuggestsUnits, forms.Form):
    """The registration form 通讯员登记表. Each field says why it is asked for; nothing else is.

    《个人信息保护法》 articles 5 and 6: no identity number, no native place, no home address.
    """

    real_name = LineInput(
        label="真实姓名", max_length=40, help_text="用于署名和聘书。", required=True
    )
    unit = LineInput(
        label="单位",
        max_length=60,
        widget=unit_input(),
        help_text="从列表里选；列表里没有的，写全称，由编辑部核定。",
    )
    department = LineInput(label="部门", max_length=40)
    post = LineInput(label="职务", max_length=40)
    mobile = MobileField(label="手机", help_text="只用于编务联络，不公开；登记通过后可以用来登录。")
    contact_email = MailboxInput(
        label="邮箱", required=False, help_text="可不填。用于接收通知和找回密码，不公开。"
    )
    usual_byline = LineInput(
        label="常用署名", max_length=40, required=False, help_text="与姓名不同时填写，如笔名。"
    )
    strengths = LineInput(
        label="擅长体裁", max_length=60, required=False, help_text="如：消息、通讯、新闻摄影。"
    )
    recommending_unit = LineInput(label="推荐单位", max_length=60, required=False)
    recommender = LineInput(label="推荐人", max_length=40, required=False)
    photo = forms.FileField(
        label="照片",
        required=False,
        help_text="可不填。公开与否另行选择。",
        widget=forms.FileInput(attrs={"accept": "image/*,.heic"}),
    )
    letter = forms.FileField(
        label="推荐函",
        required=False,
        help_text="可不填。盖章后的照片或 PDF，不超过 20 MB，只有编辑部能看。",
        widget=forms.FileInput(attrs={"accept": "image/*,.heic,.pdf"}),
    )
    photo_kept = forms.CharField(widget=forms.HiddenInput, required=False)
    letter_kept = forms.CharField(widget=forms.HiddenInput, required=False)
    privacy = forms.BooleanField(
        label="我已阅读并同意隐私说明",
        error_messages={"required": "请先阅读隐私说明，同意后勾选。"},
    )
    profile = forms.BooleanField(
        label="我同意公开个人档案（姓名、单位、部门、等级、档案号、地区、入册时间、发表作品）",
        required=False,
    )
    public_photo = forms.BooleanField(label="我同意在个人档案里公开照片", required=False)

    def clean_real_name(self) -> str:
        return squeeze(self.cleaned_data["real_name"])

    def fill(self, person: Correspondent, request: HttpRequest, account: User) -> Correspondent:
        """Write what was typed into a record of this account; unit, files and consents too."""
        data = self.cleaned_data
        person.user, person.name = account, data["real_name"]
        person.mobile, person.email = data["mobile"], data["contact_email"]
        for word in WORDS:
            setattr(person, word, data[word])
        for name in self.FILES:
            if upload := data.get(name):
                upload.owner = account
                upload.save(update_fields=["owner"])
                setattr(person, name, upload)
        person.save()
        self._put_into_unit(person)
        for field, kind in (
            ("privacy", Consent.Kind.PRIVACY),
            ("profile", Consent.Kind.PROFILE),
            ("public_photo", Consent.Kind.PHOTO),
        ):
            if data[field]:
                person.give_consent(kind, address=client_address(request))
        sent = bool(person.email) and send_mail_link(request, account, person.email)
        messages.success(request, RECEIVED + (LETTER_SENT.format(person.email) if sent else ""))
        return person

    def _put_into_unit(self, person: Correspondent) -> None:
        """A unit the registry knows by that name is the unit; another is for the desk to settle."""
        data = self.cleaned_data
        unit = Organisation.objects.resolve(data["unit"])
        words = {"department": data["department"], "post": data["post"]}
        if unit is not None and (person.organisation_id in (None, unit.pk)):
            person.settle_unit(unit, by=None, **words)
            return
        person.unit_text = data["unit"]
        person.department, person.post = data["department"], data["post"]
        person.save()


class SignUpForm(PersonFields, SignupForm):
    """Account and registration in one form: an account is of no use to anybody else."""

    field_order = [
        "real_name", "unit", "department", "post", "mobile", "contact_email", "usual_byline",
        "strengths", "recommending_unit", "recommender", "photo", "letter", "username",
        "password1", "password2", "privacy", "profile", "public_photo",
    ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "用户名"
        self.fields["username"].help_text = "登录用，字母、汉字或拼音都可以，以后不能改。"
        self.fields["password1"].help_text = "至少 8 位，不要只用数字，也不要用姓名或常见的词。"
        self.fields["password2"].label = "再输一次密码"
        for name in ("username", "password1", "password2"):
            self.fields[name].widget.attrs.pop("placeholder", None)
        # Robots fill every field; people never see this one.
        self.fields["website"].widget.attrs = {
            "class": "vh",
            "tabindex": "-1",
            "autocomplete": "off",
        }
        self.fields["website"].label = "请留空"

    def clean_website(self) -> str:
        """Only a program fills what nobody sees: it may be the browser's, so it is told and emptied."""
        if self.cleaned_data.get("website"):
            self.data = self.data.copy()
            self.data[self.add_prefix("website")] = ""
            raise ValidationError("浏览器自动填了一个看不见的框，已经清空，请再提交一次。")
        return ""

    def clean(self) -> dict[str, Any]:
        """So many tries an hour from one network: each tells whether a user name is taken."""
        data = super().clean() or self.cleaned_data
        if not guessing.may(context.request, "registrations"):
            raise ValidationError("您所在的网络一小时里提交的登记太多，请过一小时再提交。")
        return data

    def custom_signup(self, request: HttpRequest, user: Any) -> None:
        """Keep the registration with the account, or neither."""
        user.last_name = self.cleaned_data["real_name"]
        user.save(update_fields=["last_name"])
        self.fill(Correspondent(), request, user)

    @transaction.atomic
    def save(self, request: HttpRequest) -> Any:
        return super().save(request)

    def try_save(self, request: HttpRequest) -> Any:
        """Two may ask for one name at one moment: the second gets his form back."""
        try:
            return super().try_save(request)
        except IntegrityError:
            self.add_error("username", AccountAdapter.error_messages["username_taken"])
            return None, render(request, "account/signup.html", {"form": self})


class ApplyForm(PersonFields):
    """The registration form for somebody who has an account already."""

    def __init__(self, *args: Any, person: Correspondent | None = None, **kwargs: Any) -> None:
        if person is not None:
            known = {word: getattr(person, word) for word in WORDS}
            unit = person.unit_text or (person.organisation.name if person.organisation else "")
            kwargs["initial"] = known | {
                "real_name": person.name,
                "unit": unit,
                "department": person.department,
                "post": person.post,
                "mobile": person.mobile,
                "contact_email": person.email,
            }
        super().__init__(*args, **kwargs)


class ClaimForm(SignupForm):
    """An account for a person whom the desk has kept without one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "用户名"
        self.fields["password2"].label = "再输一次密码"
        self.fields.pop("website", None)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    privacy = PersonFields.base_fields["privacy"]

    def try_save(self, request: HttpRequest) -> Any:
        """Robots do not get here: the address itself is secret."""
        return self.save(request), None
