"""The page on which an article is read: text with its hints left, what decides right."""

from __future__ import annotations

from typing import Any

from auditlog.models import LogEntry
from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from articles.admin.hints import HintPages, states_of, with_hints_marked
from articles.admin.screen import index_of, returned_by, squares
from articles.content.snapshot import WORDS
from articles.content.steps import SIGN_STEPS
from articles.models import Article, ArticleReads, DeskDraft, Revision
from articles.pages.versions import beside, compared, version_of
from articles.text.typography import full_width, normalise
from articles.workflow import chain
from articles.workflow.duties import may_not_sign
from correspondents.deciding import Changed
from correspondents.history import details, what
from correspondents.lifecycle import Step, StepNotAllowed
from correspondents.numbers import whole_number

LOG = 14
# After these a person goes on with the next piece.
DECIDES = frozenset(
    {*SIGN_STEPS.values(), "pass_back_second", "pass_back_final", "discard", "publish", "schedule"}
)
# So many of those that wait are looked through for one that this person may sign.
LOOKED_THROUGH = 30


class ReviewPages(HintPages):
    """Adds the page of reading, and setting marks right."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/review/", wrap(self.review_view), name="articles_article_review"),
            path("<int:pk>/tidy/", wrap(self.tidy_view), name="articles_article_tidy"),
        ]
        return [*own, *super().get_urls()]

    def review_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show one article as it is read before signing."""
        article = self.article_of(request, pk)
        article.look_once()
        context = self.page_context(request, article, article.title)
        context |= self.review_context(request, article)
        return TemplateResponse(request, "admin/articles/review.html", context)

    def review_context(self, request: HttpRequest, article: Article) -> dict[str, Any]:
        """Return what the page shows."""
        user: Any = request.user
        checks = self.checks_of(article, user)
        original = article.copy_of
        changed = None
        if original is not None:
            changed = compared(version_of(original.content()), version_of(article.content()))
        steps = self.steps_for(request, article)  # type: ignore[attr-defined]
        images = list(article.images.select_related("upload"))
        return {
            "article": article,
            "original": original,
            "changed": changed,
            "show_changes": changed is not None and "yuangao" not in request.GET,
            **checks,
            "body": with_hints_marked(article.body, checks["hints"]),
            "round": _new_round(article),
            "steps": steps,
            "step_url": reverse("admin:articles_article_step", args=[article.pk]),
            "own_address": reverse("admin:articles_article_change", args=[article.pk]),
            "may_edit": self.has_change_permission(request, article),
            "may_copy": article.is_released and user.has_perm("articles.change_article"),
            "working_copy": article.copy,
            "reports": (original or article).error_reports.open(),
            "reads": ArticleReads.objects.total_of(original or article),
            "readings": article.readings.select_related("signed_by"),
            "obstacles": _obstacles(article, user),
            "override": _override(article, user),
            "bylines": article.bylines.all(),
            "beside": beside(article.content()),
            "images": images,
            "images_below": [
                one for one in images if f"/pictures/{one.upload.key}/" not in article.body
            ],
            "review_address": self.page_of(article),
            "unsaved": DeskDraft.objects.of(article, user).exclude(data={}).first(),
            "may_proofread": self.may_proofread(request, article),
            **_proof_corrections(article),
            "log": (log := _log(article)),
            "returned": returned_by(log),
            "next": self._next(request, article),
            "squares": squares(article),
            "index": index_of(article, states_of(checks)),
            "related": article.related.filter(is_barred=False).select_related("other"),
            "confirmations": article.confirmations.select_related("confirmed_by"),
            **self._earlier_texts(request, article),
        }

    @staticmethod
    def _earlier_texts(request: HttpRequest, article: Article) -> dict[str, Any]:
        """What the text may be compared with, and the comparison that is asked for.

        ``bi``: the text it began with; ``jingshou``: the last one that this person saved or signed.
        """
        texts = article.history().exclude(number=None).order_by("number", "pk")
        first = texts.first()
        signed = article.readings.filter(signed_by=request.user).values("revision")  # type: ignore[misc]
        own = texts.filter(Q(created_by=request.user) | Q(pk__in=signed)).last()  # type: ignore[misc]
        found = {"bi": first, "jingshou": own}
        there = {
            name: row
            for name, row in found.items()
            if row is not None and row.number != article.revision
        }
        asked = next((name for name in there if name in request.GET), "")
        told: dict[str, Any] = {"may_compare": "bi" in there, "since_own": "jingshou" in there}
        if asked:
            version = version_of(there[asked].content)
            told |= {"asked": asked, "earlier": compared(version, version_of(article.content()))}
        return told

    def page_of(self, noun: Any) -> str:
        """Where it is read: looking takes nothing into anybody's hands."""
        return reverse("admin:articles_article_review", args=[noun.pk])

    def confirm_label(self, row: Step) -> str:
        return "看过改动，签这一稿" if row.name in SIGN_STEPS.values() else f"看过改动，{row.label}"

    def changed_since(self, noun: Article, seen: str) -> Changed:
        """The difference between the text that was read and the one that stands there."""
        number = whole_number(seen)
        texts = noun.history().select_related("created_by")
        read = texts.filter(number=number).first() if number is not None else None
        if read is None:
            return Changed()
        last = texts.filter(number=noun.revision).first()
        who = last.created_by.get_full_name() if last and last.created_by else ""
        told = compared(version_of(read.content), version_of(noun.content()))
        return Changed(told, when=last and last.created_at, who=who)

    def after_step(self, request: HttpRequest, noun: Any, *, taken: bool) -> HttpResponse:
        """After a decision of a reader the next piece that waits for this person, as it is read."""
        step = request.POST.get("_step", "")
        if step in DECIDES and (taken or noun.is_signed(step, by=request.user)):
            following = self._to_sign(request, noun)
            if following is not None:
                messages.info(request, f"下一篇：{following.title}")
                return HttpResponseRedirect(self.page_of(following))
        return super().after_step(request, noun, taken=taken)  # type: ignore[misc]

    def _to_sign(self, request: HttpRequest, but: Article) -> Article | None:
        """The piece that waits longest for a signature that this person may give."""
        user: Any = request.user
        mine = [
            stage
            for stage, name in SIGN_STEPS.items()
            if user.has_perm(Article.step_named(name).permission)
        ]
        rows = self.get_queryset(request).filter(state__in=mine).exclude(pk=but.pk)
        rows = rows.select_related("section")
        for article in rows.order_by("state_changed_at", "pk")[:LOOKED_THROUGH]:
            if not may_not_sign(article, article.state, user):
                return article  # type: ignore[no-any-return]
        return None

    def _next(self, request: HttpRequest, article: Article) -> Article | None:
        """The piece of the same state that waits longest after this one."""
        rows = self.get_queryset(request).filter(state=article.state)
        rows = rows.exclude(pk=article.pk).order_by("state_changed_at", "pk")
        later = rows.filter(state_changed_at__gte=article.state_changed_at).first()
        return later or rows.first()

    def tidy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what the safe rules would set right; POST does it, as one revision."""
        article = self.article_of(request, pk, to_change=True)
        if request.method == "POST" and self.has_seen(request, article):
            return self._tidy(request, article)
        before = article.content()
        after, _ = _tidied(before)
        context = self.page_context(request, article, "标点整理") | {
            "nothing": before == after,
            "compared": compared(version_of(before), version_of(after)),
        }
        return TemplateResponse(request, "admin/articles/tidy.html", context)

    @staticmethod
    def _tidy(request: HttpRequest, article: Article) -> HttpResponse:
        user: Any = request.user
        try:
            article.rewrite(_tidied, by=user, note="标点整理")
            messages.success(request, "已整理，存为新的修订；要退回，请在“修订”里恢复上一稿。")
        except StepNotAllowed as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:articles_article_review", args=[article.pk]))


def _tidied(content: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Return a content after the safe rules, and how many fields they changed."""
    tidy = {name: normalise if name == "body" else full_width for name in WORDS}
    after = content | {name: tidy[name](content[name]) for name in WORDS}
    return after, sum(after[name] != content[name] for name in WORDS)


