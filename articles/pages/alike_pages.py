"""Two texts side by side, with what both have marked; for the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from articles.models import passages
from correspondents.lifecycle import StepNotAllowed


class AlikePages(admin.ModelAdmin):
    """Adds the page that compares one of these with another text."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.alike_view)
        address = "<int:pk>/change/alike/<int:kind>/<int:number>/"
        return [path(address, view, name=self._alike_name), *super().get_urls()]

    @property
    def _alike_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_alike"

    def words_of(self, noun: Any) -> tuple[str, str]:
        """Return title and text of one of these, as they are compared."""
        raise NotImplementedError

    def alike_view(self, request: HttpRequest, pk: int, kind: int, number: int) -> HttpResponse:
        """Show both texts; on an article, take the confirmation that somebody has looked."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        noun = get_object_or_404(self.get_queryset(request), pk=pk)
        change = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[pk])
        user: Any = request.user
        rows = noun.likenesses(user)
        found = next(
            (one for one in rows if (one.match.kind, one.match.object_id) == (kind, number)), None
        )
        if found is None or not found.may_be_compared:
            raise Http404("没有可以对照的文字")
        told = found.told
        if request.method == "POST":
            self._confirm(request, noun, told.piece)
            return HttpResponseRedirect(f"{change}#alike")
        title, text = self.words_of(noun)
        mine, other = passages(text, told.text)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "重复比对",
            "noun": noun,
            "own_title": title,
            "change": change,
            "told": told,
            "likeness": found,
            "mine": mine,
            "other": other,
            "may_confirm": self._has_to_be_confirmed(noun, told.piece, user),
        }
        return TemplateResponse(request, "admin/alike.html", context)

    @staticmethod
    def _has_to_be_confirmed(noun: Any, piece: tuple[int, int], user: Any) -> bool:
        ask = getattr(noun, "unconfirmed_likenesses", None)
        return ask is not None and piece in {one.told.piece for one in ask(user)}

    @staticmethod
    def _confirm(request: HttpRequest, noun: Any, piece: tuple[int, int]) -> None:
        verb = getattr(noun, "confirm_likeness", None)
        if verb is None:
            raise Http404("这里不用确认")
        try:
            verb(*piece, by=request.user, remark=request.POST.get("remark", ""))
        except StepNotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "已确认，可以继续审读和发布。")
