"""Reading a Word file, in the process apart."""

from __future__ import annotations

from typing import IO

from submissions.word.document_text import DocumentText
from submissions.word.package import BROKEN, BadDocument, Package
from submissions.word.reader import Reader
from submissions.word.result import Converted


def convert(file: IO[bytes]) -> Converted:
    """Read a file; raise :class:`BadDocument` with a sentence. Needs limits around it."""
    package = Package(file)
    reader = Reader(package)
    try:
        reader.read()
        return DocumentText(reader).converted()
    except (BadDocument, MemoryError, RecursionError):
        raise
    except Exception as error:  # whatever a hostile file provokes
        raise BadDocument(BROKEN) from error
