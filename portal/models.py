"""What belongs to the site as a whole: its profile, masthead, menus and static pages."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from articles.models import PublicQuerySet, PublicThing, Section
from articles.richtext import RichTextField


class SiteProfile(PublicThing):
    """The one row about the site. Empty lines are not printed; nothing is ever invented."""

    name = models.CharField("站名", max_length=40, default="煤炭资讯网")
    former_name = models.CharField("曾用名", max_length=40, blank=True)
    motto = models.CharField("一句话", max_length=60, blank=True)
    statement = models.TextField("声明", blank=True, help_text="印在每篇文章之后，一次。")
    icp_number = models.CharField("ICP 备案号", max_length=60, blank=True)
    icp_url = models.URLField("ICP 备案查询地址", blank=True, default="https://beian.miit.gov.cn/")
    police_number = models.CharField("公安备案号", max_length=60, blank=True)
    police_url = models.URLField("公安备案查询地址", blank=True, max_length=200)
    licence_number = models.CharField("互联网新闻信息服务许可证", max_length=60, blank=True)
    telephones = models.CharField("电话", max_length=100, blank=True, help_text="用顿号隔开。")
    mailbox = models.EmailField("邮箱", blank=True)
    report_contact = models.CharField("违法和不良信息举报", max_length=100, blank=True)
    organiser = models.CharField("主办单位", max_length=60, blank=True)
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
    name = models.CharField("姓名", max_length=40)
    duty = models.CharField("分工", max_length=40, blank=True, help_text="印在姓名后的括号里。")
    position = models.PositiveSmallIntegerField("次序", default=0)
    since = models.DateField("任期开始", null=True, blank=True)
    until = models.DateField("任期结束", null=True, blank=True)

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
    title = models.CharField("标题", max_length=40)
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
FREQUENT = 9


class MenuItem(PublicThing):
    """One entry of a menu: a group, a section, a page of ours or an address."""

    class Menu(models.TextChoices):
        MAIN = "main", "主导航"
        LINKS = "links", "友情链接"

    menu = models.CharField("菜单", max_length=8, choices=Menu.choices, default=Menu.MAIN)
    parent = models.ForeignKey(
        "self",
        verbose_name="所属分组",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="children",
        limit_choices_to={"parent": None},
    )
    label = models.CharField("文字", max_length=20, blank=True, help_text="不填则用栏目名。")
    section = models.ForeignKey(
        Section, verbose_name="栏目", null=True, blank=True, on_delete=models.CASCADE
    )
    url = models.CharField(
        "地址", max_length=200, blank=True, help_text="如 /zonglan/ 或完整网址。"
    )
    is_visible = models.BooleanField("显示", default=True)
    is_frequent = models.BooleanField(
        "手机常用", default=False, help_text=f"手机页顶横着滑动的一条，最多 {FREQUENT} 项。"
    )
    position = models.PositiveSmallIntegerField("次序", default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "菜单"
        ordering = ["menu", "position", "pk"]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        if self.section_id and self.url:
            raise ValidationError("栏目和地址只填一个。")
        if not self.label and not self.section_id:
            raise ValidationError({"label": "没有选栏目时，请填写文字。"})
        if self.url and not self.url.startswith(("/", "https://", "http://")):
            raise ValidationError({"url": "地址要以 / 或 https:// 开头。"})
        if self.url.startswith("//"):
            raise ValidationError({"url": "站内地址只用一个 / 开头。"})
        if self.parent_id and self.parent_id == self.pk:
            raise ValidationError({"parent": "不能把自己当作分组。"})
        if self.is_frequent and self.menu != self.Menu.MAIN:
            raise ValidationError({"is_frequent": "友情链接不能放进手机常用。"})
        if self.is_frequent and not self.section_id and not self.url:
            raise ValidationError({"is_frequent": "分组没有地址，不能放进手机常用。"})

    @property
    def is_in_strip(self) -> bool:
        """Does it take one of the places of the strip on phones?"""
        there = self.section is None or self.section.is_visible
        return self.is_frequent and self.is_visible and there and bool(self.address)

    @property
    def text(self) -> str:
        """The word on the entry."""
        return self.label or (self.section.name if self.section else "")

    @cached_property
    def address(self) -> str:
        """Where it leads; empty for a group."""
        return self.section.get_absolute_url() if self.section else self.url

    @classmethod
    def tree(cls, menu: str = Menu.MAIN) -> list[tuple[MenuItem, list[MenuItem]]]:
        """Return (top entry, visible entries under it); hidden sections are left out."""
        items = [
            item
            for item in cls.objects.filter(menu=menu, is_visible=True).select_related("section")
            if item.section is None or item.section.is_visible
        ]
        return [
            (top, [item for item in items if item.parent_id == top.pk])
            for top in items
            if top.parent_id is None
        ]

    @classmethod
    def frequent(cls) -> list[MenuItem]:
        """Return the entries of the strip on phones, in the order of the bar."""
        entries = [item for top, below in cls.tree() for item in (top, *below)]
        return [item for item in entries if item.is_in_strip][:FREQUENT]


class ScheduledJob(models.Model):
    """What is known of one daily job (``portal/schedule.py``): when it is due, what it did last."""

    name = models.CharField("代号", max_length=40, unique=True)
    due_at = models.DateTimeField("下次时间")
    started_at = models.DateTimeField("上次开始", null=True)
    finished_at = models.DateTimeField("上次结束", null=True)
    done = models.PositiveIntegerField("上次处理", default=0)
    failure = models.CharField("上次出错", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "定期任务"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class RedirectQuerySet(PublicQuerySet):
    def for_address(self, path: str, query: str) -> Redirect | None:
        """Return where an address has moved; with its query string first."""
        wanted = [path, *([f"{path}?{query}"] if query else [])]
        if len(path) + len(query) > LONGEST_ADDRESS:
            return None
        rows = self.filter(path__in=wanted).exclude(target="")
        return max(rows, key=lambda row: len(row.path), default=None)

    def bring_in(self, path: str, target: str, note: str) -> Redirect:
        """Make or change one; raise ``ValueError`` with a sentence when it is refused."""
        row = self.filter(path=path).first() or Redirect(path=path)
        row.target, row.note = target, note
        try:
            row.full_clean()
        except ValidationError as error:
            raise ValueError("；".join(error.messages)) from error
        row.save()
        return row


LONGEST_ADDRESS = 300


class Redirect(PublicThing):
    """An address that has moved for ever; without a target it is closed."""

    path = models.CharField(
        "旧地址", max_length=LONGEST_ADDRESS, unique=True, help_text="站内地址，以 / 开头。"
    )
    target = models.CharField(
        "新地址", max_length=LONGEST_ADDRESS, blank=True,
        help_text="站内地址或完整网址；空着则关闭这个地址，马上不能打开（410）。",
    )  # fmt: skip
    note = models.CharField("说明", max_length=100, blank=True)
    made_at = models.DateTimeField("建立时间", default=timezone.now, editable=False)

    objects = RedirectQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "转向和关闭"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.path} → {self.target or '关闭'}"

    def clean(self) -> None:
        # Addresses are kept as they are read, not as a browser writes them.
        address, mark, query = self.path.partition("?")
        self.path = unquote(address) + mark + query
        if not self.path.startswith("/") or self.path.startswith("//"):
            raise ValidationError({"path": "旧地址要以一个 / 开头。"})
        if self.path == "/" or self.path.startswith(("/admin/", "/zhanghu/")):
            raise ValidationError({"path": "首页、编辑部和登录的地址不能转向或关闭。"})
        if self.target.startswith("//") or not (
            not self.target or self.target.startswith(("/", "https://", "http://"))
        ):
            raise ValidationError({"target": "新地址要以 / 或 https:// 开头。"})
        if self._comes_back():
            raise ValidationError({"target": "转来转去又回到这个地址，请改一个。"})

    def _comes_back(self) -> bool:
        """Does following the target, one redirect after the other, lead here again?"""
        place, seen = self.target, {self.path}
        while place:
            if place in seen:
                return True
            seen.add(place)
            following = Redirect.objects.filter(path=place).exclude(pk=self.pk).first()
            place = following.target if following is not None else ""
        return False


class MissingPage(models.Model):
    """An address that readers asked for and nobody found."""

    path = models.CharField("地址", max_length=LONGEST_ADDRESS, unique=True)
    number = models.PositiveIntegerField("次数", default=1)
    first_at = models.DateTimeField("第一次", default=timezone.now)
    last_at = models.DateTimeField("最近一次", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "打不开的地址"
        ordering = ["-number", "-last_at"]

    def __str__(self) -> str:
        return self.path


MOST_KEPT = 20


class KeptList(models.Model):
    """A list of the desk as one person filters it, under a name of its own."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    name = models.CharField("名称", max_length=20)
    path = models.CharField("列表", max_length=100)
    query = models.CharField("筛选", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "常用筛选"
        ordering = ["path", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "path", "name"], name="kept_list_name_once")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{self.path}?{self.query}"


class SitemapMonth(models.Model):
    """When something that was published in a month changed, or went: for the sitemap's index."""

    month = models.CharField(max_length=7, unique=True)  # 2014-05
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "站点地图的月份"
        ordering = ["month"]

    def __str__(self) -> str:
        return self.month
