"""The newsroom's front door: Django's admin with our sign-in, our skin and our first page."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from portal.dashboard import figures


class NewsroomSite(AdminSite):
    """The admin site of the newsroom."""

    site_header = "煤炭资讯网编辑部"
    site_title = "编辑部"
    index_title = "工作台"
    site_url = "/"
    empty_value_display = "—"

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Sign in where everybody does, throttled and logged."""
        return secure_admin_login(super().login)(request, extra_context)

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """Show what waits for a decision before the list of tables."""
        return super().index(request, (extra_context or {}) | {"figures": figures(request.user)})
