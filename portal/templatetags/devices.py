"""Browsers in plain words."""

from django import template

register = template.Library()

# The first that fits: most browsers carry the names of older ones as well.
BROWSERS = [
    ("MicroMessenger", "微信"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("UCBrowser", "UC 浏览器"),
    ("QQBrowser", "QQ 浏览器"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
]
MACHINES = [
    ("iPad", "平板"),
    ("iPhone", "手机"),
    ("Mobile", "手机"),
    ("Android", "平板"),
    ("Windows", "电脑"),
    ("Macintosh", "电脑"),
    ("Linux", "电脑"),
]


@register.filter
def device(user_agent: str) -> str:
    """Say what a browser's own description means, as in “手机，微信”."""
    machine = next((word for mark, word in MACHINES if mark in user_agent), "未知设备")
    browser = next((word for mark, word in BROWSERS if mark in user_agent), "其他浏览器")
    return f"{machine}，{browser}"
