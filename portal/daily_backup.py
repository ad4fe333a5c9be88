"""The backup that nobody has to think of: made every day, kept for days, weeks and months."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from correspondents.letters import LetterKind, register
from correspondents.models import Letter
from correspondents.tasks import task
from portal import backup
from portal.database import BackupError
from portal.models import Backup

# Hours without a success after which people are told.
LATE = dt.timedelta(hours=26)
LONG = "long"  # the queue of what takes hours
NAME, FORM = re.compile(r"\d{8}-\d{6}"), "%Y%m%d-%H%M%S"
SPARE = 1.1  # of what is needed, so much has to be free

register(
    LetterKind(
        "backup_news",
        "自动备份没有成功（寄给主编以上和管理员）",
        "网站的自动备份没有成功",
        """{姓名}：

网站的自动备份没有成功：{原因}
上一次成功的备份：{上次}

请尽快处理，处理好以后会自动再做：
{地址}""",
        {
            "姓名": "高远", "原因": "磁盘空间不够。", "上次": "2026-11-28 02:03",
            "地址": "https://example.com/admin/",
        },
    )
)  # fmt: skip


@task(queue_name=LONG)
def back_up() -> str:
    """Make today's backup; return its folder. Tried again as every task is."""
    base = Path(settings.BACKUP_DIR)
    folder = base / f"{timezone.localtime():{FORM}}"
    try:
        base.mkdir(parents=True, exist_ok=True)
        for left in base.glob(f"*{backup.PARTIAL}"):  # of one that was interrupted
            if NAME.fullmatch(left.stem):
                shutil.rmtree(left)
        previous = max(_there(base), default=None)
        _require_room(base, previous)
        manifest = backup.write(folder, lambda items, label: items, previous)
    except Exception as error:
        reason = (
            str(error) if isinstance(error, BackupError) else f"{type(error).__name__}：{error}"
        )
        Backup.objects.create(folder=str(folder), failure=reason[:300])
        raise
    sizes = [facts["bytes"] for facts in manifest["files"].values()]
    Backup.objects.create(
        folder=str(folder), files=len(sizes), bytes=sum(sizes), missing=len(manifest["missing"])
    )
    for old in too_old([path.name for path in _there(base)]):
        shutil.rmtree(base / old, ignore_errors=True)
    return str(folder)


def _there(base: Path) -> list[Path]:
    """The complete backups, by their names."""
    return [path for path in base.iterdir() if path.is_dir() and NAME.fullmatch(path.name)]


def _require_room(base: Path, previous: Path | None) -> None:
    """Raise ``BackupError`` where the new backup, what it shares apart, has no room."""
    known = backup.known_files(previous)
    needed = _size_of_database()
    for stored in backup.stored_files():
        if f"media/{stored}" not in known:
            needed += backup.size_of(stored)
    free = shutil.disk_usage(base).free
    if free < needed * SPARE:
        raise BackupError(
            f"备份盘空间不够：需要 {needed * SPARE / 2**30:.1f} GB，剩下 {free / 2**30:.1f} GB。"
        )


def _size_of_database() -> int:
    if connection.vendor == "sqlite":
        return Path(str(connection.settings_dict["NAME"])).stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def too_old(names: Iterable[str]) -> set[str]:
    """Return which backups go: all but the newest of so many days, weeks and months.

    ``BACKUP_KEEP`` says how many of each (days, weeks, months); a backup may stay for more than
    one of them.
    """
    days, weeks, months = settings.BACKUP_KEEP
    newest_first = sorted(names, reverse=True)
    kept = set(newest_first[:1])
    for most, period in ((days, "%Y%m%d"), (weeks, "%G%V"), (months, "%Y%m")):
        seen: dict[str, str] = {}
        for name in newest_first:
            made = dt.datetime.strptime(name, FORM)  # noqa: DTZ007 -- a name, in local time
            seen.setdefault(made.strftime(period), name)
        kept |= set(list(seen.values())[:most])
    return set(newest_first) - kept


def ask_for_backup() -> int:
    """Have today's backup made, where the site knows where to."""
    if not settings.BACKUP_DIR:
        return 0
    back_up.enqueue()
    return 1


def is_late() -> bool:
    """Has none succeeded for longer than a day?"""
    made = Backup.objects.filter(failure="", made_at__gt=timezone.now() - LATE)
    return bool(settings.BACKUP_DIR) and not made.exists()


def state() -> dict[str, Any]:
    """Return what the desk's first page says: the last success, and the failure since."""
    good = Backup.objects.filter(failure="").first()
    last = Backup.objects.first()
    failed = last.failure if last is not None else ""
    return {"is_set": bool(settings.BACKUP_DIR), "last": good, "late": is_late(), "why": failed}


def tell_if_late() -> int:
    """Write to those who look after the site when none has succeeded for a day."""
    if not is_late():
        return 0
    now = state()
    values = {
        "原因": now["why"] or "没有做成，也没有报错，请检查任务进程。",
        "上次": str(now["last"] or "还没有过"),
        "地址": f"{settings.SITE_URL}/admin/",
    }
    people = User.objects.with_perm(
        "portal.view_scheduledjob", backend="django.contrib.auth.backends.ModelBackend"
    )
    told = 0
    for user in people.filter(is_active=True, is_staff=True).exclude(email=""):
        named = values | {"姓名": user.get_full_name() or user.username}
        told += Letter.objects.write("backup_news", user.email, named) is not None
    return told
