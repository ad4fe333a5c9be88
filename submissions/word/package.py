"""The parts of a .docx (ECMA-376, part 2): found by their relations, unpacked within limits."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import unquote

from correspondents.uploads import OPEN_DOCUMENT

MEMBERS = 2_000
UNPACKED = 100 * 1024 * 1024
MAIN_PART = 20 * 1024 * 1024

NOT_WORD = "这个文件不是 Word 文档（.docx），请在 Word 或 WPS 里另存为 .docx 再上传。"
BROKEN = "Word 文件已损坏，无法读取，请在 Word 或 WPS 里重新另存为 .docx 再上传。"
LOCKED = "Word 文件设了密码，请取消密码后再上传。"
TOO_LARGE = "Word 文件解开后太大，请删去多余内容、压缩图片后再上传。"
SUSPECT = "Word 文件里有不该有的内容，没有读取；请把正文复制到新建的文档里再上传。"
TOO_COMPLEX = "Word 文件太复杂，没有读出来，请把正文粘贴到下面的框里。原文件已保留。"
# The stream of a locked file within its container ([MS-OFFCRYPTO] 2.3.4.4).
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class BadDocument(Exception):
    """A file that is not read; the message is one Chinese sentence for its author."""


def kind(head: bytes) -> str:
    """Tell by the first bytes: ``docx`` or ``odt`` (zips), ``ole`` (.doc, .wps, or locked), or empty."""
    if head.startswith(b"PK\x03\x04"):
        return "odt" if OPEN_DOCUMENT in head else "docx"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    return ""


def inspect(file: IO[bytes]) -> None:
    """Look at the table of contents alone, as a request may; raise :class:`BadDocument`.

    Files of other kinds pass, but for a Word file behind a password: from outside it is a .doc.
    """
    file.seek(0)
    found = kind(file.read(96))
    if found == "docx":
        Package(file).close()
    elif found == "ole":
        file.seek(0)
        if _ENCRYPTED in file.read(UNPACKED):
            raise BadDocument(LOCKED)


@dataclass(frozen=True)
class Relation:
    """Where a part leads: the last word of its type, the part or the address, and whether outside."""

    kind: str
    target: str
    outside: bool


class Package:
    """An opened .docx; reading a part counts what it unpacks to. Raises :class:`BadDocument`."""

    def __init__(self, file: IO[bytes]) -> None:
        file.seek(0)
        self._left = UNPACKED
        self._relations: dict[str, dict[str, Relation]] = {}
        try:
            self._archive = zipfile.ZipFile(file)
            members = self._archive.infolist()
        except Exception as error:  # a hostile archive raises anything
            raise BadDocument(BROKEN) from error
        # Names of parts are compared without regard to case (ECMA-376-2, 6.2.2.3).
        self._members = {m.filename.replace("\\", "/").lower(): m for m in members}
        if "[content_types].xml" not in self._members:
            raise BadDocument(NOT_WORD)
        if any(member.flag_bits & 1 for member in members):
            raise BadDocument(LOCKED)
        if len(members) > MEMBERS or sum(m.file_size for m in members) > UNPACKED:
            raise BadDocument(TOO_LARGE)
        self.main = self._main()
        if self._members[self.main].file_size > MAIN_PART:
            raise BadDocument(TOO_LARGE)

    def _main(self) -> str:
        """The name of the document itself, which need not be ``word/document.xml``."""
        types = self.read("[content_types].xml")
        if b"wordprocessingml" not in types and b"ms-word" not in types:
            raise BadDocument(NOT_WORD)
        named = [one.target for one in self.relations("").values() if one.kind == "officeDocument"]
        for name in (*named, "word/document.xml"):
            if name in self._members:
                return name
        raise BadDocument(NOT_WORD)

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """Return what a part unpacks to."""
        member = self._members[name]
        most = min(self._left, MAIN_PART if name.endswith((".xml", ".rels")) else UNPACKED)
        try:
            with self._archive.open(member) as stream:
                data = stream.read(most + 1)
        except MemoryError:
            raise
        except Exception as error:  # a wrong checksum, a cut stream
            raise BadDocument(BROKEN) from error
        if len(data) > most:  # the table of contents lied
            raise BadDocument(TOO_LARGE)
        self._left -= len(data)
        return data

    def tree(self, name: str) -> Any:
        """Return the root of an XML part; without entities, without anything from outside."""
        from lxml import etree  # noqa: PLC0415 -- large: in the process apart, or for .rels

        data = self.read(name)
        head = data[:8192]
        if any("<!DOCTYPE".encode(code) in head for code in ("utf-8", "utf-16-le", "utf-16-be")):
            raise BadDocument(SUSPECT)  # Word writes none; entities live there
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
            recover=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        try:
            tree = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            if re.search("memory|unknown error", str(error), re.I):  # the limit, not the file
                raise MemoryError from error
            raise BadDocument(BROKEN) from error
        if tree.getroottree().docinfo.doctype:
            raise BadDocument(SUSPECT)
        return tree

    def relations(self, part: str) -> dict[str, Relation]:
        """Return where a part leads, by the keys it uses; ``""`` is the package itself."""
        if part not in self._relations:
            folder, name = posixpath.split(part)
            file = posixpath.join(folder, "_rels", f"{name}.rels")
            rows = self.tree(file) if file in self._members else ()
            self._relations[part] = {row.get("Id", ""): _relation(row, folder) for row in rows}
        return self._relations[part]

    def related(self, part: str, kind: str) -> list[str]:
        """Return the parts that ``part`` leads to by a kind of relation, as far as they are there."""
        found = [one.target for one in self.relations(part).values() if one.kind == kind]
        return [name for name in dict.fromkeys(found) if name in self._members]


def _relation(row: Any, folder: str) -> Relation:
    target, outside = row.get("Target", ""), row.get("TargetMode") == "External"
    if not outside:
        target = (
            posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/").lower()
        )
    return Relation(row.get("Type", "").rsplit("/", 1)[-1], target, outside)
