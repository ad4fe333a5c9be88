"""The sheet of readings 审稿单 — the whole chain of one article, to be printed and filed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from auditlog.models import LogEntry
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from articles.admin.pages import ArticlePages
from articles.models import Article, Revision
from articles.pages.versions import compared, version_of
from articles.signals import chain_asked
from correspondents.history import what


@dataclass(frozen=True)
class Line:
    """One thing that happened on the way."""

    at: dt.datetime
    who: str
    what: str
    remark: str = ""


class SheetPages(ArticlePages):
    """Adds the sheet."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.sheet_view)
        return [path("<int:pk>/sheet/", view, name="articles_article_sheet"), *super().get_urls()]

    def sheet_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Print who read which text when, what each changed, and what was remarked."""
        article = self.article_of(request, pk)
        context = self.page_context(request, article, "审稿单") | {
            "address": article.get_absolute_url() if article.is_public else "",
            "bylines": article.bylines.all(),
            "readings": article.readings.select_related("signed_by"),
            "passes": _passes(article),
            "changes": _changes(article),
            "lines": sorted(_lines(article), key=lambda line: line.at),
            "confirmations": article.confirmations.select_related("confirmed_by"),
            "broken": article.chain_broken() if _needs_chain(article) else "",
            "imported": not _needs_chain(article),
            "printed_at": timezone.now(),
        }
        return TemplateResponse(request, "admin/articles/sheet.html", context)


def _needs_chain(article: Article) -> bool:
    """Imported and demo articles carry no readings until their first edit."""
    imported = article.provenance in (article.Provenance.LEGACY, article.Provenance.DEMO)
    return not imported or article.readings.exists() or article.revision > 0


def _changes(article: Article) -> list[dict[str, Any]]:
    """Every revision with one sentence about what it changed."""
    rows = [
        row
        for row in article.history().select_related("created_by")
        if row.kind not in (Revision.Kind.ASIDE, Revision.Kind.DROPPED)
    ]
    told: list[dict[str, Any]] = []
    before = version_of({})
    for row in reversed(rows):
        now = version_of(row.content)
        told.append({"revision": row, "words": _words(compared(before, now), first=not told)})
        before = now
    return told


def _passes(article: Article) -> list[dict[str, Any]]:
    """Every proof pass with what was changed since the one before it."""
    rows = article.proof_passes.select_related("done_by", "revision", "reading")
    told, before = [], None
    for row in rows:
        changed = ""
        if before is not None and before.revision_id != row.revision_id:
            pair = (version_of(before.revision.content), version_of(row.revision.content))
            changed = _words(compared(*pair), first=False)
        told.append({"row": row, "changed": changed})
        before = row
    return told


def _words(found: dict[str, Any], *, first: bool) -> str:
    if first:
        return "开始的文字"
    words = [] if all(one.op == "same" for one in found["title"]) else ["标题"]
    words += [name for name, _ in found["lines"]]
    if found["pictures_gone"] or found["pictures_new"]:
        words.append("图片")
    body = found["body"]
    if not body.is_same:
        words.append(f"正文（{body.summary}）")
    return "改动：" + "、".join(words) if words else "文字没有改动"


def _lines(article: Article) -> list[Line]:
    noun = article.copy_of or article
    entries = LogEntry.objects.get_for_object(noun).select_related("actor", "content_type")
    found = []
    for entry in entries:
        facts = entry.additional_data if isinstance(entry.additional_data, dict) else {}
        if facts.get("event"):
            who = (
                entry.actor.get_full_name() or entry.actor.get_username() if entry.actor else "系统"
            )
            where = "（修改稿）" if facts.get("on") else ""
            found.append(
                Line(entry.timestamp, who, what(entry) + where, str(facts.get("note") or ""))
            )
    answers: list[Any] = chain_asked.send(sender=Article, article=noun)
    return found + [Line(*row) for _, rows in answers for row in rows or ()]
