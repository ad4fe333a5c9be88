"""What a manuscript says and carries, without its verbs: fields, and what pages ask of one.

Modules that look at a manuscript take this class, and :class:`submissions.models.Manuscript` uses them:
so imports go one way. ``Manuscript`` is the only model made of it.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from articles.models import (
    ARTICLE,
    MANUSCRIPT,
    Article,
    Genre,
    Section,
)
from articles.text.richtext import RichTextField
from articles.text.typography import strip_paragraph
from correspondents.lifecycle import LifeCycle
from correspondents.models import Correspondent, Organisation, Upload
from correspondents.typed import DayField, LineField, SentenceField
from submissions.models.call import CallForPapers
from submissions.models.rules import SubmissionRules
from submissions.models.steps import (
    ACCEPTED,
    CLAIMED,
    DECLINED,
    DRAFT,
    RETRACTED,
    RETURNED,
    SUBMITTED,
)

# What the author reads while the article goes its way (DECISIONS: a manuscript has no
# "published" state, it asks its article).
AUTHOR_WORDS = {
    Article.State.SIGNED: ("待发布", "blue"),
    Article.State.PUBLISHED: ("已发布", "green"),
    Article.State.WITHDRAWN: ("已撤稿", "red"),
    Article.State.DISCARDED: ("未采用", "grey"),
}


class BaseManuscript(LifeCycle):
    """The fields of a manuscript."""

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

    class Meta:
        abstract = True

    if TYPE_CHECKING:  # what other models point at it with
        objects: Any

        def __getattr__(self, name: str) -> Any: ...

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
    def piece(self) -> tuple[int, int]:
        """What it is a state of: its article, once there is one."""
        return (ARTICLE, self.article_id) if self.article_id else (MANUSCRIPT, self.pk)

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
