"""What the desk chooses to stand under an article, at any time: it is no part of its text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from articles.models import Article, RelatedArticle, Section
from correspondents.numbers import whole_number


class OfArticle(admin.SimpleListFilter):
    """The rows of one article, by its number in the address."""

    title = "文章"
    parameter_name = "wz"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        chosen = request.GET.get(self.parameter_name, "")
        return [(chosen, f"文章 {chosen}")] if whole_number(chosen) is not None else []

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        number = whole_number(self.value())
        return queryset if number is None else queryset.filter(article=number)


class RelatedForm(forms.ModelForm):
    """What the desk chooses takes the place of the same pair where it was found by itself."""

    class Meta:
        model = RelatedArticle
        fields = ["article", "other", "position", "is_barred"]

    def _get_validation_exclusions(self) -> set[str]:
        """Both are looked at in ``clean``: a pair that was found by itself is no obstacle."""
        return {*super()._get_validation_exclusions(), "other"}  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        article, other = data.get("article"), data.get("other")
        if article is not None and article == other:
            raise ValidationError({"other": "不能选文章自己。"})
        chosen = RelatedArticle.objects.filter(article=article, other=other, is_chosen=True)
        if chosen.exclude(pk=self.instance.pk).exists():
            raise ValidationError({"other": "这一篇已经选过。"})
        return data


@admin.register(RelatedArticle)
class RelatedArticleAdmin(admin.ModelAdmin):
    form = RelatedForm
    list_display = ["other", "article", "is_chosen", "position", "is_barred"]
    list_editable = ["position", "is_barred"]
    list_filter = [OfArticle, "is_chosen"]
    list_select_related = ["article", "other"]
    autocomplete_fields = ["article", "other"]
    search_fields = ["article__title", "other__title"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[RelatedArticle]:
        desk = Section.objects.of_desk(request.user)  # type: ignore[arg-type]
        return super().get_queryset(request).filter(article__section__in=desk)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Under articles of the own sections, whatever is public: nothing else is named."""
        if db_field.name == "article":
            kwargs["queryset"] = Article.objects.of_desk(request.user)  # type: ignore[arg-type]
        elif db_field.name == "other":
            kwargs["queryset"] = Article.objects.published()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The list edits order and banning alone; it chooses nothing."""
        return super().get_changelist_form(request, **{**kwargs, "form": forms.ModelForm})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if isinstance(form, RelatedForm):
            obj.is_chosen = True
            same = RelatedArticle.objects.filter(article=obj.article_id, other=obj.other_id)
            same.exclude(pk=obj.pk).delete()
        super().save_model(request, obj, form, change)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        number = whole_number(request.GET.get("wz", ""))
        own = {"article": number} if number is not None else {}
        return {**super().get_changeform_initial_data(request), **own}
