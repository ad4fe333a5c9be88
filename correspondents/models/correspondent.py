"""People who may write for us."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import timezone

from correspondents.contact import masked_mail, masked_mobile
from correspondents.lifecycle import LifeCycle, Step, StepNotAllowed, record
from correspondents.links import link
from correspondents.merging import move_references, what_moves
from correspondents.models.consent import Consent, PrivacyNotice
from correspondents.models.doubts import Doubtful
from correspondents.models.grade import Grade
from correspondents.models.letter import Letter
from correspondents.models.membership import Membership
from correspondents.models.organisation import Organisation
from correspondents.models.queries import CorrespondentQuerySet
from correspondents.models.sign_in_name import anonymise, switch_off
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
from correspondents.signals import person_erased, person_merged, registry_changed
from correspondents.typed import CodeField, DayField, LineField, MailboxField, SentenceField

PREFIX = "T-"
CONTACT = ("mobile", "email", "recommending_unit", "recommender", "notes", "unit_text")
OWN_WORDS = ("usual_byline", "strengths", "motto")
ERASED_NAME = "已清除"


class Correspondent(Doubtful, LifeCycle):
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
        return link("articles:by_correspondent", self.pk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name, self.usual_byline = squeeze(self.name), squeeze(self.usual_byline)
        self.name_key, self.number = key(self.name), self.number or None
        self.spelling, self.initial = spell(self.name)[:200], initial(self.name)
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

    def obstacle(self, row: Step, user: User | None) -> str:
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
        self._take(name, by=by, note=note, **stamps)
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

    # --- units ------------------------------------------------------------------------------

    def settle_membership(self) -> None:
        """Bring unit, department and post in line with the memberships: those of today.

        Charges as liaison end when the person is no longer in the unit.
        """
        held = self.memberships.on(timezone.localdate()).select_related("organisation").last()
        self.organisation = held.organisation if held else None
        if held or self.memberships.exists():  # what an applicant typed stays until it is settled
            self.department = held.department if held else ""
            self.post = held.post if held else ""
        Correspondent.objects.filter(pk=self.pk).update(
            organisation=self.organisation, department=self.department, post=self.post
        )
        for charge in self.liaisons.filter(ended_at__isnull=True).select_related("organisation"):
            if self.organisation is None or not charge.organisation.holds(self.organisation):
                charge.ended_at = timezone.now()
                charge.save()
        self._announce()

    def settle_unit(
        self,
        unit: Organisation,
        *,
        by: User | None,
        since: dt.date | None = None,
        department: str = "",
        post: str = "",
    ) -> None:
        """Put the person into a unit from ``since`` on; earlier work keeps its unit.

        Without ``since`` the unit holds from the beginning, which is for a first unit only. Raises
        :class:`StepNotAllowed` when the day does not come after the start of the present unit.
        """
        if unit.merged_into_id:
            unit = Organisation.objects.get(pk=unit.merged_into_id)
        with transaction.atomic():
            Correspondent.objects.select_for_update().get(pk=self.pk)
            present = self.memberships.filter(until__isnull=True).last()
            words = {"department": department, "post": post}
            if present is not None and present.organisation_id == unit.pk:
                for field, value in words.items():
                    setattr(present, field, value or getattr(present, field))
                present.save()
            else:
                self._end(present, since)
                self.memberships.create(organisation=unit, since=since, **words)
            Correspondent.objects.filter(pk=self.pk).update(unit_text="", unit_since=None)
            self.unit_text, self.unit_since = "", None
            day = f"{since}" if since else ""
            record(self, "unit_settled", by=by, unit=unit.name, since=day)
            self.settle_membership()

    def _end(self, present: Membership | None, since: dt.date | None) -> None:
        last = self.memberships.last()
        if last is None:
            return
        if since is None:
            raise StepNotAllowed("已有单位经历，请填写调入新单位的日期，以前的作品仍归原单位。")
        start = max((row.since for row in self.memberships.all() if row.since), default=None)
        if start is not None and since <= start:
            raise StepNotAllowed(f"调入日期要晚于现单位的开始日期（{start:%Y-%m-%d}）。")
        ended = max((row.until for row in self.memberships.all() if row.until), default=None)
        if present is None and ended is not None and since <= ended:
            raise StepNotAllowed(f"调入日期要晚于上一段单位经历的结束日期（{ended:%Y-%m-%d}）。")
        if present is not None:
            present.until = since - dt.timedelta(days=1)
            present.save()

    # --- contact ----------------------------------------------------------------------------

    def confirm_mobile(self, *, by: User) -> None:
        """Make the present number a sign-in name; raises :class:`StepNotAllowed` when it is one."""
        if not self.mobile:
            raise StepNotAllowed("还没有填写手机号。")
        try:
            with transaction.atomic():
                if other := self._holder_of(self.mobile):
                    raise StepNotAllowed(f"这个手机号已是“{other}”的登录名。")
                Correspondent.objects.filter(pk=self.pk).update(sign_in_mobile=self.mobile)
                record(self, "mobile_confirmed", by=by)
        except IntegrityError as error:
            raise StepNotAllowed("这个手机号刚刚成为另一个账号的登录名。") from error
        self.sign_in_mobile = self.mobile

    def offer_claim(self, *, by: User) -> str:
        """Return the secret of a new one-time link by which the person takes the record over.

        Only its digest is kept; a new link voids the one before.
        """
        if self.user_id or self.merged_into_id or self.state == CLOSED:
            raise StepNotAllowed("这份档案已有账号或已经注销，不能发认领链接。")
        secret = secrets.token_urlsafe(24)
        until = timezone.now() + dt.timedelta(days=settings.CLAIM_LINK_DAYS)
        self.claim_digest, self.claim_until = claim_digest(secret), until
        self.save(update_fields=["claim_digest", "claim_until"])
        record(self, "claim_offered", by=by)
        return secret

    def take_over(self, user: User) -> bool:
        """Give the record to an account, once; false when somebody was faster."""
        free = Correspondent.objects.filter(
            pk=self.pk, user__isnull=True, claim_digest__isnull=False
        )
        if not free.update(user=user, claim_digest=None, claim_until=None):
            return False
        self.refresh_from_db()
        record(self, "claimed", by=user)
        return True

    # --- consents ---------------------------------------------------------------------------

    def give_consent(self, kind: str, *, address: str | None = None) -> None:
        """Keep that the person agrees, to the notice in force, now."""
        if kind in self.agrees_to:
            return
        notice = PrivacyNotice.current()
        self.consents.create(kind=kind, notice=notice, address=address)
        self._mark_consent(kind, timezone.now())

    def withdraw_consent(self, kind: str, *, by: User | None = None) -> None:
        """Take a consent back: what it made public is gone with this call."""
        self.consents.in_force().filter(kind=kind).update(withdrawn_at=timezone.now())
        self._mark_consent(kind, None)
        record(self, "consent_withdrawn", by=by, kind=kind)

    def _mark_consent(self, kind: str, when: dt.datetime | None) -> None:
        field = {"profile": "public_consent_at", "photo": "photo_consent_at"}.get(kind)
        if field:
            setattr(self, field, when)
            self.save(update_fields=[field])

    # --- merging ----------------------------------------------------------------------------

    def what_moves(self) -> list[tuple[str, int]]:
        """What a merge would move: (kind, number)."""
        return what_moves(self)

    def obstacle_to_merge(self, kept: Correspondent, by: User) -> str:
        """Return why ``by`` cannot put this record into ``kept``, in Chinese; empty for nothing."""
        if by.pk in (self.user_id, kept.user_id):  # it would open somebody's drafts to the actor
            return "其中一份是您自己的档案，请由其他人合并。"
        if kept.pk == self.pk:
            return "不能把档案合并到它自己。"
        if self.merged_into_id or kept.merged_into_id:
            return "其中一份档案已经合并过，请重新选择。"
        if kept.state == CLOSED:
            return "要保留的档案已经注销，请反过来合并。"
        if kept.user_id and self.user and self.user.is_staff:
            return "要并入的档案连着编辑账号，请由管理员先取下账号。"
        return ""

    def merge_into(self, kept: Correspondent, *, by: User) -> None:
        """Make two records of one person one: articles, manuscripts, units and counts go along.

        The account of this record moves where ``kept`` has none and is switched off otherwise.
        Raises :class:`StepNotAllowed`.
        """
        with transaction.atomic():
            both = Correspondent.objects.select_for_update().filter(pk__in=[self.pk, kept.pk])
            rows = {row.pk: row for row in both.order_by("pk")}
            merged, kept = rows[self.pk], rows[kept.pk]
            if reason := merged.obstacle_to_merge(kept, by):
                raise StepNotAllowed(reason)
            merged._move_memberships(kept)
            merged._end_doubled_charges(kept)
            moved = move_references(merged, kept, leave=[Membership])
            before = Correspondent.objects.get(pk=merged.pk)
            gives_number: dict[str, Any] = {} if kept.number else {"number": None}
            merged._take(
                "absorb", by=by, note=f"并入“{kept}”", merged_into=kept, user=None,
                sign_in_mobile=None, claim_digest=None, public_consent_at=None,
                photo_consent_at=None, organisation=None, **gives_number,
            )  # fmt: skip
            kept._receive(before)
            record(kept, "merged", by=by, merged=merged.name, merged_id=merged.pk, moved=str(moved))
            person_merged.send(sender=Correspondent, kept=kept, merged=merged, by=by)
            kept.settle_membership()
        self.refresh_from_db()

    def _move_memberships(self, kept: Correspondent) -> None:
        """One line of time out of two: what is dated wins over what is open."""
        for row in list(self.memberships.all()):
            row.correspondent = kept
            for other in kept.memberships.all():
                if not row.overlaps(other):
                    continue
                if other.since is None and row.until is not None:
                    other.since = row.until + dt.timedelta(days=1)
                    if other.until is None or other.until >= other.since:
                        other.save()
                elif other.since is not None and (row.since is None or row.since < other.since):
                    row.until = other.since - dt.timedelta(days=1)
            if any(row.overlaps(other) for other in kept.memberships.all()):
                row.delete()
            else:
                row.save()

    def _end_doubled_charges(self, kept: Correspondent) -> None:
        units = kept.liaisons.filter(ended_at__isnull=True).values("organisation")
        doubled = self.liaisons.filter(ended_at__isnull=True, organisation__in=units)
        doubled.update(ended_at=timezone.now())

    def _receive(self, before: Correspondent) -> None:
        """Fill what is blank here from the other record as it was before the merge."""
        for field in (*CONTACT, *OWN_WORDS, "number", "grade", "photo", "letter", "term_from",
                      "term_to", "certificate_number"):  # fmt: skip
            if not getattr(self, field):
                setattr(self, field, getattr(before, field))
        self.since = min((day for day in (self.since, before.since) if day), default=None)
        account = before.user
        if account is not None and self.user_id is None:
            self.user = account
        elif account is not None:
            Upload.objects.filter(owner=account).update(owner=self.user)
            switch_off(account)
        self.sign_in_mobile = self.sign_in_mobile or before.sign_in_mobile
        self.save()

    # --- leaving ----------------------------------------------------------------------------

    def leave(self, *, by: User, note: str = "") -> None:
        """Close the record at the person's own wish and erase everything but name and bylines."""
        self._erase("leave", by)

    def lapse(self) -> None:
        """Erase a registration that was never approved, after its time; by the clock."""
        self._erase("lapse", None)

    def _erase(self, name: str, by: User | None) -> None:
        """Anonymise. 《个人信息保护法》 article 47; published bylines stay as printed."""
        files = [upload for upload in (self.photo, self.letter) if upload is not None]
        account = self.user
        with transaction.atomic():
            self._take(
                name, by=by, erased_at=timezone.now(), public_consent_at=None,
                photo_consent_at=None, sign_in_mobile=None, claim_digest=None, photo=None,
                letter=None, department="", post="", unit_since=None,
                **dict.fromkeys((*CONTACT, *OWN_WORDS), ""),
            )  # fmt: skip
            self.memberships.update(department="", post="")
            self.consents.in_force().update(withdrawn_at=timezone.now())
            self.consents.update(address=None)
            self.liaisons.filter(ended_at__isnull=True).update(ended_at=timezone.now())
            Letter.objects.filter(person=self).delete()
            person_erased.send(sender=Correspondent, person=self, by=by)
            for upload in files:
                upload.remove()
            if account is not None and not account.is_staff:
                Correspondent.objects.filter(pk=self.pk).update(user=None)
                self.user = None
                anonymise(account)
            if name == "lapse":  # never appointed: nothing of his was published
                self.name = ERASED_NAME
                self.save()
        self._announce()


def claim_digest(secret: str) -> str:
    """Return what is kept of the secret of a one-time link."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_mobile_like(username: str) -> bool:
    """Could this user name be taken for a mobile number? Then it may not be one."""
    return bool(re.fullmatch(r"\+?\d{8,}", username))
