"""What is looked at beside a text: hints by kind, the checklist, likeness; and what is decided of hints."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import path, reverse

from articles.admin.pages import ArticlePages
from articles.admin.typed_form import decided_in
from articles.content.snapshot import WORDS, field_named
from articles.content.steps import SIGN_STEPS
from articles.models import Article, HintDecision, ProofPass, hints_of, points_of
from articles.proofreading import Hint, Level, blocks_of, marked
from articles.text.richtext import clean
from articles.workflow.duties import may_not_sign
from articles.workflow.proof_pass import NAMES, pass_due
from articles.workflow.wording import accept, ignore
from correspondents.lifecycle import StepNotAllowed

DECIDED = 14
# Where a hint stands, when not in a field of the article.
WHERE = {"byline": "署名", "pictures": "图片"}
# So surely right that they are taken together.
DOUBTLESS = frozenset({Level.ERROR, Level.ADVICE})


@dataclass(frozen=True)
class Row:
    """One hint with its number on the page."""

    number: int
    hint: Hint

    @property
    def in_body(self) -> bool:
        return self.hint.where == "body"

    @property
    def where(self) -> str:
        """The paragraph or the field, in the desk's words."""
        if self.in_body:
            return f"第 {self.hint.block + 1} 段"
        return WHERE.get(self.hint.where) or str(field_named(self.hint.where).verbose_name)


@dataclass(frozen=True)
class Kind:
    """Hints of one kind, which are taken or left together."""

    level: Level
    why: str
    rows: list[Row] = field(default_factory=list)

    @property
    def keys(self) -> str:
        """The keys of all, as a button sends them."""
        return ",".join(row.hint.key for row in self.rows)

    @property
    def takeable(self) -> str:
        """The keys of those that suggest something."""
        return ",".join(row.hint.key for row in self.rows if row.hint.suggest is not None)

    @property
    def is_one_word(self) -> bool:
        """Do all find and suggest the same?"""
        return len({(row.hint.found, row.hint.suggest) for row in self.rows}) == 1


def by_kind(rows: list[Row]) -> list[Kind]:
    """Return hints by kind, the surest kinds first."""
    kinds: dict[tuple[str, str, str], Kind] = {}
    for row in rows:
        hint = row.hint
        # A rule that says why in the words it found is one kind for each word.
        key = (hint.level, hint.rule, hint.why)
        kinds.setdefault(key, Kind(hint.level, hint.why)).rows.append(row)
    return sorted(kinds.values(), key=lambda kind: kind.level.order)


