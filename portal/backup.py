"""Backups: one folder with the database, the uploaded files and a checksummed manifest.

The database is taken at one moment (SQLite's online backup, or ``pg_dump``), the files after it:
files are written before their rows and never changed, so every row of the copy finds its file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection

FORMAT = 1
MANIFEST = "manifest.json"


class BackupError(Exception):
    """The message is a Chinese sentence for the administrator."""


def write(folder: Path, progress: Any) -> dict[str, Any]:
    """Write a backup into a folder that does not exist yet; return its manifest."""
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} 不是空文件夹，备份不覆盖已有文件。")
    working = folder.with_name(folder.name + ".partial")
    if working.exists():
        raise BackupError(f"{working} 是上次没有完成的备份，请确认后删除。")
    os.umask(0o077)  # drafts, originals and password hashes are in it
    (working / "media").mkdir(parents=True)
    name = "database.sqlite3" if connection.vendor == "sqlite" else "database.dump"
    _dump(working / name)
    for stored in progress(list(_stored_files()), "复制文件"):
        target = working / "media" / stored
        target.parent.mkdir(parents=True, exist_ok=True)
        with default_storage.open(stored, "rb") as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy)
    manifest = {
        "format": FORMAT,
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "database": connection.vendor,
        "files": {
            str(path.relative_to(working)): {"bytes": path.stat().st_size, "sha256": _sum(path)}
            for path in progress(sorted(_files(working)), "计算校验和")
        },
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (working / MANIFEST).write_text(text, encoding="utf-8")
    (working / "manifest.sha256").write_text(hashlib.sha256(text.encode()).hexdigest())
    if folder.exists():
        folder.rmdir()
    working.rename(folder)
    return manifest


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
    media = folder / "media"
    for path in progress(sorted(_files(media)), "恢复文件"):
        name = str(path.relative_to(media))
        with path.open("rb") as source:
            if default_storage.save(name, source) != name:
                raise BackupError(f"文件已经存在：{name}。")
    _load(folder)


def _require_empty() -> None:
    """A site is empty while it has no account, no article and no uploaded file."""
    if next(iter(_stored_files()), None) is not None:
        raise BackupError("站内已有上传的文件，备份只能恢复到空站。")
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for table in ("auth_user", "articles_article", "submissions_manuscript"):
            if table not in tables:
                continue
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608 -- fixed names
            if cursor.fetchone():
                raise BackupError("站内已有数据，备份只能恢复到空站。")


def _dump(target: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        copy = _driver().connect(str(target))
        try:
            connection.connection.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
            state = copy.execute("PRAGMA integrity_check").fetchone()[0]
        finally:
            copy.close()
        if state != "ok":
            raise BackupError(f"数据库自检没有通过：{state}")
        return
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def _driver() -> Any:
    """The SQLite module in use: the copy's connection must come from the same one."""
    return connection.Database  # type: ignore[attr-defined]


def _load(folder: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        source = _driver().connect(str(folder / "database.sqlite3"))
        try:
            source.backup(connection.connection)
        finally:
            source.close()
        connection.close()
        return
    connection.close()
    _run(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={connection.settings_dict['NAME']}",
        str(folder / "database.dump"),
    )


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs with the site's connection."""
    database = connection.settings_dict
    variables = {
        "PGHOST": database.get("HOST") or "localhost",
        "PGPORT": str(database.get("PORT") or 5432),
        "PGUSER": database.get("USER") or "",
        "PGPASSWORD": database.get("PASSWORD") or "",
        "PGDATABASE": database["NAME"],
    }
    if shutil.which(program) is None:
        raise BackupError(f"没有找到 {program}，请安装 PostgreSQL 的客户端程序。")
    done = subprocess.run(  # noqa: S603 -- fixed program, our own arguments
        [program, *arguments],
        env=os.environ | {key: value for key, value in variables.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{program} 没有成功：{done.stderr.strip()[-500:]}")


def _stored_files(folder: str = "") -> Iterator[str]:
    """Walk the media storage, whatever it is."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}/{name}" if folder else name
    for name in sorted(folders):
        yield from _stored_files(f"{folder}/{name}" if folder else name)


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file() or path.is_symlink())


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
