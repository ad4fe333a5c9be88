"""Units 单位 — the mines, companies and schools that correspondents write from."""

from __future__ import annotations

from django.db import models, transaction
from django.urls import reverse

from correspondents.names import squeeze
from correspondents.signals import registry_changed


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def named(self, text: str) -> OrganisationQuerySet:
        """Return the units whose full or short name is ``text``, inner spaces ignored."""
        key = squeeze(text)
        return self.filter(models.Q(name=key) | models.Q(short_name=key)) if key else self.none()


class Organisation(models.Model):
    """A unit in the tree 集团 → 二级公司 → 矿/厂/社区."""

    name = models.CharField("全称", max_length=60, unique=True)
    short_name = models.CharField("简称", max_length=30, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name="上级单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    region = models.CharField("地区", max_length=30, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.short_name or self.name

    def save(self, *args, **kwargs) -> None:
        self.name, self.short_name = squeeze(self.name), squeeze(self.short_name)
        super().save(*args, **kwargs)
        transaction.on_commit(lambda: registry_changed.send_robust(sender=Organisation))

    def get_absolute_url(self) -> str:
        return reverse("articles:by_organisation", args=[self.pk])
