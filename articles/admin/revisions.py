"""The history of a text: every revision, what changed to the character, and back again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from articles.models import Article, Revision
from articles.versions import compared, version_of
from correspondents.lifecycle import StepNotAllowed
from correspondents.numbers import whole_number

SHOWN = 200


class RevisionPages(admin.ModelAdmin):
    """Adds the list of revisions, the comparison of two, and restoring one."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path(
                "<int:pk>/revisions/", wrap(self.revisions_view), name="articles_article_revisions"
            ),
            path(
                "<int:pk>/revisions/<int:number>/",
                wrap(self.revision_view),
                name="articles_article_revision",
            ),
        ]
        return [*own, *super().get_urls()]

    def _seen(self, request: HttpRequest, pk: int) -> Article:
        article: Article = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        return article

    def revisions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List what every save left, the newest first."""
        article = self._seen(request, pk)
        rows = article.history().select_related("created_by").defer("content")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "修订",
            "article": article,
            "rows": rows[:SHOWN],
            "now": rows.filter(fingerprint=article.fingerprint())
            .values_list("pk", flat=True)
            .first(),
        }
        return TemplateResponse(request, "admin/articles/revisions.html", context)

    def revision_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Show one revision beside another, by default the one before; POST restores it."""
        article = self._seen(request, pk)
        history = article.history().select_related("created_by")
        revision = get_object_or_404(history, pk=number)
        if request.method == "POST":
            return self._restore(request, article, revision)
        other = whole_number(request.GET.get("dui", ""))
        base = history.filter(pk=other).first() if other is not None else None
        if base is None:
            older = history.exclude(pk=revision.pk).filter(created_at__lte=revision.created_at)
            base = older.exclude(kind=Revision.Kind.ASIDE).first()
        told = compared(version_of(base.content if base else {}), version_of(revision.content))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(revision),
            "article": article,
            "revision": revision,
            "base": base,
            "compared": told,
            "others": history.exclude(pk=revision.pk).defer("content")[:SHOWN],
            "may_restore": self.has_change_permission(request, article),
        }
        return TemplateResponse(request, "admin/articles/revision.html", context)

    @staticmethod
    def _restore(request: HttpRequest, article: Article, revision: Revision) -> HttpResponse:
        user: Any = request.user
        try:
            article.restore_revision(revision, by=user)
        except StepNotAllowed as refusal:
            messages.error(request, str(refusal))
            address = reverse("admin:articles_article_revision", args=[article.pk, revision.pk])
            return HttpResponseRedirect(address)
        messages.success(request, f"已恢复到{revision}，存为新的修订。")
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))
