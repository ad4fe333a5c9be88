"""Forms of the desk, and the one in which readers report errors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from articles.content.library import WORDS
from articles.content.snapshot import WORDS as TEXTS
from articles.content.snapshot import Mark, marked
from articles.models import Article, ArticleImage, ErrorReport, LibraryPicture
from articles.workflow import chain
from articles.workflow.revision import characters_changed
from correspondents.choosing import SearchedSelect
from correspondents.models import Upload
from correspondents.numbers import whole_number
from correspondents.uploads import BadUpload

# Edited where they stand: their labels are read out, and seen where nothing is written yet.
HEAD = ("kicker", "title", "subtitle")
# A row that is added comes behind those that have a place.
LAST = 99


def known_already(field: Any, row: Any) -> None:
    """Let a search box show a row that has been fetched, without asking for it again."""
    inner = getattr(field.widget, "widget", field.widget)
    if isinstance(inner, SearchedSelect):
        inner.known = {str(row.pk): field.label_from_instance(row)}


class ArticleForm(forms.ModelForm):
    """The article as the desk edits it; carries the revision it was opened from."""

    opened_revision = forms.IntegerField(
        label="打开时的修订", widget=forms.HiddenInput, required=False
    )
    proof_correction = forms.BooleanField(
        label="校对性修改",
        required=False,
        help_text="只改几个错字、标点时勾选：已签的审级继续有效，改动单独记入日志。",
    )

    class Meta:
        model = Article
        fields = [*marked(Mark.TYPED), "tags"]

    # What the form begins with in the place of what is stored: the own unsaved words.
    kept: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = {name: value for name, value in self.kept.items() if name in self.fields}
        self.initial = {**self.initial, **kept}
        for name in HEAD:
            if name in self.fields:
                attrs = self.fields[name].widget.attrs | {"rows": 1, "class": "ws-line"}
                attrs["placeholder"] = self.fields[name].label
                self.fields[name].widget = forms.Textarea(attrs)
        if "responsible_editor" in self.fields and self.instance.responsible_editor is not None:
            known_already(self.fields["responsible_editor"], self.instance.responsible_editor)
        if "opened_revision" in self.fields:
            opened = self.kept.get("opened_revision", self.instance.revision)
            self.fields["opened_revision"].initial = opened

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        opened = data.get("opened_revision")
        if self.data.get("_over") == str(self.instance.revision):
            opened = self.instance.revision  # whoever sends this has seen the newer text
        if self.instance.pk and opened != self.instance.revision:
            saved = self.instance.revisions.filter(number=self.instance.revision)
            last = saved.select_related("created_by").first()
            who = (last.created_by and last.created_by.get_full_name()) if last else ""
            raise ValidationError(
                f"您打开之后，{who or '其他编辑'}已经保存过这篇文章，为了不覆盖对方的改动，"
                "这次没有保存。两边的文字在这一页对照；您的文字也已留在“修订”里。",
                code="stale",
            )
        self._check_chapter(data)
        if data.get("proof_correction") and self.instance.pk:
            self._check_proof_correction(data)
        return data

    def _check_chapter(self, data: dict[str, Any]) -> None:
        """A serial's chapters are numbered, each number once."""
        series, chapter = data.get("series"), data.get("chapter")
        if not series:
            data["chapter"] = None
        elif not chapter:
            self.add_error("chapter", "请填写这是连载的第几章。")
        else:
            own = {self.instance.pk, self.instance.copy_of_id}
            rows = Article.objects.filter(series=series, chapter=chapter, copy_of=None)
            gone = (Article.State.DISCARDED, Article.State.WITHDRAWN)
            other = rows.exclude(pk__in=own - {None}).exclude(state__in=gone).first()
            if other is not None:
                self.add_error("chapter", f"第 {chapter} 章已经有了：{other.title}。")

    def _check_proof_correction(self, data: dict[str, Any]) -> None:
        before = self.instance.content()
        size = characters_changed(
            before, before | {name: data.get(name) or "" for name in TEXTS}, TEXTS
        )
        others = set(self.changed_data) - set(TEXTS) - {"proof_correction"}
        if others or chain.exceeds(chain.corrected(self.instance, size)):
            raise ValidationError(chain.TOO_MUCH)


