"""Merging at the desk: choose the one to keep, look at what moves, confirm."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path

from correspondents.choosing import SearchedSelect
from correspondents.lifecycle import StepNotAllowed


class Merges(admin.ModelAdmin):
    """Adds the page ``<pk>/merge/``. Subclasses name form, right, and a field for the choice."""

    merge_form: Any
    merge_permission: str
    merge_words: str
    # A foreign key to this model, for the admin's own search box.
    merge_field: Any

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_merge"
        view = self.admin_site.admin_view(self.merge_view)
        return [path("<int:pk>/merge/", view, name=name), *super().get_urls()]

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """First the choice, then the preview, then the deed; only the last one changes anything."""
        if not request.user.has_perm(self.merge_permission):
            raise PermissionDenied
        merged = get_object_or_404(self.get_queryset(request), pk=pk)
        form = self.merge_form(request.POST or None)
        form.fields["kept"].widget = SearchedSelect(self.merge_field, self.admin_site)
        form.fields["kept"].widget.choices = form.fields["kept"].choices
        kept, obstacle = None, ""
        if request.method == "POST" and form.is_valid():
            kept = form.cleaned_data["kept"]
            obstacle = merged.obstacle_to_merge(kept, request.user)
            if "_confirmed" in request.POST and not obstacle:
                return self._merge(request, merged, kept)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"合并：{merged}",
            "original": merged,
            "form": form,
            "kept": kept,
            "obstacle": obstacle,
            "moves": merged.what_moves() if kept is not None else [],
            "words": self.merge_words,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/correspondents/merge.html", context)

    def _merge(self, request: HttpRequest, merged: Any, kept: Any) -> HttpResponse:
        name = str(merged)
        try:
            merged.merge_into(kept, by=request.user)
        except StepNotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"“{name}”已并入“{kept}”。")
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", kept.pk)