class HintPages(ArticlePages):
    """Adds the decisions about hints, the proof pass, and what the writing screen asks again and again."""

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/hints/", wrap(self.hints_view), name="articles_article_hints"),
            path("<int:pk>/checks/", wrap(self.checks_view), name="articles_article_checks"),
            path(
                "<int:pk>/proofread/", wrap(self.proofread_view), name="articles_article_proofread"
            ),
        ]
        return [*own, *super().get_urls()]

    def checks_of(self, article: Article, user: Any, but: Collection[str] = ()) -> dict[str, Any]:
        """Return hints, checklist and likeness of an article as it stands in memory.

        ``but``: keys of hints that were decided about while the text was written.
        """
        hints = [hint for hint in hints_of(article) if hint.key not in but]
        rows = [Row(number, hint) for number, hint in enumerate(hints, start=1)]
        kinds = by_kind(rows)
        sure = [kind for kind in kinds if kind.level in DOUBTLESS and kind.takeable]
        return {
            "hints": rows,
            "kinds": kinds,
            "doubtless": ",".join(kind.takeable for kind in sure),
            "doubtless_number": sum(len(kind.takeable.split(",")) for kind in sure),
            "levels": dict(Counter(hint.level.label for hint in hints)),
            "decided": article.decisions.select_related("decided_by")[:DECIDED],
            "points": points_of(article, hints),
            "likenesses": article.likenesses(user),
            "unconfirmed": bool(article.unconfirmed_likenesses(user)),
            "proof_due": NAMES.get(pass_due(article), ""),
            "proof_done": ProofPass.objects.filter(
                article=article.pk,
                reading=None,
                number=pass_due(article),
                revision__number=article.revision,
            )
            .select_related("done_by")
            .last(),
        }

    def checks_view(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Look at a text while it is written: hints with their places, and the cards as HTML.

        By POST the head and the text are those of the form; rows are looked at as they are stored.
        """
        article = self.article_of(request, pk, to_change=True)
        typed = copy.copy(article)
        typed.look_once()
        for name in (*WORDS, "byline_text", "source", "origin") if request.method == "POST" else ():
            if name in request.POST:
                value = request.POST[name][:600_000]
                setattr(typed, name, clean(value) if name == "body" else value)
        decided = {one.split(":")[1] for one in decided_in(request) if ":" in one}
        context = self.checks_of(typed, request.user, but=decided) | {
            "article": article,
            "writing": True,
            "may_edit": True,
            "own_address": reverse("admin:articles_article_change", args=[pk]),
        }
        cards = ("hints", "points", "alike")
        names = ("rule", "level", "where", "block", "start", "end", "found", "suggest", "why")
        return JsonResponse(
            {
                "cards": {
                    name: render_to_string(f"admin/articles/_{name}.html", context, request)
                    for name in cards
                },
                "hints": [
                    {name: getattr(row.hint, name) for name in names} | {"key": row.hint.key}
                    for row in context["hints"]
                ],
                "states": states_of(context),
            }
        )

    def hints_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accept or ignore hints, by POST; with ``again`` what was ignored is told again."""
        if request.method != "POST":
            raise PermissionDenied
        article, user = self.article_of(request, pk, to_change=True), request.user
        deed, _, named = request.POST.get("do", "").partition(":")
        keys = set(named.split(",")) if named else set(request.POST.getlist("hint"))
        try:
            with transaction.atomic():
                held = Article.objects.select_for_update().get(pk=article.pk)
                state = held.state
                words = self._decide(held, deed, keys, user)
            messages.success(request, words)
            if held.state != state:
                messages.warning(
                    request, f"改动在审读之后，文章退到“{held.get_state_display()}”重新审读。"
                )
        except StepNotAllowed as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:articles_article_review", args=[pk]) + "#hints")

    @staticmethod
    def _decide(article: Article, deed: str, keys: set[str], user: Any) -> str:
        if deed == "accept":
            return f"采纳了 {accept(article, keys, by=user)} 处。"
        if deed == "ignore":
            return f"忽略了 {ignore(article, keys, by=user)} 处，以后不再提示。"
        if deed == "again":
            rows = HintDecision.objects.filter(article=article, key__in=keys, is_accepted=False)
            return f"重新提示 {rows.delete()[0]} 处。"
        raise StepNotAllowed("没有这个操作，请刷新页面后重试。")

    def may_proofread(self, request: HttpRequest, article: Article) -> bool:
        """May this person change the piece, or sign the reading that is due?"""
        user: Any = request.user
        step = SIGN_STEPS.get(article.state, "")
        signs = bool(step) and article.may(article.step_named(step), user)
        signs = signs and not may_not_sign(article, article.state, user)
        return bool(signs or self.has_change_permission(request, article))

    def proofread_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Record the proof pass that is due, by POST: by whoever may change the piece or sign it."""
        if request.method != "POST":
            raise PermissionDenied
        article, user = self.article_of(request, pk), request.user
        if not self.may_proofread(request, article):
            raise PermissionDenied
        if self.has_seen(request, article):
            try:
                with transaction.atomic():
                    held = Article.objects.select_for_update().get(pk=article.pk)
                    messages.success(request, f"{held.proofread(by=user)}记下了。")  # type: ignore[arg-type]
            except StepNotAllowed as refusal:
                messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:articles_article_review", args=[pk]))


def states_of(context: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return for the cards of hints, checklist and likeness a word and a tone, as the index shows them."""
    blocking = sum(point.blocks for point in context["points"])
    lacking = len(context["points"])
    nearest = max((one.match.percent for one in context["likenesses"]), default=0)
    return {
        "hints": (str(len(context["hints"]) or "✓"), "w" if context["hints"] else ""),
        "points": (
            f"差 {lacking}" if lacking else "✓",
            "x" if blocking else "w" if lacking else "",
        ),
        "alike": (
            f"{nearest}%" if nearest else "✓",
            "x" if context["unconfirmed"] else "w" if nearest else "",
        ),
    }


def with_hints_marked(html: str, rows: list[Row]) -> str:
    """Return a text in which the words of hints are marked."""
    blocks = blocks_of(html)
    return marked(
        html,
        [
            (blocks[row.hint.block], row.hint.start, row.hint.end,
             f"hint hint--{row.hint.level}", str(row.number))
            for row in rows
            if row.in_body
        ],
    )  # fmt: skip
