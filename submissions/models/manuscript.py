"""The manuscript 稿件 — from a correspondent's draft to the desk's decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, ArticleImage, Byline, Section
from articles.models.section import reads
from articles.richtext import RichTextField, to_text
from articles.typography import strip_paragraph
from correspondents.lifecycle import LifeCycle, Step, StepNotAllowed, record, step
from correspondents.models import Correspondent, Liaison, Organisation
from submissions.models.picture import ManuscriptPicture

DRAFT, SUBMITTED, CLAIMED, RETURNED = "draft", "submitted", "claimed", "returned"
ACCEPTED, DECLINED, RETRACTED = "accepted", "declined", "retracted"
REVIEW = "submissions.review_manuscript"

# What the author reads while the article goes its way (DECISIONS: a manuscript has no
# "published" state, it asks its article).
AUTHOR_WORDS = {
    Article.State.SIGNED: ("待发布", "blue"),
    Article.State.PUBLISHED: ("已发布", "green"),
    Article.State.WITHDRAWN: ("已撤稿", "red"),
    Article.State.DISCARDED: ("未采用", "grey"),
}


class DeclineReason(models.Model):
    """A stock reason for not using a manuscript; the desk keeps the list."""

    text = models.CharField("原因", max_length=60, unique=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "未采用原因"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class ManuscriptQuerySet(models.QuerySet["Manuscript"]):
    def of(self, user: User) -> ManuscriptQuerySet:
        """This person's own manuscripts."""
        return self.filter(author__user=user)

    def editable(self) -> ManuscriptQuerySet:
        """Those their author may change now."""
        return self.filter(state__in=[DRAFT, RETURNED])

    def waiting(self) -> ManuscriptQuerySet:
        """Those the desk has to decide, longest wait first."""
        return self.filter(state__in=[SUBMITTED, CLAIMED]).order_by("submitted_at", "pk")

    def at_desk(self) -> ManuscriptQuerySet:
        """Everything the desk may see; drafts belong to their authors alone."""
        return self.exclude(state=DRAFT)

    def of_units(self, charges: Iterable[Liaison]) -> ManuscriptQuerySet:
        """Those sent by people of the units somebody looks after; drafts never.

        The unit is the one of the day of sending: a person who moves leaves it behind.
        """
        mine = Q(pk__in=[])
        for charge in charges:
            mine |= Q(organisation__path__startswith=charge.organisation.path)
        return self.at_desk().filter(mine)

    def of_desk(self, user: User) -> ManuscriptQuerySet:
        """Those of the sections this person reads."""
        return self.at_desk().filter(section__in=Section.objects.of_desk(user))

    def drop_rejected_files(self) -> int:
        """Delete the pictures of what was not used, after their time; return how many.

        Declined, or taken back by the author, and nothing happened to it since. Text stays.
        """
        before = timezone.now() - dt.timedelta(days=settings.KEEP_REJECTED_FILES_DAYS)
        done = self.filter(
            state__in=[DECLINED, RETRACTED], state_changed_at__lt=before, article__isnull=True
        )
        pictures = ManuscriptPicture.objects.filter(manuscript__in=done).select_related("upload")
        for picture in pictures:
            with transaction.atomic():
                picture.delete()
                picture.upload.remove()
        return len(pictures)

    def sent_today(self, author: Correspondent) -> int:
        """How many this person has sent since midnight and not taken back."""
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return (
            self.filter(author=author, first_submitted_at__gte=midnight)
            .exclude(state=RETRACTED)
            .count()
        )


