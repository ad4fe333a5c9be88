"""The three readings, 三审三校 — who signed which stage of which text, and when.

《图书质量保障体系》 (1997), followed by local rules for news sites: no two of the readings may be
done by one person. The database refuses it too.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

STAGES = ("first_reading", "second_reading", "final_reading")


class ReadingQuerySet(models.QuerySet["Reading"]):
    def valid(self) -> ReadingQuerySet:
        """Readings that still vouch for the text."""
        return self.filter(revoked_at__isnull=True, replaced_at__isnull=True)

    def revoke_from(self, stage: str) -> int:
        """Void the valid readings of ``stage`` and all later ones; they stay in the record."""
        later = STAGES[STAGES.index(stage) :] if stage in STAGES else ()
        return self.valid().filter(stage__in=later).update(revoked_at=timezone.now())


class Reading(models.Model):
    """One signature."""

    class Stage(models.TextChoices):
        FIRST = "first_reading", "初审"
        SECOND = "second_reading", "复审"
        FINAL = "final_reading", "终审"

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="readings")
    stage = models.CharField("审级", max_length=16, choices=Stage.choices)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="签署人",
        on_delete=models.PROTECT,
        related_name="readings",
    )
    signed_at = models.DateTimeField("签署时间", default=timezone.now)
    note = models.CharField("意见", max_length=500, blank=True)
    # The version it vouches for; signatures of old whose text is kept nowhere have none.
    revision = models.ForeignKey(
        "Revision", verbose_name="所签的稿", null=True, on_delete=models.RESTRICT, related_name="+"
    )
    fingerprint = models.CharField("内容指纹", max_length=80)
    # How many readings its section asked for then: what is public answers to that.
    stages = models.PositiveSmallIntegerField(null=True)
    # Signed by somebody who had signed before, with the right to do so and a reason.
    is_override = models.BooleanField("破例", default=False)
    # How many proofreading hints of each level stood open when it was signed.
    report = models.JSONField("校对提示", default=dict)
    revoked_at = models.DateTimeField("作废时间", null=True)
    # It vouched for a version that readers saw, until another took its place.
    replaced_at = models.DateTimeField("由新版本接替", null=True)
    # On a working copy: the signature of the original that still holds.
    copied_from = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.CASCADE, related_name="+"
    )

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审读"
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "stage"],
                condition=Q(revoked_at__isnull=True, replaced_at__isnull=True),
                name="one_valid_reading_per_stage",
            ),
            models.UniqueConstraint(
                fields=["article", "signed_by"],
                condition=Q(revoked_at__isnull=True, replaced_at__isnull=True, is_override=False),
                name="nobody_signs_two_stages",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}：{self.signed_by}"
