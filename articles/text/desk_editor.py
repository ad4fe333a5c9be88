"""The desk's editor: the house's own, which correspondents write in too (decision 0030).

``DESK_EDITOR = "ckeditor"`` puts django-ckeditor in its place, fenced in (SECURITY.md).
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from ckeditor.widgets import CKEditorWidget
from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.contrib import messages
from django.forms import Script
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy

from articles.text.pasting import TooLong, tidy
from articles.text.richtext import ATTRIBUTES, CLASSES, TAGS, RichTextField, clean

# A line set in after a break is the beginning of a paragraph, of whatever it was pasted into.
_INDENTED = re.compile(r"<br\s*/?>\s*(?:\u3000|&emsp;|&nbsp;)", re.IGNORECASE)
# What CKEditor needs of the policy on its pages.
INLINE = ("script-src", "style-src")


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


class HouseEditor(forms.Textarea):
    """The box that the house's editor takes the place of; it is written in itself without script."""

    class Media:
        css: ClassVar[dict[str, tuple[str, ...]]] = {"all": ("css/writing.css",)}
        js: ClassVar[tuple[Script, ...]] = (
            Script("js/editor.js", defer=True),
            Script("js/desk_editor.js", defer=True),
        )

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        asked = reverse_lazy("admin:articles_article_paste")
        super().__init__({"data-editor": asked, "rows": 18, **(attrs or {})})

    def format_value(self, value: Any) -> Any:
        value = super().format_value(value)
        return clean(value) if value else value


class FencedEditor(CKEditorWidget):
    """CKEditor with the sanitiser's list; what it is given has been cleaned again on reading."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.config["allowedContent"] = allowed_content()

    def format_value(self, value: Any) -> Any:
        value = super().format_value(value)
        return clean(value) if value else value


def is_house() -> bool:
    """Is it the house's editor that the desk writes in?"""
    return bool(settings.DESK_EDITOR != "ckeditor")


class DeskText(forms.CharField):
    """What the desk's editor sends, taken as a paste is taken; ``dropped`` tells what stayed out."""

    dropped: tuple[str, ...] = ()

    def clean(self, value: Any) -> Any:
        sent = super().clean(value)
        try:
            found = tidy(sent, by_hand=is_house() and not _INDENTED.search(sent))
        except TooLong as refusal:
            raise forms.ValidationError("文字太长，请分成几篇。") from refusal
        self.dropped, plain = found.dropped, clean(sent)
        # Line breaks between blocks mean nothing: a text that nobody changed stays the same.
        same = found.html.replace("\n", "") == plain.replace("\n", "")
        return plain if same else found.html


class EditorPages:
    """Mix into an admin that shows the editor: its pages alone may use inline script and style."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, RichTextField):
            widget = HouseEditor if is_house() else FencedEditor
            kwargs |= {"widget": widget, "form_class": DeskText}
            return db_field.formfield(**kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Tell what of the text was left out."""
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        for field in form.fields.values():
            if isinstance(field, DeskText) and field.dropped:
                left_out = "、".join(field.dropped)
                messages.warning(request, f"保存时整理过文字，没有带入：{left_out}。")

    def changeform_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Relax the policy for this response only, where the editor cannot do without."""
        shown: Any = super().changeform_view  # type: ignore[misc]
        if not is_house():
            shown = csp_update({name: ["'unsafe-inline'"] for name in INLINE})(shown)
        response: HttpResponse = shown(*args, **kwargs)
        return response
