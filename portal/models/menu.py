"""The menus."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property

from articles.models import PublicQuerySet, PublicThing, Section
from correspondents.typed import LineField

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
    label = LineField("文字", max_length=20, blank=True, help_text="不填则用栏目名。")
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
