"""Pages for everybody: the rules for manuscripts in all their versions, and the calls."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from submissions.models import CallForPapers, SubmissionRules


def rules(request: HttpRequest, version: int = 0) -> HttpResponse:
    """Show the rules in force, or an earlier version that somebody agreed to."""
    current = SubmissionRules.current()
    if current is None:
        raise Http404("还没有投稿须知")
    found = current
    if version:
        known = SubmissionRules.objects.filter(in_force_since__lte=timezone.now())
        found = get_object_or_404(known, version=version)
    earlier = SubmissionRules.objects.filter(in_force_since__lte=timezone.now())
    context = {
        "rules": found,
        "is_current": found.pk == current.pk,
        "versions": earlier,
        "calls": CallForPapers.objects.open().select_related("section"),
    }
    return render(request, "submissions/rules.html", context)


def calls(request: HttpRequest) -> HttpResponse:
    """List the calls for papers: open ones first, then those that are over."""
    today = timezone.localdate()
    over = CallForPapers.objects.filter(is_visible=True, closes_on__lt=today)
    context = {
        "calls": CallForPapers.objects.open().select_related("section"),
        "over": over.select_related("section").order_by("-closes_on")[:20],
    }
    return render(request, "submissions/calls.html", context)
