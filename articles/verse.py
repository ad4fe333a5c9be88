"""Reading verse out of an article's HTML."""

import re

from articles.richtext import to_text

_BLOCK = re.compile(r"<p[^>]*>(.*?)</p>", re.DOTALL)


def first_stanza(html: str) -> list[str]:
    """Return the lines of the first stanza; empty when there is none."""
    inside = re.search(r'<div class="verse">(.*?)</div>', html, re.DOTALL)
    block = _BLOCK.search(inside[1] if inside else html)
    return to_text(block[1]).splitlines() if block else []