class Manuscript(LifeCycle):
    """One manuscript through all its rounds."""

    class State(models.TextChoices):
        DRAFT = DRAFT, "草稿"
        SUBMITTED = SUBMITTED, "待处理"
        CLAIMED = CLAIMED, "已认领"
        RETURNED = RETURNED, "退作者修改"
        ACCEPTED = ACCEPTED, "已采用"
        DECLINED = DECLINED, "未采用"
        RETRACTED = RETRACTED, "作者撤回"

    STEPS = (
        step("submit", "提交审稿", {DRAFT, RETURNED}, SUBMITTED, tone="primary"),
        step("retract", "撤回稿件", {SUBMITTED, CLAIMED, RETURNED}, RETRACTED, tone="danger"),
        step(
            "accept",
            "采用",
            {SUBMITTED, CLAIMED},
            ACCEPTED,
            permission=REVIEW,
            batch=True,
            tone="primary",
        ),
        step("claim", "认领", {SUBMITTED}, CLAIMED, permission=REVIEW, batch=True),
        step("release", "放回待处理", {CLAIMED}, SUBMITTED, permission=REVIEW),
        step(
            "send_back",
            "退作者修改",
            {SUBMITTED, CLAIMED},
            RETURNED,
            permission=REVIEW,
            note_required=True,
        ),
        step(
            "decline",
            "不采用",
            {SUBMITTED, CLAIMED},
            DECLINED,
            permission=REVIEW,
            note_required=True,
            tone="danger",
        ),
        step(
            "recall",
            "采用后退作者修改",
            {ACCEPTED},
            RETURNED,
            permission=REVIEW,
            note_required=True,
        ),
    )
    OWN_STEPS = frozenset({"submit", "retract"})

    author = models.ForeignKey(
        Correspondent, verbose_name="投稿人", on_delete=models.PROTECT, related_name="+"
    )
    section = models.ForeignKey(Section, verbose_name="拟投栏目", on_delete=models.PROTECT)
    title = models.CharField("标题", max_length=60)
    subtitle = models.CharField("副题", max_length=60, blank=True)
    body = RichTextField("正文", blank=True)
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
    article = models.OneToOneField(
        Article,
        verbose_name="文章",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="manuscript",
    )
    round_number = models.PositiveSmallIntegerField("第几稿", default=0, editable=False)
    form_key = models.UUIDField("表单编号", unique=True, null=True, editable=False)
    created_at = models.DateTimeField("建稿时间", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("修改时间", auto_now=True)
    first_submitted_at = models.DateTimeField("首次投稿", null=True, editable=False)
    submitted_at = models.DateTimeField("投稿时间", null=True, editable=False)

    objects = ManuscriptQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "来稿"
        ordering = ["-updated_at"]
        permissions = [("review_manuscript", "处理来稿")]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="manuscript_queue"),
            models.Index(fields=["author", "-updated_at"], name="manuscript_of_author"),
            models.Index(fields=["organisation", "-first_submitted_at"], name="manuscript_of_unit"),
        ]

    def __str__(self) -> str:
        # A draft's title is its author's alone, in the audit log too.
        return "草稿" if self.state == DRAFT else self.title

    def get_absolute_url(self) -> str:
        return reverse("submissions:status", args=[self.pk])

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.title = strip_paragraph(self.title)
        super().save(*args, **kwargs)

    @property
    def number(self) -> str:
        """The tracking number 稿号 that the author is told."""
        return f"{timezone.localtime(self.created_at):%Y%m%d}-{self.pk}"

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
    def is_confirmed(self) -> bool:
        """Has the author's unit confirmed the round that was sent last?"""
        return self.unit_confirmed_at is not None and self.unit_confirmed_round == self.round_number

    @property
    def unit_word(self) -> str:
        """Whether the unit has approved it, in words; empty where nobody asks."""
        if self.is_confirmed:
            return "单位已审核"
        return "待单位审核" if self.section.needs_unit_approval else ""

    @property
    def is_open(self) -> bool:
        """Is it at the desk, or back with the author, without a decision?"""
        return self.state in (SUBMITTED, CLAIMED, RETURNED)

    @property
    def is_editable(self) -> bool:
        """May the author change it now?"""
        return self.state in (DRAFT, RETURNED)

    # --- rules ------------------------------------------------------------------------------

    def may(self, row: Step, user: User) -> bool:
        """The author's own steps belong to the author; the rest to the desk of the section."""
        if row.name in self.OWN_STEPS:
            return user.is_active and self.author.user_id == user.pk
        return super().may(row, user) and reads(user, self.section_id)

    def obstacle(self, row: Step, user: User | None) -> str:
        if row.name == "submit":
            return self._not_complete()
        moved_on = self.article is not None and self.article.state != Article.State.FIRST
        if row.name == "accept" and moved_on:
            return "文章已在后续审读或已发布，请先把文章退回初审，再采用作者的新稿。"
        own = user is not None and self.author.user_id == user.pk
        if own and row.name in ("accept", "decline", "send_back"):
            return "这是您自己的稿件，请由其他编辑处理。"
        if row.name == "recall" and self.article is not None and not self.article.is_editable:
            return "文章已经发布或撤稿，不能再退作者修改。"
        return ""

    def _not_complete(self) -> str:
        if self.author.state != Correspondent.State.ENGAGED:
            return "您的通讯员资格当前不在聘期内，请联系编辑部。"
        if not self.title:
            return "请填写标题。"
        if not to_text(self.body) and not self.pictures.exists():
            return "请填写正文，或至少上传一张图片。"
        if self.state == DRAFT:
            limit = settings.OPEN_MANUSCRIPTS_A_DAY
            if Manuscript.objects.sent_today(self.author) >= limit:
                return f"今天已投 {limit} 篇，达到每日上限；稿件已存为草稿，明天可以继续提交。"
        return ""

    # --- the author's verbs -----------------------------------------------------------------

    def submit(self, *, by: User, note: str = "") -> None:
        """Send it to the desk; the text of this round is kept as it is now."""
        now = timezone.now()
        with transaction.atomic():
            self._take(
                "submit",
                by=by,
                note=note,
                submitted_at=now,
                first_submitted_at=self.first_submitted_at or now,
                round_number=self.round_number + 1,
                handler=None,
                organisation=self.organisation or self.author.unit_on(timezone.localdate(now)),
            )
            self.rounds.create(
                number=self.round_number,
                title=self.title,
                subtitle=self.subtitle,
                body=self.body,
                sent_at=now,
            )

    def retract(self, *, by: User, note: str = "") -> None:
        """Take it back before the desk has accepted it."""
        if self.article is not None:
            raise StepNotAllowed("稿件已采用，请联系编辑部办理。")
        self._take("retract", by=by, note=note)

    def drop(self) -> None:
        """Delete a draft with its pictures, because its author leaves for good."""
        if self.state != DRAFT:
            raise StepNotAllowed("只有草稿可以删除。")
        uploads = [picture.upload for picture in self.pictures.select_related("upload")]
        self.delete()
        for upload in uploads:
            upload.remove()

    # --- the unit's verbs -------------------------------------------------------------------

    def confirm_for_unit(self, *, by: User) -> None:
        """Say for the author's unit that it has approved this round; raises ``StepNotAllowed``."""
        if not self.section.needs_unit_approval:
            raise StepNotAllowed("这个栏目不要求单位审核。")
        if not self._looked_after_by(by):
            raise StepNotAllowed("您不是这个单位的通联负责人。")
        if self.author.user_id == by.pk:
            raise StepNotAllowed("这是您自己的稿件，请由单位的另一位负责人确认。")
        here = Manuscript.objects.filter(
            pk=self.pk, state__in=[SUBMITTED, CLAIMED], round_number=self.round_number
        )
        fresh = here.exclude(unit_confirmed_round=self.round_number)
        done = fresh.update(
            unit_confirmed_by=by,
            unit_confirmed_at=timezone.now(),
            unit_confirmed_round=self.round_number,
        )
        if not done:
            raise StepNotAllowed("稿件已经确认过，或者不在等待审稿。")
        self.refresh_from_db()
        record(self, "unit_confirmed", by=by)

    def withdraw_confirmation(self, *, by: User) -> None:
        """Take the confirmation back while the desk has not decided."""
        if not self._looked_after_by(by):
            raise StepNotAllowed("您不是这个单位的通联负责人。")
        here = Manuscript.objects.filter(
            pk=self.pk, state__in=[SUBMITTED, CLAIMED], unit_confirmed_round__gt=0
        )
        if not here.update(unit_confirmed_by=None, unit_confirmed_at=None, unit_confirmed_round=0):
            raise StepNotAllowed("没有可以收回的确认，或者稿件已经处理。")
        self.refresh_from_db()
        record(self, "unit_confirmation_withdrawn", by=by)

    def _looked_after_by(self, user: User) -> bool:
        unit = self.organisation
        if unit is None:
            return False
        return any(charge.organisation.holds(unit) for charge in Liaison.objects.of(user))

    # --- the desk's verbs -------------------------------------------------------------------

    def claim(self, *, by: User, note: str = "") -> None:
        """Take it in hand; the author reads 审稿中."""
        self._take("claim", by=by, note=note, handler=by)

    def release(self, *, by: User, note: str = "") -> None:
        """Put it back for others."""
        self._take("release", by=by, note=note, handler=None)

    def send_back(self, *, by: User, note: str) -> None:
        """Ask the author to revise; the note is what the author reads."""
        self._take("send_back", by=by, note=note, handler=by, remark=note[:500])

    def decline(self, *, by: User, note: str) -> None:
        """Do not use it; the note is the reason the author reads."""
        self._take("decline", by=by, note=note, handler=by, remark=note[:500])

    def recall(self, *, by: User, note: str) -> None:
        """After acceptance, ask the author for a new round; the article waits at 待初审."""
        with transaction.atomic():
            self._take("recall", by=by, note=note, handler=by, remark=note[:500])
            article = self.article
            if article is not None and article.state != Article.State.FIRST:
                article.return_to_start(by=by, note=note)

    def accept(self, *, by: User, note: str = "") -> Article:
        """Accept it: triage, not a reading. Opens the article at 待初审 and returns it.

        A later round of an accepted manuscript puts its text onto the same article.
        """
        with transaction.atomic():
            self._take("accept", by=by, note=note, handler=by, remark=note[:500])
            if self.article is None:
                self._open_article(by)
            else:
                self._renew_article(by)
        assert self.article is not None  # noqa: S101 -- set by both branches, for the type checker
        return self.article

    def _open_article(self, by: User) -> None:
        article = Article.objects.create(
            section=self.section,
            genre=self.section.genre,
            title=self.title,
            subtitle=self.subtitle,
            body=self.body,
            source="",
            provenance=Article.Provenance.MANUSCRIPT,
            created_by=by,
            responsible_editor=by,
            editor_name=by.get_full_name(),
        )
        unit = self.organisation
        Byline.objects.create(
            article=article,
            role=Byline.Role.CORRESPONDENT,
            name=self.author.usual_byline or self.author.name,
            unit_text=unit.name if unit else "",
            correspondent=self.author,
            organisation=unit,
        )
        self._copy_pictures(article)
        article.settle_edit(by=by, before=None)
        self.article = article
        Manuscript.objects.filter(pk=self.pk).update(article=article)

    def _renew_article(self, by: User) -> None:
        article = self.article
        assert article is not None  # noqa: S101 -- the caller has looked
        before = article.content()
        article.title, article.subtitle, article.body = self.title, self.subtitle, self.body
        article.save()
        article.images.all().delete()
        self._copy_pictures(article)
        article.settle_edit(by=by, before=before)

    def _copy_pictures(self, article: Article) -> None:
        for picture in self.pictures.select_related("upload"):
            if picture.upload.state != picture.upload.State.FAILED:
                ArticleImage.objects.create(
                    article=article,
                    upload=picture.upload,
                    position=picture.position,
                    alt=picture.caption[:120],
                    caption=picture.caption,
                    photographer=picture.photographer,
                )
