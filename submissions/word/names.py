"""Names of elements as the reader writes them: a short prefix for the namespaces that it knows."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

_OFFICE = "http://schemas.openxmlformats.org/"
_PREFIXES = {
    f"{_OFFICE}wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",  # "strict"
    f"{_OFFICE}markup-compatibility/2006": "mc",
    f"{_OFFICE}drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    f"{_OFFICE}drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    f"{_OFFICE}drawingml/2006/chart": "c",
    "http://purl.oclc.org/ooxml/drawingml/chart": "c",
    f"{_OFFICE}drawingml/2006/diagram": "dgm",
    "http://purl.oclc.org/ooxml/drawingml/diagram": "dgm",
    f"{_OFFICE}officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
}


@lru_cache(maxsize=4096)
def short(tag: str) -> str:
    """Return ``w:p`` for ``{...}p``; ``?:p`` where the namespace is not known."""
    space, _, local = tag.rpartition("}")
    return f"{_PREFIXES.get(space[1:], '?')}:{local}"


def name_of(element: Any) -> str:
    """Return the short name of an element."""
    return short(element.tag)


def value_of(element: Any, name: str = "val") -> str | None:
    """Return an attribute by its name alone, whatever its namespace; ``None`` of nothing."""
    if element is None:
        return None
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: Any, *names: str) -> Any:
    """Return the first child by its short name, then its child by the next, or ``None``."""
    for name in names:
        if element is None:
            return None
        element = next((one for one in element if short(one.tag) == name), None)
    return element


def is_on(element: Any) -> bool | None:
    """Return what an on/off property says; ``None`` where it is not there."""
    if element is None:
        return None
    return value_of(element) not in ("0", "false", "off", "none")
