"""``{% cache name, key %}…{% endcache %}`` in Jinja: a part of a page, kept until its key changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup

from articles.pages.fragments import place

# Seconds; a change that nobody told of is seen the same day.
LONGEST = 6 * 3600


class Cache(Extension):
    """Keeps what stands between the tags in the cache ``fragments``; without a key nothing is kept."""

    tags = {"cache"}

    def parse(self, parser: Parser) -> nodes.Node:
        """Read the tag: a name and an expression for the key."""
        line = next(parser.stream).lineno
        name = parser.parse_expression()
        parser.stream.expect("comma")
        arguments = [name, parser.parse_expression()]
        body = parser.parse_statements(("name:endcache",), drop_needle=True)
        call = self.call_method("_kept", arguments)
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def _kept(self, name: str, key: tuple[Any, ...] | None, caller: Callable[[], str]) -> str:
        if key is None:
            return caller()
        text = caches["fragments"].get(place(name, key))
        if text is None:
            text = str(caller())
            caches["fragments"].set(place(name, key), text, LONGEST)
        return Markup(text)  # noqa: S704 -- escaped where it was printed
