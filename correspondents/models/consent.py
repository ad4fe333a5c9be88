"""Consents — what a person agreed to, in which version, when, and when he took it back.

《个人信息保护法》 (2021), articles 13 to 17 (notice and consent, as easily withdrawn as given) and
25 (separate consent before personal information is made public).
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class PrivacyNotice(models.Model):
    """One version of the notice. A version in force is never changed: a new one follows it."""

    version = models.PositiveSmallIntegerField("版本", unique=True)
    body = models.TextField("正文", help_text="一段一行。")
    in_force_since = models.DateTimeField("生效时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "隐私说明（通讯员）"
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"第 {self.version} 版（{timezone.localtime(self.in_force_since):%Y-%m-%d}）"

    @classmethod
    def current(cls) -> PrivacyNotice | None:
        """Return the newest version in force; ``None`` before there is any."""
        return cls.objects.filter(in_force_since__lte=timezone.now()).first()


class ConsentQuerySet(models.QuerySet["Consent"]):
    def in_force(self) -> ConsentQuerySet:
        """Consents that have not been taken back."""
        return self.filter(withdrawn_at__isnull=True)


class Consent(models.Model):
    """One consent of one person. Rows are never removed: they prove what was allowed when."""

    class Kind(models.TextChoices):
        PRIVACY = "privacy", "隐私说明"
        PROFILE = "profile", "公开个人档案"
        PHOTO = "photo", "公开照片"

    correspondent = models.ForeignKey(
        "Correspondent", verbose_name="通讯员", on_delete=models.CASCADE, related_name="consents"
    )
    kind = models.CharField("事项", max_length=8, choices=Kind.choices)
    notice = models.ForeignKey(
        PrivacyNotice, verbose_name="隐私说明版本", null=True, on_delete=models.PROTECT
    )
    given_at = models.DateTimeField("同意时间", default=timezone.now)
    address = models.GenericIPAddressField("网络地址", null=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "同意记录"
        ordering = ["-given_at", "-pk"]

    def __str__(self) -> str:
        return self.get_kind_display()
