"""Letters by mail: their texts, and every one that was written, with what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from correspondents.contact import masked_mail
from correspondents.letters import KINDS, LetterKind, fill, unknown


class LetterText(models.Model):
    """The text of one kind of letter, as the desk wants it."""

    key = models.SlugField("代号", max_length=40, unique=True, editable=False)
    subject = models.CharField("主题", max_length=100)
    body = models.TextField("正文", max_length=5000)
    is_sent = models.BooleanField(
        "寄出", default=True, help_text="取消后不再寄这种信，站内通知照常。"
    )
    updated_at = models.DateTimeField("修改时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "信件文字"
        ordering = ["pk"]

    def __str__(self) -> str:
        return KINDS[self.key].label if self.key in KINDS else self.key

    def clean(self) -> None:
        kind = KINDS.get(self.key)
        if kind is None:
            return
        for name in ("subject", "body"):
            if wrong := unknown(getattr(self, name), kind):
                known = "、".join(f"{{{each}}}" for each in kind.samples)
                raise ValidationError(
                    {name: f"没有{'、'.join(wrong)}这样的占位符，可以用的有：{known}。"}
                )

    @classmethod
    def of(cls, kind: LetterKind) -> LetterText:
        """Return the text in force: the desk's, or ours, unsaved."""
        own = cls.objects.filter(key=kind.key).first()
        return own or cls(key=kind.key, subject=kind.subject, body=kind.body)

    @classmethod
    def complete(cls) -> None:
        """Make the row of every kind that has none yet; the desk's own words stay."""
        there = set(cls.objects.values_list("key", flat=True))
        for kind in KINDS.values():
            if kind.key not in there:
                cls.objects.create(key=kind.key, subject=kind.subject, body=kind.body)

    def filled(self, values: Mapping[str, object]) -> tuple[str, str]:
        """Return (subject, body) with the placeholders filled."""
        subject = " ".join(fill(self.subject, values).split())
        return subject[:200], fill(self.body, values).strip() + "\n"

    def preview(self) -> tuple[str, str]:
        """Return (subject, body) filled with examples."""
        return self.filled(KINDS[self.key].samples)


class LetterManager(models.Manager["Letter"]):
    def write(
        self,
        key: str,
        mailbox: str,
        values: Mapping[str, object],
        *,
        person: Any = None,
        about: str = "",
        not_before: dt.datetime | None = None,
    ) -> Letter | None:
        """Write a letter in the caller's transaction; the worker sends it after commit.

        ``None`` without a mailbox, or where the desk does not send letters of this kind.
        ``not_before``: it waits so long, for what it tells may still be taken back.
        """
        text = LetterText.of(KINDS[key])
        if not mailbox or not text.is_sent:
            return None
        subject, body = text.filled(values)
        letter = self.create(
            key=key, mailbox=mailbox, person=person, subject=subject, body=body, about=about[:80],
            not_before=not_before,
        )  # fmt: skip
        letter.enqueue()
        return letter

    def drop_old(self) -> int:
        """Delete letters after their time; return how many."""
        before = timezone.now() - dt.timedelta(days=settings.KEEP_LETTERS_DAYS)
        return self.filter(created_at__lt=before).delete()[0]


class Letter(models.Model):
    """One letter that was written."""

    class State(models.TextChoices):
        WAITING = "waiting", "待寄"
        SENT = "sent", "已寄出"
        FAILED = "failed", "没有寄出"

    key = models.SlugField("种类", max_length=40)
    person = models.ForeignKey(
        "Correspondent",
        verbose_name="通讯员",
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    mailbox = models.EmailField("邮箱")
    subject = models.CharField("主题", max_length=200)
    body = models.TextField("正文")
    about = models.CharField("事由", max_length=80, blank=True)
    standing = models.CharField(
        "状态", max_length=8, choices=State.choices, default=State.WAITING, db_index=True
    )
    failure = models.CharField("原因", max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField("寄送次数", default=0)
    not_before = models.DateTimeField("最早寄出", null=True)
    created_at = models.DateTimeField("写信时间", default=timezone.now, db_index=True)
    sent_at = models.DateTimeField("寄出时间", null=True)

    objects = LetterManager()

    class Meta:
        verbose_name = verbose_name_plural = "寄出的信"
        ordering = ["-created_at", "-pk"]
        permissions = [("resend_letter", "重寄信件")]

    def __str__(self) -> str:
        return self.subject

    @property
    def kind_label(self) -> str:
        """What the desk calls this kind of letter."""
        return KINDS[self.key].label if self.key in KINDS else self.key

    @property
    def masked_mailbox(self) -> str:
        """The mailbox as those see it who need not write to it."""
        return masked_mail(self.mailbox)

    def enqueue(self) -> None:
        """Ask the worker to send it, after commit and not before its time."""
        task = post_letter.using(run_after=self.not_before) if self.not_before else post_letter
        transaction.on_commit(lambda: task.enqueue(self.pk))

    def resend(self) -> bool:
        """Send a failed one again, to the mailbox the person has now; false when it has not failed."""
        person = self.person
        mailbox = (person.email if person is not None else "") or self.mailbox
        failed = Letter.objects.filter(pk=self.pk, standing=self.State.FAILED)
        if not failed.update(standing=self.State.WAITING, failure="", mailbox=mailbox):
            return False
        self.enqueue()
        return True

    def send(self) -> bool:
        """Hand it to the mail server; keep why not, when it will not take it."""
        waiting = Letter.objects.filter(pk=self.pk, standing=self.State.WAITING)
        try:
            send_mail(self.subject, self.body, None, [self.mailbox])
        except Exception as error:  # whatever the server says, the desk reads it
            failure = f"{type(error).__name__}：{error}"[:200]
            waiting.update(
                standing=self.State.FAILED, failure=failure, attempts=models.F("attempts") + 1
            )
            return False
        waiting.update(
            standing=self.State.SENT,
            failure="",
            sent_at=timezone.now(),
            attempts=models.F("attempts") + 1,
        )
        return True


@task()
def post_letter(letter_id: int) -> bool:
    """Send one letter in the worker; false when there is nothing to send or it failed."""
    now = Q(not_before__isnull=True) | Q(not_before__lte=timezone.now())
    letter = Letter.objects.filter(now, pk=letter_id, standing=Letter.State.WAITING).first()
    return letter is not None and letter.send()
