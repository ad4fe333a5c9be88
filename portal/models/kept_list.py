"""Lists of the desk under names of their own."""

from __future__ import annotations

from django.conf import settings
from django.db import models

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
