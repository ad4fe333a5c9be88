"""Stock reasons for not using a manuscript."""

from django.db import models

from correspondents.typed import SentenceField


class DeclineReason(models.Model):
    """A stock reason for not using a manuscript; the desk keeps the list."""

    text = SentenceField("原因", max_length=60, unique=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "未采用原因"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text
