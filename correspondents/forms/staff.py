"""Accounts of the desk: an invitation, and what of an account somebody else may change."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from correspondents.models import RoleGrant, SignInName
from correspondents.models.role_grant import holds_guarded
from correspondents.names import squeeze
from correspondents.typed import CodeInput, MailboxInput

SAME_NAME = "same_name"


class _StaffForm(forms.ModelForm):
    """What both forms look at: mailboxes are one person's, and so, most often, are names."""

    username = CodeInput(label="用户名", max_length=150)
    email = MailboxInput(label="邮箱", required=False)
    same_name = forms.BooleanField(
        label="确是同名的另一个人", required=False, help_text="编辑部已有同名账号时勾选。"
    )

    def clean_email(self) -> str:
        mailbox: str = self.cleaned_data.get("email") or ""
        if mailbox and SignInName.objects.has_mailbox(mailbox, self.instance):
            raise ValidationError("另一个账号正在用这个邮箱，每个账号要用自己的邮箱。")
        return mailbox

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if SignInName.objects.is_taken(username, self.instance if self.instance.pk else None):
            raise ValidationError("这个用户名已有人用，或者和别人的太像，请换一个。")
        return username

    def clean_last_name(self) -> str:
        return squeeze(self.cleaned_data["last_name"])

    def clean_first_name(self) -> str:
        return squeeze(self.cleaned_data["first_name"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        name = [data.get("last_name") or "", data.get("first_name") or ""]
        others = User.objects.filter(is_staff=True, is_active=True).exclude(pk=self.instance.pk)
        same = others.filter(last_name=name[0], first_name=name[1])
        renamed = {"last_name", "first_name"} & set(self.changed_data)
        if any(name) and renamed and not data.get(SAME_NAME) and same.exists():
            raise ValidationError(
                f"编辑部已有叫“{''.join(name)}”的账号（{same.first()}）。"
                "是同一个人，请用那个账号；确是另一个人，请勾选“确是同名的另一个人”。"
            )
        return data


class InviteForm(_StaffForm):
    """A new account: who it is for. The password is set by its holder, by a link."""

    class Meta:
        model = User
        fields = ["username", "last_name", "first_name", "email", "is_staff"]
        labels = {"is_staff": "编辑部人员"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_staff"].initial = True

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        user: User = super().save(commit)
        return user


class StaffForm(_StaffForm, UserChangeForm):
    """An account as a colleague changes it: neither his own roles, nor the key to somebody's."""

    asked_by: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = RoleGrant.objects.waiting().filter(user=self.instance).select_related("group")
        names = "、".join(grant.group.name for grant in waiting)
        if names and "groups" in self.fields:
            self.fields["groups"].help_text = f"等人确认的：{names}。"

    def clean_email(self) -> str:
        mailbox = super().clean_email()
        foreign = self.asked_by.pk != self.instance.pk and not self.asked_by.is_superuser
        if foreign and mailbox != self.instance.email and holds_guarded(self.instance):
            raise ValidationError(
                "能签发或管理账号的人，邮箱只能由本人修改。本人用不了原邮箱时，"
                "先取消角色，改好邮箱，再提出角色由总编辑确认。"
            )
        return mailbox

    def clean_groups(self) -> Any:
        groups = self.cleaned_data["groups"]
        own = self.asked_by.pk == self.instance.pk and not self.asked_by.is_superuser
        if own and set(groups) != set(self.instance.groups.all()):
            raise ValidationError("自己的角色要由别人来改。")
        return groups
