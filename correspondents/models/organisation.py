"""Units 单位 — the mines, companies and schools that correspondents write from."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr

from correspondents.lifecycle import StepNotAllowed, record
from correspondents.links import reverse_cached
from correspondents.merging import move_references, what_moves
from correspondents.names import key, squeeze
from correspondents.signals import organisation_merged, registry_changed, unit_renamed
from correspondents.typed import LineField


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def current(self) -> OrganisationQuerySet:
        """Units that have not been merged into another."""
        return self.filter(merged_into__isnull=True)

    def named(self, text: str) -> OrganisationQuerySet:
        """Units whose full name, short name or alias is ``text``, all spaces ignored."""
        wanted = key(text)
        if not wanted:
            return self.none()
        hit = Q(name_key=wanted) | Q(short_key=wanted) | Q(aliases__key=wanted)
        return self.current().filter(hit).distinct()

    def resolve(self, text: str) -> Organisation | None:
        """Return the one unit meant by ``text``; ``None`` for none or for several.

        A full name decides alone, whatever other units are called for short.
        """
        found = list(self.named(text)[:20])
        exact = [unit for unit in found if unit.name_key == key(text)]
        if exact:
            return exact[0]
        return found[0] if len(found) == 1 else None

    def mentioning(self, text: str) -> OrganisationQuerySet:
        """Units one of whose names contains ``text``, for search boxes."""
        wanted = key(text)
        if not wanted:
            return self.none()
        hit = (
            Q(name_key__contains=wanted)
            | Q(short_key__contains=wanted)
            | Q(aliases__key__contains=wanted)
        )
        return self.current().filter(hit).distinct()

    def beneath(self, unit: Organisation) -> OrganisationQuerySet:
        """The unit and everything under it in the tree."""
        return self.filter(path__startswith=unit.path)


class Organisation(models.Model):
    """A unit in the tree 集团 → 二级公司 → 矿/厂/社区.

    A merged unit stays as a row that points at the one it became, so that its old address leads
    there; nothing else names it any more.
    """

    name = LineField("全称", max_length=60, unique=True)
    short_name = LineField("简称", max_length=30, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name="上级单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    region = LineField("地区", max_length=30, blank=True, db_index=True)
    # "3/17/": the units from the top down to this one, so that a subtree is one comparison.
    path = models.CharField(max_length=120, editable=False, db_index=True, default="")
    name_key = models.CharField(max_length=60, editable=False, db_index=True, default="")
    short_key = models.CharField(max_length=30, editable=False, db_index=True, default="")
    merged_into = models.ForeignKey(
        "self",
        verbose_name="已并入",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["path", "name"]
        permissions = [("merge_organisation", "合并单位")]

    def __str__(self) -> str:
        return self.short_name or self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name, self.short_name = squeeze(self.name), squeeze(self.short_name)
        self.name_key, self.short_key = key(self.name), key(self.short_name)
        with transaction.atomic():
            before = Organisation.objects.filter(pk=self.pk).values_list("name", flat=True).first()
            super().save(*args, **kwargs)
            self._place()
            if before not in (None, self.name):
                unit_renamed.send(sender=Organisation, kept=self)
            registry_changed.send(sender=Organisation)

    def get_absolute_url(self) -> str:
        return reverse_cached("articles:by_organisation", self.pk)

    def clean(self) -> None:
        if self.pk and self.parent and self.parent.path.startswith(self.path):
            raise ValidationError({"parent": "上级单位不能是自己或自己的下级。"})
        if self.parent and self.parent.merged_into_id:
            raise ValidationError({"parent": "这个单位已经并入别的单位，请另选。"})
        taken = Organisation.objects.filter(
            Q(name_key=key(self.name)) | Q(aliases__key=key(self.name))
        )
        other = taken.exclude(pk=self.pk).first()
        if other is not None:
            kept = other.merged_into or other
            raise ValidationError({"name": f"“{self.name}”已经是“{kept.name}”的名称或别名。"})

    def _place(self) -> None:
        """Keep the path of this unit and of everything under it in line with its parent."""
        above = (
            Organisation.objects.values_list("path", flat=True).get(pk=self.parent_id)
            if self.parent_id
            else ""
        )
        old, new = self.path, f"{above}{self.pk}/"
        if old == new:
            return
        if old:
            below = Organisation.objects.filter(path__startswith=old).exclude(pk=self.pk)
            below.update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)))
        Organisation.objects.filter(pk=self.pk).update(path=new)
        self.path = new

    @property
    def full_path(self) -> list[int]:
        """Primary keys from the top of the tree down to this unit."""
        return [int(part) for part in self.path.split("/") if part]

    def holds(self, other: Organisation) -> bool:
        """Is ``other`` this unit or one under it?"""
        return bool(self.path) and other.path.startswith(self.path)

    # --- merging ----------------------------------------------------------------------------

    def what_moves(self) -> list[tuple[str, int]]:
        """What a merge would move: (kind, number)."""
        return what_moves(self, leave=[OrganisationAlias])

    def obstacle_to_merge(self, kept: Organisation, by: User) -> str:
        """Return why this unit cannot be merged into ``kept``, in Chinese; empty for nothing."""
        if kept.pk == self.pk:
            return "不能把单位合并到它自己。"
        if self.merged_into_id or kept.merged_into_id:
            return "其中一个单位已经并入别的单位，请重新选择。"
        if self.holds(kept):
            return "不能把上级单位合并到它的下级，请反过来合并。"
        return ""

    def merge_into(self, kept: Organisation, *, by: User) -> None:
        """Make this unit a part of ``kept``: every article, person and count goes along.

        The printed unit of a byline stays as it was that day. Names become aliases of ``kept``.
        Raises :class:`StepNotAllowed`.
        """
        with transaction.atomic():
            both = Organisation.objects.select_for_update().filter(pk__in=[self.pk, kept.pk])
            rows = {row.pk: row for row in both.order_by("pk")}
            merged, kept = rows[self.pk], rows[kept.pk]
            if reason := merged.obstacle_to_merge(kept, by):
                raise StepNotAllowed(reason)
            aliases = [(row.text, row.key) for row in merged.aliases.all()]
            aliases += [(text, key(text)) for text in (merged.name, merged.short_name) if text]
            merged.aliases.all().delete()
            children = list(merged.children.all())
            moved = move_references(merged, kept, leave=[OrganisationAlias])
            for child in children:
                child.parent = kept
                child.save()
            for text, wanted in aliases:
                if wanted not in (kept.name_key, kept.short_key):
                    kept.aliases.get_or_create(key=wanted, defaults={"text": text})
            kept.region = kept.region or merged.region
            kept.save()
            merged.parent, merged.merged_into = None, kept
            merged.save()
            record(kept, "merged", by=by, merged=merged.name, merged_id=merged.pk, moved=str(moved))
            organisation_merged.send(sender=Organisation, kept=kept, merged=merged, by=by)
        self.refresh_from_db()


class OrganisationAlias(models.Model):
    """Another name of a unit: 陕煤化 for 陕西煤业化工集团. Bylines use them all."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="单位", on_delete=models.CASCADE, related_name="aliases"
    )
    text = LineField("别名", max_length=60)
    key = models.CharField(max_length=60, editable=False, db_index=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = "别名"
        ordering = ["text"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key"],
                name="one_alias_per_unit",
                violation_error_message="这个别名已经有了。",
            )
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.text = squeeze(self.text)
        self.key = key(self.text)
        with transaction.atomic():
            super().save(*args, **kwargs)
            registry_changed.send(sender=OrganisationAlias)

    def clean(self) -> None:
        other = Organisation.objects.filter(name_key=key(self.text)).first()
        if other is not None and other.pk != self.organisation_id and not other.merged_into_id:
            raise ValidationError({"text": f"“{self.text}”是另一个单位的全称。"})
