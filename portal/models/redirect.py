"""Addresses that moved, were closed, or that nobody found."""

from __future__ import annotations

from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from articles.models import PublicQuerySet, PublicThing
from correspondents.typed import SentenceField


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
    note = SentenceField("说明", max_length=100, blank=True)
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
        if query and not self.target:
            raise ValidationError({"path": "关闭的是整个页面，请去掉问号和后面的部分。"})
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
