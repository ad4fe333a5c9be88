"""The newsroom's front door: Django's admin with our sign-in, our skin and our first page."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin, SimpleListFilter
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import Resolver404, path, resolve, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from articles.search.query import read
from correspondents.choosing import SearchedSelect
from correspondents.deciding import take_back, undo_offered
from correspondents.models import Clock
from correspondents.numbers import whole_number
from portal import desk_search, planning, workload
from portal.dashboard import figures, machinery
from portal.models import MOST_KEPT, KeptList
from portal.views.home import as_it_will_be

# What is shown of time: the ends of Python's calendar are no days in every time zone.
SHOWN = dt.date(1990, 1, 1), dt.date(2199, 12, 1)
# How the filters of a list ask, by the end of the parameter, and what their values look like.
_NUMBER, _DAY = re.compile(r"[0-9]{1,2}"), re.compile(r"[12][0-9]{3}-[0-9 :+.T-]{1,40}")
LOOKUPS = {
    **dict.fromkeys(
        ["", "__exact", "__id__exact", "__isnull", "__isempty"],
        re.compile(r"(?!.*[\d_]{19}).{0,60}"),  # no number that the database cannot hold
    ),
    **dict.fromkeys(["__gte", "__lt"], _DAY),
    "__year": re.compile(r"[12][0-9]{3}"),
    "__month": _NUMBER,
    "__day": _NUMBER,
}


class DeclaredLookups(ModelAdmin):
    """A list is filtered by what its filters offer, and by nothing else that an address says.

    Django takes any lookup on the list's own fields: a regular expression of an hour's work, a
    year that no calendar has.
    """

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        if not super().lookup_allowed(lookup, value, request):
            return False
        own, declared = self._declared(request)
        if lookup in own:
            return True  # such a filter reads its value itself
        for name in declared:
            shape = LOOKUPS.get(lookup.removeprefix(name)) if lookup.startswith(name) else None
            if shape is not None and shape.fullmatch(str(value)):
                return True
        return False

    def _declared(self, request: Any) -> tuple[set[str], list[str]]:
        """Parameters of our own filters, and the fields that Django's filters are for."""
        rows = [row[0] if isinstance(row, tuple) else row for row in self.get_list_filter(request)]
        own = {
            row.parameter_name or ""
            for row in rows
            if isinstance(row, type) and issubclass(row, SimpleListFilter)
        }
        fields = [row for row in rows if isinstance(row, str)]
        return own, [*fields, self.date_hierarchy] if self.date_hierarchy else fields


