"""The manuscript 稿件 — from a correspondent's draft to the desk's decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from articles.models import (
    ARTICLE,
    MANUSCRIPT,
    Article,
    Genre,
    Likeness,
    Section,
    likenesses_of,
)
from articles.models.section import may_read_section
from articles.richtext import RichTextField, to_text
from articles.similarity import SHORTEST
from articles.typography import strip_paragraph
from correspondents.lifecycle import LifeCycle, Step
from correspondents.models import Correspondent, Organisation, Upload
from correspondents.typed import DayField, LineField, SentenceField
from submissions.models.byline import first_byline
from submissions.models.call import CallForPapers
from submissions.models.content import content_of
from submissions.models.conversation import Conversation
from submissions.models.findable import sent_text
from submissions.models.queries import ManuscriptQuerySet
from submissions.models.round import Round
from submissions.models.rules import SubmissionRules
from submissions.models.sending import Sending
from submissions.models.steps import (
    ACCEPTED,
    ASSIGN,
    CLAIMED,
    DECLINED,
    DRAFT,
    ENTER,
    MANUSCRIPT_STEPS,
    OWN_STEPS,
    RETRACTED,
    RETURNED,
    SUBMITTED,
    TOLD,
)
from submissions.models.taken_back import TakenBack
from submissions.models.triage import Triage
from submissions.models.unit_approval import UnitApproval

# What the author reads while the article goes its way (DECISIONS: a manuscript has no
# "published" state, it asks its article).
AUTHOR_WORDS = {
    Article.State.SIGNED: ("待发布", "blue"),
    Article.State.PUBLISHED: ("已发布", "green"),
    Article.State.WITHDRAWN: ("已撤稿", "red"),
    Article.State.DISCARDED: ("未采用", "grey"),
}


class ManuscriptManager(models.Manager.from_queryset(ManuscriptQuerySet)):  # type: ignore[misc]
    def start(self, author: Correspondent, **fields: Any) -> Manuscript:
        """Begin a manuscript with what is known of its author: byline, unit, phone."""
        fields.setdefault("phone", author.mobile)
        with transaction.atomic():
            manuscript = self.create(author=author, **fields)
            row = first_byline(author)
            row.manuscript = manuscript
            row.save()
        return manuscript


class Manuscript(Sending, Triage, Conversation, UnitApproval, TakenBack, LifeCycle):
    """One manuscript through all its rounds."""

    class State(models.TextChoices):
        DRAFT = DRAFT, "草稿"
        SUBMITTED = SUBMITTED, "待处理"
        CLAIMED = CLAIMED, "已认领"
        RETURNED = RETURNED, "退作者修改"
        ACCEPTED = ACCEPTED, "已采用"
        DECLINED = DECLINED, "未采用"
        RETRACTED = RETRACTED, "作者撤回"

    class Publication(models.TextChoices):
        FIRST = "first", "首次发表，没有投给别处"
        BEFORE = "before", "已在别处发表，或同时投给别处"

    class AiUse(models.TextChoices):
        NONE = "none", "没有用人工智能生成内容"
        PARTS = "parts", "部分内容由人工智能生成"

    class Priority(models.IntegerChoices):
        LOW = -1, "可缓"
        NORMAL = 0, "普通"
        HIGH = 1, "优先"
        URGENT = 2, "加急"

    STEPS, VERSION = MANUSCRIPT_STEPS, ("round_number",)
    OWN_STEPS = OWN_STEPS

    author = models.ForeignKey(
        Correspondent, verbose_name="投稿人", on_delete=models.PROTECT, related_name="+"
    )
    section = models.ForeignKey(
        Section, verbose_name="拟投栏目", null=True, blank=True, on_delete=models.PROTECT
    )
    genre = models.ForeignKey(
        Genre, verbose_name="体裁", null=True, blank=True, on_delete=models.PROTECT
    )
    call = models.ForeignKey(
        CallForPapers, verbose_name="征文", null=True, blank=True, on_delete=models.PROTECT
    )
    # A draft may be longer than what is sent: nothing typed is cut off.
    kicker = SentenceField("引题", max_length=200, blank=True)
    title = SentenceField("标题", max_length=200, blank=True)
    subtitle = SentenceField("副题", max_length=200, blank=True)
    body = RichTextField("正文", blank=True)
    event_date = DayField("事件日期", null=True, blank=True)
    approver = LineField("单位审核人", max_length=40, blank=True)
    approval = models.ForeignKey(
        Upload, verbose_name="审核单", null=True, blank=True,
        on_delete=models.SET_NULL, related_name="+",
    )  # fmt: skip
    publication = models.CharField(
        "首发情况", max_length=8, choices=Publication.choices, blank=True
    )
    published_where = LineField("在哪里发表", max_length=100, blank=True)
    ai_use = models.CharField("人工智能", max_length=8, choices=AiUse.choices, blank=True)
    ai_note = SentenceField("生成的部分", max_length=200, blank=True)
    phone = LineField("联系电话", max_length=20, blank=True)
    to_desk = models.CharField("给编辑的话", max_length=500, blank=True)
    rules = models.ForeignKey(
        SubmissionRules, verbose_name="声明的须知版本", null=True, editable=False,
        on_delete=models.PROTECT,
    )  # fmt: skip
    declared_at = models.DateTimeField("声明时间", null=True, editable=False)
    # What the desk has: as it was sent last, whatever the author is changing meanwhile.
    sent_title = models.CharField("投出的标题", max_length=60, blank=True, editable=False)
    sent_section = models.ForeignKey(
        Section,
        verbose_name="投出的栏目",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # In percent, how much it has in common with the likest other piece, when it was sent last.
    likeness = models.PositiveSmallIntegerField("与别稿相同", default=0, editable=False)
    state = models.CharField(
        "状态", max_length=12, choices=State.choices, default=State.DRAFT, editable=False
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="处理人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    due_at = models.DateTimeField("处理期限", null=True, blank=True)
    priority = models.SmallIntegerField(
        "轻重缓急", choices=Priority.choices, default=Priority.NORMAL
    )
    # When the author was told that the promised time is over.
    released_at = models.DateTimeField("超期放行", null=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="代投人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    remark = models.CharField("给作者的意见", max_length=500, blank=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name="投稿时单位",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    unit_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="单位审核人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    unit_confirmed_at = models.DateTimeField("单位审核时间", null=True, editable=False)
    unit_confirmed_round = models.PositiveSmallIntegerField(default=0, editable=False)
    resume_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    resume_note = models.CharField("恢复的原因", max_length=500, blank=True, editable=False)
    article = models.OneToOneField(
        Article,
        verbose_name="文章",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="manuscript",
    )
    round_number = models.PositiveSmallIntegerField("第几稿", default=0, editable=False)
    # Raised with every saving by the author; a form carries the one it was opened from.
    version = models.PositiveIntegerField(default=1, editable=False)
    form_key = models.UUIDField("表单编号", unique=True, null=True, editable=False)
    number = models.CharField("稿号", max_length=30, unique=True, null=True, editable=False)
    created_at = models.DateTimeField("建稿时间", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("修改时间", auto_now=True)
    first_submitted_at = models.DateTimeField("首次投稿", null=True, editable=False)
    submitted_at = models.DateTimeField("投稿时间", null=True, editable=False)

    objects = ManuscriptManager()

    class Meta:
        verbose_name = verbose_name_plural = "来稿"
        ordering = ["-updated_at"]
        permissions = [
            ("review_manuscript", "处理来稿"),
            ("assign_manuscript", "分派来稿"),
            ("enter_manuscript", "代投来稿"),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="manuscript_queue"),
            models.Index(fields=["author", "-updated_at"], name="manuscript_of_author"),
            models.Index(fields=["organisation", "-first_submitted_at"], name="manuscript_of_unit"),
        ]

    def __str__(self) -> str:
        # A draft's title is its author's alone, in the audit log too.
        return "草稿" if self.state == DRAFT else self.sent_title

    def get_absolute_url(self) -> str:
        return reverse("submissions:status", args=[self.pk])

    def address_for(self, user: User) -> str:
        """Where this person follows it: who enters it for somebody does so at the desk."""
        if self.entered_by_id == user.pk and self.author.user_id != user.pk:
            return reverse("admin:submissions_manuscript_change", args=[self.pk])
        return self.get_absolute_url()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.title = strip_paragraph(self.title)
        with transaction.atomic():
            super().save(*args, **kwargs)
            if not self.number:  # kept from then on: what people were told stays
                self.number = f"{timezone.localtime(self.created_at):%Y%m%d}-{self.pk}"
                super().save(update_fields=["number"])

    # --- what it is -------------------------------------------------------------------------

    @property
    def last_round(self) -> Round | None:
        """What was sent last; uses the prefetch of lists."""
        return next(iter(self.rounds.all()), None)

    @property
    def piece(self) -> tuple[int, int]:
        """What it is a state of: its article, once there is one."""
        return (ARTICLE, self.article_id) if self.article_id else (MANUSCRIPT, self.pk)

    def likenesses(self, user: User | None = None) -> list[Likeness]:
        """Other pieces with the wording or the title that was sent, as one may be told of them."""
        return self._alike(self.sent_title, sent_text(self), user)

    def likenesses_of_draft(self) -> list[Likeness]:
        """The author's own earlier pieces that what is being written equals."""
        if len(self.body) < SHORTEST:
            return []
        alike = self._alike(self.title, to_text(self.body), None)
        return [one for one in alike if one.match.is_same and one.same_people]

    def _alike(self, title: str, text: str, user: User | None) -> list[Likeness]:
        own = (MANUSCRIPT, self.pk)
        people = frozenset({self.author_id})
        return likenesses_of(own, self.piece, title, text, people=people, user=user)

    @property
    def author_word(self) -> tuple[str, str]:
        """The state in the author's words, and its colour."""
        if self.state == ACCEPTED and self.article is not None:
            if self.article.is_public:
                return "已发布", "green"
            return AUTHOR_WORDS.get(self.article.state, ("已采用", "blue"))  # type: ignore[call-overload]
        return {
            DRAFT: ("草稿", "grey"),
            SUBMITTED: ("已投稿", "amber"),
            CLAIMED: ("审稿中", "amber"),
            RETURNED: ("退改中", "amber"),
            ACCEPTED: ("已采用", "blue"),
            DECLINED: ("未采用", "red"),
            RETRACTED: ("已撤回", "grey"),
        }[self.state]

    @property
    def is_open(self) -> bool:
        """Is it at the desk, or back with the author, without a decision?"""
        return self.state in (SUBMITTED, CLAIMED, RETURNED)

    @property
    def is_waiting(self) -> bool:
        """Does the desk have to decide it?"""
        return self.state in (SUBMITTED, CLAIMED)

    @property
    def is_editable(self) -> bool:
        """May the author change it now?"""
        return self.state in (DRAFT, RETURNED)

    @property
    def is_overdue(self) -> bool:
        """Has the desk let it lie? The rule of :meth:`ManuscriptQuerySet.overdue`."""
        if not self.is_waiting or self.submitted_at is None:
            return False
        by = self.due_at or self.submitted_at + dt.timedelta(hours=settings.DESK_HOURS)
        return by < timezone.now()

    def content(self) -> dict[str, Any]:
        """Return what belongs to a round besides its text, as it is now."""
        return content_of(self)

    # --- rules ------------------------------------------------------------------------------

    def may(self, row: Step, user: User) -> bool:
        """The author's own steps belong to the author; the rest to the desk of the section."""
        if row.name in self.OWN_STEPS:
            own = user.is_active and self.author.user_id == user.pk
            # Who enters a manuscript for somebody sends it for him too.
            behalf = row.name == "submit" and self.entered_by_id == user.pk
            return own or (behalf and user.is_active and user.has_perm(ENTER))
        return super().may(row, user) and self.is_read_by(user)

    def is_written_by(self, user: User) -> bool:
        """Is this person its author, or named on it beside him?"""
        return user.pk in self.accounts_of_writers()

    def accounts_of_writers(self) -> set[int]:
        """Return the accounts of its author and of who is named on it beside him."""
        people = [self.author, *(row.person() for row in self.bylines.all())]
        return {person.user_id for person in people if person and person.user_id}

    def is_read_by(self, user: User) -> bool:
        """Does this person read the section it was sent to?"""
        return may_read_section(user, self.sent_section_id or 0)

    def obstacle(self, row: Step, user: User | None) -> str:
        if row.name == "submit":
            return self._not_complete()
        moved_on = self.article is not None and self.article.state != Article.State.FIRST
        if row.name == "accept" and moved_on:
            return "文章已在后续审读或已发布，请先把文章退回初审，再采用作者的新稿。"
        decides = ("accept", "decline", "send_back", "resume", "ask_resume")
        if row.name in decides and user is not None and self.is_written_by(user):
            return "这是您自己的稿件，请由其他编辑处理。"
        if row.name == "recall" and self.article is not None and not self.article.is_editable:
            return "文章已经发布或撤稿，不能再退作者修改。"
        if words := self.obstacle_of_taking_back(row, user):
            return words
        if row.name == "pass_on" and user is not None:
            foreign = self.handler_id not in (None, user.pk)
            if foreign and not user.has_perm(ASSIGN):
                return "这篇稿件由别人处理，只有主编可以改派。"
        return ""

    # --- moving and telling -----------------------------------------------------------------

    def _transition(self, name: str, *, by: User | None, note: str = "", **more: Any) -> None:
        """Take a step and tell the author, in one transaction."""
        with transaction.atomic():
            super()._transition(name, by=by, note=note, **more)
            if event := TOLD.get(name):
                self.tell(event, note, held=self.decision)

    # --- the desk's verbs -------------------------------------------------------------------

    def raise_version(self) -> None:
        """Count a saving by the author, so that older forms are told apart."""
        Manuscript.objects.filter(pk=self.pk).update(version=F("version") + 1)
        self.refresh_from_db(fields=["version"])
