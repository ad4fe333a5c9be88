"""Pictures sent with a manuscript."""

from __future__ import annotations

from django.db import models

from correspondents.models import Upload
from correspondents.typed import LineField, SentenceField


class ManuscriptPicture(models.Model):
    """One picture of a manuscript, with its words; only its owner and the desk may see it."""

    manuscript = models.ForeignKey("Manuscript", on_delete=models.CASCADE, related_name="pictures")
    upload = models.ForeignKey(
        Upload, verbose_name="图片", on_delete=models.PROTECT, related_name="+"
    )
    position = models.PositiveSmallIntegerField("次序", default=0)
    caption = SentenceField("图片说明", max_length=200, blank=True)
    photographer = LineField("拍摄者", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "图片"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.caption or str(self.upload)

    def discard(self) -> None:
        """Take it out of the manuscript; the file goes too, unless something was sent with it."""
        upload, sent = self.upload, self.manuscript.round_number
        self.delete()
        if not sent:
            upload.remove()