class SteadyFields(BaseModelAdmin):
    """The fields of a form refuse what no database holds, whatever a request says."""

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if isinstance(db_field, models.DateTimeField):
            kwargs.setdefault("validators", [_is_shown])
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if "widget" not in kwargs and db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = SearchedSelect(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@cache
def _steady(inline: type[BaseModelAdmin]) -> type[BaseModelAdmin]:
    """The same inline with such fields."""
    return type(inline.__name__, (SteadyFields, inline), {"__module__": inline.__module__})


class SteadyForms(SteadyFields, ModelAdmin):
    """A form opens whatever its address says it is to be filled with.

    Django's search box asks the database for any text, its widget for a time takes none at all.
    """

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return [_steady(inline) for inline in super().get_inlines(request, obj)]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        times = {
            field.name
            for field in self.opts.get_fields()
            if isinstance(field, models.DateTimeField) and isinstance(initial.get(field.name), str)
        }
        typed = {name: parse_datetime_or_none(initial.pop(name)) for name in times}
        return initial | {name: time for name, time in typed.items() if time is not None}


class NewsroomSite(AdminSite):
    """The admin site of the newsroom."""

    site_header = "煤炭资讯网编辑部"
    site_title = "编辑部"
    index_title = "工作台"
    site_url = "/"
    empty_value_display = "—"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register as Django does; every list, of whatever app, takes declared lookups alone,
        every form opens.
        """
        base = admin_class or ModelAdmin
        if not issubclass(base, DeclaredLookups):
            facts = {"__module__": base.__module__, "__doc__": base.__doc__}
            base = type(base.__name__, (DeclaredLookups, SteadyForms, base), facts)
        super().register(model_or_iterable, base, **options)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Sign in where everybody does, throttled and logged."""
        return secure_admin_login(super().login)(request, extra_context)

    def get_urls(self) -> list[Any]:
        own = [
            path("undo/", self.admin_view(self.undo), name="undo"),
            path("find/", self.admin_view(self.find), name="find"),
            path("front/", self.admin_view(self.front), name="front"),
            path("workload/", self.admin_view(self.workload), name="workload"),
            path("calendar/", self.admin_view(self.calendar), name="calendar"),
            path("clock/", self.admin_view(self.confirm_clock), name="confirm_clock"),
            path("kept-lists/", self.admin_view(self.kept_lists), name="kept_lists"),
        ]
        return [*own, *super().get_urls()]

    def undo(self, request: HttpRequest) -> HttpResponse:
        """Take back what was decided a moment ago, by POST."""
        if request.method != "POST":
            raise PermissionDenied
        return HttpResponseRedirect(take_back(request))

    def confirm_clock(self, request: HttpRequest) -> HttpResponse:
        """Go on with the time as it is, after it has leapt; by POST, for those who see the jobs."""
        clock = Clock.objects.leap()
        if request.method != "POST" or not request.user.has_perm("portal.view_scheduledjob"):
            raise PermissionDenied
        if clock is not None:
            clock.confirm(by=request.user)  # type: ignore[arg-type]
            messages.success(request, "已按现在的时间继续：定期任务和定时发布恢复办理。")
        return HttpResponseRedirect(reverse("admin:index"))

    def front(self, request: HttpRequest) -> HttpResponse:
        """Show the front page as it will be at a time, by default now."""
        if not request.user.has_perm("articles.view_placement"):
            raise PermissionDenied
        asked = parse_datetime_or_none(request.GET.get("shi", ""))
        return as_it_will_be(request, asked or timezone.now())

    def workload(self, request: HttpRequest) -> TemplateResponse:
        """Show what each editor did in a period, by default this month; for chiefs."""
        if not request.user.has_perm("articles.override_separation"):
            raise PermissionDenied
        today = timezone.localdate()
        since = parse_date_or_none(request.GET.get("cong", "")) or today.replace(day=1)
        until = parse_date_or_none(request.GET.get("dao", "")) or today
        rows = workload.between(since, until) if since <= until else []
        context = {
            **self.each_context(request),
            "title": "编辑工作量",
            "since": since,
            "until": until,
            "columns": list(workload.COLUMNS),
            "rows": rows,
        }
        return TemplateResponse(request, "admin/workload.html", context)

    def calendar(self, request: HttpRequest) -> TemplateResponse:
        """Show a month of what is planned, by default this one."""
        if not request.user.has_perm("articles.view_article"):
            raise PermissionDenied
        asked = parse_date_or_none(request.GET.get("yue", "") + "-01")
        first = (asked or timezone.localdate()).replace(day=1)
        context = {
            **self.each_context(request),
            "title": "发布日历",
            "first": first,
            "before": (first - dt.timedelta(days=1)).replace(day=1),
            "after": (first + dt.timedelta(days=31)).replace(day=1),
            "names": ["一", "二", "三", "四", "五", "六", "日"],
            "weeks": planning.month_of(request.user, first),  # type: ignore[arg-type]
        }
        return TemplateResponse(request, "admin/calendar.html", context)

    def kept_lists(self, request: HttpRequest) -> HttpResponse:
        """Keep the filters of a list under a name, or drop one, by POST."""
        if request.method != "POST":
            raise PermissionDenied
        own: Any = KeptList.objects.filter(user=request.user)  # type: ignore[misc]
        if drop := request.POST.get("drop", ""):
            row = get_object_or_404(own, pk=whole_number(drop) or 0)
            row.delete()
            return HttpResponseRedirect(row.path)
        name, path = request.POST.get("name", "").strip(), request.POST.get("path", "")
        query = kept_query(QueryDict(request.POST.get("query", "")))
        if not _is_list(path):
            raise PermissionDenied
        if not name or len(name) > 20 or not query or len(query) > 400:
            messages.error(request, "没有保存：名称要填，不超过 20 字；筛选条件不能太长。")
        elif own.count() >= MOST_KEPT and not own.filter(path=path, name=name).exists():
            messages.error(request, f"没有保存：常用筛选最多 {MOST_KEPT} 个，请先删除用不着的。")
        else:
            own.update_or_create(user=request.user, path=path, name=name, defaults={"query": query})
            messages.success(request, f"已存为常用筛选“{name}”。")
        return HttpResponseRedirect(f"{path}?{query}")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add the own filters of a list; asked for by the pages that show them."""

        def own() -> list[KeptList]:
            return list(KeptList.objects.filter(user=request.user, path=request.path))  # type: ignore[misc]

        return super().each_context(request) | {
            "kept_lists": SimpleLazyObject(own),
            "kept_query": kept_query(request.GET),
            "undo": undo_offered(request),
        }

    def find(self, request: HttpRequest) -> TemplateResponse:
        """Search articles in every state and manuscripts."""
        query = read(request.GET.get("q", ""))
        page = desk_search.find(query, request.GET.get("page", ""), request.user)  # type: ignore[arg-type]
        context = {**self.each_context(request), "title": "检索", "query": query, "page": page}
        return TemplateResponse(request, "admin/find.html", context)

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """Show what waits for a decision before the list of tables."""
        shown = {"figures": figures(request.user), "machinery": machinery(request.user)}
        return super().index(request, (extra_context or {}) | shown)


def kept_query(asked: QueryDict) -> str:
    """Return what an address filters by, without the number of the page."""
    kept = asked.copy()
    for name in ("p", "all", "e", "_changelist_filters"):
        kept.pop(name, None)
    return kept.urlencode()


def _is_list(path: str) -> bool:
    """Is it the address of one of the desk's lists?"""
    try:
        found = resolve(path)
    except Resolver404:
        return False
    return found.namespaces == ["admin"] and found.view_name.endswith("_changelist")


def parse_datetime_or_none(text: str) -> Any:
    """Return a time as it was typed, in the site's time zone; ``None`` for what is none.

    What lies beyond what is shown of time becomes its first or its last moment.
    """
    try:
        time = forms.DateTimeField(required=False).clean(text)
    except ValidationError:
        return None
    first, last = _ends()
    return time and min(max(time, first), last)


def _ends() -> list[dt.datetime]:
    """The first and the last moment of what is shown of time."""
    return [timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in SHOWN]


def _is_shown(time: dt.datetime) -> None:
    """Refuse a time beyond them."""
    first, last = _ends()
    if not first <= time <= last:
        raise ValidationError(f"请填写 {first.year} 年到 {last.year} 年之间的时间。")


def parse_date_or_none(text: str) -> Any:
    """Return a day as it was typed; ``None`` for what is none.

    What lies beyond what is shown of time becomes its first or its last day.
    """
    try:
        day = forms.DateField(required=False).clean(text)
    except ValidationError:
        return None
    return day and min(max(day, SHOWN[0]), SHOWN[1])
