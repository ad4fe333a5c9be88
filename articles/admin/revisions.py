"""The history of a text: every revision, what changed to the character, and back again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from articles.admin.pages import ArticlePages
from articles.models import Article, Revision
from articles.pages.versions import compared, version_of
from correspondents.lifecycle import StepNotAllowed
from correspondents.numbers import whole_number

SHOWN = 200


class RevisionPages(ArticlePages):
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

    def revisions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List what every save left, the newest first."""
        article = self.article_of(request, pk)
        rows = article.history().select_related("created_by").defer("content")
        context = self.page_context(request, article, "修订") | {
            "rows": rows[:SHOWN],
            "now": rows.filter(fingerprint=article.fingerprint())
            .values_list("pk", flat=True)
            .first(),
        }
        return TemplateResponse(request, "admin/articles/revisions.html", context)

    def revision_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Show one revision beside another, by default the one before; POST restores it."""
        article = self.article_of(request, pk)
        history = article.history().select_related("created_by")
        revision = get_object_or_404(history, pk=number)
        if request.method == "POST" and not self.has_change_permission(request, article):
            raise PermissionDenied
        if request.method == "POST" and self.has_seen(request, article):
            return self._restore(request, article, revision)
        other = whole_number(request.GET.get("dui", ""))
        base = history.filter(pk=other).first() if other is not None else None
        if base is None:
            older = history.exclude(pk=revision.pk).filter(created_at__lte=revision.created_at)
            base = older.exclude(kind=Revision.Kind.ASIDE).first()
        told = compared(version_of(base.content if base else {}), version_of(revision.content))
        context = self.page_context(request, article, str(revision)) | {
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
        return HttpResponseRedirect(reverse("admin:articles_article_review", args=[article.pk]))
