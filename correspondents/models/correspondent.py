"""People who may write for us."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import timezone

from correspondents.contact import masked_mail, masked_mobile
from correspondents.lifecycle import LifeCycle, Step, StepNotAllowed
from correspondents.links import reverse_cached
from correspondents.models.belonging import Belonging
from correspondents.models.consent import Consent, PrivacyNotice
from correspondents.models.doubts import Doubtful
from correspondents.models.grade import Grade
from correspondents.models.leaving import Leaving
from correspondents.models.letter import Letter
from correspondents.models.merged_person import MergedPerson
from correspondents.models.organisation import Organisation
from correspondents.models.queries import CorrespondentQuerySet
from correspondents.models.reachable import Reachable
from correspondents.models.steps import (
    CLOSED,
    DISMISSED,
    ENGAGED,
    EXPIRED,
    OWN_STEPS,
    PENDING,
    PERSON_STEPS,
    SAID,
    SHOWN,
    SUSPENDED,
)
from correspondents.models.upload import Upload
from correspondents.names import key, squeeze
from correspondents.pinyin import initial, spell
from correspondents.signals import registry_changed
from correspondents.typed import CodeField, DayField, LineField, MailboxField, SentenceField

PREFIX = "T-"


class Correspondent(Reachable, Leaving, MergedPerson, Belonging, Doubtful, LifeCycle):
    """A correspondent, who may be kept by the desk without an account.

    ``organisation``, ``department`` and ``post`` repeat the membership of today, because lists of
    thousands join them; :meth:`settle_membership` alone writes them.
    """

    class State(models.TextChoices):
        PENDING = PENDING, "待审核"
        ENGAGED = ENGAGED, "已聘任"
        SUSPENDED = SUSPENDED, "暂停"
        EXPIRED = EXPIRED, "已到期"
        DISMISSED = DISMISSED, "已解聘"
        CLOSED = CLOSED, "已注销"

    STEPS, VERSION = PERSON_STEPS, SAID

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name="账号",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="correspondent",
    )
    name = LineField("姓名", max_length=40)
    usual_byline = LineField(
        "常用署名", max_length=40, blank=True, help_text="与姓名不同时填写，如笔名。"
    )
    grade = models.ForeignKey(
        Grade, verbose_name="等级", null=True, blank=True, on_delete=models.PROTECT
    )
    number = CodeField("档案号", max_length=20, unique=True, null=True, blank=True)
    motto = SentenceField("个人简介", max_length=80, blank=True)
    strengths = LineField(
        "擅长体裁", max_length=60, blank=True, help_text="如：消息、通讯、新闻摄影。"
    )
    mobile = CodeField("手机", max_length=11, blank=True)
    email = MailboxField("邮箱", blank=True)
    photo = models.ForeignKey(
        Upload, verbose_name="照片", null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    letter = models.ForeignKey(
        Upload, verbose_name="推荐函", null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    recommending_unit = LineField("推荐单位", max_length=60, blank=True)
    recommender = LineField("推荐人", max_length=40, blank=True)
    unit_text = LineField(
        "自报单位", max_length=60, blank=True, help_text="本人填写、还没有核定的单位。"
    )
    unit_since = DayField("自报调入日期", null=True, blank=True)

    since = DayField("入册日期", null=True, blank=True)
    term_from = DayField("聘期自", null=True, blank=True)
    term_to = DayField("聘期至", null=True, blank=True, db_index=True)
    certificate_number = LineField("聘书编号", max_length=30, blank=True)
    notes = models.TextField(
        "备注", blank=True, help_text="编辑部内部使用；本人有权查阅自己的资料，请据实填写。"
    )

    public_consent_at = models.DateTimeField("同意公开档案的时间", null=True, editable=False)
    photo_consent_at = models.DateTimeField("同意公开照片的时间", null=True, editable=False)
    state = models.CharField(
        "状态", max_length=12, choices=State.choices, default=State.PENDING, editable=False
    )

    # Kept by the methods below.
    organisation = models.ForeignKey(
        Organisation, verbose_name="单位", null=True, editable=False, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    department = LineField("部门", max_length=40, blank=True, editable=False)
    post = LineField("职务", max_length=40, blank=True, editable=False)
    sign_in_mobile = models.CharField(
        "登录手机号", max_length=11, unique=True, null=True, editable=False
    )
    name_key = models.CharField(max_length=40, editable=False, db_index=True, default="")
    spelling = models.CharField(max_length=200, editable=False, default="")
    initial = models.CharField(max_length=1, editable=False, default="")
    reminded_for = models.DateField(null=True, editable=False)
    claim_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    claim_until = models.DateTimeField(null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", verbose_name="已并入", null=True, editable=False, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    erased_at = models.DateTimeField("个人资料清除时间", null=True, editable=False)
    created_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)

    objects = CorrespondentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通讯员"
        ordering = ["spelling", "pk"]
        permissions = [
            ("manage_correspondent", "审核和管理通讯员"),
            ("view_contact", "查看通讯员完整联系方式"),
        ]
        indexes = [
            models.Index(fields=["state", "spelling"], name="people_by_state"),
            models.Index(fields=["organisation", "state"], name="people_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.organisation}）" if self.organisation else self.name

    def get_absolute_url(self) -> str:
        return reverse_cached("articles:by_correspondent", self.pk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name, self.usual_byline = squeeze(self.name), squeeze(self.usual_byline)
        self.name_key, self.number = key(self.name), self.number or None
        self.spelling, self.initial = spell(self.name)[:200], initial(self.name)
        with transaction.atomic():  # what follows from it is never there without it, nor it alone
            super().save(*args, **kwargs)
            self._announce()

    # --- what is asked ----------------------------------------------------------------------

    @property
    def is_public(self) -> bool:
        """Has this person a public profile?"""
        return self.public_consent_at is not None and self.state in SHOWN

    @property
    def shown_photo(self) -> Upload | None:
        """The photo readers may see: separate consent, and its sizes are made."""
        if self.is_public and self.photo_consent_at and self.photo and self.photo.is_ready:
            return self.photo
        return None

    @property
    def seal(self) -> str:
        """One of six earth tones, stable for the person: the letter of a CSS class."""
        return "abcdef"[self.pk * 7 % 6]

    @property
    def masked_mobile(self) -> str:
        """The number as those see it who need not call."""
        return masked_mobile(self.mobile)

    @property
    def masked_email(self) -> str:
        """The mailbox likewise."""
        return masked_mail(self.email) if self.email else ""

    @property
    def days_left(self) -> int | None:
        """Days until the term ends, negative when it is over; ``None`` without an end."""
        return (self.term_to - timezone.localdate()).days if self.term_to else None

    def unit_on(self, day: dt.date) -> Organisation | None:
        """Return the unit this person wrote for on that day."""
        rows = [row for row in self.memberships.all() if row.holds_on(day)]
        return rows[-1].organisation if rows else None

    @property
    def agrees_to(self) -> set[str]:
        """Kinds of consent in force; the notice counts in its current version only."""
        notice = PrivacyNotice.current()
        rows = self.consents.in_force().values_list("kind", "notice_id")
        return {
            kind
            for kind, version in rows
            if kind != Consent.Kind.PRIVACY or notice is None or version == notice.pk
        }

    # --- rules ------------------------------------------------------------------------------

    def may(self, row: Step, user: User) -> bool:
        """A person's own steps belong to that person; the rest to those who manage people."""
        if row.name in OWN_STEPS:
            return user.is_active and self.user_id == user.pk
        return super().may(row, user)

    def obstacle(self, row: Step, user: User | None, *, override: bool = False) -> str:
        if user is not None and self.user_id == user.pk and row.name not in OWN_STEPS:
            return "这是您自己的档案，请由其他人办理。"
        if row.name == "approve":
            return self._not_ready()
        if row.name == "apply_again" and (self.erased_at or self.merged_into_id or self.since):
            return "这份档案已经注销，不能再次申请，请与编辑部联系。"
        if row.name == "lapse" and self.since:
            return "这位通讯员曾获聘任，资料不按未通过的登记清除。"
        return ""

    def _not_ready(self) -> str:
        if self.organisation_id is None:
            return f"“{self.name}”的单位还没有核定，请先核定单位。"
        other = self._holder_of(self.mobile)
        if other is not None:
            return (
                f"手机号 {masked_mobile(self.mobile)} 已是“{other}”的登录名，"
                "请核对是否同一人：同一人请合并，不是同一人请改号码。"
            )
        return ""

    def _holder_of(self, number: str) -> Correspondent | None:
        """Somebody else who signs in with that mobile number."""
        if not number:
            return None
        return Correspondent.objects.filter(sign_in_mobile=number).exclude(pk=self.pk).first()

    # --- verbs of the desk ------------------------------------------------------------------

    def _announce(self) -> None:
        registry_changed.send(sender=Correspondent)

    def _move(self, name: str, by: User | None, note: str = "", **stamps: Any) -> None:
        with transaction.atomic():
            self._transition(name, by=by, note=note, **stamps)
            self._announce()

    def approve(self, *, by: User, note: str = "", quiet: bool = False) -> None:
        """Appoint a person who applied: number, grade, term; his mobile number opens his account.

        The desk's approval is the verification of the number; nothing is ever sent to it.
        ``quiet`` writes no letter: for people who were appointed long ago.
        """
        grade = self.grade or Grade.objects.first()
        for _ in range(5):  # two approvals at one moment want the same number
            stamps = {
                "number": self.number or self._next_number(),
                "grade": grade,
                "since": self.since or timezone.localdate(),
                "sign_in_mobile": self.mobile or None,
                **self._new_term(),
            }
            try:
                with transaction.atomic():
                    self._move("approve", by, note, **stamps)
                    if not quiet:
                        self._tell("approved")
                return
            except IntegrityError:
                if reason := self._not_ready():
                    raise StepNotAllowed(reason) from None
        raise StepNotAllowed("档案号正在被占用，请稍后再试。")

    def _tell(self, letter: str, note: str = "") -> None:
        """Write a letter to this person; it leaves when this transaction has committed."""
        site = settings.SITE_URL
        until = self.term_to
        values = {
            "姓名": self.name,
            "级别": self.grade or "通讯员",
            "档案号": self.number or "",
            "聘期至": f"{until.year}年{until.month}月{until.day}日" if until else "",
            "原因": note,
            "保留天数": settings.KEEP_UNAPPROVED_DAYS,
            "投稿地址": f"{site}{reverse('submissions:new')}",
            "资料地址": f"{site}{reverse('correspondents:own')}",
        }
        Letter.objects.write(letter, self.email, values, person=self)

    def remind(self) -> bool:
        """Tell the person that this term is ending, once for each term; false when told."""
        fresh = Correspondent.objects.filter(pk=self.pk).exclude(reminded_for=self.term_to)
        if not fresh.update(reminded_for=self.term_to):
            return False
        self._tell("term_ending")
        return True

    @staticmethod
    def _next_number() -> str:
        """The number after the highest one of our own series."""
        ours = Correspondent.objects.filter(number__regex=rf"^{PREFIX}[0-9]{{1,9}}$")
        last = ours.order_by(Length("number").desc(), "-number").values_list("number", flat=True)
        highest = last.first()
        return f"{PREFIX}{int(highest.removeprefix(PREFIX)) + 1 if highest else 1:04d}"

    def _new_term(self) -> dict[str, dt.date]:
        """A term from today, or from the day after the running one."""
        start = timezone.localdate()
        if self.state == ENGAGED and self.term_to and self.term_to >= start:
            start = self.term_to + dt.timedelta(days=1)
        day = min(start.day, 28) if start.month == 2 else start.day
        end = start.replace(year=start.year + settings.APPOINTMENT_YEARS, day=day)
        return {"term_from": start, "term_to": end - dt.timedelta(days=1)}

    def refuse(self, *, by: User, note: str) -> None:
        """Turn an application down, with the reason."""
        self._move("refuse", by, note)
        self._tell("refused", note)

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
        """Appoint again: a new term after the running one, or from today."""
        self._move("renew", by, note, **self._new_term())
        self._tell("renewed")

    def dismiss(self, *, by: User, note: str) -> None:
        """End the appointment for a reason."""
        self._move("dismiss", by, note)

    def close(self, *, by: User, note: str) -> None:
        """Close the record; bylines stay."""
        self._move("close", by, note, public_consent_at=None, photo_consent_at=None)
        self.consents.in_force().update(withdrawn_at=timezone.now())

    def apply_again(self, *, by: User, note: str = "") -> None:
        """Apply anew after a refusal."""
        self._move("apply_again", by, note)


def is_mobile_like(username: str) -> bool:
    """Could this user name be taken for a mobile number? Then it may not be one."""
    return bool(re.fullmatch(r"\+?\d{8,}", username))
