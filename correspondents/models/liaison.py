"""Unit liaisons 单位通联负责人 — who looks after a unit's correspondents and their lists."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from correspondents.models.correspondent import Correspondent
from correspondents.models.organisation import Organisation


class LiaisonQuerySet(models.QuerySet["Liaison"]):
    def of(self, user: User) -> LiaisonQuerySet:
        """Charges this person holds now: granted, not ended, and engaged himself."""
        return self.filter(
            correspondent__user=user,
            correspondent__state=Correspondent.State.ENGAGED,
            ended_at__isnull=True,
        ).select_related("organisation")


class Liaison(models.Model):
    """One charge: a correspondent for a unit and everything under it."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="单位", on_delete=models.PROTECT, related_name="liaisons"
    )
    correspondent = models.ForeignKey(
        Correspondent, verbose_name="负责人", on_delete=models.CASCADE, related_name="liaisons"
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="授权人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    granted_at = models.DateTimeField("授权时间", default=timezone.now, editable=False)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = LiaisonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位通联负责人"
        ordering = ["organisation__path", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "correspondent"],
                condition=Q(ended_at__isnull=True),
                name="one_charge_per_unit_and_person",
                violation_error_message="这个人已经是这个单位的通联负责人。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}：{self.correspondent.name}"

    def clean(self) -> None:
        person = self.correspondent if self.correspondent_id else None
        if person is None or self.pk:
            return
        if person.user_id is None or person.state != Correspondent.State.ENGAGED:
            raise ValidationError({"correspondent": "这位通讯员没有账号或不在聘期，不能担任。"})
        unit = self.organisation if self.organisation_id else None
        if unit and not (person.organisation and unit.holds(person.organisation)):
            raise ValidationError({"correspondent": "这位通讯员不在这个单位，不能担任。"})
