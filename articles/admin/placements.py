"""Laying out the front page, the tops of sections, and topics."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from articles.models import Article, Placement, Topic, TopicBlock, TopicItem
from articles.text.desk_editor import EditorPages
from correspondents.models import Upload
from correspondents.uploads import BadUpload


class ShowingNow(admin.SimpleListFilter):
    title = "时间"
    parameter_name = "shijian"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", "正在用"), ("later", "还没开始"), ("over", "已经结束")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        now = timezone.now()
        if self.value() == "now":
            return queryset.filter(pk__in=Placement.objects.at().values("pk"))
        if self.value() == "later":
            return queryset.filter(since__gt=now)
        return queryset.filter(until__lte=now) if self.value() == "over" else queryset


class OfOwnOrPublicArticles:
    """What is public, and the own sections' pieces ahead of time; nothing else is named."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "article":
            desk = Article.objects.of_desk(request.user)  # type: ignore[arg-type]
            rows = Article.objects.filter(copy_of=None)
            own = models.Q(pk__in=desk.values("pk"))
            kwargs["queryset"] = rows.filter(
                own | models.Q(pk__in=Article.objects.published().values("pk"))
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


@admin.register(Placement)
class PlacementAdmin(OfOwnOrPublicArticles, admin.ModelAdmin):
    list_display = ["article", "kind", "title", "position", "since", "until"]
    list_editable = ["position"]
    list_filter = ["kind", ShowingNow]
    list_select_related = ["article"]
    autocomplete_fields = ["article"]
    search_fields = ["title", "article__title"]
    fields = ["kind", "article", "title", "crop", "position", ("since", "until")]

    class Media:
        js = ["js/desk_order.js"]


class TopicBlockInline(admin.TabularInline):
    model = TopicBlock
    extra = 1
    autocomplete_fields = ["tag"]
    show_change_link = True


class TopicForm(forms.ModelForm):
    file = forms.FileField(label="题图文件", required=False)

    class Meta:
        model = Topic
        fields = [
            "title", "slug", "lead", "picture_alt", "is_visible", "since", "until", "position",
        ]  # fmt: skip

    owner: Any = None

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if not file:
            return None
        try:
            return Upload.objects.accept(file, owner=self.owner)
        except BadUpload as refusal:
            raise ValidationError(str(refusal)) from refusal


@admin.register(Topic)
class TopicAdmin(EditorPages, admin.ModelAdmin):
    form = TopicForm
    inlines = [TopicBlockInline]
    list_display = ["title", "slug", "is_visible", "since", "until", "position"]
    list_editable = ["is_visible", "position"]
    search_fields = ["title"]
    fields = ["title", "slug", "lead", "file", "picture_alt", ("since", "until"), ("is_visible", "position")]  # fmt: skip

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        form.owner = request.user  # type: ignore[attr-defined]
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if upload := form.cleaned_data.get("file"):
            obj.picture = upload
        super().save_model(request, obj, form, change)


class TopicItemInline(OfOwnOrPublicArticles, admin.TabularInline):
    model = TopicItem
    extra = 3
    autocomplete_fields = ["article"]


@admin.register(TopicBlock)
class TopicBlockAdmin(admin.ModelAdmin):
    inlines = [TopicItemInline]
    list_display = ["heading", "topic", "tag", "position"]
    list_select_related = ["topic", "tag"]
    list_filter = ["topic"]
    autocomplete_fields = ["tag"]
