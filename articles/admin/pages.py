"""What the pages beside the form of an article have in common."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from articles.models import Article


class ArticlePages(admin.ModelAdmin):
    """Finds the article of a page for whoever may see it."""

    def article_of(self, request: HttpRequest, pk: int, *, to_change: bool = False) -> Article:
        """Return an article of the own sections, else 404; refuse who may not see or change it."""
        rows = self.get_queryset(request).select_related("section", "responsible_editor", "copy_of")
        article: Article = get_object_or_404(rows, pk=pk)
        may = self.has_change_permission if to_change else self.has_view_permission
        if not may(request, article):
            raise PermissionDenied
        return article

    def has_seen(self, request: HttpRequest, article: Article) -> bool:
        """Has the person before him what now stands there? Tells him if not."""
        if request.POST.get("_seen") == article.version_token:
            return True
        messages.error(request, "您打开之后文字改过，没有办理；请看过现在的对照再点一次。")
        return False

    def page_context(self, request: HttpRequest, article: Article, title: str) -> dict[str, Any]:
        """Return what every such page shows."""
        each = self.admin_site.each_context(request)
        return {**each, "opts": self.opts, "title": title, "article": article}
