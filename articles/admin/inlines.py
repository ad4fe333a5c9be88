"""What stands under an article on its page: bylines, pictures, corrections, readings."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html

from articles.forms import ArticleImageForm, BylineForm
from articles.models import Article, ArticleImage, Byline, Correction

WINDOWS = ("can_add_related", "can_change_related", "can_delete_related", "can_view_related")


class WithoutWindows:
    """No small windows for other records out of the screen where one writes."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        for name in WINDOWS:
            if field is not None and hasattr(field.widget, name):
                setattr(field.widget, name, False)
        return field


class OnlyWhileEditable(WithoutWindows):
    """Inline rows can be changed only while the article can."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and editable(obj)  # type: ignore[misc]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and editable(obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and editable(obj)  # type: ignore[misc]


def editable(article: Article | None) -> bool:
    """May it be changed, as far as its state goes? A new one may."""
    return article is None or article.is_editable


class BylineInline(OnlyWhileEditable, admin.StackedInline):
    """One blank row is always there, so that one more can be named without script."""

    model = Byline
    form = BylineForm
    extra = 1
    fields = ["correspondent", ("name", "role"), "unit_text", ("organisation", "position")]
    autocomplete_fields = ["correspondent", "organisation"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super()
            .get_queryset(request)
            .select_related("correspondent__organisation", "organisation")
        )


class ArticleImageInline(OnlyWhileEditable, admin.StackedInline):
    model = ArticleImage
    form = ArticleImageForm
    extra = 1
    fields = [
        "preview", "file", "from_library", "kept", "caption", ("photographer", "position"),
        "alt", "is_decorative",
    ]  # fmt: skip
    readonly_fields = ["preview"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("upload")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.owner = request.user  # type: ignore[attr-defined]
        return formset

    @admin.display(description="图片")
    def preview(self, image: ArticleImage) -> str:
        """A thumbnail, or what the worker says."""
        if not image.pk:
            return "—"
        if not image.upload.is_ready:
            return image.upload.failure or image.upload.get_state_display()
        size = image.sizes[0]
        return format_html(
            '<img src="{}" width="120" alt="{}"><p class="help">{}</p>',
            size["url"],
            image.alt or image.caption,
            image.upload.remark,
        )


class CorrectionInline(OnlyWhileEditable, admin.StackedInline):
    """Printed with the version it belongs to: written on the working copy."""

    model = Correction
    extra = 0
    fields: ClassVar[Any] = ["text", "shown_at"]
    readonly_fields = ["shown_at"]
