"""Line breaks of templates print nothing, as in JSX: a template is laid out for who reads it.

A line break with the indentation after it is left out of the page; between the attributes of a tag
it is one blank. Chinese has no blank between words, so none may appear because somebody broke a
line. Where one is wanted at the end of a line, ``{{ " " }}`` says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.template.base import Origin
from django.template.loaders import filesystem
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

_TEMPLATE_TAG = re.compile(r"(\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\})")
_MARK = re.compile(r"<(?=[a-zA-Z/!])|>|\"|'|[ \t]*\n[ \t\n]*(/?>)?")


class LineBreaks:
    """Goes through the text of one template, piece by piece between its template tags."""

    def __init__(self) -> None:
        self._in_tag = False
        self._quote = ""

    def joined(self, text: str) -> str:
        """Return the next piece of text as it is printed."""
        return _MARK.sub(self._mark, text)

    def _mark(self, found: re.Match[str]) -> str:
        mark = found[0]
        if "\n" in mark:
            if not self._in_tag or self._quote:
                return " " * self._in_tag + (found[1] or "")
            if found[1]:
                self._in_tag = False
            return found[1] or " "
        if mark == "<":
            self._in_tag = self._in_tag or not self._quote
        elif mark == ">":
            self._in_tag = self._in_tag and bool(self._quote)
        elif self._in_tag and self._quote in ("", mark):
            self._quote = "" if self._quote else mark
        return mark


class DjangoLoader(filesystem.Loader):
    """Loads the site's templates in Django's language; letters (``.txt``) stay as they are."""

    def get_contents(self, origin: Origin) -> str:
        source: str = super().get_contents(origin)
        if not origin.name.endswith(".html"):
            return source
        breaks = LineBreaks()
        parts = _TEMPLATE_TAG.split(source)
        return "".join(
            part if place % 2 else breaks.joined(part) for place, part in enumerate(parts)
        )


class JinjaExtension(Extension):
    """The same for Jinja's, whose messages go on naming the right line."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        breaks = LineBreaks()
        for token in stream:
            if token.type == "data":
                token = Token(token.lineno, "data", breaks.joined(token.value))
            yield token
