"""The writing screen: the text at the left, at the right a rail of cards; what it asks by script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.formats import date_format

from articles.admin.inlines import WithoutWindows
from articles.admin.screen import Card
from articles.admin.typed_form import has_arrived
from articles.forms import HEAD
from articles.models import Article, ArticleImage, Byline, LibraryPicture
from articles.text.pasting import TooLong, tidy
from correspondents.models import Correspondent


@dataclass(frozen=True)
class Screen:
    """The form in the order of the screen: the text, then the cards of the rail."""

    text: Any
    bylines: Any
    pictures: Any
    keywords: tuple[int, Any]
    place: list[tuple[int, Any]]  # fieldsets with their places in the form
    beside: list[Any]  # what the layout asks for, and corrections

    @classmethod
    def of(cls, context: dict[str, Any]) -> Screen:
        """Take the parts of Django's change form apart."""
        text, *cards = context["adminform"]
        numbered = list(enumerate(cards, start=1))
        rows = {row.opts.model: row for row in context["inline_admin_formsets"]}
        named = (Byline, ArticleImage)
        return cls(
            text,
            rows.get(Byline),
            rows.get(ArticleImage),
            numbered[0],
            numbered[1:],
            [row for model, row in rows.items() if model not in named],
        )

    @property
    def index(self) -> list[Card]:
        """The cards in their fixed order; those that are looked at by script say so until then."""
        bylines = [row.instance for row in self.bylines.formset.initial_forms]
        nameless = any(not row.name and not row.unit_text for row in bylines)
        pictures = [row.instance for row in self.pictures.formset.initial_forms]
        bare = sum(not (row.caption or row.is_decorative) for row in pictures)
        tags = (
            len(self.bylines.formset.instance.tags.all()) if self.bylines.formset.instance.pk else 0
        )
        return [
            Card("bylines-group", "署名", f"{len(bylines)} ✓" if bylines else "无",
                 "x" if nameless else "" if bylines else "w"),
            Card("images-group", "图片", f"缺 {bare}" if bare else str(len(pictures)), "w" if bare else ""),
            Card("card-keywords", "关键词", f"{tags} ✓" if tags else "无", "" if tags else "w"),
            Card("card-place", "栏目", "✓"),
            Card("hints", "校对", "…", "z"),
            Card("points", "检查", "…", "z"),
            Card("alike", "比对", "…", "z"),
            Card("talk", "经过", "", "z"),
        ]  # fmt: skip


# What stands in the place of a field for those who only look.
_READ: dict[Any, Any] = {"body": "body_as_read"}


class WritingPages(WithoutWindows, admin.ModelAdmin):
    """Adds what the screen asks while somebody writes, and where saving leads."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("paste/", wrap(self.paste_view), name="articles_article_paste"),
            path("picture/<str:key>/", wrap(self.picture_view), name="articles_article_picture"),
            path("token/", wrap(self.token_view), name="articles_article_token"),
            path(
                "person/<int:person>/", wrap(self.person_view), name="articles_article_person_new"
            ),
            path(
                "<int:pk>/person/<int:person>/",
                wrap(self.person_view),
                name="articles_article_person",
            ),
        ]
        return [*own, *super().get_urls()]

    def person_view(self, request: HttpRequest, person: int, pk: int | None = None) -> HttpResponse:
        """Tell what choosing a person puts into a row of the byline, as JSON."""
        writes = self.has_change_permission(request) or self.has_add_permission(request)
        if not (writes and request.user.has_perm("correspondents.view_correspondent")):
            raise PermissionDenied
        article = get_object_or_404(self.get_queryset(request), pk=pk) if pk else Article()
        chosen = get_object_or_404(Correspondent.objects.current(), pk=person)
        row = Byline(article=article, correspondent=chosen, role=Byline.role_of(chosen))
        row.fill()
        unit = row.organisation
        day = date_format(row.day, "n月j日")
        told = f"单位按{day}填好" if unit is not None else f"档案里{day}没有单位，请填写"
        return JsonResponse(
            {
                "name": row.name,
                "role": row.role,
                "unit": row.unit_text,
                "organisation": [unit.pk, unit.name] if unit is not None else None,
                "told": f"选了{chosen.name}，{told}。",
            }
        )

    def writing_context(
        self, request: HttpRequest, context: dict[str, Any], noun: Article | None
    ) -> dict[str, Any]:
        """Return where the screen sends to, and the boxes over the text."""
        form = context["adminform"].form
        may = (
            self.has_add_permission(request)
            if noun is None
            else self.has_change_permission(request, noun)
        )
        found = {
            "writing": may,
            "rows_template": "admin/articles/_rows.html" if may else "",
            "head_fields": [form[name] for name in HEAD if name in form.fields],
        }
        if noun is None:
            return found | {"pictures_address": reverse("admin:articles_article_pictures_new")}
        return found | {
            f"{name}_address": reverse(f"admin:articles_article_{name}", args=[noun.pk])
            for name in ("pictures", "checks", "review")
        }

    def picture_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """Lead from a picture of a piece to its page of the library, by POST: crop and focus are there."""
        if request.method != "POST" or not request.user.has_perm("articles.view_librarypicture"):
            raise PermissionDenied
        picture = LibraryPicture.objects.filter(upload__key=key).first()
        if picture is None:
            rows = ArticleImage.objects.filter(article__in=self.get_queryset(request))
            image = rows.filter(upload__key=key).order_by("pk").first()
            if image is None:
                raise Http404("没有这张图片")
            picture = LibraryPicture.objects.keep(image)
        return HttpResponseRedirect(
            reverse("admin:articles_librarypicture_change", args=[picture.pk])
        )

    def paste_view(self, request: HttpRequest) -> JsonResponse:
        """Clean what is pasted into the desk's editor, and tell what was left out."""
        if request.method != "POST":
            raise PermissionDenied
        try:
            found = tidy(request.POST.get("html", ""))
        except TooLong as refusal:
            return JsonResponse({"problem": str(refusal)}, status=400)
        return JsonResponse({"html": found.html, "dropped": list(found.dropped)})

    def token_view(self, request: HttpRequest) -> JsonResponse:
        """Give a page that lay open a fresh token, after a new sign-in in another window."""
        return JsonResponse({"token": get_token(request), "person": request.user.pk})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who only looks sees the text as it is read, not how it is written down."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (title, facts | {"fields": [_READ.get(row, row) for row in facts["fields"]]})
            for title, facts in fieldsets
        ]

    @admin.display(description="正文")
    def body_as_read(self, article: Article) -> str:
        """The text as a page prints it."""
        return render_to_string("admin/articles/_body.html", {"article": article})

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return has_arrived(request, super().response_change(request, obj), obj.pk)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        return has_arrived(request, super().response_add(request, obj, post_url_continue), None)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Saved: to the page of reading, where nothing is in anybody's hands."""
        return HttpResponseRedirect(self.page_of(obj))  # type: ignore[attr-defined]

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """The same for a new piece."""
        return HttpResponseRedirect(self.page_of(obj))  # type: ignore[attr-defined]
