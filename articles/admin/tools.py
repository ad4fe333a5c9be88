"""Smaller tools beside one article: find and replace, widths of a preview, the copy for WeChat."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator

from articles.admin.pages import ArticlePages
from articles.models import Article
from articles.pages import wechat
from articles.pages.versions import compared, version_of
from articles.workflow.wording import with_words_replaced
from correspondents.lifecycle import StepNotAllowed

LONGEST = 100


class ToolPages(ArticlePages):
    """Adds the tools."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/replace/", wrap(self.replace_view), name="articles_article_replace"),
            path(
                "<int:pk>/beside/<int:other>/",
                wrap(self.beside_view),
                name="articles_article_beside",
            ),
            path("<int:pk>/widths/", wrap(self.widths_view), name="articles_article_widths"),
            path("<int:pk>/wechat/", wrap(self.wechat_view), name="articles_article_wechat"),
            path(
                "<int:pk>/wechat/post/", wrap(self.wechat_post), name="articles_article_wechat_post"
            ),
        ]
        return [*own, *super().get_urls()]

    def replace_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Find words in one article and show what replacing them changes; POST does it."""
        article = self.article_of(request, pk, to_change=True)
        data = request.POST if request.method == "POST" else request.GET
        find, put = data.get("zhao", "")[:LONGEST], data.get("huan", "")[:LONGEST]
        before = article.content()
        after, number = with_words_replaced(before, find, put)
        if request.method == "POST" and number and self.has_seen(request, article):
            return self._replace(request, article, find, put)
        context = self.page_context(request, article, "查找替换") | {
            "find": find,
            "put": put,
            "number": number,
            "compared": compared(version_of(before), version_of(after)) if number else None,
        }
        return TemplateResponse(request, "admin/articles/replace.html", context)

    @staticmethod
    def _replace(request: HttpRequest, article: Article, find: str, put: str) -> HttpResponse:
        user: Any = request.user
        try:
            number = article.rewrite(
                lambda content: with_words_replaced(content, find, put),
                by=user,
                note=f"查找替换：{find}→{put}",
            )
            messages.success(request, f"替换了 {number} 处，存为新的修订。")
        except StepNotAllowed as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:articles_article_review", args=[article.pk]))

    def beside_view(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        """Show two pieces side by side, to be read."""
        pieces = [self.article_of(request, number) for number in (pk, other)]
        context = self.page_context(request, pieces[0], "两篇并排看") | {"pieces": pieces}
        return TemplateResponse(request, "admin/articles/beside.html", context)

    @method_decorator(csp_update({"frame-src": ["'self'"]}))
    def widths_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the preview as wide as a phone and as wide as a screen."""
        article = self.article_of(request, pk)
        context = self.page_context(request, article, "预览")
        return TemplateResponse(request, "admin/articles/widths.html", context)

    @method_decorator(csp_update({"frame-src": ["'self'"]}))
    def wechat_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show a public article as it is pasted into WeChat's editor, in a frame that runs nothing."""
        article = self.article_of(request, pk)
        context = self.page_context(request, article, "复制到公众号")
        if article.is_public:
            html = _post(request, article)
            context |= {"html": html, "words": wechat.plain_words(html)}
        return TemplateResponse(request, "admin/articles/wechat.html", context)

    def wechat_post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The piece alone, for the frame: with the styles written into it, and nothing that runs."""
        article = self.article_of(request, pk)
        if not article.is_public:
            raise Http404("文章还没有公开")
        html = _post(request, article)
        response = HttpResponse(wechat.page(html))
        response["X-Frame-Options"] = "SAMEORIGIN"
        # A policy of its own: in that of the desk no style of an element counts. A frame that may
        # do nothing has no origin, so that the site is named.
        sites = f"{settings.SITE_URL} {request.scheme}://{request.get_host()}"
        response["Content-Security-Policy"] = (
            f"default-src 'none'; style-src 'unsafe-inline'; img-src {sites};"
            " frame-ancestors 'self'; sandbox"
        )
        return response


def _post(request: HttpRequest, article: Article) -> str:
    told = render_to_string("admin/articles/_newspaper.txt", {}, request)
    name, generated = told.splitlines()[:2]
    bylines = "　".join(
        f"{row.label}：{row}" for row in article.bylines.all() if row.name or row.unit_text
    )
    return wechat.for_wechat(
        article.body,
        [
            wechat.PostPicture(
                str(image.largest["url"]),
                image.caption + (f"　{image.photographer} 摄" if image.photographer else ""),
            )
            for image in article.images.select_related("upload")
            if image.largest and f"/pictures/{image.upload.key}/" not in article.body
        ],
        byline=article.byline_text or bylines,
        source=article.source or name,
        generated=generated + article.ai_note if article.ai_note else "",
        address=settings.SITE_URL + article.get_absolute_url(),
        site=settings.SITE_URL,
    )
