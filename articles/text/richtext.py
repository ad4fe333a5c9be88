"""The one sanitiser, and the only field type that holds HTML.

:func:`clean` keeps a closed list of elements and throws everything else away. The field calls it
where a value goes to the database, so that ``save()``, ``bulk_create()``, ``update()``,
``bulk_update()``, forms, imports and restores are all covered; what a template prints as HTML
has therefore been cleaned.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import Any

import nh3
import regex
from django.db import models

from correspondents.typed import composed

# The desk's editor and the correspondents' editor offer exactly these.
TEXT_TAGS = {"p", "br", "hr", "h2", "h3", "strong", "em", "s", "sub", "sup", "a", "div", "aside"}
BLOCK_TAGS = {"ul", "ol", "li", "blockquote", "cite", "figure", "figcaption", "img"}
TABLE_TAGS = {"table", "caption", "thead", "tbody", "tr", "th", "td"}
TAGS = TEXT_TAGS | BLOCK_TAGS | TABLE_TAGS
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
CLASSES = {"p": {"flush"}, "div": {"verse"}, "aside": {"pull"}, "td": {"n"}, "th": {"n"}}
# Pictures come from our own views only, by our own names.
PICTURE = re.compile(r"/pictures/[A-Za-z0-9_-]{16,30}/\d{2,4}\.(?:jpg|webp)")
SPAN = re.compile(r"[1-9]\d{0,2}")
# Word and old pages write <b> and <i>; one spelling is stored.
_SAME = (
    (re.compile(r"<(/?)b(?=[\s>])", re.IGNORECASE), r"<\1strong"),
    (re.compile(r"<(/?)i(?=[\s>])", re.IGNORECASE), r"<\1em"),
)


# Elements within elements: deeper than anybody writes, and the parser's time grows with the
# square of it.
DEEPEST = 100
# XML in HTML: what ends in itself is closed, names of other languages (o:p) are no elements here.
_CLOSED = re.compile(r"<([a-z][a-z0-9-]{0,20})((?:\s[^<>]{0,2000}?[\s\"'])?)/>", re.IGNORECASE)
_FOREIGN = re.compile(r"</?[a-z][a-z0-9]{0,10}:[^<>]{0,4000}>", re.IGNORECASE)
# These stand alone, or end when the next of their kind begins, as in old pages.
_FLAT = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
    | {"p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot", "option"}
    | {"track", "wbr"}
)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]{0,20})", re.IGNORECASE)


def without_comments(html: str) -> str:
    """Take comments out, in one pass; one that never ends takes no words with it."""
    kept, place = [], 0
    while (begin := html.find("<!--", place)) >= 0:
        end = html.find("-->", begin + 4)
        if end < 0:
            break
        kept.append(html[place:begin])
        place = end + 3
    return "".join(kept) + html[place:].replace("<!--", "")


def _without_element(html: str, name: str) -> str:
    """Take an element out with all in it, in one pass; one that never ends stays."""
    lower, kept, place = html.lower(), [], 0
    if len(lower) != len(html):  # a letter whose small form is longer: nobody's page
        return html
    while (begin := lower.find(f"<{name}", place)) >= 0:
        end = lower.find(f"</{name}", begin)
        if end < 0:
            break
        kept.append(html[place:begin])
        place = (lower.find(">", end) + 1) or len(html)
    return "".join(kept) + html[place:]


def too_deep(html: str) -> bool:
    """Do elements stand within one another more than ``DEEPEST`` times? Counted, not parsed."""
    depth, there = 0, Counter[str]()
    if "<!--" in html:
        html = without_comments(html)
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if name in _FLAT:
            continue
        if not tag[1]:
            depth += 1
            there[name] += 1
        elif there[name]:
            depth -= 1
            there[name] -= 1
        if depth > DEEPEST:
            return True
    return False


def plain_tags(html: str) -> str:
    """Return HTML without what XML allows and HTML misreads; the words stay."""

    def closed(match: re.Match[str]) -> str:
        return match[0] if match[1].lower() in _FLAT else f"<{match[1]}{match[2]}></{match[1]}>"

    if "/>" in html:
        html = _CLOSED.sub(closed, html)
    return _FOREIGN.sub("", html)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if PICTURE.fullmatch(value) else None
    if name in ("colspan", "rowspan", "width", "height", "start"):
        return value if SPAN.fullmatch(value) or (value.isdigit() and len(value) <= 4) else None
    if name == "scope":
        return value if value in ("row", "col") else None
    return value


_CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags={"script", "style", "title", "noscript", "template", "svg", "math"},
    attributes={"*": set(), **{tag: set(names) for tag, names in ATTRIBUTES.items()}},
    attribute_filter=_attribute,
    allowed_classes=CLASSES,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener noreferrer",
)
# Nobody sees them: no database takes NUL, no feed the other control characters, and format characters
# hide words or turn them round. Two join the letters of other scripts and stay.
_CONTROL = regex.compile(r"[[\p{Cc}\p{Cf}\u2028\u2029]--[\t\n\u200c\u200d]]", flags=regex.V1)
# What a text may have that Python does not call printable; str.split() takes separators of files too.
_BLANKS = dict.fromkeys(map(ord, "\n\t\u00a0\u2002\u2003\u2009\u200c\u200d\u3000"))
_PARAGRAPH = re.compile(r"<p[^>]*>(.*?)</p>", re.DOTALL)
# A class of which nothing is left says nothing.
_NO_CLASS = re.compile(r'(<[a-z0-9]+(?: [a-z]+="[^"]*")*?) class=""')
# A picture whose address was refused is nothing.
_NO_PICTURE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")


def without_control(html: str) -> str:
    """Return a text without characters that nobody sees, its lines ended in one way."""
    # The database refuses NUL, and a lone CR would make a second cleaning differ from the first.
    html = composed(html.replace("\r\n", "\n").replace("\r", "\n"))
    return html if html.translate(_BLANKS).isprintable() else _CONTROL.sub("", html)


def clean(html: str) -> str:
    """Return the allowed part of ``html``; cleaning twice changes nothing more.

    Of what stands deeper than anybody writes (:func:`too_deep`) the words are kept.
    """
    html = plain_tags(without_control(html))
    if too_deep(html):
        html = from_text(_words_of(html))
    return sanitised(html)


def sanitised(html: str) -> str:
    """Return the allowed part of HTML that is neither too deep nor has control characters."""
    for pattern, replacement in _SAME:
        html = pattern.sub(replacement, html)
    cleaned = _NO_CLASS.sub(r"\1", _CLEANER.clean(html))
    # Names and numbers stand for signs that nobody sees, too (&ic; &#8203;): they are signs now.
    return _NO_PICTURE.sub("", without_control(cleaned)).strip()


def _words_of(html: str) -> str:
    """The words between the tags, roughly: what a tag ends, a line ends."""
    html = without_comments(html)
    for name in ("style", "script", "title", "xml", "head"):
        html = _without_element(html, name)
    return unescape(re.sub(r"</?[a-z!][^<>]{0,2000}>", "\n", html, flags=re.IGNORECASE))


_LINE_ENDS = re.compile(r"</(?:p|h2|h3|li|tr|figcaption|blockquote|div)>|<br>")
_TAGS = re.compile(r"<[^>]*>")
_BLANK_LINES = re.compile(r"\n\s*\n+")


def to_text(html: str) -> str:
    """Return the text of cleaned HTML, paragraphs on lines of their own."""
    # The sanitiser leaves no bare angle bracket, in attributes neither: a tag ends at the next one.
    text = unescape(_TAGS.sub("", _LINE_ENDS.sub("\n", html))).replace("\u00a0", " ")
    return _BLANK_LINES.sub("\n", text).strip()


def from_text(text: str) -> str:
    """Return plain text as HTML: every line that is not empty becomes a paragraph."""
    lines = (line.strip(" \t\u3000\u00a0") for line in text.splitlines())
    return "\n".join(f"<p>{_escape(line)}</p>" for line in lines if line)


def verse_from_text(text: str) -> str:
    """Return plain text as verse: one line is one line, an empty line ends a stanza."""
    lines = [line.strip(" \t\u3000\u00a0") for line in text.strip().splitlines()]
    stanzas = re.split(r"\n{2,}", "\n".join(lines))
    inner = "".join(f"<p>{_escape(stanza).replace(chr(10), '<br>')}</p>" for stanza in stanzas)
    return f'<div class="verse">{inner}</div>' if text.strip() else ""


def without_titles(html: str) -> str:
    """Return cleaned verse without the titles over its poems; other texts as they are."""
    if 'class="verse"' not in html:
        return html
    return re.sub(r"<h([23])\b.*?</h\1>", "", html, flags=re.DOTALL)


# Full-width marks bring their own space; a heading, which ends with none, needs one after it.
_MARK = re.compile("[\u2014\u2019\u201d\u2026\u3001-\u3011\uff01-\uff0f\uff1a-\uff20]")


def joined(text: str) -> str:
    """Return text of several lines in one: no space after a full-width mark.

    Spaces inside a line are the author's and stay, as one.
    """
    out = ""
    for line in (" ".join(row.split()) for row in text.splitlines()):
        needs_none = not out or not line or _MARK.match(out[-1])
        out += line if needs_none else f" {line}"
    return out


def in_one_line(html: str) -> str:
    """Return the text of cleaned HTML in one line; lines of verse are set off by a stroke."""
    text = to_text(without_titles(html))
    if 'class="verse"' in html:
        return " / ".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
    return joined(text)


def first_stanza(html: str) -> list[str]:
    """Return the lines of the first stanza of cleaned HTML; empty when there is none."""
    inside = re.search(r'<div class="verse">(.*?)</div>', html, re.DOTALL)
    block = _PARAGRAPH.search(inside[1] if inside else html)
    return to_text(block[1]).splitlines() if block else []


def opening(html: str, number: int) -> list[str]:
    """Return the first lines of verse, of its first stanza alone; an ellipsis where it goes on."""
    shown = first_stanza(html)[:number]
    goes_on = len(to_text(without_titles(html)).split("\n")) > len(shown)
    return [*shown, "……"] if goes_on and shown else shown


def to_editable_text(html: str) -> str:
    """Return cleaned HTML as the plain text a textarea shows; the inverse of the two above."""
    if 'class="verse"' in html:
        stanzas = _PARAGRAPH.findall(html)
        return "\n\n".join(to_text(stanza) for stanza in stanzas)
    return to_text(html)


def _escape(text: str) -> str:
    """Escape text for HTML without touching quotation marks."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class RichTextField(models.TextField):
    """HTML that has been through :func:`clean`, on every way of writing."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Clean on the instance too, so that it shows what was stored."""
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = clean(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Clean what ``update()`` and ``bulk_update()`` write."""
        if isinstance(value, str):
            value = clean(value)
        return super().get_db_prep_save(value, connection)
