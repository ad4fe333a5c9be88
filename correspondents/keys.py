"""Single keys of the desk: what they are, and whether this browser wants them (WCAG 2.2, 2.1.4)."""

from __future__ import annotations

from django.http import HttpRequest

COOKIE = "keys"
# By the place where they work: key and deed, as the page of keys tells them.
SINGLE = {
    "来稿队列": (
        ("J", "下一篇"), ("K", "上一篇"), ("O", "打开"), ("X", "勾选"),
    ),
    "读一篇来稿": (
        ("A", "采用"), ("R", "退作者修改"), ("D", "不采用"), ("C", "认领"), ("U", "放回待处理"),
        ("N", "写意见"), ("1–9", "常用原因"),
    ),
}  # fmt: skip
COMBINED = {
    "到处": (
        ("Ctrl+Enter", "写好意见，按刚才选的办"), ("Esc", "关闭阅读栏"),
    ),
}  # fmt: skip


def are_off(request: HttpRequest) -> bool:
    """Has this browser been told to leave single keys alone?"""
    return request.COOKIES.get(COOKIE) == "off"
