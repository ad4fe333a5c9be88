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
    keep,
    likenesses_of,
)
from articles.models.section import reads
from articles.richtext import RichTextField, to_text
from articles.similarity import SHORTEST
from articles.typography import strip_paragraph
from correspondents.lifecycle import Decision, LifeCycle, Step, StepNotAllowed, record
from correspondents.models import Correspondent, Letter, LetterText, Organisation, Upload
from correspondents.typed import DayField, LineField, SentenceField
from submissions import checklist, letters
from submissions.models.acceptance import PLACED, open_article, renew_article
from submissions.models.byline import first_byline
from submissions.models.call import CallForPapers
from submissions.models.content import COLUMNS, content_of
from submissions.models.findable import entry_of, sent_text
from submissions.models.message import InternalNote, Message
from submissions.models.notice import Notice
from submissions.models.picture import ManuscriptPicture
from submissions.models.queries import ManuscriptQuerySet
from submissions.models.request import AuthorRequest
from submissions.models.round import Round
from submissions.models.rules import SubmissionRules
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
    REVIEW,
    SUBMITTED,
    TOLD,
)
from submissions.models.taken_back import TakenBack
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


class Manuscript(UnitApproval, TakenBack, LifeCycle):
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

    @property
    def is_declared(self) -> bool:
        """Has the author agreed to the rules that are in force now?"""
        rules = SubmissionRules.current()
        return self.declared_at is not None and self.rules_id == (rules.pk if rules else None)

    def declare(self, *, agreed: bool) -> None:
        """Note that the author agrees to the rules in force, or no longer does; not saved here."""
        if agreed and not self.is_declared:
            self.rules, self.declared_at = SubmissionRules.current(), timezone.now()
        elif not agreed:
            self.rules = self.declared_at = None

    def loose_pictures(self) -> list[ManuscriptPicture]:
        """Return the pictures that do not stand in the text already."""
        placed = set(PLACED.findall(self.body))
        rows = self.pictures.select_related("upload")
        return [row for row in rows if row.upload.key not in placed]

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
        return reads(user, self.sent_section_id or 0)

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

    def _not_complete(self) -> str:
        if self.author.state != Correspondent.State.ENGAGED:
            if self.entered_by_id:
                return "投稿人当前不在聘期内，不能代投。"
            return "您的通讯员资格当前不在聘期内，请联系编辑部。"
        if self.state == DRAFT and not self.entered_by_id:
            limit = settings.OPEN_MANUSCRIPTS_A_DAY
            if Manuscript.objects.sent_today(self.author) >= limit:
                return f"今天已投 {limit} 篇，达到每日上限；稿件已存为草稿，明天可以继续提交。"
        if lacking := checklist.missing(self):
            return lacking[0].sentence
        return ""

    # --- moving and telling -----------------------------------------------------------------

    def _take(self, name: str, *, by: User | None, note: str = "", **more: Any) -> None:
        """Take a step and tell the author, in one transaction."""
        with transaction.atomic():
            super()._take(name, by=by, note=note, **more)
            if event := TOLD.get(name):
                self.tell(event, note, held=self.decision)

    def tell(self, event: str, note: str = "", held: Decision | None = None) -> None:
        """Tell the author: one notice in the site, one letter where there is a mailbox.

        ``event`` is a kind of :mod:`submissions.letters`; runs in the caller's transaction.
        ``held``: both wait until that decision can no longer be taken back.
        """
        site = settings.SITE_URL
        values = {
            "姓名": self.author.name,
            "标题": self.title,
            "稿号": self.number,
            "第几稿": self.round_number,
            "栏目": self.section.name if self.section else "",
            "意见": note,
            "期限": settings.DECISION_DAYS,
            "稿件地址": f"{site}{self.get_absolute_url()}",
            "文章地址": f"{site}{self.article.get_absolute_url()}" if self.article else "",
            "须知地址": f"{site}{reverse('submissions:rules')}",
        }
        kind = letters.KINDS[event]
        sentence, _ = LetterText.of(kind).filled(values)
        at = held.until if held is not None else timezone.now()
        notice = Notice.objects.create(
            person=self.author, manuscript=self, event=event, text=sentence, created_at=at
        )
        letter = Letter.objects.write(
            kind.key, self.author.email, values, person=self.author, about=self.number or "",
            not_before=at if held is not None else None,
        )  # fmt: skip
        if held is not None:
            made = [["submissions.notice", notice.pk]]
            made += [["correspondents.letter", letter.pk]] if letter is not None else []
            held.follow(made=[*held.effects.get("made", []), *made])

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
                sent_title=self.title,
                sent_section=self.section,
                handler=None,
                due_at=None,
                released_at=None,
                organisation=self.organisation or self.author.unit_on(timezone.localdate(now)),
            )
            self.rounds.create(
                number=self.round_number,
                **{name: getattr(self, name) for name in COLUMNS},
                content=self.content(),
                sent_at=now,
            )
            self.copies.all().delete()
            keep(entry_of(self), public=False)
            shares = [one.match.percent for one in self.likenesses()]
            self.likeness = max(shares, default=0)
            Manuscript.objects.filter(pk=self.pk).update(likeness=self.likeness)

    def retract(self, *, by: User, note: str = "") -> None:
        """Take it back before the desk has accepted it."""
        if self.article is not None:
            raise StepNotAllowed("稿件已采用，请在稿件页面提出申请。")
        self._take("retract", by=by, note=note)

    def drop(self) -> None:
        """Delete a draft with its files: its author does not want it, or leaves for good."""
        if self.state != DRAFT:
            raise StepNotAllowed("只有草稿可以删除。")
        uploads = [picture.upload for picture in self.pictures.select_related("upload")]
        if self.approval is not None:
            uploads.append(self.approval)
        for document in self.documents.select_related("upload"):
            document.discard()
        self.delete()
        for upload in uploads:
            upload.remove()

    def say(self, text: str, *, by: User, quote: str = "") -> Message:
        """Write to the other side about this manuscript; the author is told by a notice too.

        The author's own words never come from the desk, whatever else he may do here. A
        ``quote`` makes it a remark on a passage, to be dealt with.
        """
        text = text.replace("\x00", "").strip()
        if not text:
            raise StepNotAllowed("请填写留言。")
        if self.state == DRAFT:
            raise StepNotAllowed("草稿还没有投出，不能留言。")
        own = self.author.user_id == by.pk
        if own and Message.objects.written_today(by) >= settings.MESSAGES_A_DAY:
            raise StepNotAllowed("今天的留言太多了，请明天再写；急事请直接打电话给编辑部。")
        if not own and not (by.has_perm(REVIEW) and self.is_read_by(by)):
            raise StepNotAllowed("您没有给这篇稿件留言的权限。")
        with transaction.atomic():
            message = self.messages.create(
                writer=by,
                from_desk=not own,
                body=text[:1000],
                quote=quote.strip()[:300],
                round_number=self.round_number,
                standing=Message.Standing.OPEN if quote.strip() and not own else "",
            )
            if not own:
                self.tell("message", message.body)
        return message

    def ask(self, kind: str, text: str, *, by: User) -> AuthorRequest:
        """Ask the desk for a correction, a withdrawal, or the name to be taken off."""
        text = text.replace("\x00", "").strip()
        if self.author.user_id != by.pk:
            raise StepNotAllowed("只有作者本人可以提出申请。")
        if self.article is None or self.state not in (ACCEPTED, RETURNED):
            raise StepNotAllowed("稿件还没有采用，可以直接撤回或修改。")
        if self.article.state in (Article.State.WITHDRAWN, Article.State.DISCARDED):
            raise StepNotAllowed("文章已经不公开，不用再申请。")
        if kind not in AuthorRequest.Kind.values:
            raise StepNotAllowed("请选择申请的事项。")
        if not text:
            raise StepNotAllowed("请写明要改哪里，或者申请的原因。")
        with transaction.atomic():
            found, made = AuthorRequest.objects.get_or_create(
                manuscript=self,
                kind=kind,
                standing=AuthorRequest.Standing.OPEN,
                defaults={"body": text[:1000]},
            )
            if not made:
                raise StepNotAllowed("同样的申请正在等待答复，不用重复提出。")
            record(self, "request_made", by=by, kind=found.get_kind_display())
        return found

    # --- the desk's verbs -------------------------------------------------------------------

    def claim(self, *, by: User, note: str = "") -> None:
        """Take it in hand; the author reads 审稿中."""
        self._take("claim", by=by, note=note, handler=by)

    def release(self, *, by: User, note: str = "") -> None:
        """Put it back for others."""
        self._take("release", by=by, note=note, handler=None)

    def pass_on(self, *, by: User, to: User | None, note: str = "") -> None:
        """Give it to a colleague who reads this section; the author is told when it is new to him."""
        if to is None or not (to.is_active and to.has_perm(REVIEW)):
            raise StepNotAllowed("请选择一位能处理来稿的同事。")
        if not self.is_read_by(to):
            raise StepNotAllowed(f"“{to.get_full_name()}”不负责这个栏目。")
        if self.author.user_id == to.pk:
            raise StepNotAllowed("不能交给作者本人处理。")
        if self.handler_id == to.pk:
            raise StepNotAllowed(f"稿件已经在“{to.get_full_name()}”手里。")
        news = self.state == SUBMITTED
        with transaction.atomic():
            self._take("pass_on", by=by, note=note or f"交给{to.get_full_name()}", handler=to)
            if news:
                self.tell("claimed")

    def plan(self, *, by: User, due_at: dt.datetime | None, priority: int) -> None:
        """Set until when it is to be decided, and how urgent it is."""
        if not (by.has_perm(REVIEW) and self.is_read_by(by)):
            raise StepNotAllowed("您没有安排这篇稿件的权限。")
        if priority not in self.Priority.values:
            raise StepNotAllowed("请选择轻重缓急。")
        here = Manuscript.objects.filter(pk=self.pk, state__in=[SUBMITTED, CLAIMED])
        if not here.update(due_at=due_at, priority=priority):
            raise StepNotAllowed("稿件已经处理，不用再安排。")
        self.refresh_from_db()
        until = f"{timezone.localtime(due_at):%Y-%m-%d %H:%M}" if due_at else ""
        record(self, "planned", by=by, due_at=until, priority=self.get_priority_display())

    def jot(self, text: str, *, by: User) -> InternalNote:
        """Leave a note for colleagues; no author ever sees it."""
        text = text.replace("\x00", "").strip()
        if not text:
            raise StepNotAllowed("请填写备注。")
        if self.author.user_id == by.pk:
            raise StepNotAllowed("这是您自己的稿件，内部备注由其他编辑写。")
        return self.notes.create(writer=by, body=text[:1000])

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
            facts = {"renewed": self.article is not None}
            if self.article is not None:
                facts |= self.article.as_it_is()
            if self.article is None:
                self.article = open_article(self, by=by)
                Manuscript.objects.filter(pk=self.pk).update(article=self.article)
            else:
                renew_article(self, by=by)
            assert self.decision is not None and self.article is not None  # noqa: S101
            version = self.article.version_token
            self.decision.follow(article=self.article.pk, version=version, **facts)
        return self.article

    def free(self) -> bool:
        """Tell the author that the promised time is over, once for each sending; false if told."""
        here = Manuscript.objects.filter(
            pk=self.pk, state__in=[SUBMITTED, CLAIMED], released_at__isnull=True
        )
        with transaction.atomic():
            if not here.update(released_at=timezone.now()):
                return False
            self.refresh_from_db()
            record(self, "released", by=None)
            self.tell("released")
        return True

    def raise_version(self) -> None:
        """Count a saving by the author, so that older forms are told apart."""
        Manuscript.objects.filter(pk=self.pk).update(version=F("version") + 1)
        self.refresh_from_db(fields=["version"])
