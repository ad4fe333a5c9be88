"""Filters of the queue: state, section, unit, how long it waits, and what it needs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Count, Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone

from articles.models import Section
from correspondents.models import Organisation
from correspondents.numbers import whole_number
from submissions.models import AuthorRequest, CallForPapers, Manuscript, ManuscriptPicture, Message

UNITS = 30


class StateFilter(admin.SimpleListFilter):
    """What waits for a decision comes first; a search without a choice looks everywhere."""

    title = "状态"
    parameter_name = "zt"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.searching = bool(request.GET.get("q", "").strip())
        self.user = request.user
        return [
            ("waiting", "等待决定"),
            ("mine", "我手上的"),
            ("free", "没有人认领"),
            *[(value, label) for value, label in Manuscript.State.choices if value != "draft"],
            ("all", "全部"),
        ]

    def value(self) -> Any:
        chosen = super().value()
        known = {str(value) for value, _ in self.lookup_choices}
        return chosen if chosen in known else ("all" if self.searching else "waiting")

    def choices(self, changelist: Any) -> Any:
        for value, label in self.lookup_choices:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value == "all":
            return queryset
        if value in Manuscript.State.values:
            return queryset.filter(state=value)
        waiting = queryset.filter(state__in=["submitted", "claimed"])
        if value == "mine":
            return waiting.filter(handler=request.user)
        return waiting.filter(state="submitted") if value == "free" else waiting


class WaitFilter(admin.SimpleListFilter):
    """How long the author has waited."""

    title = "等待"
    parameter_name = "wait"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("overdue", "超时"),
            ("8", "超过 8 小时"),
            ("72", "超过 3 天"),
            ("promise", f"超过约定的 {settings.DECISION_DAYS} 天"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value == "overdue":
            return queryset.overdue()
        hours = {"8": 8, "72": 72, "promise": 24 * settings.DECISION_DAYS}.get(value or "")
        if hours is None:
            return queryset
        return queryset.waiting().filter(
            submitted_at__lt=timezone.now() - dt.timedelta(hours=hours)
        )


class SectionFilter(admin.SimpleListFilter):
    """The sections this person reads."""

    title = "栏目"
    parameter_name = "lm"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        sections = Section.objects.of_desk(request.user).filter(accepts_submissions=True)  # type: ignore[arg-type]
        return [(str(pk), name) for pk, name in sections.values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        section = whole_number(self.value())
        return queryset.filter(sent_section=section) if section is not None else queryset


class UnitFilter(admin.SimpleListFilter):
    """The units with the most waiting; any other one by its number in the address."""

    title = "单位"
    parameter_name = "dw"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        waiting = Manuscript.objects.of_desk(request.user).waiting().order_by()
        counted = (
            waiting.exclude(organisation=None)
            .values("organisation", "organisation__name")
            .annotate(number=Count("pk"))
            .order_by("-number", "organisation")[:UNITS]
        )
        found = [
            (str(row["organisation"]), f"{row['organisation__name']}（{row['number']}）")
            for row in counted
        ]
        chosen = request.GET.get(self.parameter_name, "")
        if whole_number(chosen) is not None and chosen not in {value for value, _ in found}:
            found += [
                (chosen, name)
                for name in Organisation.objects.filter(pk=chosen).values_list("name", flat=True)
            ]
        return found

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = whole_number(self.value())
        if chosen is None:
            return queryset
        unit = Organisation.objects.filter(pk=chosen).first()
        if unit is None:
            return queryset.none()
        return queryset.filter(organisation__path__startswith=unit.path)


class NeedFilter(admin.SimpleListFilter):
    """What a piece has or wants besides a decision."""

    title = "其他"
    parameter_name = "qt"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("talk", "作者有新留言"),
            ("request", "作者有申请"),
            ("pictures", "图片稿"),
            ("urgent", "优先和加急"),
            ("again", "修改后重投"),
            ("behalf", "代投"),
            ("alike", "疑似重复"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value == "talk":
            return queryset.filter(Exists(new_talk()))
        if value == "request":
            return queryset.filter(Exists(open_requests()))
        if value == "pictures":
            pictures = ManuscriptPicture.objects.filter(manuscript=OuterRef("pk"))
            return queryset.filter(Exists(pictures))
        return {
            "urgent": queryset.filter(priority__gt=0),
            "again": queryset.filter(round_number__gt=1),
            "behalf": queryset.filter(entered_by__isnull=False),
            "alike": queryset.filter(likeness__gte=100 * settings.PROBABLY_SAME_TEXT),
        }.get(value or "", queryset)


class CallFilter(admin.SimpleListFilter):
    """Manuscripts for one call for papers."""

    title = "征文"
    parameter_name = "zw"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        calls = CallForPapers.objects.order_by("-closes_on")[:10]
        return [(str(call.pk), call.title) for call in calls]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        call = whole_number(self.value())
        return queryset.filter(call=call) if call is not None else queryset


def new_talk() -> Any:
    """Messages of the author that the desk has not opened, for one manuscript of an outer query."""
    return Message.objects.filter(manuscript=OuterRef("pk"), from_desk=False, read_at__isnull=True)


def open_requests() -> Any:
    """Requests that wait for an answer, for one manuscript of an outer query."""
    return AuthorRequest.objects.filter(
        manuscript=OuterRef("pk"), standing=AuthorRequest.Standing.OPEN
    )