class BylineForm(forms.ModelForm):
    """One row of the byline; whom it is linked to is known with the row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("correspondent", "organisation"):
            if self.instance.pk and getattr(self.instance, f"{name}_id"):
                known_already(self.fields[name], getattr(self.instance, name))
        self.fields["position"].required = False
        if not self.instance.pk:
            self.initial.pop("position", None)
            self.fields["position"].initial = None

    def clean_position(self) -> int:
        """A new row comes last unless somebody says where."""
        typed: int | None = self.cleaned_data.get("position")
        if typed is not None:
            return typed
        return self.instance.position if self.instance.pk else LAST


def library_field(**options: Any) -> forms.ModelChoiceField:
    """Return a field that chooses one picture of the library by its words.

    The admin's own search is asked in the name of the field that the library has to itself.
    """
    return forms.ModelChoiceField(
        LibraryPicture.objects.select_related("upload"),
        widget=SearchedSelect(LibraryPicture._meta.get_field("cropped_from"), admin.site),
        **options,
    )


class ArticleImageForm(forms.ModelForm):
    """One picture: the file when it is new, and its words.

    A file that passed is stored at once, so that an error elsewhere on the page loses nothing.
    """

    file = forms.FileField(label="图片文件", required=False)
    kept = forms.CharField(label="已传的文件", widget=forms.HiddenInput, required=False)
    from_library = library_field(
        label="或从图库选", required=False, help_text="说明、拍摄者、替代文字不填则用图库里的。"
    )

    class Meta:
        model = ArticleImage
        fields = ["position", "caption", "photographer", "alt", "is_decorative"]

    owner: Any = None

    @property
    def chosen(self) -> Upload | None:
        """The picture of a row that is chosen and not saved yet."""
        number = whole_number(str(self["from_library"].value() or ""))
        picture = (
            LibraryPicture.objects.select_related("upload").filter(pk=number).first()
            if number
            else None
        )
        key = self["kept"].value()
        return (
            picture.upload if picture else Upload.objects.filter(key=key).first() if key else None
        )

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if not file:
            return None
        try:
            upload = Upload.objects.accept(file, owner=self.owner)
        except BadUpload as refusal:
            raise ValidationError(str(refusal)) from refusal
        data = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("kept")] = upload.key
        self.data = data
        return upload

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        upload = data.get("file")
        if upload is None and data.get("kept"):
            upload = Upload.objects.filter(key=data["kept"], owner=self.owner).first()
        chosen = data.get("from_library")
        if upload is None and chosen is not None:
            upload = chosen.upload
            data |= {name: data.get(name) or getattr(chosen, name) for name in WORDS}
        if upload is not None:
            self.instance.upload = upload
        elif self.instance.upload_id is None and not self.errors:
            raise ValidationError("请选择图片文件，或从图库选一张。")
        return data


class ErrorReportForm(forms.ModelForm):
    """What a reader says is wrong with an article."""

    # No person sees it; who fills it is told thanks, and nothing is kept.
    website = forms.CharField(
        label="请留空",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    class Meta:
        model = ErrorReport
        fields = ["kind", "text", "contact"]
        labels = {"text": "哪里有误", "contact": "联系方式"}
        help_texts = {
            "text": "请写明哪一句、应当是什么，最好附上依据，一千字以内。",
            "contact": "选填，电话、邮箱均可，只用于核实，不公开，处理完后删除。",
        }
        widgets = {"kind": forms.RadioSelect, "text": forms.Textarea(attrs={"rows": 6})}
        error_messages = {
            "kind": {"required": "请选择是哪一种问题。"},
            "text": {
                "required": "请写明哪里有误。",
                "max_length": "说明请控制在 %(limit_value)d 字以内，现在是 %(show_value)d 字。",
            },
            "contact": {"max_length": "联系方式请控制在 %(limit_value)d 字以内。"},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = ErrorReport.Kind.choices  # without an empty one

    @property
    def is_robot(self) -> bool:
        """Was the field filled that nobody sees?"""
        return bool(self.cleaned_data.get("website"))
