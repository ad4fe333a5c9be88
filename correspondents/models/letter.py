"""Letters by mail: their texts, and every one that was written, with what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from correspondents.contact import masked_mail
from correspondents.letters import KINDS, LetterKind, fill, unknown
from correspondents.mailing import NETWORK, NotNow, Refused, Unsure, deliver
from correspondents.tasks import task
from correspondents.typed import SentenceField

INTERRUPTED = "寄送时任务进程中断，对方可能已经收到；确认没有收到再重寄。"


class LetterText(models.Model):
    """The text of one kind of letter, as the desk wants it."""

    key = models.SlugField("代号", max_length=40, unique=True, editable=False)
    subject = SentenceField("主题", max_length=100)
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
        """Write a letter and ask the worker to send it, both in the caller's transaction.

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
        SENDING = "sending", "正在寄"
        SENT = "sent", "已寄出"
        FAILED = "failed", "没有寄出"
        UNSURE = "unsure", "可能已寄出"

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
        """Ask the worker to send it, not before its time."""
        task = post_letter.using(run_after=self.not_before) if self.not_before else post_letter
        task.enqueue(self.pk)

    def resend(self) -> bool:
        """Send it again, to the mailbox the person has now.

        False unless it has failed, or may have been sent and a hand has decided.
        """
        person = self.person
        mailbox = (person.email if person is not None else "") or self.mailbox
        settled = [self.State.FAILED, self.State.UNSURE]
        with transaction.atomic():
            here = Letter.objects.filter(pk=self.pk, standing__in=settled)
            if not here.update(standing=self.State.WAITING, failure="", mailbox=mailbox):
                return False
            self.enqueue()
        return True

    def send(self) -> str:
        """Hand it to the mail server, and return how it stands now.

        Marked before it leaves: one that was in hand when its process died may have been sent,
        and waits for a person. Raises ``NotNow`` where it waits to be tried again.
        """
        state, here = self.State, Letter.objects.filter(pk=self.pk)
        begun = here.filter(standing=state.WAITING)
        if not begun.update(standing=state.SENDING, attempts=models.F("attempts") + 1):
            here.filter(standing=state.SENDING).update(standing=state.UNSURE, failure=INTERRUPTED)
            return state.UNSURE
        now, failure = state.SENT, ""
        try:
            deliver(self.subject, self.body, self.mailbox)
        except NotNow as error:
            here.update(standing=state.WAITING, failure=str(error))
            raise
        except Refused as error:
            now, failure = state.FAILED, str(error)
        except Unsure as error:
            now, failure = state.UNSURE, str(error)
        sent_at = timezone.now() if now == state.SENT else None
        here.update(standing=now, failure=failure, sent_at=sent_at)
        return now

    def give_up(self, reason: str) -> None:
        """It was tried as often as it is tried; what the server said last stays."""
        here = Letter.objects.filter(pk=self.pk, standing=self.State.WAITING)
        here.update(standing=self.State.FAILED, failure=self.failure or reason[:200])


@task(queue_name=NETWORK)
def post_letter(letter_id: int) -> str:
    """Send one letter in the worker; return how it stands, empty where there is nothing to send."""
    now = Q(not_before__isnull=True) | Q(not_before__lte=timezone.now())
    here = [Letter.State.WAITING, Letter.State.SENDING]
    letter = Letter.objects.filter(now, pk=letter_id, standing__in=here).first()
    return letter.send() if letter is not None else ""
