"""The article: what readers see, and its way through the readings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from taggit.managers import TaggableManager

from articles.models import chain
from articles.models.checklist import first_block
from articles.models.compared_text import ComparedText
from articles.models.content import CONTENT, WORDS, content_of, fingerprint_of
from articles.models.duties import may_not_sign
from articles.models.edition import new_edition
from articles.models.findable import entries_of, keep_all
from articles.models.legacy_run import LegacyRun
from articles.models.library import LibraryPicture, with_picture_replaced
from articles.models.publication import CAME, WENT, announce, publish_due, take_out_expired
from articles.models.queries import ArticleQuerySet
from articles.models.revision import Revision, characters_changed
from articles.models.section import Genre, Section, reads
from articles.models.series import Series
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
from articles.models.wording import counted, hints_of
from articles.models.working_copy import copy_of, keep_base, put_aside, put_content, take_over
from articles.richtext import RichTextField, in_one_line, to_text
from articles.signals import article_moved
from articles.typography import strip_paragraph
from correspondents.lifecycle import LifeCycle, Step, StepNotAllowed, record
from correspondents.links import link
from correspondents.models import Upload
from correspondents.typed import AddressField, LineField, SentenceField

# Before these somebody has looked at texts that are likely the same.
CONFIRMED_FIRST = frozenset({*SIGN_STEPS.values(), "publish", "schedule"})


# Whether they may be taken is told by the copy alone.
COPY_STEPS = frozenset({"give_up"})


class Article(ComparedText, TakenBack, LifeCycle):
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
        return link("articles:detail", self.pk)

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
        return super().may(row, user) and reads(user, self.section_id)

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

    def sign(self, *, by: User, note: str = "", override: bool = False) -> None:
        """Sign the reading that is due, whichever of the three it is.

        ``override``: although the same person has signed before, or began the piece; needs the
        right to do so and a reason in ``note``, and is told in every record of the article.
        """
        stage = self.state
        if stage not in SIGN_STEPS:
            raise StepNotAllowed(f"当前状态是“{self.get_state_display()}”，没有待签的审级。")
        if override:
            if not by.has_perm("articles.override_separation"):
                raise StepNotAllowed("您没有破例签署的权限。")
            if not note.strip():
                raise StepNotAllowed("破例签署要写明原因。")
            override = bool(may_not_sign(self, stage, by))  # nothing to override: an ordinary one
            note = f"破例：{note}"[:500] if override else note
        self.overriding = override
        try:
            self._sign(stage, by, note, override=override)
        finally:
            self.overriding = False

    def _sign(self, stage: str, by: User, note: str, *, override: bool) -> None:
        with transaction.atomic():
            self._take(SIGN_STEPS[stage], by=by, note=note)
            read = keep_base(self, self.content())
            try:
                with transaction.atomic():
                    reading = self.readings.create(
                        stage=stage,
                        signed_by=by,
                        note=note,
                        revision=read,
                        stages=self.section.stages,
                        fingerprint=fingerprint_of(read.content),
                        report=counted(hints_of(self)),
                        is_override=override,
                    )
            except IntegrityError as error:
                raise StepNotAllowed("同一人不能签两个审级。") from error
            if self.decision is not None:
                self.decision.follow(signed=[reading.pk])

    def sign_first(self, *, by: User, note: str = "", override: bool = False) -> None:
        """Sign the first reading; refused in any other state."""
        self._sign_at(FIRST, by, note, override)

    def sign_second(self, *, by: User, note: str = "", override: bool = False) -> None:
        """Sign 复审."""
        self._sign_at(SECOND, by, note, override)

    def sign_final(self, *, by: User, note: str = "", override: bool = False) -> None:
        """Sign 终审 and release for publication."""
        self._sign_at(FINAL, by, note, override)

    def _sign_at(self, stage: str, by: User, note: str, override: bool) -> None:
        if self.state != stage:
            label = self.step_named(SIGN_STEPS[stage]).label
            raise StepNotAllowed(f"当前状态是“{self.get_state_display()}”，不能“{label}”。")
        self.sign(by=by, note=note, override=override)

    def publish(self, *, by: User | None, note: str = "") -> None:
        """Make it public now; the clock (``by=None``) keeps the time that was scheduled."""
        now = timezone.now()
        when = now
        if by is None:
            if self.published_at is None or self.published_at > now:
                raise StepNotAllowed("还没有到定时发布的时间。")
            when = self.published_at
        with transaction.atomic():
            if self.copy_of_id is not None:
                self._replace(by=by, note=note, when=now)
                return
            self._take(
                "publish",
                by=by,
                note=note,
                published_at=when,
                first_published_at=self.first_published_at or when,
            )
            self.revisions.filter(number=self.revision).update(published_at=when)
            LibraryPicture.objects.keep_all_of(self)
            self.make_known(CAME)

    def _replace(self, *, by: User | None, note: str, when: dt.datetime) -> None:
        """Put a working copy in the place of what readers see."""
        assert self.copy_of_id is not None  # noqa: S101 -- the caller has looked
        original = Article.objects.select_for_update().get(pk=self.copy_of_id)
        self.copy_of = original
        self._take("publish", by=by, note=note)
        take_over(self, original, when)
        LibraryPicture.objects.keep_all_of(original)
        original.make_findable()
        original.watch_expiry()
        original.make_known(CAME)

    def open_copy(self, *, by: User) -> Article:
        """Begin to change what readers see: return the working copy, a new one or the one there is."""
        if not (by.is_active and by.has_perm("articles.change_article")):
            raise StepNotAllowed("您没有修改文章的权限。")
        if not reads(by, self.section_id):
            raise StepNotAllowed("您不负责这个栏目。")
        if self.bylines.filter(correspondent__user=by).exists():
            raise StepNotAllowed("本稿署有您的姓名，请由其他编辑修改。")
        with transaction.atomic():
            original = Article.objects.select_for_update().get(pk=self.pk)
            if not original.is_released:
                raise StepNotAllowed("文章没有公开，可以直接修改，不用修改稿。")
            if (there := original.copy) is not None:
                return there
            record(original, "copy_opened", by=by)
            return copy_of(original)

    def give_up(self, *, by: User, note: str = "") -> None:
        """Drop a working copy; its texts stay in the history of the original."""
        with transaction.atomic():
            self._take("give_up", by=by, note=note)  # refused where it is none
            assert self.copy_of_id is not None  # noqa: S101
            put_aside(self, Article.objects.select_for_update().get(pk=self.copy_of_id))

    def schedule(self, *, by: User, at: dt.datetime, note: str = "") -> None:
        """Let it become public at a time in the future."""
        if at <= timezone.now():
            raise StepNotAllowed("定时发布的时间要在现在之后。")
        self._take(
            "schedule",
            by=by,
            note=note or f"{timezone.localtime(at):%Y-%m-%d %H:%M}",
            published_at=at,
        )
        new_edition(texts=False)  # what is kept until its time has to know of it
        self.schedule_task(at)

    def unschedule(self, *, by: User, note: str = "") -> None:
        """Take the time away; the signatures stay."""
        self._take("unschedule", by=by, note=note, published_at=None)
        new_edition(texts=False)

    def pass_back_second(self, *, by: User, note: str) -> None:
        """Hand back from 复审 to 初审."""
        self._pass_back("pass_back_second", by, note)

    def pass_back_final(self, *, by: User, note: str) -> None:
        """Hand back from 终审 to the stage before."""
        self._pass_back("pass_back_final", by, note)

    def unsign(self, *, by: User, note: str) -> None:
        """Take the release back before publication."""
        self._pass_back("unsign", by, note, published_at=None)

    def _pass_back(self, name: str, by: User, note: str, **stamps: Any) -> None:
        with transaction.atomic():
            self._take(name, by=by, note=note, **stamps)
            before = set(self.readings.valid().values_list("pk", flat=True))
            self.readings.revoke_from(self.state)
            if self.decision is not None:
                left = set(self.readings.valid().values_list("pk", flat=True))
                self.decision.follow(revoked=sorted(before - left))

    def discard(self, *, by: User, note: str) -> None:
        """Put it into the recycle bin; nothing is deleted."""
        self._take("discard", by=by, note=note)

    def restore(self, *, by: User, note: str = "") -> None:
        """Take it out of the recycle bin; all readings start again."""
        self._pass_back("restore", by, note)

    def withdraw(self, *, by: User, note: str) -> None:
        """Take a public article off the site; the reason stays internal."""
        self._take("withdraw", by=by, note=note)
        self.make_known(WENT)

    def reopen(self, *, by: User, note: str = "") -> None:
        """Start the readings of a withdrawn article again."""
        self._pass_back("reopen", by, note, published_at=None)

    def return_to_start(self, *, by: User, note: str) -> None:
        """Back to 待初审 with all readings void, because the author revises the text."""
        with transaction.atomic():
            self._take("fall_back", by=by, note=note, target=FIRST, published_at=None)
            self.readings.revoke_from(FIRST)

    def settle_edit(
        self,
        *,
        by: User,
        before: dict[str, Any] | None,
        proof_correction: bool = False,
        kind: str = Revision.Kind.SAVED,
        note: str = "",
    ) -> None:
        """Draw the consequences of a saved edit; call in the transaction that saved it.

        ``before`` is :meth:`content` as it was, ``None`` for a new article. Writes a revision
        when anything differs. The readings from the stage that the editor could sign onwards are
        void, unless the edit is a proof correction of a few characters (logged as such).
        """
        after = self.content()
        if before == after:
            return
        if proof_correction and before is not None:
            self._check_proof_correction(before, after)
        self.revision += 1
        type(self).objects.filter(pk=self.pk).update(revision=self.revision)
        self.make_findable()
        self.revisions.create(
            number=self.revision,
            content=after,
            fingerprint=fingerprint_of(after),
            created_by=by,
            is_proof_correction=proof_correction,
            kind=kind,
            note=note,
        )
        if proof_correction:
            self.note_event("proof_correction", by=by, revision=self.revision)
            return
        stage = min(self._stage_of_edit(by), self.first_unsigned(), key=ORDER.index)
        if ORDER.index(stage) < ORDER.index(self.state):
            self._take("fall_back", by=by, target=stage, published_at=None)
            self.readings.revoke_from(stage)

    def keep_aside(
        self, content: dict[str, Any], *, by: User | None, note: str, at: dt.datetime | None = None
    ) -> Revision:
        """Keep a text that met a newer one, so that nothing typed is lost."""
        return self.revisions.create(
            content=content,
            fingerprint=fingerprint_of(content),
            kind=Revision.Kind.ASIDE,
            created_by=by,
            created_at=at or timezone.now(),
            note=note,
        )

    def rewrite(
        self,
        change: Callable[[dict[str, Any]], tuple[dict[str, Any], int]],
        *,
        by: User,
        note: str,
    ) -> int:
        """Change head and text by a rule, as one revision; return how often it applied.

        ``change`` takes the content as it is now and returns the new one and the number.
        """
        with transaction.atomic():
            article = self._held_as_read()
            before = article.content()
            after, number = change(before)
            if number:
                for name in WORDS:
                    setattr(article, name, after[name])
                article.save()
                article.settle_edit(by=by, before=before, note=note[:200])
        self.refresh_from_db()
        return number

    def replace_picture(self, old: Upload, new: Upload, *, by: User) -> bool:
        """Put another picture in the place of one, among the pictures and within the text.

        One revision; False where the old one does not stand. Refused as every other change is.
        """
        if not reads(by, self.section_id):
            raise StepNotAllowed("您不负责这个栏目。")
        with transaction.atomic():
            article = Article.objects.select_for_update().get(pk=self.pk)
            if not article.is_editable:
                raise StepNotAllowed(f"文章现在是“{article.get_state_display()}”，不能修改。")
            before = article.content()
            body = with_picture_replaced(article.body, old, new)
            there = set(article.images.values_list("upload_id", flat=True))
            if body == article.body and old.pk not in there:
                return False
            if body != article.body:
                article.body = body
                article.save()
            rows = article.images.filter(upload=old)
            if new.pk in there:
                rows.delete()  # it stands there already: once is enough
            else:
                rows.update(upload=new)
            article.settle_edit(by=by, before=before, note="图库替换图片")
        return True

    def restore_revision(self, revision: Revision, *, by: User) -> None:
        """Make it say again what a revision says, as a new revision."""
        with transaction.atomic():
            article = self._held_as_read()
            if not (by.has_perm("articles.change_article") and reads(by, article.section_id)):
                raise StepNotAllowed("您没有修改这篇文章的权限。")
            before = article.content()
            put_content(article, revision.content)
            if before == article.content():
                raise StepNotAllowed("这一稿与现在的文字相同，不用恢复。")
            note = f"恢复{revision}"
            article.settle_edit(by=by, before=before, kind=Revision.Kind.RESTORED, note=note)
            article.note_event("restored", by=by, note=str(revision))
        self.refresh_from_db()

    def _held_as_read(self) -> Article:
        """Hold its row and return it, if it may be edited and is as it was when it was read."""
        article = Article.objects.select_for_update().get(pk=self.pk)
        if not article.is_editable:
            raise StepNotAllowed("文章现在不能修改；已发布的请先开始修改。")
        if article.version_token != self.version_token:
            raise StepNotAllowed("您打开之后文字改过，没有办理；请看过现在的文字再办。")
        return article

    def _stage_of_edit(self, by: User) -> str:
        """The latest stage up to now that this person may sign, or has signed; else 初审."""
        signed = self.readings.valid().filter(signed_by=by).values_list("stage", flat=True).first()
        if signed:
            return signed
        for stage in reversed(self.stages):
            row = self.step_named(SIGN_STEPS[stage])
            reached = ORDER.index(stage) <= ORDER.index(self.state)
            if reached and self.may(row, by) and not may_not_sign(self, stage, by):
                return stage
        return FIRST

    def _check_proof_correction(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        size = characters_changed(before, after, WORDS)
        if chain.exceeds(chain.corrected(self, size)):
            raise StepNotAllowed(chain.TOO_MUCH)

    # --- the text as one value --------------------------------------------------------------

    def content(self) -> dict[str, Any]:
        """Return everything a reading vouches for, as plain values; read from the database."""
        return content_of(self)

    def fingerprint(self) -> str:
        """Return the SHA-256 of :meth:`content`; a reading keeps the one it signed."""
        return fingerprint_of(self.content())

    def _take(self, name: str, *, by: User | None, **more: Any) -> None:
        """Take a step and announce the move within its transaction."""
        source = self.state
        with transaction.atomic():
            super()._take(name, by=by, **more)
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

    def make_findable(self) -> None:
        """Bring what finds it in line with what it says: readers' search, the desk's, fingerprints.

        Within the caller's transaction; also to be called when bylines of a public article change.
        """
        with transaction.atomic(savepoint=False):
            keep_all(entries_of(Article.objects.locked([self.pk])))

    def watch_expiry(self) -> None:
        """Have it taken out of everything at its end."""
        if self.expires_at is not None:
            take_out_expired.using(run_after=self.expires_at).enqueue()

    def make_known(self, what: str) -> None:
        """Readers see it from now on, or no more; the worker does what follows."""
        new_edition(since=self.published_at, texts=False)
        announce.enqueue(self.pk, what)

    def schedule_task(self, at: dt.datetime) -> None:
        """Have the worker take the step at that time."""
        publish_due.using(run_after=at).enqueue()
