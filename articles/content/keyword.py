"""Keywords under which texts were signed, after the desk has renamed, merged or deleted them for all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import models, transaction
from taggit.models import Tag, TaggedItem

from correspondents.merging import move_references


class FormerKeyword(models.Model):
    """A keyword as it was called once: which one stands for it now, or that none does."""

    key = models.PositiveBigIntegerField()
    name = models.CharField("原来的名称", max_length=100)
    tag = models.ForeignKey(
        Tag, verbose_name="现在的关键词", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "原关键词"
        indexes = [
            models.Index(fields=["key"], name="former_keyword_by_key"),
            models.Index(fields=["name"], name="former_keyword_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.tag or '已删除'}"

    @classmethod
    def note(cls, tag: Tag, name: str, *, becomes: Tag | None) -> None:
        """Remember what a keyword was called and what it becomes, in the caller's transaction."""
        cls.objects.filter(tag=tag).update(tag=becomes)
        cls.objects.create(key=tag.pk, name=name, tag=becomes)


def merge_keywords(kept: Tag, others: Iterable[Tag]) -> int:
    """Let one keyword stand for others on whatever carries them; return how many are gone."""
    with transaction.atomic():
        number = 0
        for other in others:
            carried = TaggedItem.objects.filter(
                tag=kept, content_type=models.OuterRef("content_type")
            )
            twice = models.Exists(carried.filter(object_id=models.OuterRef("object_id")))
            TaggedItem.objects.filter(twice, tag=other).delete()
            FormerKeyword.note(other, other.name, becomes=kept)
            move_references(other, kept)
            other.delete()
            number += 1
    return number


def kept_tags(names: Sequence[str], keys: Sequence[int] | None) -> list[int]:
    """Return the keys of the keywords of today that a text was signed under.

    ``keys`` where the text was kept with them; texts of the first scheme have names alone.
    """
    if keys is None and not names:
        return []
    if keys is None:
        wanted = set(names)
        there = dict(Tag.objects.filter(name__in=wanted).values_list("name", "pk"))
        former = FormerKeyword.objects.filter(name__in=wanted - set(there)).order_by("pk")
        became = dict(former.values_list("name", "tag"))
        found = [*there.values(), *became.values()]
    else:
        wanted_keys = set(keys)
        alive = set(Tag.objects.filter(pk__in=wanted_keys).values_list("pk", flat=True))
        gone = FormerKeyword.objects.filter(key__in=wanted_keys - alive).order_by("pk")
        found = [*alive, *gone.values_list("tag", flat=True)]
    return sorted({key for key in found if key is not None})
