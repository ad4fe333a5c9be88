"""Reading a Word file: title, bylines, clean text, pictures in order, and what was left out.

The file is taken apart by us, with limits (SECURITY: .docx; DECISIONS: limits). Every character and
picture of it is placed, told, or was never visible (ECMA-376 says which): the reader keeps all
three counts and tells what they do not explain. Nothing outside the file is ever fetched.
"""

from submissions.word.package import BadDocument, inspect, kind
from submissions.word.result import Converted, DocumentPicture, place

__all__ = [
    "BadDocument",
    "Converted",
    "DocumentPicture",
    "inspect",
    "kind",
    "place",
]
