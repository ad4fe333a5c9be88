"""The site as a whole: its profile, masthead and static pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from articles.models import PublicQuerySet, PublicThing
from articles.text.richtext import RichTextField
from correspondents.typed import AddressField, DayField, LineField, MailboxField, SentenceField


class SiteProfile(PublicThing):
    """The one row about the site. Empty lines are not printed; nothing is ever invented."""

    name = LineField("站名", max_length=40, default="煤炭资讯网")
    former_name = LineField("曾用名", max_length=40, blank=True)
    motto = SentenceField("一句话", max_length=60, blank=True)
    statement = models.TextField("声明", blank=True, help_text="印在每篇文章之后，一次。")
    ai_words = SentenceField(
        "人工智能标识", max_length=60, blank=True, default="本文部分内容由人工智能生成：",
        help_text="印在写明了人工智能生成部分的文章末尾，后面接那些部分。",
    )  # fmt: skip
    icp_number = LineField("ICP 备案号", max_length=60, blank=True)
    icp_url = AddressField("ICP 备案查询地址", blank=True, default="https://beian.miit.gov.cn/")
    police_number = LineField("公安备案号", max_length=60, blank=True)
    police_url = AddressField("公安备案查询地址", blank=True, max_length=200)
    licence_number = LineField("互联网新闻信息服务许可证", max_length=60, blank=True)
    telephones = LineField("电话", max_length=100, blank=True, help_text="用顿号隔开。")
    mailbox = MailboxField("邮箱", blank=True)
    report_contact = LineField("违法和不良信息举报", max_length=100, blank=True)
    organiser = LineField("主办单位", max_length=60, blank=True)
    is_demo = models.BooleanField(
        "演示站", default=False, help_text="页脚注明演示内容，人物和单位均为虚构。"
    )

    shows_reads = models.BooleanField(
        "显示阅读数", default=False,
        help_text="印在文章和阅读排行上；事故快报和厂商信息从不显示。",
    )  # fmt: skip
    is_grey = models.BooleanField(
        "全站灰色", default=False, help_text="哀悼日等，读者看到的页面全部去色。"
    )
    is_read_only = models.BooleanField(
        "全站只读", default=False, help_text="只能阅读，不能投稿和编辑；能改网站信息的人除外。"
    )

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "网站信息"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> SiteProfile:
        """Return the profile; an unsaved one with the defaults before there is any."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class MastheadQuerySet(PublicQuerySet):
    def on(self, day: dt.date) -> MastheadQuerySet:
        """Terms that hold on that day."""
        return self.filter(
            Q(since__isnull=True) | Q(since__lte=day), Q(until__isnull=True) | Q(until__gte=day)
        )


class MastheadTerm(PublicThing):
    """A person on the masthead, in a post, from a day to a day."""

    class Post(models.TextChoices):
        CHIEF = "chief", "总编辑"
        DEPUTY = "deputy", "副总编"
        ADVISER = "adviser", "顾问"
        MANAGING = "managing", "主编"
        EDITOR = "editor", "编辑"

    post = models.CharField("职务", max_length=10, choices=Post.choices)
    name = LineField("姓名", max_length=40)
    duty = LineField("分工", max_length=40, blank=True, help_text="印在姓名后的括号里。")
    position = models.PositiveSmallIntegerField("次序", default=0)
    since = DayField("任期开始", null=True, blank=True)
    until = DayField("任期结束", null=True, blank=True)

    objects = MastheadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "采编名录"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.get_post_display()} {self.printed}"

    def clean(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise ValidationError({"until": "任期结束不能早于任期开始。"})

    @property
    def printed(self) -> str:
        """The name as the masthead prints it."""
        return f"{self.name}（{self.duty}）" if self.duty else self.name

    @classmethod
    def today(cls) -> list[tuple[str, str]]:
        """Return (post, names) of everybody who holds a post today, in the order of posts."""
        return cls.of(timezone.localdate())

    @classmethod
    def of(cls, day: dt.date) -> list[tuple[str, str]]:
        """Return (post, names) of everybody who held a post on that day, in the order of posts."""
        terms = cls.objects.on(day)
        posts: dict[str, list[str]] = {}
        for term in terms:
            posts.setdefault(term.post, []).append(term.printed)
        return [
            (str(label), "、".join(posts[post]))
            for post, label in cls.Post.choices
            if post in posts
        ]


class Page(PublicThing):
    """A static page: about us, rules for manuscripts, copyright, accessibility."""

    slug = models.SlugField("地址", max_length=40, unique=True)
    title = SentenceField("标题", max_length=40)
    body = RichTextField("正文", blank=True)
    in_footer = models.BooleanField("列入页脚", default=True)
    position = models.PositiveSmallIntegerField("次序", default=0)
    updated_at = models.DateTimeField("修改时间", auto_now=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "静态页面"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("portal:page", args=[self.slug])


# More do not stay in mind; the drawer holds all of them.
