"""Restore a backup into an empty site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from portal.backup import BackupError, restore
from portal.progress import bar


class Command(BaseCommand):
    help = "把备份恢复到空站；备份有损坏或站内已有数据时拒绝。"
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", help="备份文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restore(Path(options["folder"]), bar)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("恢复完成。请运行 setup_site 核对表结构，再启动网站。")
