"""People at the desk: under which name they sign, and when they are away."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from correspondents.typed import DayField, LineField

REPRINT = "reprint"


class DeskPersonQuerySet(models.QuerySet["DeskPerson"]):
    def away(self, day: dt.date | None = None) -> DeskPersonQuerySet:
        """Those who are away on that day, by default today."""
        day = day or timezone.localdate()
        return self.filter(Q(away_until__isnull=True) | Q(away_until__gte=day), away_from__lte=day)


class DeskPerson(models.Model):
    """What the desk knows of a colleague besides the account, whose name is the real one."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.CASCADE,
        related_name="desk_person",
    )  # fmt: skip
    signing_name = LineField(
        "署名", max_length=20, blank=True, help_text="笔名；不填则用真实姓名。"
    )
    away_from = DayField("不在，从", null=True, blank=True)
    away_until = DayField("到", null=True, blank=True, help_text="当天还不在。")

    objects = DeskPersonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "编辑档案"
        ordering = ["user__last_name", "pk"]

    def __str__(self) -> str:
        return self.signing_name or self.user.get_full_name() or self.user.get_username()

    def clean(self) -> None:
        if self.away_until and not self.away_from:
            raise ValidationError({"away_from": "请填写从哪天起不在。"})
        if self.away_from and self.away_until and self.away_until < self.away_from:
            raise ValidationError({"away_until": "不能早于开始的日子。"})


def signature_of(user: User, origin: str = "") -> str:
    """Return the name printed for an editor under a piece of that origin.

    ``EDITOR_SIGNATURE`` chooses: ``pen`` the signing name, ``real`` the real one, ``reprint`` (the
    default) the real one on reprints alone, as 《互联网新闻信息服务管理规定》 (2017) asks of them.
    """
    real = user.get_full_name()
    how = settings.EDITOR_SIGNATURE
    if how == "real" or (how != "pen" and origin == REPRINT):
        return real
    person = DeskPerson.objects.filter(user=user).first()
    return (person.signing_name if person is not None else "") or real
