"""Sections 栏目 and genres 体裁 and the labels and addresses sections once had."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from articles.content.edition import PublicQuerySet, PublicThing, once_an_edition
from articles.signals import stages_changed, stages_changing
from correspondents.links import reverse_cached
from correspondents.typed import DayField, LineField, SentenceField


class Genre(PublicThing):
    """A genre 体裁 for filters and points. A list the desk keeps."""

    name = LineField("体裁", max_length=20, unique=True)
    longest = models.PositiveIntegerField(
        "篇幅", null=True, blank=True, help_text="一般不超过多少字，只作提示；诗词按行数。"
    )
    position = models.PositiveSmallIntegerField("次序", default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "体裁"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


def reserved_slugs() -> set[str]:
    """Return the first part of every other address of the site, read from the URL table."""

    def first_parts(patterns: list[URLPattern | URLResolver], prefix: str = "") -> set[str]:
        found: set[str] = set()
        for pattern in patterns:
            route = prefix + str(pattern.pattern).lstrip("^").replace("\\", "")
            if not route and isinstance(pattern, URLResolver):
                found |= first_parts(pattern.url_patterns, route)
            elif match := re.match(r"[A-Za-z0-9_.-]+", route):
                found.add(match[0].lower())
        return found

    return first_parts(get_resolver().url_patterns)


def check_slug(slug: str) -> None:
    """Refuse a slug that is the first part of another address of the site."""
    if slug.lower() in reserved_slugs():
        raise ValidationError(f"“{slug}”与网站的其他地址冲突，请换一个。")


class SectionQuerySet(PublicQuerySet):
    def visible(self) -> SectionQuerySet:
        """Sections readers may open."""
        return self.filter(is_visible=True)

    def open_for_submission(self) -> SectionQuerySet:
        """Sections correspondents may send to today."""
        today = timezone.localdate()
        return self.visible().filter(
            models.Q(opens_on__isnull=True) | models.Q(opens_on__lte=today),
            models.Q(closes_on__isnull=True) | models.Q(closes_on__gte=today),
            accepts_submissions=True,
        )

    def of_desk(self, user: User) -> SectionQuerySet:
        """Sections this person reads: the assigned ones, or all when none are assigned."""
        limits = limits_of(user)
        return self.filter(pk__in=limits) if limits else self.all()

    def labelled(self, label: str) -> SectionQuerySet:
        """Sections an old page means by ``label``: name, full name or an alias."""
        label = label.strip()
        return self.filter(
            models.Q(name=label) | models.Q(full_name=label) | models.Q(aliases__label=label)
        ).distinct()


class Section(PublicThing):
    """A section 栏目 of the site."""

    class Layout(models.TextChoices):
        STANDARD = "standard", "标准"
        VERSE = "verse", "诗词"
        GALLERY = "gallery", "图集"
        INTERVIEW = "interview", "访谈"
        ACCIDENT = "accident", "事故快报"
        VENDOR = "vendor", "厂商信息"

    class Stages(models.IntegerChoices):
        TWO = 2, "两审（初审、终审）"
        THREE = 3, "三审（初审、复审、终审）"

    name = LineField("栏目名", max_length=20, unique=True)
    full_name = LineField(
        "全名", max_length=40, blank=True, help_text="印在文章页，不填则用栏目名。"
    )
    slug = models.SlugField(
        "地址", max_length=40, unique=True, help_text="用拼音；改名后旧地址永久转到新地址。"
    )
    code = models.SlugField("代码", max_length=40, unique=True, editable=False, null=True)
    description = SentenceField("一句话介绍", max_length=80, blank=True)
    layout = models.CharField(
        "版式", max_length=10, choices=Layout.choices, default=Layout.STANDARD
    )
    genre = models.ForeignKey(
        Genre, verbose_name="默认体裁", null=True, blank=True, on_delete=models.PROTECT
    )
    stages = models.PositiveSmallIntegerField("审级", choices=Stages.choices, default=Stages.THREE)
    proof_passes = models.PositiveSmallIntegerField(
        "校次",
        choices=[(0, "不记校次"), (1, "一校"), (2, "二校"), (3, "三校")],
        default=3,
        help_text="每签一审，同时记一个校次，印在审稿单上；不多于审级。",
    )
    author_in_title = models.BooleanField(
        "标题前加作者", default=False, help_text="如“苏有才：刍议……”，文艺和论文栏目用。"
    )
    accepts_submissions = models.BooleanField("接受投稿", default=True)
    opens_on = DayField("开始收稿", null=True, blank=True, help_text="不填则一直收稿。")
    closes_on = DayField("截止收稿", null=True, blank=True, help_text="当天仍可投稿。")
    needs_unit_approval = models.BooleanField(
        "须经单位审核",
        default=False,
        help_text="投给这个栏目的稿件，由作者单位的通联负责人在网上确认“经本单位审核”。",
    )
    is_visible = models.BooleanField("对读者可见", default=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "栏目"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            old = Section.objects.filter(pk=self.pk).first() if self.pk else None
            if old is not None:
                if old.slug != self.slug:
                    FormerSlug.objects.get_or_create(slug=old.slug, defaults={"section": self})
                FormerSlug.objects.filter(slug=self.slug, section=self).delete()
            others = old is not None and old.stages != self.stages
            if others:
                stages_changing.send(sender=Section, section=old)
            super().save(*args, **kwargs)
            if others:
                stages_changed.send(sender=Section, section=self)

    def get_absolute_url(self) -> str:
        return reverse_cached("articles:section", self.slug)

    @property
    def takes_submissions(self) -> bool:
        """May correspondents send to it today?"""
        today = timezone.localdate()
        begun = self.opens_on is None or self.opens_on <= today
        over = self.closes_on is not None and self.closes_on < today
        return self.is_visible and self.accepts_submissions and begun and not over

    @property
    def label(self) -> str:
        """The name printed on article pages."""
        return self.full_name or self.name

    def clean(self) -> None:
        if self.opens_on and self.closes_on and self.closes_on < self.opens_on:
            raise ValidationError({"closes_on": "截止收稿不能早于开始收稿。"})
        if self.slug:
            check_slug(self.slug)
            former = FormerSlug.objects.filter(slug=self.slug).exclude(section_id=self.pk)
            if former.exists():
                raise ValidationError({"slug": "这个地址曾属于另一个栏目，读者的旧链接还要用。"})


class SectionAlias(models.Model):
    """A label that old pages print for a section; the importer looks here."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="aliases")
    label = LineField("旧标签", max_length=40, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "旧标签"

    def __str__(self) -> str:
        return self.label


class FormerSlug(models.Model):
    """An address a section once had; it redirects for ever."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="former_slugs")
    slug = models.SlugField(max_length=40, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "旧地址"

    def __str__(self) -> str:
        return self.slug


class DeskAssignmentManager(models.Manager["DeskAssignment"]):
    def sections_of(self, user: User) -> list[int]:
        """Return the numbers of the sections a person is limited to; none: he reads all."""
        return list(self.filter(user=user).values_list("section_id", flat=True))


def limits_of(user: User) -> frozenset[int]:
    """Return the sections a person is limited to; empty: he reads all.

    Asked for many times by every page of the desk, so remembered on the user object.
    """
    if not hasattr(user, "section_limits"):
        user.section_limits = frozenset(DeskAssignment.objects.sections_of(user))  # type: ignore[attr-defined]
    return user.section_limits  # type: ignore[attr-defined, no-any-return]


def may_read_section(user: User, section_id: int) -> bool:
    """Does this person read that section?"""
    limits = limits_of(user)
    return not limits or section_id in limits


class DeskAssignment(models.Model):
    """A section a person at the desk reads. Nobody assigned: the person reads all sections."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="编辑",
        on_delete=models.CASCADE,
        related_name="desk_assignments",
    )
    section = models.ForeignKey(
        Section, verbose_name="栏目", on_delete=models.CASCADE, related_name="assignments"
    )

    objects = DeskAssignmentManager()

    class Meta:
        verbose_name = verbose_name_plural = "栏目分工"
        constraints = [
            models.UniqueConstraint(fields=["user", "section"], name="one_assignment_per_section")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.section}"


@once_an_edition
def all_sections() -> tuple[Section, ...]:
    """Return every section, hidden ones too, in the order of the desk."""
    return tuple(Section.objects.all())


@once_an_edition
def all_genres() -> tuple[Genre, ...]:
    """Return every genre in the order of the desk."""
    return tuple(Genre.objects.all())
