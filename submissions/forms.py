"""What a correspondent types.

Everything is stored as it is typed, finished or not: a field that cannot be understood is told
and shown again, and does not keep the others from being saved. Whether it may be *sent* is asked
of the checklist.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict

from articles.models import Byline, Genre, Section
from articles.text.pasting import tidy
from articles.text.richtext import clean, from_text, to_editable_text, verse_from_text
from correspondents.models import Upload
from submissions.converter import OFFER
from submissions.models import CallForPapers, Manuscript, ManuscriptByline, ManuscriptPicture
from submissions.models.byline import first_byline

LONGEST_TEXT = 50_000
LONGEST_HTML = 400_000  # markup weighs more than text: tables, pictures
BLANK_BYLINES = 1


class SeveralFiles(forms.ClearableFileInput):
    """A file field that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Takes what came; each file is looked at by the upload core, with a sentence of its own."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return list(data or [])


class ManuscriptForm(forms.ModelForm):
    """The manuscript without its rows: place, words, answers, declaration."""

    text = forms.CharField(
        label="正文",
        required=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="段首不用打空格，系统自动缩进两字；每段另起一行。诗词一行一句，空一行分节。",
    )
    # "html" when the text comes from the editor, "plain" from the bare textarea.
    text_format = forms.CharField(required=False, widget=forms.HiddenInput, initial="plain")
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    declared = forms.BooleanField(
        required=False,
        label="内容真实，不涉密，署名人均已知情同意；我已看过并同意投稿须知。",
    )

    class Meta:
        model = Manuscript
        fields = [
            "section", "genre", "call", "kicker", "title", "subtitle", "event_date", "approver",
            "publication", "published_where", "ai_use", "ai_note", "phone", "to_desk",
        ]  # fmt: skip
        widgets = {
            "event_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **dict.fromkeys(("publication", "ai_use"), forms.RadioSelect),
            "phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        }
        labels = {"to_desk": "给编辑的话（不公开）"}
        help_texts = {
            "kicker": "标题上面的一行小字，没有不填。",
            "title": "一句话说清谁、做了什么、结果如何；不用写作者姓名。",
            "section": "拿不准可以选最接近的，编辑会调整。",
            "genre": "不选则按栏目的体裁。",
            "event_date": "新闻稿请在事件发生后 3 日内投送。",
            "approver": "本单位审核这篇稿件的负责人。",
            "phone": "只供编辑部联络，不公开。",
            "to_desk": "例如：请于周五前发；图片另有原图。",
        }
        error_messages = {
            "section": {"invalid_choice": "您选的栏目不存在或不接受投稿，请重新选择。"},
            "genre": {"invalid_choice": "您选的体裁不存在，请重新选择。"},
            "call": {"invalid_choice": "您选的征文不存在或已经截止，请重新选择。"},
            "event_date": {"invalid": "日期没有看懂，请写成 2026-11-25 的样子。"},
            "publication": {"invalid_choice": "请从两项中选择一项。"},
            "ai_use": {"invalid_choice": "请从两项中选择一项。"},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_choices()
        for field in self.fields.values():
            field.required = False  # the checklist asks, when it is sent
            field.error_messages["max_length"] = (
                "最多 %(limit_value)d 字，现在有 %(show_value)d 字，请缩短。"
            )
        if self.instance.pk:
            self.fields["text"].initial = to_editable_text(self.instance.body)
            self.fields["version"].initial = self.instance.version
            self.fields["declared"].initial = self.instance.is_declared
        else:
            self.fields["form_key"].initial = uuid.uuid4()
            self.fields["phone"].initial = self.instance.author.mobile

    def tell(self, problems: list[tuple[str, str]]) -> None:
        """Say under each field what is asked of it, beside what its own input says."""
        told = set(self.errors)
        for name, sentence in problems:
            if name in self.fields and name not in told:
                self.errors.setdefault(name, self.error_class()).append(sentence)

    def _offer_choices(self) -> None:
        section, call = self.fields["section"], self.fields["call"]
        offered = Section.objects.open_for_submission()
        if self.instance.round_number:
            # Closed meanwhile: a piece that came back may still be sent again.
            known = [self.instance.section_id, self.instance.sent_section_id]
            offered = offered | Section.objects.filter(pk__in=known)
        section.queryset = offered  # type: ignore[attr-defined]
        section.empty_label = "请选择栏目"  # type: ignore[attr-defined]
        self.fields["genre"].queryset = Genre.objects.all()  # type: ignore[attr-defined]
        self.fields["genre"].empty_label = "按栏目"  # type: ignore[attr-defined]
        call.queryset = CallForPapers.objects.open()  # type: ignore[attr-defined]
        call.empty_label = "不参加征文"  # type: ignore[attr-defined]
        for name in ("publication", "ai_use"):
            choices = self.fields[name].choices  # type: ignore[attr-defined]
            self.fields[name].choices = [c for c in choices if c[0]]  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        """Return the text as HTML; plain text that nobody changed keeps its stored markup."""
        typed = self.cleaned_data["text"]
        rich = self.data.get("text_format") == "html"
        longest = LONGEST_HTML if rich else LONGEST_TEXT
        if len(typed) > longest:
            raise forms.ValidationError(f"正文最多 {LONGEST_TEXT} 字，请分篇投送。")
        if rich:
            return typed if clean(typed) == self.instance.body else tidy(typed, by_hand=True).html
        lines = typed.replace("\r\n", "\n").strip()
        if self.instance.pk and lines == to_editable_text(self.instance.body).strip():
            return self.instance.body
        section = self.cleaned_data.get("section") or self.instance.section
        verse = section is not None and section.layout == Section.Layout.VERSE
        return verse_from_text(lines) if verse else from_text(lines)

    def _post_clean(self) -> None:
        """Put what was understood onto the manuscript, whatever else was not."""
        posted = {name for name in self.Meta.fields if name in self.data}
        for name in posted & set(self.cleaned_data):
            setattr(self.instance, name, self.cleaned_data[name])
        if "text" in self.data and "text" in self.cleaned_data:
            self.instance.body = self.cleaned_data["text"]
        if "has_declaration" in self.data:
            self.instance.declare(agreed=bool(self.cleaned_data.get("declared")))
        call = self.instance.call
        if call is not None and call.section_id and self.instance.section_id is None:
            self.instance.section = call.section

    def store(self) -> None:
        """Save what the form may change; a step taken meanwhile is not written over."""
        names = [*self.Meta.fields, "body", "rules", "declared_at", "updated_at"]
        self.instance.save(update_fields=names)


class BylineForm(forms.ModelForm):
    """One bylined person."""

    class Meta:
        model = ManuscriptByline
        fields = ["role", "name", "unit_text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = self.use_required_attribute = False  # rows come and go in the page
        self.fields["role"].required = False
        for name in ("name", "unit_text"):
            self.fields[name].error_messages["max_length"] = (
                f"{self.fields[name].label}最多 %(limit_value)d 字，请缩短。"
            )
        words = {"role": "身份", "name": "姓名", "unit_text": "单位"}
        for name, label in words.items():
            attrs = self.fields[name].widget.attrs
            attrs["aria-label"] = label
            attrs["autocomplete"] = "off"


class BylineRows:
    """The bylines of a form: aligned lists of fields, so that rows can come and go in the page."""

    NAMES = ("role", "name", "unit_text", "order")

    def __init__(self, manuscript: Manuscript, data: QueryDict | None = None) -> None:
        self.manuscript = manuscript
        self.posted = data is not None and "byline-name" in data
        if self.posted and data is not None:
            self.forms = self._typed(data)
        else:
            self.forms = self._stored()

    def _stored(self) -> list[BylineForm]:
        if self.manuscript.pk:
            there = self.manuscript.bylines.all()
            return [BylineForm(instance=row, prefix="byline") for row in there]
        return [BylineForm(instance=first_byline(self.manuscript.author), prefix="byline")]

    def _typed(self, data: QueryDict) -> list[BylineForm]:
        columns = [data.getlist(f"byline-{name}") for name in self.NAMES]
        # One more than allowed is kept, so that the checklist can say so.
        rows = list(zip(*columns, strict=False))[: settings.BYLINES_PER_MANUSCRIPT + 10]
        numbered = sorted(
            (
                int(order) if re.fullmatch(r"[0-9]{1,3}", order) else place + 1,
                place,
                role,
                name,
                unit,
            )
            for place, (role, name, unit, order) in enumerate(rows)
        )
        forms_ = []
        for _, _, role, name, unit in numbered:
            if not name.strip() and not unit.strip():
                continue
            row = {"byline-role": role, "byline-name": name, "byline-unit_text": unit}
            forms_.append(BylineForm(row, prefix="byline"))
        return forms_

    @property
    def blank(self) -> list[BylineForm]:
        """Empty rows for one more person."""
        role = self.forms[0]["role"].value() if self.forms else Byline.Role.CORRESPONDENT
        fields = {"role": role}
        return [BylineForm(initial=fields, prefix="byline") for _ in range(BLANK_BYLINES)]

    @property
    def errors(self) -> list[str]:
        """What cannot be stored."""
        if not self.posted:
            return []
        return [str(e) for form in self.forms for es in form.errors.values() for e in es]

    def store(self) -> None:
        """Make the rows of the manuscript what was typed; rows with errors stay as they were."""
        if not self.posted or self.errors:
            return
        wanted = []
        for position, form in enumerate(self.forms):
            row = form.save(commit=False)
            row.manuscript, row.position = self.manuscript, position
            row.role = row.role or Byline.Role.CORRESPONDENT
            wanted.append(row)
        there = list(self.manuscript.bylines.all())
        if [_words(row) for row in there] == [_words(row) for row in wanted]:
            return
        self.manuscript.bylines.all().delete()
        for row in wanted:
            row.pk = None
            row.save(force_insert=True)


def _words(row: ManuscriptByline) -> tuple[str, str, str]:
    return row.role, row.name, row.unit_text


class PictureForm(forms.ModelForm):
    """The words of one picture that is already there."""

    remove = forms.BooleanField(label="删除", required=False)
    order = forms.IntegerField(
        label="次序", required=False, min_value=1, max_value=99, widget=forms.NumberInput
    )

    class Meta:
        model = ManuscriptPicture
        fields = ["caption", "photographer"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["caption"].widget.attrs["placeholder"] = "何时、何地、何人、在做什么"
        for name in ("caption", "photographer"):
            self.fields[name].error_messages["max_length"] = (
                "最多 %(limit_value)d 字，现在有 %(show_value)d 字，请缩短。"
            )


class PictureRows:
    """The pictures of a form, each under its own number: rows may come and go in other windows."""

    def __init__(self, manuscript: Manuscript, data: QueryDict | None = None) -> None:
        rows = manuscript.pictures.select_related("upload") if manuscript.pk else []
        self.forms = []
        for place, row in enumerate(rows, start=1):
            prefix = f"p{row.pk}"
            typed = data if data is not None and f"{prefix}-caption" in data else None
            self.forms.append(
                PictureForm(typed, instance=row, prefix=prefix, initial={"order": place})
            )

    @property
    def errors(self) -> list[str]:
        """What cannot be stored."""
        return [
            f"第 {number} 张图片：{error}"
            for number, form in enumerate(self.forms, start=1)
            if form.is_bound
            for errors in form.errors.values()
            for error in errors
        ]

    def store(self) -> None:
        """Save the words, take away what was marked, put them in order."""
        kept = []
        for place, form in enumerate(self.forms):
            row = form.instance
            if not form.is_bound:
                kept.append((place + 1, place, row))
                continue
            valid = form.is_valid()
            if form.cleaned_data.get("remove"):
                row.discard()
                continue
            if valid:
                row.save(update_fields=["caption", "photographer"])
            kept.append((form.cleaned_data.get("order") or place + 1, place, row))
        for position, (_, _, row) in enumerate(sorted(kept, key=lambda one: one[:2])):
            if row.position != position:
                row.position = position
                row.save(update_fields=["position"])


class FilesForm(forms.Form):
    """Files that come with this sending."""

    word = forms.FileField(
        label="Word 稿",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".docx,.doc,.wps,.rtf,.odt,.pdf"}),
        help_text=OFFER,
    )
    pictures = FilesField(
        label="图片",
        required=False,
        widget=SeveralFiles(attrs={"multiple": True, "accept": "image/*,.heic"}),
        help_text="JPG、PNG、WebP、GIF 或 HEIC 原图，单张不超过 20 MB，可以一次选多张。",
    )
    approval = forms.FileField(
        label="单位审核单",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/*,.heic,.pdf"}),
        help_text="可选：有领导签字或公章的扫描件，图片或 PDF。",
    )


class ManuscriptForms:
    """A whole posted form: stored together, complained of together."""

    def __init__(self, manuscript: Manuscript, data: QueryDict | None = None) -> None:
        self.manuscript = manuscript
        self.form = ManuscriptForm(data, instance=manuscript)
        self.bylines = BylineRows(manuscript, data)
        self.pictures = PictureRows(manuscript, data)
        if data is not None:
            self.form.is_valid()

    @property
    def errors(self) -> list[tuple[str, str]]:
        """What could not be understood: (field, sentence)."""
        found = []
        for name, errors in self.form.errors.items():
            field = self.form.fields.get(name)
            label = field.label if field is not None and field.label else ""
            found += [(name, f"{label}：{error}" if label else str(error)) for error in errors]
        found += [("bylines", f"署名：{error}") for error in self.bylines.errors]
        return [*found, *(("pictures", error) for error in self.pictures.errors)]

    def store(self) -> None:
        """Save everything that can be saved, in the caller's transaction, and count it."""
        self.form.store()
        self.bylines.store()
        self.pictures.store()
        self.manuscript.raise_version()


def kept_uploads(keys: list[str], owner: Any) -> list[Upload]:
    """Return this person's uploads that a refused form carries along, by their keys."""
    keys = [key for key in keys if re.fullmatch(r"[\w-]{1,30}", key, re.ASCII)]
    keys = keys[: settings.PICTURES_PER_MANUSCRIPT]
    return list(Upload.objects.filter(key__in=keys, owner=owner).order_by("pk"))