def _proof_corrections(article: Article) -> dict[str, Any]:
    """What was corrected since the first signature, for those who sign and publish after it."""
    rows = chain.proof_corrections(article)
    return {
        "proof_corrections": [
            (row.after, compared(version_of(row.before.content), version_of(row.after.content)))
            for row in rows
        ],
        "proof_corrected": chain.corrected(article),
        "proof_limit": settings.PROOF_CORRECTION_CHARACTERS,
    }


def _new_round(article: Article) -> Revision | None:
    """The author's new text, when it is the last thing that happened to the text."""
    last = article.revisions.filter(number=article.revision).first()
    return last if last is not None and last.kind == Revision.Kind.ROUND else None


def _obstacles(article: Article, user: Any) -> list[str]:
    """Why a step that this person has the right to is not open now."""
    found = []
    for row in article.STEPS:
        if article.state in row.sources and not row.automatic and article.may(row, user):
            words = article.obstacle(row, user)
            if words and row.tone == "primary":
                found.append(f"{row.label}：{words}")
    return found


def _override(article: Article, user: Any) -> str:
    """The step that this person may take in spite of the separation of duties; empty for none."""
    name = SIGN_STEPS.get(article.state, "")
    if not name or not user.has_perm("articles.override_separation"):
        return ""
    row = article.step_named(name)
    return name if article.may(row, user) and article.obstacle(row, user) else ""


def _log(article: Article) -> list[dict[str, Any]]:
    noun = article.copy_of or article
    entries = LogEntry.objects.get_for_object(noun).select_related("actor", "content_type")
    told = []
    for entry in entries.order_by("-timestamp", "-pk")[: 3 * LOG]:
        facts = entry.additional_data if isinstance(entry.additional_data, dict) else {}
        if facts.get("event"):
            told.append({"entry": entry, "what": what(entry), "details": details(entry)})
    return told[:LOG]
