"""Write a backup of the whole site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from django.utils import timezone

from portal.backup import BackupError, write
from portal.progress import bar


class Command(BaseCommand):
    help = "备份数据库和上传的文件，网站可以照常运行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", help="放备份的新文件夹，默认按时间取名")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["folder"] or f"backup-{timezone.localtime():%Y%m%d-%H%M%S}"
        try:
            manifest = write(Path(name), bar)
        except BackupError as error:
            raise CommandError(str(error)) from error
        for missing in manifest["missing"]:
            self.stderr.write(f"库里有记录、存储里没有的文件：{missing}")
        self.stdout.write(f"备份完成：{name}，{len(manifest['files'])} 个文件。")
