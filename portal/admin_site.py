"""The newsroom's desk: Django's admin with our sign-in, our skin and our first page."""

from __future__ import annotations

import datetime as dt
import re
from functools import wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import Resolver404, path, resolve, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from articles.search.query import read
from correspondents import keys
from correspondents.deciding import take_back, undo_offered
from correspondents.models import Clock
from correspondents.numbers import whole_number
from portal import desk_calendar, desk_search, workload
from portal.admin_forms import (
    DeclaredLookups,
    SteadyForms,
    parse_date_or_none,
    parse_datetime_or_none,
)
from portal.dashboard import figures, machinery
from portal.display import YEAR
from portal.models import MOST_KEPT, KeptList
from portal.views.home import as_it_will_be

# What is read to people of the icons for yes, no and unknown.
SEARCH = b'id="searchbar"'
ICONS = {"True": "是", "False": "否", "None": "未知", "Search": "搜索"}
_ICON = re.compile(rb'(<img src="[^"]+" alt=")(True|False|None|Search)(")')


def _with_icons_told(response: HttpResponse) -> None:
    def told(icon: re.Match[bytes]) -> bytes:
        return icon[1] + ICONS[icon[2].decode()].encode() + icon[3]

    named = response.content.replace(SEARCH, SEARCH + ' aria-label="搜索"'.encode())
    response.content = _ICON.sub(told, named)


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
            path("keys/", self.admin_view(self.keys), name="keys"),
            path("clock/", self.admin_view(self.confirm_clock), name="confirm_clock"),
            path("kept-lists/", self.admin_view(self.kept_lists), name="kept_lists"),
        ]
        return [*own, *super().get_urls()]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Every page of the desk, with the words of Django's icons in Chinese."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = inner(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                response.add_post_render_callback(_with_icons_told)
            return response

        return shown

    def undo(self, request: HttpRequest) -> HttpResponse:
        """Take back what was decided a moment ago, by POST."""
        if request.method != "POST":
            raise PermissionDenied
        return HttpResponseRedirect(take_back(request))

    def keys(self, request: HttpRequest) -> HttpResponse:
        """Show the keys of the desk; by POST this browser has single ones switched on or off."""
        if request.method == "POST":
            response = HttpResponseRedirect(request.path)
            if request.POST.get("keys") == "letters":
                sent = {key: request.POST.get(f"key-{key}", "") for key in keys.CHANGEABLE}
                chosen = {key: one.strip().upper() for key, one in sent.items()}
                if words := keys.refusal(chosen):
                    messages.error(request, words)
                    return self._keys_page(request, sent)
                response.set_cookie(
                    keys.LETTERS_COOKIE, keys.as_cookie(chosen), max_age=YEAR, samesite="Lax"
                )
                messages.success(request, "记下了，这台电脑的浏览器以后按这些键。")
            elif request.POST.get("keys") == "usual":
                response.delete_cookie(keys.LETTERS_COOKIE, samesite="Lax")
            elif request.POST.get("keys") == "off":
                response.set_cookie(keys.COOKIE, "off", max_age=YEAR, samesite="Lax")
            else:
                response.delete_cookie(keys.COOKIE, samesite="Lax")
            return response
        return self._keys_page(request, keys.letters(request))

    def _keys_page(self, request: HttpRequest, chosen: dict[str, str]) -> HttpResponse:
        single = {
            place: [(key, chosen.get(key, ""), deed) for key, deed in rows]
            for place, rows in keys.SINGLE.items()
        }
        context = {
            **self.each_context(request),
            "title": "快捷键",
            "single": single,
            "are_changed": any(key != one for key, one in chosen.items()),
            "combined": keys.COMBINED,
            "are_off": keys.are_off(request),
        }
        return TemplateResponse(request, "admin/keys.html", context)

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
            "weeks": desk_calendar.month_of(request.user, first),  # type: ignore[arg-type]
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
