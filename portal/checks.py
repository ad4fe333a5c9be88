"""System checks of the machine the site runs on."""

import importlib
from typing import Any

from django.conf import settings
from django.core import checks

from portal.sqlite import is_safe, use_bundled


def register() -> None:
    """Have ``manage.py check`` look at the SQLite in use."""
    checks.register(sqlite_version)
    checks.register(second_factor, deploy=True)
    checks.register(backups_kept)


def backups_kept(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    """``BACKUP_KEEP`` is three numbers."""
    kept = settings.BACKUP_KEEP
    if len(kept) == 3 and min(kept) >= 0:
        return []
    words = "BACKUP_KEEP 要写三个数：保留几天、几周、几月的备份，如 7,4,12。"
    return [checks.Error(words, id="portal.E001")]


def second_factor(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    """Say so until staff need a second factor."""
    if settings.STAFF_MFA_REQUIRED:
        return []
    return [
        checks.Warning(
            "编辑部的账号没有要求二次验证，密码泄露就能冒名签发。",
            hint="各人设置好验证器或通行密钥之后，设 STAFF_MFA_REQUIRED=1。",
            id="portal.W002",
        )
    ]


def sqlite_in_use() -> str:
    """Return which SQLite serves, for the start-up line; empty when another database does."""
    if settings.DATABASES["default"]["ENGINE"] != "portal.sqlite":
        return ""
    used = _module()
    return f"SQLite {used.sqlite_version}（{used.__name__}）"


def _module() -> Any:
    """The module that the database back end uses."""
    use_bundled()
    return importlib.import_module("sqlite3")


def sqlite_version(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    """Warn of a SQLite with the WAL-reset fault; ``check --deploy`` fails on warnings."""
    if not sqlite_in_use():
        return []
    used = _module()
    if is_safe(used.sqlite_version_info):
        return []
    return [
        checks.Warning(
            f"SQLite {used.sqlite_version} 有 WAL 复位缺陷，两个进程同时写入时可能丢数据。",
            hint="安装 pysqlite3（x86-64 Linux 有现成的包），或改用 PostgreSQL；"
            "见 docs/operations.md。",
            id="portal.W001",
        )
    ]
