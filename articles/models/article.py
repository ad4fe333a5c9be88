"""The article: what readers see, and its way through the readings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone
from taggit.managers import TaggableManager

from articles.models import chain
from articles.models.checklist import first_block
from articles.models.compared_text import ComparedText
from articles.models.content import CONTENT, content_of, fingerprint_of
from articles.models.duties import may_not_sign
from articles.models.editing import Editing
from articles.models.legacy_run import LegacyRun
from articles.models.publication import (  # noqa: F401 -- queues name tasks by this module
    WENT,
    announce,
    publish_due,
    take_out_expired,
)
from articles.models.publishing import Publishing
from articles.models.queries import ArticleQuerySet
from articles.models.revision import Revision
from articles.models.section import Genre, Section, may_read_section
from articles.models.series import Series
from articles.models.signing import Signing
from articles.models.steps import (
    ARTICLE_STEPS,
    DISCARDED,
    FINAL,
    FIRST,
    ORDER,
    PUBLISHED,
    SECOND,
    SIGN_STEPS,
    SIGNED,
    WITHDRAWN,
    stages_of,
)
from articles.models.taken_back import TakenBack
from articles.richtext import RichTextField, in_one_line, to_text
from articles.signals import article_moved
from articles.typography import strip_paragraph
from correspondents.lifecycle import LifeCycle, Step, record
from correspondents.links import reverse_cached
from correspondents.typed import AddressField, LineField, SentenceField

# Before these somebody has looked at texts that are likely the same.
CONFIRMED_FIRST = frozenset({*SIGN_STEPS.values(), "publish", "schedule"})


# Whether they may be taken is told by the copy alone.
COPY_STEPS = frozenset({"give_up"})


class Article(Editing, Publishing, Signing, ComparedText, TakenBack, LifeCycle):
    """One piece: news, verse, pictures or paper. Its text is ``body``, cleaned HTML."""

    class State(models.TextChoices):
        FIRST = FIRST, "待初审"
        SECOND = SECOND, "待复审"
        FINAL = FINAL, "待终审"
        SIGNED = SIGNED, "已签发"
        PUBLISHED = PUBLISHED, "已发布"
        WITHDRAWN = WITHDRAWN, "已撤稿"
        DISCARDED = DISCARDED, "回收站"

    class Origin(models.TextChoices):
        ORIGINAL = "original", "原创"
        REPRINT = "reprint", "转载"
        COMPILED = "compiled", "综合"

    class Provenance(models.TextChoices):
        DESK = "desk", "编辑部"
        MANUSCRIPT = "manuscript", "来稿"
        LEGACY = "legacy", "旧站导入"
        DEMO = "demo", "演示内容"

    STEPS = ARTICLE_STEPS
    VERSION = ("revision",)

    section = models.ForeignKey(Section, verbose_name="栏目", on_delete=models.PROTECT)
    genre = models.ForeignKey(
        Genre, verbose_name="体裁", null=True, blank=True, on_delete=models.PROTECT
    )
    layout = models.CharField(
        "版式",
        max_length=10,
        choices=Section.Layout.choices,
        blank=True,
        help_text="不选则用栏目的版式。事故、厂商、访谈各有一栏资料，保存后在下面填写。",
    )
    series = models.ForeignKey(
        Series,
        verbose_name="连载", null=True, blank=True, on_delete=models.PROTECT,
        related_name="chapters",
    )  # fmt: skip
    chapter = models.PositiveSmallIntegerField("第几章", null=True, blank=True)
    kicker = SentenceField("引题", max_length=60, blank=True)
    title = SentenceField("标题", max_length=60)
    subtitle = SentenceField("副题", max_length=60, blank=True, help_text="不用写前面的破折号。")
    summary = SentenceField("摘要", max_length=300, blank=True)
    body = RichTextField("正文", blank=True)
    excerpt = models.CharField(max_length=160, blank=True, editable=False)
    byline_text = SentenceField(
        "署名整行改写", max_length=120, blank=True, help_text="填写后代替下面的署名行。"
    )
    origin = models.CharField(
        "来源性质", max_length=8, choices=Origin.choices, default=Origin.ORIGINAL
    )
    source = LineField("来源", max_length=60, blank=True)
    source_url = AddressField("原文地址", max_length=500, blank=True)
    original_title = SentenceField("原标题", max_length=120, blank=True)
    original_author = LineField("原作者", max_length=60, blank=True)
    tags = TaggableManager("关键词", blank=True, help_text="用逗号或顿号隔开。")

    provenance = models.CharField(
        "来路", max_length=10, choices=Provenance.choices, default=Provenance.DESK, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="建稿人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    responsible_editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="责任编辑",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    editor_name = LineField(
        "编辑署名", max_length=40, blank=True, help_text="印在文章末尾，如：肖平。"
    )
    state = models.CharField(
        "状态", max_length=16, choices=State.choices, default=State.FIRST, editable=False
    )
    revision = models.PositiveIntegerField("修订号", default=0, editable=False)
    copy_of = models.OneToOneField(
        "self",
        verbose_name="原文",
        null=True,
        editable=False,
        on_delete=models.CASCADE,
        related_name="working_copy",
    )
    first_published_at = models.DateTimeField("首次发布", null=True, editable=False)
    changed_at = models.DateTimeField("更新时间", null=True, editable=False)
    published_at = models.DateTimeField("发布时间", null=True, editable=False)
    expires_at = models.DateTimeField("到期下线", null=True, blank=True)
    legacy_id = models.PositiveIntegerField("旧站编号", null=True, unique=True, editable=False)
    import_key = models.CharField(max_length=64, null=True, unique=True, editable=False)
    import_run = models.ForeignKey(
        LegacyRun, null=True, editable=False, on_delete=models.PROTECT, related_name="articles"
    )
    import_fingerprint = models.CharField(max_length=80, editable=False, default="")
    created_at = models.DateTimeField("建稿时间", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("修改时间", auto_now=True)

    objects = ArticleQuerySet.as_manager()
    # While a signature is put under it in spite of the separation of duties.
    overriding = False

    class Meta:
        verbose_name = verbose_name_plural = "文章"
        ordering = ["-published_at", "-pk"]
        permissions = [
            ("sign_first", "签初审"),
            ("sign_second", "签复审"),
            ("sign_final", "签终审"),
            ("publish_article", "发布"),
            ("withdraw_article", "撤稿"),
            ("discard_article", "放入回收站"),
            ("override_separation", "破例签署两个审级"),
        ]
        indexes = [
            models.Index(fields=["section", "-published_at", "-id"], name="article_in_section"),
            models.Index(fields=["-published_at", "-id"], name="article_newest"),
            models.Index(fields=["state", "state_changed_at"], name="article_queue"),
            models.Index(
                fields=["expires_at"],
                name="article_expiry",
                condition=models.Q(expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse_cached("articles:detail", self.pk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.title = strip_paragraph(self.title)
        self.excerpt = (self.summary or in_one_line(self.body))[:160]
        super().save(*args, **kwargs)

    # --- what a page asks -------------------------------------------------------------------

    @property
    def is_public(self) -> bool:
        """May readers see it now? The same rule as ``published()``, for one article."""
        now = timezone.now()
        return (
            self.state in (SIGNED, PUBLISHED)
            and self.copy_of_id is None
            and self.published_at is not None
            and self.published_at <= now
            and (self.expires_at is None or self.expires_at > now)
        )

    @property
    def is_editable(self) -> bool:
        """May the desk change the text? What readers see is never edited in place."""
        return self.state in ORDER and not self.is_public

    @property
    def is_released(self) -> bool:
        """Has it been public, and not been withdrawn? Its text is changed on a working copy."""
        due = self.published_at is not None and self.published_at <= timezone.now()
        return self.copy_of_id is None and (
            self.state == PUBLISHED or (self.state == SIGNED and due)
        )

    @property
    def copy(self) -> Article | None:
        """Its working copy, if somebody has begun one."""
        return Article.objects.filter(copy_of=self.pk).first() if self.pk else None

    @property
    def page_layout(self) -> str:
        """The layout in force: the article's own or the section's."""
        return self.layout or self.section.layout

    @property
    def is_advertisement(self) -> bool:
        """Is it printed as what it is? 《广告法》 article 14: never in the form of news."""
        return Section.Layout.VENDOR in (self.layout, self.section.layout)

    @property
    def headline(self) -> str:
        """The title as the section prints it, with the author in front where it asks for that."""
        if self.section.author_in_title:
            names = [row.name for row in self.bylines.all() if row.name]
            if names:
                return f"{names[0] if len(names) == 1 else names[0] + ' 等'}：{self.title}"
        return self.title

    @property
    def told(self) -> list[tuple[str, str]]:
        """What stands with its label under the head of the page and in feeds."""
        shown = ((part.label, getattr(self, part.name)) for part in CONTENT if part.is_shown)
        return [(label, words) for label, words in shown if words]

    # Where the desk has placed it: its title there, and which part of the picture stays.
    placed_as = ""
    placed_crop = ""

    @property
    def front_title(self) -> str:
        """The title where it is placed: the short one of the place, or its own."""
        return self.placed_as or self.headline

    @property
    def lead_image(self) -> Any:
        """The first picture whose sizes are made, or ``None``; uses the prefetch of lists."""
        return next((image for image in self.images.all() if image.upload.is_ready), None)

    @property
    def plain_length(self) -> int:
        """Number of characters of the text, without spaces."""
        return len("".join(to_text(self.body).split()))

    # --- readings ---------------------------------------------------------------------------

    @property
    def stages(self) -> tuple[str, ...]:
        """The readings its section asks for."""
        return stages_of(self.section.stages)

    def may(self, row: Step, user: User) -> bool:
        """Role and section: the right, and the section among those the person reads."""
        return super().may(row, user) and may_read_section(user, self.section_id)

    def target_of(self, row: Step) -> str:
        if row.name == "sign_first":
            return SECOND if SECOND in self.stages else FINAL
        if row.name == "pass_back_final":
            return SECOND if SECOND in self.stages else FIRST
        return super().target_of(row)

    def obstacle(self, row: Step, user: User | None) -> str:
        if (
            row.name in CONFIRMED_FIRST
            and user is not None
            and (words := self.unconfirmed_words(user))
        ):
            return words
        if row.name in SIGN_STEPS.values() and user is not None:
            words = may_not_sign(self, self.state, user)
            return words or (first_block(self) if row.name == "sign_final" else "")
        if (words := self._obstacle_of_copy(row)) or row.name in COPY_STEPS:
            return words
        if row.name == "unschedule" and self.published_at is None:
            return "文章没有定时。"
        if row.name in ("schedule", "unschedule") and self.is_public:
            return "文章已经公开，不能再定时；要撤下请用“撤稿”。"
        if row.name in ("publish", "schedule"):
            return self.chain_broken() or (first_block(self) if user is not None else "")
        if row.name == "withdraw" and self.state == SIGNED and not self.is_public:
            return "文章还没有公开，请用“撤回签发”。"
        if row.name == "unsign" and self.is_public:
            return "文章已经公开，请用“撤稿”。"
        return ""

    def _obstacle_of_copy(self, row: Step) -> str:
        if self.copy_of_id is None:
            if row.name == "give_up":
                return "这不是修改稿。"
            if row.name == "reopen" and self.copy is not None:
                return "文章还有没办完的修改稿，请先放弃修改稿。"
            return ""
        if row.name == "discard":
            return "修改稿不进回收站，请用“放弃修改稿”。"
        moves_on = row.name in CONFIRMED_FIRST
        if moves_on and not (self.copy_of is not None and self.copy_of.is_released):
            return "原文已经撤稿，修改稿不能再用；请放弃修改稿，在原文上“重新编审”。"
        return ""

    def chain_broken(self) -> str:
        """Return why its text may not be public, in Chinese; empty where the chain is whole."""
        return chain.broken(self)

    def history(self) -> models.QuerySet[Revision]:
        """Its revisions, on a working copy with those of the original, the newest first."""
        return Revision.objects.filter(article__in=[self.pk, self.copy_of_id or self.pk])

    # --- verbs ------------------------------------------------------------------------------

    def discard(self, *, by: User, note: str) -> None:
        """Put it into the recycle bin; nothing is deleted."""
        self._transition("discard", by=by, note=note)

    def restore(self, *, by: User, note: str = "") -> None:
        """Take it out of the recycle bin; all readings start again."""
        self._pass_back("restore", by, note)

    def withdraw(self, *, by: User, note: str) -> None:
        """Take a public article off the site; the reason stays internal."""
        self._transition("withdraw", by=by, note=note)
        self.make_known(WENT)

    def reopen(self, *, by: User, note: str = "") -> None:
        """Start the readings of a withdrawn article again."""
        self._pass_back("reopen", by, note, published_at=None)

    def return_to_start(self, *, by: User, note: str) -> None:
        """Back to 待初审 with all readings void, because the author revises the text."""
        with transaction.atomic():
            self._transition("fall_back", by=by, note=note, target=FIRST, published_at=None)
            self.readings.revoke_from(FIRST)

    # --- the text as one value --------------------------------------------------------------

    def content(self) -> dict[str, Any]:
        """Return everything a reading vouches for, as plain values; read from the database."""
        return content_of(self)

    def fingerprint(self) -> str:
        """Return the SHA-256 of :meth:`content`; a reading keeps the one it signed."""
        return fingerprint_of(self.content())

    def _transition(self, name: str, *, by: User | None, **more: Any) -> None:
        """Take a step and announce the move within its transaction."""
        source = self.state
        with transaction.atomic():
            super()._transition(name, by=by, **more)
            self.make_findable()
            self.watch_expiry()
            article_moved.send(sender=Article, article=self, source=source)

    def _record(self, *, by: User | None, **facts: Any) -> None:
        """Steps of a working copy are told in the history of the original, which stays."""
        self.note_event("step", by=by, **facts)

    def note_event(self, event: str, *, by: User | None, **facts: Any) -> None:
        if self.copy_of_id is None:
            record(self, event, by=by, **facts)
        else:
            assert self.copy_of is not None  # noqa: S101 -- it has the number of one
            record(self.copy_of, event, by=by, **facts, on="修改稿")
