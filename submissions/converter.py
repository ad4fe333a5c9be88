"""Old Word files, WPS, RTF and OpenDocument made .docx by LibreOffice, where it is installed.

It runs in bubblewrap: no network, an empty home, nothing of the machine to read but the programs and
the one file; macros, links and updates of fields are off, and the kernel keeps the limits. What comes
out is read like any other Word file.
"""

from __future__ import annotations

import os
import resource
import shutil
import stat
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.functional import lazy

from correspondents.sandbox import LARGEST_FILE, MEBIBYTE
from submissions.word.package import LOCKED, TOO_COMPLEX, BadDocument

PROGRAMS = ("bwrap", "soffice")
# By the ending that our own look at the content has given; a Kingsoft .wps is a .doc inside.
CONVERTED = frozenset({"doc", "rtf", "odt"})
# The programs and their settings, read-only; there is no /etc/passwd, no data, no other home.
SEEN = (
    "/usr", "/etc/fonts", "/etc/libreoffice", "/var/lib/libreoffice", "/etc/ld.so.cache",
    "/etc/alternatives",
)  # fmt: skip
# LibreOffice's own settings (officecfg): nothing active, nothing linked, nothing fetched.
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{}
</oor:items>
"""
SWITCHES = (
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Writer/Content/Update", "Link", "0"),
    ("Writer/Content/Update", "Field", "false"),
)


def _offer() -> str:
    if is_available():
        return "支持 .docx、.doc、.wps、.rtf、.odt，自动带入标题、正文与图片；.pdf 只作附件。最大 20 MB。"
    return (
        "支持 .docx，自动带入标题、正文与图片；.doc、.wps、.rtf、.odt、.pdf 只作附件。最大 20 MB。"
    )


OFFER = lazy(_offer, str)()


def is_available() -> bool:
    """Is it wanted, and does it work on this machine?"""
    return settings.CONVERT_WORD and _works()


@cache
def _works() -> bool:
    """Are both programs there, and is the sandbox allowed? In some containers it is not."""
    if not all(shutil.which(program) for program in PROGRAMS):
        return False
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run(sandboxed(Path(folder), "true"), capture_output=True, check=False)  # noqa: S603 -- ours
    return tried.returncode == 0


def to_docx(file: IO[bytes], ending: str, target: Path) -> None:
    """Write the .docx of a file to ``target``; raise :class:`BadDocument` with a sentence."""
    with tempfile.TemporaryDirectory(prefix="newsroom-convert-") as place:
        folder = Path(place)
        file.seek(0)
        with (folder / f"in.{ending}").open("wb") as source:
            shutil.copyfileobj(file, source)
        _write_settings(folder / "profile")
        try:
            subprocess.run(  # noqa: S603 -- our own words, no shell
                sandboxed(folder, *_conversion(ending)), env={}, cwd=folder, check=False,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                timeout=settings.CONVERT_SECONDS * 2, preexec_fn=_limit,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise BadDocument(TOO_COMPLEX) from error
        if not _copy(
            folder / "out", target
        ):  # it prints nothing that tells which of the two it was
            file.seek(0)
            raise BadDocument(LOCKED if _is_locked(file.read(), ending) else TOO_COMPLEX)


def _copy(out: Path, target: Path) -> bool:
    """Copy what came out; a link that leads out of the sandbox is followed nowhere."""
    try:
        place = os.open(out, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            made = os.open("in.docx", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=place)
        finally:
            os.close(place)
    except OSError:
        return False
    with os.fdopen(made, "rb") as source:
        if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
            return False
        with target.open("wb") as copy:
            shutil.copyfileobj(source, copy)
    return True


def _is_locked(data: bytes, ending: str) -> bool:
    """Does a .doc say that it is encrypted ([MS-DOC] 2.5.2: FibBase, fEncrypted)?"""
    start = data.find(b"\xec\xa5")  # wIdent of the file information block
    return ending == "doc" and 0 <= start < len(data) - 12 and bool(data[start + 11] & 1)


def sandboxed(folder: Path, *words: str) -> list[str]:
    """Return the command that runs a program with nothing to see but the programs and ``/work``."""
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    for path in SEEN:
        command += ["--ro-bind-try", path, path]
    for name in ("lib", "lib64", "bin"):
        command += ["--symlink", f"usr/{name}", f"/{name}"]
    command += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108 -- inside
    command += ["--bind", str(folder), "/work", "--chdir", "/work"]
    for name, value in (("HOME", "/work/home"), ("PATH", "/usr/bin"), ("LC_ALL", "C.UTF-8")):
        command += ["--setenv", name, value]
    return [*command, *words]


def _conversion(ending: str) -> list[str]:
    return [
        "soffice", "-env:UserInstallation=file:///work/profile", "--headless", "--norestore",
        "--nolockcheck", "--nodefault", "--convert-to", "docx:MS Word 2007 XML",
        "--outdir", "/work/out", f"/work/in.{ending}",
    ]  # fmt: skip


def _write_settings(profile: Path) -> None:
    items = "\n".join(
        f'<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in SWITCHES
    )
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(SETTINGS.format(items))


def _limit() -> None:
    """In the child, before it becomes the sandbox."""
    seconds = settings.CONVERT_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (settings.CONVERT_MEGABYTES * MEBIBYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)
