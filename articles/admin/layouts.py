"""What some layouts ask beside the text, on the article's form; and the serials."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from articles.admin.inlines import ArticleImageInline, OnlyWhileEditable
from articles.models import (
    SATELLITES,
    AccidentFacts,
    Article,
    InterviewInfo,
    Section,
    Series,
    VendorInfo,
)


class OneRow(OnlyWhileEditable, admin.StackedInline):
    """There is one at most; it is deleted by leaving it blank, which counts as none."""

    extra = 1
    max_num = 1
    can_delete = False


class AccidentFactsForm(forms.ModelForm):
    def clean_follows(self) -> Article | None:
        """An accident's reports are a chain, not a ring."""
        earlier = self.cleaned_data["follows"]
        article = self.instance.article_id and self.instance.article
        if earlier and article and earlier.pk in (article.pk, article.copy_of_id):
            raise ValidationError("不能接在自己后面。")
        return earlier


class AccidentInline(OneRow):
    model = AccidentFacts
    form = AccidentFactsForm
    fk_name = "article"  # what it follows is an article too
    autocomplete_fields = ["follows"]
    fields = [
        ("happened_on", "happened_at"), ("place", "unit"), ("kind", "grade"),
        ("dead", "missing", "injured"), ("as_of", "source"), ("standing", "follows"),
    ]  # fmt: skip

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "follows":
            desk = Article.objects.of_desk(request.user)  # type: ignore[arg-type]
            public = Article.objects.published()
            kwargs["queryset"] = Article.objects.filter(copy_of=None).filter(
                models.Q(pk__in=desk.values("pk")) | models.Q(pk__in=public.values("pk"))
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class VendorInline(OneRow):
    model = VendorInfo
    fields = [("company", "product"), ("contact", "phone"), ("email", "website"), "address"]


class InterviewInline(OneRow):
    model = InterviewInfo
    fields = [("name", "post", "unit"), "about"]


class WorkImageInline(ArticleImageInline):
    """Pictures of a gallery: each with its work, or with where and when it was taken."""

    fields = [
        "preview", ("position", "file", "from_library"), "kept", ("caption", "photographer"),
        ("alt", "is_decorative"), ("work_title", "work_author"), ("medium", "size", "year"),
        ("place", "taken_on"),
    ]  # fmt: skip


class PortraitImageInline(ArticleImageInline):
    """Pictures of an interview: one may be the portrait at its head."""

    fields = [*ArticleImageInline.fields, "is_portrait"]


BESIDE = {"accident": AccidentInline, "vendor": VendorInline, "interview": InterviewInline}
PICTURES = {
    Section.Layout.GALLERY: WorkImageInline,
    Section.Layout.INTERVIEW: PortraitImageInline,
}


def of_layout(article: Article | None, inlines: list[Any]) -> list[Any]:
    """Return the rows the layout in force asks for; what is said already is always shown."""
    if article is None:
        return inlines
    layout = article.page_layout
    pictures = PICTURES.get(Section.Layout(layout), ArticleImageInline)
    rows = [pictures if row is ArticleImageInline else row for row in inlines]
    beside = [
        BESIDE[name]
        for name, model in SATELLITES.items()
        if layout == model.LAYOUT or getattr(article, name, None) is not None
    ]
    return [*beside, *rows]


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin):
    list_display = ["title", "author", "is_finished", "position"]
    list_editable = ["position", "is_finished"]
    search_fields = ["title", "author"]
    fields = ["title", "slug", "author", "lead", "is_finished", "position"]
