"""An article as it is pasted into WeChat's editor 复制到公众号 — inline styles and nothing else.

WeChat drops classes, scripts and links to other sites; pictures stay in their order with their
words. Style values are ours, texts have been cleaned before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from articles.proofreading.blocks import blocks_of

INK, QUIET, EMBER = "#1a1613", "#6d655b", "#a83e0b"
STYLES = {
    "p": f"margin:0 0 1em;font-size:16px;line-height:1.9;text-indent:2em;text-align:justify;color:{INK}",
    "h2": f"margin:1.4em 0 .6em;font-size:18px;line-height:1.5;font-weight:bold;color:{INK};border-left:4px solid {EMBER};padding-left:.5em",
    "h3": f"margin:1.2em 0 .5em;font-size:16px;line-height:1.5;font-weight:bold;color:{INK}",
    "blockquote": f"margin:1em 0;padding:.6em 1em;border-left:4px solid {EMBER};color:{QUIET};font-size:15px;line-height:1.8",
    "ul": "margin:0 0 1em 1.2em;padding:0", "ol": "margin:0 0 1em 1.2em;padding:0",
    "li": f"font-size:16px;line-height:1.9;color:{INK}",
    "table": "border-collapse:collapse;width:100%;font-size:14px;margin:0 0 1em",
    "td": "border:1px solid #cfc7b9;padding:6px 8px", "th": "border:1px solid #cfc7b9;padding:6px 8px",
    "figure": "margin:1.2em 0;text-align:center", "img": "max-width:100%;height:auto",
    "figcaption": f"margin:.5em 0 0;font-size:13px;line-height:1.6;color:{QUIET};text-align:center",
    "strong": "font-weight:bold", "em": "font-style:normal;border-bottom:1px solid",
}  # fmt: skip
# What has no style of its own is written without anything.
KEPT = frozenset({*STYLES, "br", "s", "sub", "sup", "thead", "tbody", "tr", "caption", "cite"})
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)([^<>]*)>")
_SOURCE = re.compile(r'src="(/pictures/[^"]+)"')
_SPAN = re.compile(r'\b(?:colspan|rowspan)="\d{1,3}"')
_VERSE = re.compile(r'<div class="verse">(.*?)</div>', re.DOTALL)


@dataclass(frozen=True)
class PostPicture:
    """One picture beside the text: its address on our site, and its words."""

    address: str
    words: str


def for_wechat(
    body: str,
    pictures: Sequence[PostPicture],
    *,
    byline: str,
    source: str,
    address: str,
    site: str,
    generated: str = "",
) -> str:
    """Return the HTML of a whole post; ``site`` is put before the addresses of pictures."""
    parts = [_verse_styled(body, site)]
    parts += [
        f'<p style="{STYLES["figure"]}"><img src="{escape(site + one.address)}" style="{STYLES["img"]}"></p>'
        + (f'<p style="{STYLES["figcaption"]}">{escape(one.words)}</p>' if one.words else "")
        for one in pictures
    ]
    quiet = f"margin:0;font-size:14px;line-height:1.8;color:{QUIET}"
    lines = [
        line for line in (generated, byline, f"来源：{source}", f"阅读原文：{address}") if line
    ]
    parts += [f'<p style="{quiet}">{escape(line, quote=False)}</p>' for line in lines]
    return "\n".join(parts)


def _verse_styled(body: str, site: str) -> str:
    """Lines of verse are not indented."""
    flush = STYLES["p"].replace("text-indent:2em;text-align:justify", "text-align:center")
    body = _VERSE.sub(lambda m: m[1].replace("<p>", '<p class="verse">'), body)
    return _TAG.sub(lambda m: _styled(m, site, flush), body)


def _styled(match: re.Match[str], site: str, flush: str) -> str:
    closing, tag, more = match[1], match[2], match[3]
    if tag not in KEPT:
        return ""  # a link, a box: its words stay
    if closing:
        return f"</{tag}>"
    style = flush if tag == "p" and 'class="verse"' in more else STYLES.get(tag, "")
    kept = "".join(f" {span}" for span in _SPAN.findall(more))
    if tag == "img":
        source = _SOURCE.search(more)
        if source is None:
            return ""
        kept = f' src="{site}{source[1]}"'
    return f'<{tag}{kept} style="{style}">' if style else f"<{tag}{kept}>"


def plain_words(html: str) -> str:
    """Return the words alone, for a clipboard that takes no HTML."""
    return "\n\n".join(block.text for block in blocks_of(html))


def page(html: str) -> str:
    """Return the piece as a page of its own, as wide as it is shown; ``html`` is ours already."""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>公众号里的样子</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"></head>'
        '<body style="margin:0;padding:16px;font-family:sans-serif;overflow-wrap:anywhere">'
        f"{html}</body></html>"
    )
