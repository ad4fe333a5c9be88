"""What of an address its view reads: everything else makes no page of its own."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

LONGEST_ADDRESS = 300
# Names that views of kept pages read, by how their addresses begin; every other one is left out
# before Django sees it.
LISTS = frozenset({"page", "date", "nian", "lanmu"})
PEOPLE = frozenset({"page", "nian", "lanmu", "ticai"})
READ = {
    "/articles/": frozenset(), "/pictures/": frozenset(), "/feeds/": frozenset(),
    "/yemian/": frozenset(), "/sitemap": frozenset(),
    "/paihang/": frozenset({"bang"}), "/archive/": frozenset({"date"}),
    "/caibian/": frozenset({"date"}), "/tags/": frozenset({"page"}),
    "/gengzheng/": frozenset({"page"}), "/tongxunyuan/": PEOPLE, "/danwei/": PEOPLE,
}  # fmt: skip


@lru_cache(maxsize=1024)
def known_parameters(path: str, asked: str) -> str:
    """Return the parameters that its view reads, in one order, the last of each name."""
    if path == "/":
        return ""
    try:
        pairs = dict(parse_qsl(asked, max_num_fields=50))
    except ValueError:
        return ""
    names = next((READ[start] for start in READ if path.startswith(start)), LISTS)
    known = sorted((name, value) for name, value in pairs.items() if name in names)
    return urlencode(known)[:LONGEST_ADDRESS]
