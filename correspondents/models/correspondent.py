"""People who may write for us."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.urls import reverse

from correspondents.lifecycle import LifeCycle, step
from correspondents.models.organisation import Organisation
from correspondents.names import squeeze
from correspondents.signals import registry_changed

MANAGE = "correspondents.manage_correspondent"


class Grade(models.Model):
    """An honorary rank such as 特约通讯员. A list the desk keeps."""

    name = models.CharField("等级", max_length=20, unique=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "等级"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class CorrespondentQuerySet(models.QuerySet["Correspondent"]):
    def engaged(self) -> CorrespondentQuerySet:
        """People who may send manuscripts now."""
        return self.filter(state=Correspondent.State.ENGAGED)

    def public(self) -> CorrespondentQuerySet:
        """People with a public profile: separate consent, and once appointed."""
        return self.filter(
            public_consent_at__isnull=False,
            state__in=[Correspondent.State.ENGAGED, Correspondent.State.EXPIRED],
        )


class Correspondent(LifeCycle):
    """A correspondent 通讯员 who may be kept by the desk without an account."""

    class State(models.TextChoices):
        PENDING = "pending", "待审核"
        ENGAGED = "engaged", "已聘任"
        SUSPENDED = "suspended", "暂停"
        EXPIRED = "expired", "已到期"
        DISMISSED = "dismissed", "已解聘"
        CLOSED = "closed", "已注销"

    STEPS = (
        step("approve", "聘任", {"pending"}, "engaged", permission=MANAGE, batch=True),
        step("refuse", "不予聘任", {"pending"}, "closed", permission=MANAGE, note_required=True),
        step("suspend", "暂停", {"engaged"}, "suspended", permission=MANAGE, note_required=True),
        step("resume", "恢复", {"suspended"}, "engaged", permission=MANAGE),
        step("expire", "到期", {"engaged"}, "expired", permission=MANAGE, by_system=True),
        step("renew", "续聘", {"expired", "dismissed"}, "engaged", permission=MANAGE),
        step(
            "dismiss",
            "解聘",
            {"engaged", "suspended", "expired"},
            "dismissed",
            permission=MANAGE,
            note_required=True,
            tone="danger",
        ),
        step(
            "close",
            "注销",
            {"engaged", "suspended", "expired", "dismissed"},
            "closed",
            permission=MANAGE,
            note_required=True,
            tone="danger",
        ),
    )

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name="账号",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="correspondent",
    )
    name = models.CharField("姓名", max_length=40)
    organisation = models.ForeignKey(
        Organisation, verbose_name="单位", null=True, blank=True, on_delete=models.PROTECT
    )
    grade = models.ForeignKey(
        Grade, verbose_name="等级", null=True, blank=True, on_delete=models.PROTECT
    )
    number = models.CharField("档案号", max_length=20, unique=True, null=True, blank=True)
    motto = models.CharField("个人简介", max_length=80, blank=True)
    since = models.DateField("入册日期", null=True, blank=True)
    public_consent_at = models.DateTimeField("同意公开档案的时间", null=True, blank=True)
    state = models.CharField(
        "状态", max_length=12, choices=State.choices, default=State.PENDING, editable=False
    )

    objects = CorrespondentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通讯员"
        ordering = ["name", "pk"]
        permissions = [("manage_correspondent", "审核和管理通讯员")]
        indexes = [models.Index(fields=["state", "name"])]

    def __str__(self) -> str:
        return f"{self.name}（{self.organisation}）" if self.organisation else self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:by_correspondent", args=[self.pk])

    def save(self, *args, **kwargs) -> None:
        self.name = squeeze(self.name)
        super().save(*args, **kwargs)
        self._announce()

    @property
    def is_public(self) -> bool:
        """Has this person a public profile?"""
        return self.public_consent_at is not None and self.state in (
            self.State.ENGAGED,
            self.State.EXPIRED,
        )

    @property
    def seal(self) -> str:
        """One of six earth tones, stable for the person: the letter of a CSS class."""
        return "abcdef"[self.pk * 7 % 6]

    def _announce(self) -> None:
        transaction.on_commit(lambda: registry_changed.send_robust(sender=Correspondent))

    def _move(self, name: str, by: User | None, note: str = "") -> None:
        self._take(name, by=by, note=note)
        self._announce()

    def approve(self, *, by: User, note: str = "") -> None:
        """Appoint a person who applied."""
        self._move("approve", by, note)

    def refuse(self, *, by: User, note: str) -> None:
        """Turn an application down, with the reason."""
        self._move("refuse", by, note)

    def suspend(self, *, by: User, note: str) -> None:
        """Stop taking manuscripts from this person for a while."""
        self._move("suspend", by, note)

    def resume(self, *, by: User, note: str = "") -> None:
        """End a suspension."""
        self._move("resume", by, note)

    def expire(self, *, by: User | None, note: str = "") -> None:
        """End the term; the clock may do it (``by=None``)."""
        self._move("expire", by, note)

    def renew(self, *, by: User, note: str = "") -> None:
        """Appoint again."""
        self._move("renew", by, note)

    def dismiss(self, *, by: User, note: str) -> None:
        """End the appointment for a reason."""
        self._move("dismiss", by, note)

    def close(self, *, by: User, note: str) -> None:
        """Close the record; bylines stay."""
        self._move("close", by, note)
