"""Claims of bylines, as the desk settles them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from articles.models import BylineClaim, Section
from correspondents.lifecycle_admin import LifeCycleAdmin, state_tag
from correspondents.models import Correspondent, Organisation


@admin.register(BylineClaim)
class BylineClaimAdmin(LifeCycleAdmin):
    """Claims of bylines: what is printed beside who says it is his."""

    counter = "条"
    list_display = ["article", "printed", "claimant", "unit_then", state_tag, "created_at"]
    list_filter = ["state"]
    list_select_related = ["byline__article", "byline__organisation", "correspondent__organisation"]
    show_full_result_count = False
    search_fields = ["byline__name", "correspondent__name"]
    fields: ClassVar[Any] = [
        "article",
        "printed",
        "claimant",
        "unit_then",
        "namesakes",
        "remark",
        "state",
        "answer",
        "created_at",
    ]
    readonly_fields = fields
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[BylineClaim]:
        desk = Section.objects.of_desk(request.user)  # type: ignore[arg-type]
        claims = super().get_queryset(request).filter(byline__article__section__in=desk)
        return claims.prefetch_related("correspondent__memberships__organisation")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is edited; list actions need the right to settle."""
        return obj is None and request.user.has_perm("articles.settle_claim")

    @admin.display(description="文章")
    def article(self, claim: BylineClaim) -> str:
        article = claim.byline.article
        when = article.published_at
        day = f"{timezone.localtime(when):%Y-%m-%d}" if when else ""
        return format_html('<a href="{}">{}</a> {}', article.get_absolute_url(), article.title, day)

    @admin.display(description="印的署名")
    def printed(self, claim: BylineClaim) -> str:
        row = claim.byline
        return f"{row.label}：{row.unit_text} {row.name}"

    @admin.display(description="认领人")
    def claimant(self, claim: BylineClaim) -> str:
        person = claim.correspondent
        return f"{person} {person.number or ''}"

    @admin.display(description="认领人当时的单位")
    def unit_then(self, claim: BylineClaim) -> str:
        """The unit of the day of the piece; marked when the printed one is another."""
        unit = claim.correspondent.unit_on(claim.byline.day)
        printed = claim.byline.organisation
        if printed is None:
            printed = Organisation.objects.resolve(claim.byline.unit_text)
        if unit is None or printed is None or unit.holds(printed) or printed.holds(unit):
            return str(unit or "—")
        return format_html('<span class="wait r">{}（与署名不同）</span>', unit)

    @admin.display(description="同名的通讯员")
    def namesakes(self, claim: BylineClaim) -> str:
        people = Correspondent.objects.named(claim.byline.name).exclude(pk=claim.correspondent_id)
        return "、".join(str(person) for person in people.select_related("organisation")) or "没有"
