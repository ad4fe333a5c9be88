"""Reading a Word file, in the process apart."""

from __future__ import annotations

from typing import IO

from submissions.word.package import BROKEN, BadDocument, Package
from submissions.word.reader import Reader
from submissions.word.result import Converted
from submissions.word.sheet import Sheet


def convert(file: IO[bytes]) -> Converted:
    """Read a file; raise :class:`BadDocument` with a sentence. Needs limits around it."""
    package = Package(file)
    reader = Reader(package)
    try:
        reader.read()
        return Sheet(reader).converted()
    except (BadDocument, MemoryError, RecursionError):
        raise
    except Exception as error:  # whatever a hostile file provokes
        raise BadDocument(BROKEN) from error
