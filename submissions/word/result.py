"""What is read out of a Word file."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class DocumentPicture:
    """A picture of the file: a name of ours, its bytes, the words below it."""

    name: str
    data: bytes
    caption: str


@dataclass(frozen=True)
class Converted:
    """What was read.

    ``bylines`` are pairs of unit and name, ``html`` is cleaned, with a :func:`placeholder` for
    each of the ``pictures``; ``dropped`` tells in phrases what was left out, and where it stood.
    """

    kicker: str
    title: str
    subtitle: str
    bylines: tuple[tuple[str, str], ...]
    html: str
    pictures: tuple[DocumentPicture, ...]
    dropped: tuple[str, ...]
    text: str


def placeholder(number: int) -> str:
    """Return what stands for the key of picture ``number`` until it is stored."""
    return f"docx-picture-{number:04d}"


def place(html: str, keys: list[str]) -> str:
    """Return the text with the keys of the stored pictures; an empty key takes its figure away."""

    def figure(match: re.Match[str]) -> str:
        found = re.search(r"docx-picture-([0-9]{4})", match[0])
        if found is None:
            return match[0]
        key = keys[int(found[1])] if int(found[1]) < len(keys) else ""
        if key:
            return match[0].replace(found[0], key)
        words = re.search(r"<figcaption>(.*)</figcaption>", match[0], re.DOTALL)
        return f"<p>{words[1]}</p>" if words else ""  # the words below it stay

    return re.sub(r"<figure>(?:(?!</figure>).)*</figure>", figure, html, flags=re.DOTALL)
