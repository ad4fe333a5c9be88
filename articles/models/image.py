"""Pictures of an article."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from correspondents.models import Upload


class ArticleImage(models.Model):
    """One picture in an article, in order, with its words."""

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="images")
    upload = models.ForeignKey(
        Upload, verbose_name="图片", on_delete=models.PROTECT, related_name="+"
    )
    position = models.PositiveSmallIntegerField("次序", default=0)
    alt = models.CharField(
        "替代文字", max_length=120, blank=True, help_text="给看不见图片的读者，说明画面内容。"
    )
    caption = models.CharField("图片说明", max_length=200, blank=True)
    photographer = models.CharField("拍摄者", max_length=40, blank=True)
    is_decorative = models.BooleanField(
        "仅作装饰", default=False, help_text="画面不说明事情的，不用写替代文字。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "图片"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.caption or self.alt or str(self.upload)

    @property
    def sizes(self) -> list[dict[str, object]]:
        """The sizes made of it, each with its address, narrowest first."""
        return [
            size | {"url": self._url(size["width"], size["format"])}
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
        """``srcset`` in WebP."""
        return self.srcset("webp")

    @property
    def srcset_jpg(self) -> str:
        """``srcset`` in JPEG."""
        return self.srcset("jpg")

    def _url(self, width: int, format: str) -> str:
        return reverse("articles:picture", args=[self.upload.key, width, format])
