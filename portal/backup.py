"""Backups: one folder with the database, the uploaded files and a checksummed manifest.

The database is taken at one moment (SQLite's online backup, or ``pg_dump``), the files after it:
files are written before their rows and never changed, and none is deleted meanwhile, so every row
of the copy finds its file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection

from correspondents.keeping_files import files_kept
from portal import database
from portal.database import BackupError

FORMAT = 1
MANIFEST = "manifest.json"
PARTIAL = ".partial"
ATTEMPTS = 3


def write(folder: Path, progress: Any, previous: Path | None = None) -> dict[str, Any]:
    """Write a backup into a folder that does not exist yet; return its manifest.

    What has not changed since ``previous`` is shared with it (hard links), not copied. The site
    deletes no file meanwhile. Where something else does, and the copy of the database still names
    it, that copy is taken again; what is missing all the same stands in ``missing``.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} 不是空文件夹，备份不覆盖已有文件。")
    working = folder.with_name(folder.name + PARTIAL)
    if working.exists():
        raise BackupError(f"{working} 是上次没有完成的备份，请确认后删除。")
    os.umask(0o077)  # drafts, originals and password hashes are in it
    (working / "media").mkdir(parents=True)
    try:
        with files_kept():
            manifest = _write(working, progress, previous)
    except BaseException:
        shutil.rmtree(working, ignore_errors=True)
        raise
    if folder.exists():
        folder.rmdir()
    working.rename(folder)
    return manifest


def _write(working: Path, progress: Any, previous: Path | None) -> dict[str, Any]:
    target = working / ("database.sqlite3" if connection.vendor == "sqlite" else "database.dump")
    known = known_files(previous)
    files: dict[str, dict[str, Any]] = {}
    for _ in range(ATTEMPTS):
        named = database.dump(target)
        for stored in progress([s for s in stored_files() if s not in files], "复制文件"):
            with suppress(FileNotFoundError):  # deleted since it was listed
                files[stored] = _copy(stored, working / "media" / stored, previous, known)
        missing = sorted(named - set(files))
        if not missing:
            break
    listed = {f"media/{stored}": facts for stored, facts in sorted(files.items())}
    listed[target.name] = {"bytes": target.stat().st_size, "sha256": _sum(target)}
    manifest = {
        "format": FORMAT,
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "database": connection.vendor,
        "missing": missing,
        "files": listed,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (working / MANIFEST).write_text(text, encoding="utf-8")
    (working / "manifest.sha256").write_text(hashlib.sha256(text.encode()).hexdigest())
    return manifest


def known_files(previous: Path | None) -> dict[str, dict[str, Any]]:
    """What the manifest of an earlier backup says of its files; nothing where there is none."""
    if previous is None:
        return {}
    with suppress(OSError, ValueError):
        return json.loads((previous / MANIFEST).read_text(encoding="utf-8"))["files"]  # type: ignore[no-any-return]
    return {}


def _copy(
    stored: str, target: Path, previous: Path | None, known: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Put one file into the backup; return its size, its checksum and when it was changed."""
    changed = default_storage.get_modified_time(stored).timestamp()
    before = known.get(f"media/{stored}", {})
    target.parent.mkdir(parents=True, exist_ok=True)
    same = before.get("changed") == changed and before.get("bytes") == default_storage.size(stored)
    if previous is not None and same:
        with suppress(OSError):  # another disk, or gone from there
            os.link(previous / "media" / stored, target)
            return before
    with default_storage.open(stored, "rb") as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    return {"bytes": target.stat().st_size, "sha256": _sum(target), "changed": changed}


def check(folder: Path, progress: Any) -> dict[str, Any]:
    """Return the manifest of an undamaged backup, or raise :class:`BackupError`."""
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
        seal = (folder / "manifest.sha256").read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"{folder} 里没有完整的备份（缺少清单）。") from error
    if hashlib.sha256(text.encode()).hexdigest() != seal:
        raise BackupError("备份清单被改动过，不能恢复。")
    manifest = json.loads(text)
    if manifest["format"] != FORMAT:
        raise BackupError(f"备份格式是 {manifest['format']}，这个版本只认 {FORMAT}。")
    there = {str(path.relative_to(folder)) for path in _files(folder)}
    listed = set(manifest["files"])
    if extra := there - listed - {MANIFEST, "manifest.sha256"}:
        raise BackupError(f"备份里多出清单之外的文件：{min(extra)}。")
    for name, facts in progress(list(manifest["files"].items()), "校验"):
        path = folder / name
        if not path.is_file() or path.is_symlink():
            raise BackupError(f"备份缺少文件：{name}。")
        if path.stat().st_size != facts["bytes"] or _sum(path) != facts["sha256"]:
            raise BackupError(f"备份文件已损坏：{name}。")
    return manifest


def restore(folder: Path, progress: Any) -> None:
    """Restore an undamaged backup into an empty site of the same kind of database."""
    manifest = check(folder, progress)
    if manifest["database"] != connection.vendor:
        raise BackupError(
            f"备份来自 {manifest['database']}，当前数据库是 {connection.vendor}，不能直接恢复。"
        )
    _require_empty()
    media, restored = folder / "media", []
    try:
        for path in progress(sorted(_files(media)), "恢复文件"):
            name = str(path.relative_to(media))
            with path.open("rb") as source:
                restored.append(default_storage.save(name, source))
            if restored[-1] != name:
                raise BackupError(f"文件已经存在：{name}。")
        database.load(folder)
    except BaseException:
        for name in restored:  # so that it can be tried again
            default_storage.delete(name)
        raise
    database.hold_letters()


def _require_empty() -> None:
    """A site is empty while it has no account, no article and no uploaded file."""
    if next(iter(stored_files()), None) is not None:
        raise BackupError("站内已有上传的文件，备份只能恢复到空站。")
    require_empty_database()


def require_empty_database() -> None:
    """Raise ``BackupError`` where there is an account, an article or a manuscript."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for table in ("auth_user", "articles_article", "submissions_manuscript"):
            if table not in tables:
                continue
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608 -- fixed names
            if cursor.fetchone():
                raise BackupError("站内已有数据，只能恢复、搬到空站。")


def stored_files(folder: str = "") -> Iterator[str]:
    """Walk the media storage, whatever it is."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}/{name}" if folder else name
    for name in sorted(folders):
        yield from stored_files(f"{folder}/{name}" if folder else name)


def size_of(stored: str) -> int:
    """Return the size of a stored file, 0 where it has gone."""
    try:
        return default_storage.size(stored)
    except FileNotFoundError:
        return 0


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file() or path.is_symlink())


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
