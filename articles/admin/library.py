"""The picture library at the desk: find, upload many, set the focus, crop, replace everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html

from articles.content.library import Replaced
from articles.forms import library_field
from articles.models import Article, ArticleImage, LibraryPicture, new_edition
from correspondents.choosing import SearchedSelect
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Organisation, Upload
from correspondents.numbers import whole_number
from correspondents.typed import DayInput, LineInput, SentenceInput
from correspondents.uploads import BadUpload, megabytes

AT_ONCE = 30
SHOWN = 50


class PictureForm(forms.ModelForm):
    """The words of a picture, and what a crop must not lose."""

    focus_x = forms.IntegerField(label="焦点：从左", min_value=0, max_value=100, required=False)
    focus_y = forms.IntegerField(
        label="从上", min_value=0, max_value=100, required=False,
        help_text="百分之几；版面裁剪时保留这一点。可在图上点选，不填则居中，竖图偏上。",
    )  # fmt: skip

    class Meta:
        model = LibraryPicture
        fields = ["caption", "photographer", "alt", "people", "organisation", "day"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            upload = self.instance.upload
            self.initial.update(focus_x=upload.focus_x, focus_y=upload.focus_y)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (data.get("focus_x") is None) != (data.get("focus_y") is None):
            raise forms.ValidationError("焦点要么两个数都填，要么都不填。")
        return data


class ManyForm(forms.Form):
    """What is true of all pictures that are uploaded together."""

    caption = SentenceInput(label="图片说明", max_length=200, required=False)
    photographer = LineInput(label="拍摄者", max_length=40, required=False)
    people = LineInput(label="画面人物", max_length=120, required=False)
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), label="单位", required=False,
        widget=SearchedSelect(LibraryPicture._meta.get_field("organisation"), admin.site),
    )  # fmt: skip
    day = DayInput(
        label="日期", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text="不填则是今天。",
    )  # fmt: skip


class CutForm(forms.Form):
    """The part that stays, in percent."""

    left = forms.IntegerField(label="左", min_value=0, max_value=100, initial=0)
    top = forms.IntegerField(label="上", min_value=0, max_value=100, initial=0)
    right = forms.IntegerField(label="右", min_value=0, max_value=100, initial=100)
    bottom = forms.IntegerField(label="下", min_value=0, max_value=100, initial=100)


class ReplaceForm(forms.Form):
    """The picture that takes the place of this one."""

    other = library_field(label="换成")


class UseFilter(admin.SimpleListFilter):
    title = "使用"
    parameter_name = "yong"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "用过"), ("no", "没有用过")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        used = models.Exists(ArticleImage.objects.filter(upload=models.OuterRef("upload")))
        if self.value() in ("yes", "no"):
            return queryset.filter(used if self.value() == "yes" else ~used)
        return queryset


class YearFilter(admin.SimpleListFilter):
    """By the year of a picture: the two ends of the index tell which there are."""

    title = "年份"
    parameter_name = "nian"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        ends = LibraryPicture.objects.aggregate(first=models.Min("day"), last=models.Max("day"))
        if ends["first"] is None:
            return []
        years = range(ends["last"].year, ends["first"].year - 1, -1)
        return [(str(year), f"{year} 年") for year in years]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        year = whole_number(self.value(), digits=4)
        return queryset.filter(day__year=year) if year else queryset


@admin.register(LibraryPicture)
class LibraryAdmin(admin.ModelAdmin):
    form = PictureForm
    list_display = ["shown", "words", "photographer", "organisation", "day", "used"]
    list_display_links = None
    list_select_related = ["upload", "organisation"]
    list_filter = [UseFilter, "day", YearFilter]
    search_fields = ["caption", "people", "photographer", "alt", "organisation__name"]
    search_help_text = "图片说明、人物、拍摄者、单位。"
    list_per_page = SHOWN
    show_full_result_count = False
    ordering = ["-pk"]
    autocomplete_fields = ["organisation"]
    change_form_template = "admin/articles/librarypicture/change_form.html"
    fields = ["caption", "photographer", "alt", "people", "organisation", "day", ("focus_x", "focus_y")]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[LibraryPicture]:
        rows = super().get_queryset(request)
        uses = ArticleImage.objects.filter(upload=models.OuterRef("upload")).order_by()
        counted = uses.values("upload").annotate(number=models.Count("pk")).values("number")
        return rows.annotate(uses_number=models.Subquery(counted))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What stands somewhere stays."""
        free = obj is None or not (obj.uses().exists() or obj.topics().exists())
        return super().has_delete_permission(request, obj) and free

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """None: what is deleted is looked at one by one."""
        return {}

    def delete_model(self, request: HttpRequest, obj: LibraryPicture) -> None:
        upload = obj.upload
        super().delete_model(request, obj)
        upload.remove()

    @admin.display(description="图片")
    def shown(self, picture: LibraryPicture) -> str:
        """A thumbnail that leads to the picture."""
        address = reverse("admin:articles_librarypicture_change", args=[picture.pk])
        upload = picture.upload
        if not upload.renditions:
            return format_html('<a href="{}">{}</a>', address, upload.get_state_display())
        size = upload.renditions[0]
        source = reverse("articles:picture", args=[upload.key, size["width"], size["format"]])
        return format_html(
            '<a href="{}"><img class="lib-thumb" src="{}" width="120" alt="{}" loading="lazy"></a>',
            address, source, picture.alt or picture.caption or f"图 {picture.pk}",
        )  # fmt: skip

    @admin.display(description="说明", ordering="caption")
    def words(self, picture: LibraryPicture) -> str:
        address = reverse("admin:articles_librarypicture_change", args=[picture.pk])
        people = f"　人物：{picture.people}" if picture.people else ""
        return format_html(
            '<a href="{}">{}</a>{}<br><small>图 {}　{} × {}</small>', address,
            picture.caption or "没有说明", people, picture.pk,
            picture.upload.width, picture.upload.height,
        )  # fmt: skip

    @admin.display(description="用过", ordering="uses_number")
    def used(self, picture: Any) -> str:
        return f"{picture.uses_number or 0} 次"

    def save_model(
        self, request: HttpRequest, obj: LibraryPicture, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        upload = obj.upload
        upload.focus_x, upload.focus_y = form.cleaned_data["focus_x"], form.cleaned_data["focus_y"]
        upload.save(update_fields=["focus_x", "focus_y"])
        new_edition()

    # --- pages ------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/cut/", wrap(self.cut_view), name="articles_librarypicture_cut"),
            path("<int:pk>/replace/", wrap(self.replace_view), name="articles_librarypicture_replace"),
        ]  # fmt: skip
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        picture = kwargs.get("obj")
        if picture is not None:
            desk = Article.objects.of_desk(request.user)  # type: ignore[arg-type]
            uses = picture.uses()
            context |= {
                "picture": picture,
                "largest": next(
                    (
                        size
                        for size in reversed(picture.upload.renditions)
                        if size["format"] == "jpg"
                    ),
                    None,
                ),
                "uses": uses.filter(article__in=desk)[:SHOWN],
                "uses_number": uses.count(),
                "topics": picture.topics(),
                "alike": picture.alike(),
                "cut_form": CutForm(),
                "replace_form": ReplaceForm(),
            }
            context["media"] += context["replace_form"].media
        return super().render_change_form(request, context, *args, **kwargs)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Upload many pictures at once, with the words they have in common."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else None
        form = ManyForm(sent, initial=request.GET.dict())
        files = request.FILES.getlist("files")
        problem = ""
        if request.method == "POST" and form.is_valid():
            if not files:
                problem = "请选择图片。"
            elif len(files) > AT_ONCE:
                problem = f"一次最多上传 {AT_ONCE} 张，这次选了 {len(files)} 张。"
            else:
                return self._take_many(request, form, files)
        each = self.admin_site.each_context(request)
        context = {
            **each, "opts": self.opts, "title": "上传图片", "form": form, "problem": problem,
            "most": AT_ONCE, "megabytes": megabytes(settings.PICTURE_MAX_BYTES), "media": self.media + form.media,
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/librarypicture/add.html", context)

    def _take_many(self, request: HttpRequest, form: ManyForm, files: list[Any]) -> HttpResponse:
        words = {name: value for name, value in form.cleaned_data.items() if value}
        taken = 0
        refused = False
        for file in files:
            try:
                upload = Upload.objects.accept(file, owner=request.user)  # type: ignore[arg-type]
            except BadUpload as refusal:
                messages.error(request, str(refusal))
                refused = True
                continue
            picture = LibraryPicture.objects.create(upload=upload, **words)
            taken += 1
            tell_alike(request, picture)
            self.log_addition(request, picture, [{"added": {}}])
        if taken:
            messages.success(request, f"收下 {taken} 张图片。")
        to = reverse("admin:articles_librarypicture_changelist")
        if refused:
            again = QueryDict(mutable=True)
            again.update({name: request.POST.get(name, "") for name in form.fields})
            to = f"{request.path}?{again.urlencode()}"
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return JsonResponse({"to": to})
        return HttpResponseRedirect(to)

    def cut_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a part of a picture a picture of its own, by POST."""
        return self._do(request, pk, CutForm, self._cut)

    def _cut(self, request: HttpRequest, picture: LibraryPicture, form: forms.Form) -> Any:
        data = form.cleaned_data
        cut = data["left"], data["top"], data["right"], data["bottom"]
        part = picture.cut_out(cut, by=request.user)  # type: ignore[arg-type]
        self.log_addition(request, part, [{"added": {}}])
        messages.success(
            request, "裁剪的部分存为一张新图，原图没有变；要在各处换用，请到原图“替换全部”。"
        )
        return part

    def replace_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put another picture in its place everywhere, by POST, and say what became of it."""
        return self._do(request, pk, ReplaceForm, self._replace)

    def _replace(self, request: HttpRequest, picture: LibraryPicture, form: forms.Form) -> Any:
        other = form.cleaned_data["other"]
        done = picture.replace_everywhere(other, by=request.user)  # type: ignore[arg-type]
        self.log_change(request, picture, f"全部替换为图 {other.pk}")
        _tell_replaced(request, done)
        return picture

    def _do(
        self,
        request: HttpRequest,
        pk: int,
        form_class: type[forms.Form],
        deed: Callable[[HttpRequest, LibraryPicture, Any], LibraryPicture],
    ) -> HttpResponse:
        if request.method != "POST":
            raise PermissionDenied
        picture = get_object_or_404(LibraryPicture.objects.select_related("upload"), pk=pk)
        if not self.has_change_permission(request, picture):
            raise PermissionDenied
        form = form_class(request.POST)
        shown = picture
        if not form.is_valid():
            fields = [(form[name].label, errors) for name, errors in form.errors.items()]
            messages.error(request, "".join(f"{label}：{errors[0]}" for label, errors in fields))
        else:
            try:
                shown = deed(request, picture, form)
            except StepNotAllowed as refusal:
                messages.error(request, str(refusal))
        return HttpResponseRedirect(
            reverse("admin:articles_librarypicture_change", args=[shown.pk])
        )


def _tell_replaced(request: HttpRequest, done: Replaced) -> None:
    told = []
    if done.changed:
        told.append(f"{len(done.changed)} 篇没有公开的文章已经换好")
    if done.copies:
        told.append(f"{len(done.copies)} 篇已公开的文章在修改稿里换好，审读发布后读者才看到")
    if done.topics:
        told.append(f"{done.topics} 个专题的题图已经换好")
    messages.success(request, "；".join(told) + "。") if told else messages.info(
        request, "没有用到这张图片的地方。"
    )
    for article in done.copies:
        address = reverse("admin:articles_article_review", args=[article.pk])
        messages.info(request, format_html('修改稿：<a href="{}">{}</a>', address, article.title))
    for article, why in done.left:
        messages.warning(request, f"“{article.title}”没有换：{why}")
    if done.unknown:
        messages.warning(request, f"另有 {done.unknown} 篇别的栏目的文章没有换。")


def tell_alike(request: HttpRequest, picture: LibraryPicture) -> None:
    """Warn of pictures in the library that are the same as a new one."""
    for other in picture.alike()[:3]:
        address = reverse("admin:articles_librarypicture_change", args=[other.pk])
        messages.warning(
            request,
            format_html(
                '“{}”与图库里的<a href="{}">{}</a>是同一张，请核对是否重复使用。',
                picture.upload, address, other,
            ),
        )  # fmt: skip
