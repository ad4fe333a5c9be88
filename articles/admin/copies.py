"""Beginning to change what readers see."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from articles.admin.pages import ArticlePages
from articles.models import Article
from correspondents.lifecycle import StepNotAllowed


class CopyPages(ArticlePages):
    """Adds the button that opens a working copy, and leads back to the original afterwards."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.copy_view)
        return [path("<int:pk>/copy/", view, name="articles_article_copy"), *super().get_urls()]

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Open the working copy of a public article, by POST, and go to it."""
        if request.method != "POST":
            raise PermissionDenied
        article = self.article_of(request, pk)
        user: Any = request.user
        try:
            opened = article.open_copy(by=user)
        except StepNotAllowed as refusal:
            messages.error(request, str(refusal))
            opened = article
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[opened.pk]))

    def step_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """After a double click on the button that published a copy, the copy is gone."""
        if request.method == "POST" and not Article.objects.filter(pk=pk).exists():
            messages.warning(request, "这一份刚刚已经处理，现在不在了；请在列表里查看。")
            return HttpResponseRedirect(reverse("admin:articles_article_changelist"))
        return super().step_view(request, pk)  # type: ignore[misc]

    def after_step(self, request: HttpRequest, noun: Any, *, taken: bool) -> HttpResponse:
        """A working copy that was published or given up is gone: go on with the original."""
        if noun.copy_of_id is not None and not Article.objects.filter(pk=noun.pk).exists():
            address = reverse("admin:articles_article_review", args=[noun.copy_of_id])
            return HttpResponseRedirect(address)
        return super().after_step(request, noun, taken=taken)  # type: ignore[misc]
