"""What correspondents correct about themselves, and leaving."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from correspondents import guessing
from correspondents.accounts import MobileField, send_mail_link
from correspondents.forms.registration import (
    LETTER_SENT,
    TOO_MANY_LETTERS,
    KeptFiles,
    PersonFields,
    SuggestsUnits,
    unit_input,
)
from correspondents.models import Correspondent, SignInName
from correspondents.typed import DayInput, LineInput


class OwnDataForm(KeptFiles, SuggestsUnits, forms.ModelForm):
    """What a correspondent may correct himself; a new unit is settled by the desk."""

    mobile = MobileField(label="手机", help_text="只用于编务联络，不公开。")
    department = LineInput(label="部门", max_length=40, required=False)
    post = LineInput(label="职务", max_length=40, required=False)
    new_unit = LineInput(
        label="调到新单位",
        max_length=60,
        required=False,
        widget=unit_input(),
        help_text="单位没有变动就不用填。由编辑部核定；以前的作品仍归原单位。",
    )
    new_unit_since = DayInput(
        label="从哪天起",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    password = forms.CharField(
        label="登录密码", required=False, strip=False, help_text="改邮箱时才要填。",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    photo = PersonFields.base_fields["photo"]
    photo_kept = forms.CharField(widget=forms.HiddenInput, required=False)
    no_photo = forms.BooleanField(label="删除现在的照片", required=False)
    FILES: ClassVar[dict[str, bool]] = {"photo": False}

    class Meta:
        model = Correspondent
        fields = ["mobile", "email", "usual_byline", "strengths", "motto"]
        help_texts = {
            "email": "用于接收通知；改动后要在信里点链接确认，才能用来登录和找回密码。",
            "motto": "一句话，印在公开的个人档案上。",
        }

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["department"].initial = self.instance.department
        self.fields["post"].initial = self.instance.post

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        since = data.get("new_unit_since")
        if data.get("new_unit") and not since:
            self.add_error("new_unit_since", "请填写调入新单位的日期。")
        if since and since > timezone.localdate() + dt.timedelta(days=366):
            self.add_error("new_unit_since", "日期太远了，请核对。")
        if "email" in self.changed_data and self.instance.user is not None:
            self._check_mailbox(self.instance.user, data.get("email") or "")
        return data

    def _check_mailbox(self, account: User, mailbox: str) -> None:
        """It opens the account: whoever changes it knows the password."""
        if account.has_usable_password():
            _check_password(self, account, "改邮箱请填写现在的登录密码。")
        if mailbox and not guessing.may_write_to(self.request, account.pk, mailbox, look=True):
            self.add_error("email", TOO_MANY_LETTERS)

    def save(self, commit: bool = True) -> Correspondent:
        """Write the corrections in one transaction."""
        data, person = self.cleaned_data, self.instance
        old_photo = Correspondent.objects.get(pk=person.pk).photo
        with transaction.atomic():
            if upload := data.get("photo"):
                upload.owner = person.user
                upload.save(update_fields=["owner"])
                person.photo = upload
            elif data["no_photo"]:
                person.photo = None
            if data["new_unit"]:
                person.unit_text, person.unit_since = data["new_unit"], data["new_unit_since"]
            # Only what was typed: a step the desk takes meanwhile must not be written over.
            person.save(update_fields=[*self.Meta.fields, "photo", "unit_text", "unit_since"])
            if person.photo != old_photo and old_photo is not None:
                old_photo.remove()
            self._correct_post(person)
            self._change_mailbox(person)
        return person

    def _change_mailbox(self, person: Correspondent) -> None:
        """A new mailbox opens the account once it is confirmed; a removed one no longer does."""
        account, mailbox = person.user, person.email
        if "email" not in self.changed_data or account is None:
            return
        if not mailbox:
            account.email = ""
            account.save(update_fields=["email"])
            SignInName.objects.settle(account)
        elif send_mail_link(self.request, account, mailbox):
            messages.info(self.request, LETTER_SENT.format(mailbox))

    def _correct_post(self, person: Correspondent) -> None:
        held = person.memberships.on(timezone.localdate()).last()
        words = {name: self.cleaned_data[name] for name in ("department", "post")}
        if held is None:
            Correspondent.objects.filter(pk=person.pk).update(**words)
        elif any(getattr(held, name) != value for name, value in words.items()):
            for name, value in words.items():
                setattr(held, name, value)
            held.save()
            person.settle_membership()


class LeaveForm(forms.Form):
    """Leaving for good wants the password again."""

    password = forms.CharField(
        label="登录密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
    sure = forms.BooleanField(
        label="我明白注销后不能恢复", error_messages={"required": "请勾选确认。"}
    )

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        _check_password(self, self.account, "密码不对，请重新输入。")
        return self.cleaned_data.get("password", "")


def _check_password(form: forms.BaseForm, account: User, wrong: str) -> None:
    """Counted like a password at sign-in: whoever has a stolen session guesses no more often."""
    typed = form.cleaned_data.get("password") or ""
    try:
        right = bool(typed) and get_adapter().reauthenticate(account, typed)
    except ValidationError as refusal:  # too many
        form.add_error("password", refusal)
        return
    if not right:
        form.add_error("password", wrong)
