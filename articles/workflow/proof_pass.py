"""Proof passes, 三校 — who went over the wording of which text, and what became of the hints.

《图书质量保障体系》 (1997) asks for three proofs beside the three readings. With every reading a pass is
recorded; somebody else may have done it before on the same text.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone

from articles.content.base_article import BaseArticle
from articles.content.steps import stages_of
from articles.workflow.reading import Reading
from articles.workflow.revision import Revision
from articles.workflow.wording import HintDecision

NAMES = {1: "一校", 2: "二校", 3: "三校"}


class ProofPass(models.Model):
    """One pass over the wording of one revision."""

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="proof_passes")
    number = models.PositiveSmallIntegerField("校次", choices=list(NAMES.items()))
    # The signature it goes with; none while only the pass is done.
    reading = models.OneToOneField(
        Reading, null=True, on_delete=models.SET_NULL, related_name="proof_pass"
    )
    revision = models.ForeignKey(
        Revision, verbose_name="所校的稿", on_delete=models.RESTRICT, related_name="+"
    )
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="校对人", null=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    done_at = models.DateTimeField("时间", default=timezone.now)
    # What was decided about hints since the pass before, in words.
    accepted = models.JSONField("采纳", default=list)
    ignored = models.JSONField("忽略", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "校次"
        ordering = ["done_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_number_display()}：{self.done_by or '已离任'}"


def pass_due(article: BaseArticle) -> int:
    """Return which pass goes with the reading that is due; 0 where the section asks for none."""
    stages = stages_of(article.section.stages)
    number = stages.index(article.state) + 1 if article.state in stages else 0
    return number if number <= article.section.proof_passes else 0


def finish_pass(article: BaseArticle, number: int, revision: Revision, *, by: User) -> ProofPass:
    """Record a pass over this revision with what was decided about hints since the one before."""
    passes = ProofPass.objects.filter(article__in=[article.pk, article.copy_of_id or article.pk])
    last = passes.order_by("-done_at", "-pk").first()
    decided = HintDecision.objects.filter(article=article.pk)
    if last is not None:
        decided = decided.filter(decided_at__gt=last.done_at)
    rows = list(decided.order_by("decided_at", "pk"))
    return ProofPass.objects.create(
        article_id=article.pk,
        number=number,
        revision=revision,
        done_by=by,
        accepted=[f"{row.found}→{row.suggest or '（删去）'}" for row in rows if row.is_accepted],
        ignored=[row.found for row in rows if not row.is_accepted],
    )


def done_before(article: BaseArticle, number: int, revision: Revision) -> ProofPass | None:
    """Return the pass over this very text that no signature has taken yet."""
    rows = ProofPass.objects.filter(article=article.pk, reading=None)
    return rows.filter(number=number, revision=revision).last()


def signatures_void(readings: list[int]) -> None:
    """Signatures are taken back: what was proofread before them stands for the next ones."""
    rows = ProofPass.objects.filter(reading__in=readings)
    rows.filter(done_at__gte=models.F("reading__signed_at")).delete()
    rows.update(reading=None)


def pass_signed(article: BaseArticle, number: int, reading: Any, *, by: User) -> None:
    """Give a signature its pass: the one done before on this very text, else the signer's own."""
    if not number:
        return
    done = done_before(article, number, reading.revision)
    if done is None:
        done = finish_pass(article, number, reading.revision, by=by)
    done.reading = reading
    done.save(update_fields=["reading"])
