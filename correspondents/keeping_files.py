"""Stored files stay while a backup copies them: what is deleted meanwhile is deleted afterwards.

A lock on a file in ``DATA_DIR``, which the system lets go of when its process dies.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from correspondents.tasks import task


class BackupRuns(Exception):
    """Files may not be deleted now; in Chinese, as the desk shows it."""


def _lock_file() -> Path:
    return Path(settings.DATA_DIR) / "files.lock"


@contextmanager
def files_kept() -> Iterator[None]:
    """No stored file is deleted in the block."""
    with _lock_file().open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


@task()
def delete_files(paths: list[str]) -> None:
    """Delete stored files; raise :class:`BackupRuns` while they have to stay. Repeatable."""
    with _lock_file().open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupRuns("正在备份，备份完再删除文件。") from error
        for path in paths:
            default_storage.delete(path)
