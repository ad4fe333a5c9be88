"""Forms of the desk about people and units."""

from __future__ import annotations

import itertools
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from correspondents.accounts import MobileField
from correspondents.models import Correspondent, Membership, Organisation
from correspondents.typed import DayInput, LineInput, MailboxInput


class PersonForm(forms.ModelForm):
    """A record as the desk edits it. Contacts are shown masked and typed anew to change them."""

    new_mobile = MobileField(
        label="新手机号", required=False, help_text="不改就不用填；改后可“确认为登录手机号”。"
    )
    new_email = MailboxInput(label="新邮箱", required=False, help_text="不改就不用填。")

    class Meta:
        model = Correspondent
        fields = [
            "name",
            "usual_byline",
            "grade",
            "number",
            "since",
            "term_from",
            "term_to",
            "certificate_number",
            "motto",
            "strengths",
            "recommending_unit",
            "recommender",
            "notes",
            "user",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Before what is typed is put into the instance.
        self.stored_token = self.instance.version_token if self.instance.pk else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        unseen = "" if "_step" in self.data else self.stored_token
        if self.data.get("_seen", unseen) != self.stored_token:
            raise ValidationError(
                "您打开之后，本人或同事改过这份资料，这次没有保存。请另开一页看过现在的内容；"
                "再点一次“保存”，就以您填写的为准。"
            )
        start, end = data.get("term_from"), data.get("term_to")
        if start and end and end < start:
            self.add_error("term_to", "聘期结束不能早于开始。")
        return data

    def save(self, commit: bool = True) -> Correspondent:
        data = self.cleaned_data
        if data.get("new_mobile"):
            self.instance.mobile = data["new_mobile"]
        if data.get("new_email"):
            self.instance.email = data["new_email"]
        return super().save(commit)


class MembershipForm(forms.ModelForm):
    """One row of the units a person was in; the rows are checked together."""

    class Meta:
        model = Membership
        fields = ["organisation", "department", "post", "since", "until"]

    def validate_constraints(self) -> None:
        """Left to the formset: one row may close what another opens."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", "结束日期不能早于开始日期。")
        return data


class MembershipFormSet(forms.BaseInlineFormSet):
    """The units of one person: no two at one time."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        rows = [
            Membership(since=form.cleaned_data.get("since"), until=form.cleaned_data.get("until"))
            for form in self.forms
            if form.cleaned_data.get("organisation") and not form.cleaned_data.get("DELETE")
        ]
        if any(one.overlaps(other) for one, other in itertools.combinations(rows, 2)):
            raise ValidationError("两段单位经历的日期重叠，请核对起止日期。")


class SettleUnitForm(forms.Form):
    """Put a person into a unit: one of the registry, or a new one."""

    organisation = forms.ModelChoiceField(
        label="单位", queryset=Organisation.objects.current(), required=False
    )
    new_name = LineInput(
        label="新建单位（全称）", max_length=60, required=False, help_text="单位库里没有才新建。"
    )
    parent = forms.ModelChoiceField(
        label="新单位的上级", queryset=Organisation.objects.current(), required=False
    )
    region = LineInput(label="新单位的地区", max_length=30, required=False)
    alias = forms.BooleanField(
        label="把本人填写的名称记为这个单位的别名", required=False, help_text="以后这样写就认得。"
    )
    since = DayInput(
        label="从哪天起",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="第一个单位可以不填；调动必须填，以前的作品仍归原单位。",
    )
    department = LineInput(label="部门", max_length=40, required=False)
    post = LineInput(label="职务", max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if bool(data.get("organisation")) == bool(data.get("new_name")):
            raise ValidationError("单位和新建单位，选填其中一个。")
        if data.get("new_name"):
            known = Organisation.objects.resolve(data["new_name"])
            if known is not None:
                raise ValidationError(f"单位库里已有“{known.name}”，请直接选它。")
            made = Organisation(name=data["new_name"], parent=data.get("parent"))
            made.clean()
        return data

    def unit(self) -> Organisation:
        """Return the chosen unit; make the new one."""
        data = self.cleaned_data
        if data["organisation"]:
            return data["organisation"]
        return Organisation.objects.create(
            name=data["new_name"], parent=data["parent"], region=data["region"]
        )


class MergePeopleForm(forms.Form):
    """Which record the other goes into."""

    kept = forms.ModelChoiceField(label="并入", queryset=Correspondent.objects.current())


class MergeUnitsForm(forms.Form):
    """Which unit the other goes into."""

    kept = forms.ModelChoiceField(label="并入", queryset=Organisation.objects.current())
