"""The writing screen: the text at the left, at the right a rail of cards; what it asks by script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import path
from django.utils.formats import date_format

from articles.admin.inlines import WithoutWindows
from articles.models import Article, ArticleImage, Byline
from correspondents.models import Correspondent


@dataclass(frozen=True)
class Screen:
    """The form in the order of the screen: the text, then cards and rows of the rail."""

    text: Any
    first: list[Any]  # bylines and pictures
    cards: list[tuple[int, Any]]  # fieldsets with their places in the form
    later: list[Any]

    @classmethod
    def of(cls, context: dict[str, Any]) -> Screen:
        """Take the parts of Django's change form apart."""
        text, *cards = context["adminform"]
        rows = list(context["inline_admin_formsets"])
        first = [row for row in rows if row.opts.model in (Byline, ArticleImage)]
        return cls(
            text, first, list(enumerate(cards, start=1)), [r for r in rows if r not in first]
        )

    @property
    def index(self) -> list[tuple[str, str, int | None]]:
        """The cards as links: address within the page, name, how many rows there are."""
        rows = [
            (
                f"{row.formset.prefix}-group",
                row.opts.verbose_name_plural,
                row.formset.initial_form_count(),
            )
            for row in (*self.first, *self.later)
        ]
        fields = [(f"fieldset-0-{place}-heading", card.name, None) for place, card in self.cards]
        return [*rows[: len(self.first)], *fields, *rows[len(self.first) :]]


# What stands in the place of a field for those who only look.
_READ: dict[Any, Any] = {"body": "body_as_read"}


class WritingPages(WithoutWindows, admin.ModelAdmin):
    """Adds what the screen asks while somebody writes, and where saving leads."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
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

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Saved: to the page of reading, where nothing is in anybody's hands."""
        return HttpResponseRedirect(self.page_of(obj))  # type: ignore[attr-defined]

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """The same for a new piece."""
        return HttpResponseRedirect(self.page_of(obj))  # type: ignore[attr-defined]
