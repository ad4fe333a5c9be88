"""Readers report errors in what is public; the desk reads it in :mod:`articles.admin.reports`."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from articles.forms import ErrorReportForm
from articles.models import Article, ErrorReport
from articles.throttling import allows_in_an_hour, asker
from correspondents.addresses import client_address

TOO_MANY = "您一小时内已经提交了多条纠错，请过一会儿再提交，您填写的内容都还在。"


@never_cache
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a report on one public article; what was typed always comes back."""
    article = get_object_or_404(Article.objects.published().select_related("section"), pk=pk)
    form = ErrorReportForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        if form.is_robot or _is_known(article, form) or _keep(request, article, form):
            return redirect(f"{reverse('articles:report_error', args=[pk])}?yishou=1")
        form.add_error(None, TOO_MANY)
        status = 429
    context = {"article": article, "form": form, "is_done": "yishou" in request.GET}
    return render(request, "articles/report_error.html", context, status=status)


def _is_known(article: Article, form: ErrorReportForm) -> bool:
    """Has the same been reported, as when a button was pressed twice?"""
    same = ErrorReport.objects.open().filter(article=article, text=form.cleaned_data["text"])
    return same.exists()


def _keep(request: HttpRequest, article: Article, form: ErrorReportForm) -> bool:
    """Keep the report; false when too many came from there."""
    who = asker(client_address(request))
    # A mine of a thousand readers has one address: only about one piece a few are enough.
    one = f"{who} {article.pk}"
    if not allows_in_an_hour("report-on", one, settings.REPORTS_ON_ONE_PIECE):
        return False
    if not allows_in_an_hour("report", who, settings.REPORTS_AN_HOUR):
        return False
    form.instance.article = article
    form.save()
    return True
