"""What the desk chooses to stand under an article, at any time: it is no part of its text."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from articles.models import RelatedArticle, Section
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


@admin.register(RelatedArticle)
class RelatedArticleAdmin(admin.ModelAdmin):
    list_display = ["other", "article", "is_chosen", "position"]
    list_editable = ["position"]
    list_filter = [OfArticle, "is_chosen"]
    list_select_related = ["article", "other"]
    autocomplete_fields = ["article", "other"]
    search_fields = ["article__title", "other__title"]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[RelatedArticle]:
        desk = Section.objects.of_desk(request.user)  # type: ignore[arg-type]
        return super().get_queryset(request).filter(article__section__in=desk)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        number = whole_number(request.GET.get("wz", ""))
        own = {"article": number} if number is not None else {}
        return {**super().get_changeform_initial_data(request), **own}
