"""The desk's editor: django-ckeditor, fenced in (SECURITY.md)."""

from __future__ import annotations

from typing import Any

from ckeditor.widgets import CKEditorWidget
from django.http import HttpResponse

from articles.richtext import ATTRIBUTES, CLASSES, TAGS, RichTextField, clean


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


class EditorPages:
    """Mix into an admin that shows the editor: its pages alone may use inline script and style."""

    formfield_overrides: Any = {RichTextField: {"widget": DeskEditor}}

    def changeform_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Relax the policy for this response only."""
        response = super().changeform_view(*args, **kwargs)  # type: ignore[misc]
        response._csp_update = {  # what django-csp's decorator sets
            "script-src": ["'unsafe-inline'"],
            "style-src": ["'unsafe-inline'"],
        }
        return response
