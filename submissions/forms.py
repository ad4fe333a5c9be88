"""What a correspondent types."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django import forms
from django.conf import settings

from articles.models import Section
from articles.richtext import from_text, to_editable_text, verse_from_text
from correspondents.models import Upload
from submissions.models import Manuscript, ManuscriptPicture

LONGEST_TEXT = 50_000


class SeveralFiles(forms.ClearableFileInput):
    """A file field that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Takes what came; each file is looked at by the upload core, with a sentence of its own."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return list(data or [])


class ManuscriptForm(forms.ModelForm):
    """Title, section, text. Pictures are taken by the view, whatever else is wrong."""

    text = forms.CharField(
        label="正文",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="段首不用打空格，系统自动缩进两字；每段另起一行。诗词一行一句，空一行分节。",
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Manuscript
        fields = ["section", "title", "subtitle"]
        help_texts = {
            "title": "不超过 60 字，30 字以内最好读；不用写作者姓名。",
            "section": "拿不准可以选最接近的，编辑会调整。",
        }
        error_messages = {
            "title": {
                "required": "请填写标题。",
                "max_length": "标题最多 %(limit_value)d 字，现在有 %(show_value)d 字，请缩短。",
            },
            "section": {
                "required": "请选择拟投栏目。",
                "invalid_choice": "您选的栏目不存在或不接受投稿，请重新选择。",
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        section = self.fields["section"]
        section.queryset = Section.objects.open_for_submission()  # type: ignore[attr-defined]
        section.empty_label = "请选择栏目"  # type: ignore[attr-defined]
        self.fields["text"].error_messages["max_length"] = (
            f"正文最多 {LONGEST_TEXT} 字，请分篇投送。"
        )
        if self.instance.pk:
            self.fields["text"].initial = to_editable_text(self.instance.body)
        else:
            self.fields["form_key"].initial = uuid.uuid4()

    def save(self, commit: bool = True) -> Manuscript:
        section = self.cleaned_data["section"]
        make = verse_from_text if section.layout == Section.Layout.VERSE else from_text
        self.instance.body = make(self.cleaned_data["text"])
        if not self.instance.pk:
            self.instance.form_key = self.cleaned_data["form_key"]
            return super().save(commit)
        # Only what was typed: a step taken meanwhile must not be written over.
        self.instance.save(update_fields=["section", "title", "subtitle", "body", "updated_at"])
        return self.instance


class NewPictureForm(forms.Form):
    """Pictures that come with this sending; the words go to each of them."""

    pictures = FilesField(
        label="图片",
        required=False,
        widget=SeveralFiles(attrs={"multiple": True, "accept": "image/*,.heic"}),
        help_text="JPG、PNG、WebP、GIF 或 HEIC，单张不超过 20 MB，可以一次选多张。",
    )
    caption = forms.CharField(
        label="图片说明",
        required=False,
        max_length=200,
        help_text="何时、何地、何人、在做什么。",
    )
    photographer = forms.CharField(label="拍摄者", required=False, max_length=40)


class PictureForm(forms.ModelForm):
    """The words of one picture that is already there."""

    class Meta:
        model = ManuscriptPicture
        fields = ["caption", "photographer"]


PictureFormSet = forms.inlineformset_factory(
    Manuscript, ManuscriptPicture, form=PictureForm, extra=0, can_delete=True, edit_only=True
)


def kept_uploads(keys: list[str], owner: Any) -> list[Upload]:
    """Return this person's uploads that a refused form carries along, by their keys."""
    keys = [key for key in keys if re.fullmatch(r"[\w-]{1,30}", key, re.ASCII)]
    keys = keys[: settings.PICTURES_PER_MANUSCRIPT]
    return list(Upload.objects.filter(key__in=keys, owner=owner).order_by("pk"))
