"""The desk's editor: django-ckeditor, fenced in (SECURITY.md)."""

from __future__ import annotations

from typing import Any

from ckeditor.widgets import CKEditorWidget
from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

from articles.text.pasting import TooLong, tidy
from articles.text.richtext import ATTRIBUTES, CLASSES, TAGS, RichTextField, clean


def allowed_content() -> str:
    """Return the sanitiser's list in the editor's own notation, so that both are the same."""
    rules = []
    for tag in sorted(TAGS):
        attributes = ",".join(sorted(ATTRIBUTES.get(tag, ())))
        classes = ",".join(sorted(CLASSES.get(tag, ())))
        rules.append(
            tag + (f"[{attributes}]" if attributes else "") + (f"({classes})" if classes else "")
        )
    return "; ".join(rules)


class DeskEditor(CKEditorWidget):
    """CKEditor with the sanitiser's list; what it is given has been cleaned again on reading."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.config["allowedContent"] = allowed_content()

    def format_value(self, value: Any) -> Any:
        value = super().format_value(value)
        return clean(value) if value else value


class DeskText(forms.CharField):
    """What the desk's editor sends, taken as a paste is taken; ``dropped`` tells what stayed out."""

    dropped: tuple[str, ...] = ()

    def clean(self, value: Any) -> Any:
        sent = super().clean(value)
        try:
            found = tidy(sent)
        except TooLong as refusal:
            raise forms.ValidationError("文字太长，请分成几篇。") from refusal
        self.dropped, plain = found.dropped, clean(sent)
        # Line breaks between blocks mean nothing: a text that nobody changed stays the same.
        same = found.html.replace("\n", "") == plain.replace("\n", "")
        return plain if same else found.html


class EditorPages:
    """Mix into an admin that shows the editor: its pages alone may use inline script and style."""

    formfield_overrides: Any = {RichTextField: {"widget": DeskEditor, "form_class": DeskText}}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Tell what of the text was left out."""
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        for field in form.fields.values():
            if isinstance(field, DeskText) and field.dropped:
                left_out = "、".join(field.dropped)
                messages.warning(request, f"保存时整理过文字，没有带入：{left_out}。")

    @method_decorator(
        csp_update({name: ["'unsafe-inline'"] for name in ("script-src", "style-src")})
    )
    def changeform_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Relax the policy for this response only."""
        response: HttpResponse = super().changeform_view(*args, **kwargs)  # type: ignore[misc]
        return response
