"""Jinja for the pages that anybody reads: what its templates may say beside their context.

Components are macros under ``templates/jinja2/components/``: they are given all they print.
Templates in Django's language (the desk, accounts, a correspondent's own pages) use them by the tag
``component``.
"""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import Any

from django.conf import settings
from django.template import defaultfilters
from django.templatetags.static import static
from django.utils import html, timezone
from django.utils.dateformat import format as formatted
from django.utils.dateformat import time_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from jinja2 import ChainableUndefined, Environment, StrictUndefined, pass_context
from jinja2.runtime import Context

from articles.pages import presentation
from articles.text.richtext import opening
from articles.text.typesetting import with_tables_in_boxes
from correspondents.links import reverse_cached
from portal import page_meta
from portal.fragments import Cache
from portal.frame import current_frame, header_for
from portal.line_breaks import JinjaExtension


def date(value: dt.date | None, form: str) -> str:
    """Return a date or a moment (in the site's time zone) by a format of Django's."""
    if not value:
        return ""
    return formatted(timezone.localtime(value) if isinstance(value, dt.datetime) else value, form)


def time(value: dt.time | None, form: str) -> str:
    """Return a time of day by a format of Django's."""
    return time_format(value, form) if value else ""


def by_date(rows: Any, form: str, attribute: str = "published_at") -> list[tuple[str, list[Any]]]:
    """Group rows that follow each other by a date of theirs as ``form`` prints it."""

    def printed(row: Any) -> str:
        for name in attribute.split("."):
            row = row[name] if isinstance(row, dict) else getattr(row, name)
        return date(row, form)

    return [(key, list(group)) for key, group in groupby(rows, printed)]


def linebreaks(text: str) -> SafeString:
    """Return plain text as paragraphs of HTML."""
    return SafeString(html.linebreaks(text, autoescape=True))


def _printed(value: Any) -> Any:
    """A text that is translated late is as safe as what it becomes."""
    return str(value) if isinstance(value, Promise) else value


@pass_context
def header(context: Context) -> str:
    """Return the header as the reader of the page gets it."""
    return header_for(context["request"], context.get("current_entry", ""))


def environment(**options: Any) -> Environment:
    """Return the environment, as Django's back end asks for it."""
    # In the workshop a name that nobody gave is a mistake; a reader's page goes on without it.
    options["undefined"] = (
        StrictUndefined if settings.DEBUG or settings.TESTING else ChainableUndefined
    )
    options["finalize"] = _printed
    jinja = Environment(**options, extensions=[JinjaExtension, Cache])  # noqa: S701 -- Django says autoescape
    jinja.globals.update(
        url=reverse_cached,
        static=static,
        now=lambda form: date(timezone.now(), form),
        header=header,
        group_of=lambda address: current_frame().group_of(address),
        bylines=presentation.bylines,
        short_byline=presentation.short_byline,
        public_authors=presentation.public_authors,
        text_of=presentation.text_of,
        seal_picture=presentation.seal_picture,
        picture_sizes=presentation.SIZES,
        **page_meta.FUNCTIONS,
    )
    jinja.filters.update(
        date=date,
        time=time,
        by_date=by_date,
        opening=opening,
        linebreaks=linebreaks,
        **{
            name: getattr(defaultfilters, name)
            for name in ("striptags", "truncatechars", "urlencode")
        },
        stamp=presentation.stamp,
        list_date=presentation.list_date,
        minutes=presentation.minutes,
        tabled=with_tables_in_boxes,
    )
    return jinja
