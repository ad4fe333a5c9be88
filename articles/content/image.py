"""Pictures of an article."""

from __future__ import annotations

from typing import Any

from django.db import models

from correspondents.links import reverse_cached
from correspondents.models import Upload
from correspondents.typed import DayField, LineField, SentenceField

# What is said of a work, or of where and when a photograph was taken; blank for most pictures.
WORK = ("work_title", "work_author", "medium", "size", "year", "place", "taken_on", "is_portrait")


class ArticleImage(models.Model):
    """One picture in an article, in order, with its words."""

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="images")
    upload = models.ForeignKey(
        Upload, verbose_name="图片", on_delete=models.PROTECT, related_name="+"
    )
    position = models.PositiveSmallIntegerField("次序", default=0)
    alt = SentenceField(
        "替代文字", max_length=120, blank=True, help_text="给看不见图片的读者，说明画面内容。"
    )
    caption = SentenceField("图片说明", max_length=200, blank=True)
    photographer = LineField("拍摄者", max_length=40, blank=True)
    is_decorative = models.BooleanField(
        "仅作装饰", default=False, help_text="画面不说明事情的，不用写替代文字。"
    )
    work_title = SentenceField("作品名", max_length=60, blank=True, help_text="不用写书名号。")
    work_author = LineField("作品作者", max_length=40, blank=True)
    medium = LineField(
        "类别", max_length=40, blank=True, help_text="如：国画，纸本设色；书法，行书。"
    )
    size = LineField("尺寸", max_length=40, blank=True, help_text="如：138 厘米×69 厘米。")
    year = LineField("年代", max_length=20, blank=True)
    place = LineField("拍摄地点", max_length=60, blank=True)
    taken_on = DayField("拍摄日期", null=True, blank=True)
    is_portrait = models.BooleanField(
        "受访人肖像", default=False, help_text="访谈用：印在开头的受访人栏里。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "图片"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.caption or self.alt or str(self.upload)

    def told_besides(self) -> list[Any]:
        """Return what a revision keeps of it beside its words; nothing where nothing is said."""
        work = {name: getattr(self, name) for name in WORK if getattr(self, name)}
        if self.taken_on is not None:
            work["taken_on"] = self.taken_on.isoformat()
        return [self.is_decorative, work] if work else [True] if self.is_decorative else []

    @property
    def is_work(self) -> bool:
        """Does it show somebody's work, which is seen whole?"""
        return bool(self.work_title or self.medium)

    @property
    def work_words(self) -> str:
        """Title, author, kind, size and year of a work; or place and day of a photograph."""
        return work_words({name: getattr(self, name) for name in WORK})

    @property
    def sizes(self) -> list[dict[str, object]]:
        """The sizes made of it, each with its address, narrowest first."""
        # One address found by its route serves all sizes: a page names hundreds of them.
        base = reverse_cached("articles:picture", self.upload.key, 0, "jpg").removesuffix("0.jpg")
        return [
            size | {"url": f"{base}{size['width']}.{size['format']}"}
            for size in self.upload.renditions
        ]

    @property
    def largest(self) -> dict[str, object] | None:
        """The widest JPEG."""
        jpegs = [size for size in self.sizes if size["format"] == "jpg"]
        return jpegs[-1] if jpegs else None

    def srcset(self, format: str) -> str:
        """Return the ``srcset`` of one format."""
        return ", ".join(
            f"{size['url']} {size['width']}w" for size in self.sizes if size["format"] == format
        )

    @property
    def srcset_webp(self) -> str:
        """``srcset`` in WebP; empty where it saves nothing over JPEG."""
        return self.srcset("webp") if self._saves("webp", "jpg") else ""

    @property
    def srcset_avif(self) -> str:
        """``srcset`` in AVIF, of the widths of figures; empty where there is none or it saves nothing."""
        return self.srcset("avif") if self._saves("avif", "jpg") else ""

    @property
    def srcset_jpg(self) -> str:
        """``srcset`` in JPEG."""
        return self.srcset("jpg")

    def _saves(self, one: str, other: str) -> bool:
        """Is one format smaller than the other, over the widths both have? Old sizes: assumed so."""
        sizes = self.upload.renditions
        bytes_of = {(size["format"], size["width"]): size.get("bytes", 0) for size in sizes}
        widths = [width for format, width in bytes_of if format == one]
        ones = sum(bytes_of[one, width] for width in widths)
        others = sum(bytes_of.get((other, width), 0) for width in widths)
        return bool(widths) and (not others or ones < others)


def values_told(more: list[Any]) -> dict[str, Any]:
    """Return the fields of a picture from what :meth:`ArticleImage.told_besides` gave."""
    work = more[1] if len(more) > 1 else {}
    values: dict[str, Any] = {"is_decorative": bool(more and more[0])}
    for name in WORK:
        field: Any = ArticleImage._meta.get_field(name)
        said = work.get(name)
        values[name] = field.get_default() if said is None else field.to_python(said)
    return values


def work_words(said: dict[str, Any]) -> str:
    """Return what is said of a work or a photograph in one line, empty where nothing is."""
    title = said.get("work_title")
    taken_on = said.get("taken_on")
    parts = [f"《{title}》" if title else ""]
    parts += [str(said.get(name) or "") for name in ("work_author", "medium", "size", "year")]
    parts += [str(said.get("place") or ""), str(taken_on or "")]
    return "\u3000".join(part for part in parts if part)
