"""What an article says and carries, without its verbs: fields, and what pages ask of one.

Modules that look at an article take this class, and :class:`articles.models.Article` uses them: so
imports go one way. ``Article`` is the only model made of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from taggit.managers import TaggableManager

from articles.content.legacy_run import LegacyRun
from articles.content.section import Genre, Section
from articles.content.steps import (
    DISCARDED,
    FINAL,
    FIRST,
    ORDER,
    PUBLISHED,
    SECOND,
    SIGNED,
    WITHDRAWN,
)
from articles.text.richtext import RichTextField, in_one_line, to_text
from articles.text.typography import strip_paragraph
from correspondents.lifecycle import LifeCycle
from correspondents.links import reverse_cached
from correspondents.typed import AddressField, LineField, SentenceField


class BaseArticle(LifeCycle):
    """The fields of an article. Its text is ``body``, cleaned HTML."""

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

    section = models.ForeignKey(Section, verbose_name="栏目", on_delete=models.PROTECT)
    genre = models.ForeignKey(
        Genre, verbose_name="体裁", null=True, blank=True, on_delete=models.PROTECT
    )
    layout = models.CharField(
        "版式",
        max_length=10,
        choices=Section.Layout.choices,
        blank=True,
        help_text="不选则用栏目的版式。事故、厂商、访谈各有一栏资料，保存以后再打开填写。",
    )
    series = models.ForeignKey(
        "articles.Series",
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
        "署名整行改写", max_length=120, blank=True, help_text="填写后代替署名行。"
    )
    origin = models.CharField(
        "来源性质", max_length=8, choices=Origin.choices, default=Origin.ORIGINAL
    )
    source = LineField("来源", max_length=60, blank=True)
    source_url = AddressField("原文地址", max_length=500, blank=True)
    original_title = SentenceField("原标题", max_length=120, blank=True)
    original_author = LineField("原作者", max_length=60, blank=True)
    # 《人工智能生成合成内容标识办法》, in force since 1 September 2025: readers are told.
    ai_note = SentenceField(
        "人工智能生成的部分", max_length=200, blank=True,
        help_text="写明哪些部分，如：第三段数据说明。填写后在文末标明；没有用就空着。",
    )  # fmt: skip
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

    class Meta:
        abstract = True

    if TYPE_CHECKING:  # what other models point at it with
        objects: Any

        def __getattr__(self, name: str) -> Any: ...

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
