"""Honorary ranks of correspondents."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction

from correspondents.signals import registry_changed
from correspondents.typed import LineField


class GradeQuerySet(models.QuerySet["Grade"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        """The list of the desk deletes what is ticked at once; that is announced too."""
        gone = super().delete()
        _announce_grades()
        return gone

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Grade(models.Model):
    """An honorary rank such as 特约通讯员. A list the desk keeps; readers see it on profiles."""

    name = LineField("等级", max_length=20, unique=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    objects = GradeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "等级"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            _announce_grades()

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            gone = super().delete(*args, **kwargs)
            _announce_grades()
        return gone


def _announce_grades() -> None:
    registry_changed.send(sender=Grade)
