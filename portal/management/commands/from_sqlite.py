"""Move the site from SQLite to PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from tqdm import tqdm

from portal.database import BackupError
from portal.moving import move


class Command(BaseCommand):
    help = "把 SQLite 的数据搬到 DATABASE_URL 指的空 PostgreSQL，逐行核对；上传的文件不动。先停止网站。"
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", help="SQLite 文件，如 data/site.sqlite3")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            moved = move(Path(options["path"]), lambda items, label: tqdm(items, desc=label))
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"搬完了：{moved} 行，逐行核对一致。请用新的 DATABASE_URL 启动网站。")
