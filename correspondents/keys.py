"""Single keys of the desk: what they are, which letter this browser wants for each, and whether any.

WCAG 2.2, 2.1.4: a key without Ctrl or Alt can be switched off or be another one.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest

COOKIE = "keys"
LETTERS_COOKIE = "key-letters"
# By the place where they work: key and deed, as the page of keys tells them.
SINGLE = {
    "来稿队列": (
        ("J", "下一篇"), ("K", "上一篇"), ("O", "打开"), ("X", "勾选"),
    ),
    "读一篇来稿": (
        ("A", "采用"), ("R", "退作者修改"), ("D", "不采用"), ("C", "认领"), ("U", "放回待处理"),
        ("N", "写意见"), ("1–9", "常用原因"),
    ),
    "读一篇文章": (("E", "在这里改"),),
}  # fmt: skip
COMBINED = {
    "到处": (
        ("Ctrl+Enter", "写好意见，按刚才选的办"), ("Esc", "关闭阅读栏"),
    ),
    "文章的写稿页、审读页": (
        ("Ctrl+S", "保存，接着写"), ("Ctrl+Enter", "签字或发布，接着看下一篇"), ("Alt+1–8", "到右边第几张卡"),
        ("F8", "下一处校对提示，加 Shift 是上一处"), ("Alt+↓", "下一处改动，Alt+↑ 是上一处"),
    ),
}  # fmt: skip
CHANGEABLE = tuple(key for rows in SINGLE.values() for key, _ in rows if len(key) == 1)


def are_off(request: HttpRequest) -> bool:
    """Has this browser been told to leave single keys alone?"""
    return request.COOKIES.get(COOKIE) == "off"


def letters(request: HttpRequest) -> dict[str, str]:
    """Return for every key of ours the letter that this browser presses for it."""
    pairs = (one.split("-") for one in request.COOKIES.get(LETTERS_COOKIE, "").split("."))
    own = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
    chosen = {key: own.get(key, key) for key in CHANGEABLE}
    return chosen if not refusal(chosen) else {key: key for key in CHANGEABLE}


def refusal(chosen: Mapping[str, str]) -> str:
    """Return why these letters will not do, in Chinese; empty where they will."""
    if any(len(one) != 1 or not ("A" <= one <= "Z") for one in chosen.values()):
        return "每个键请填一个英文字母。"
    twice = {one for one in chosen.values() if list(chosen.values()).count(one) > 1}
    return f"{'、'.join(sorted(twice))} 填了两处，一个字母只能办一件事。" if twice else ""


def as_cookie(chosen: Mapping[str, str]) -> str:
    """Return what the browser keeps: only what is not as it comes."""
    return ".".join(f"{key}-{one}" for key, one in chosen.items() if key != one)
