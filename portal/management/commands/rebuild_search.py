"""Build the search indexes and the fingerprints anew, or bring them in line."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand
from django.core.management.base import CommandParser
from tqdm import tqdm

from articles import reindexing
from portal.database_statistics import refresh_statistics


class Command(BaseCommand):
    help = "重建检索索引和重复比对的指纹；网站可以照常运行，中断后重新执行即可。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anew", action="store_true", help="全部重写；写到之前，旧稿暂时检索不到"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        refresh_statistics()  # before, too: after an import they say what is no longer true
        total, _ = reindexing.everything()
        with tqdm(total=total, desc="建立索引", unit="篇", disable=None) as bar:
            number = reindexing.rebuild(bar.update, anew=options["anew"])
        refresh_statistics()
        self.stdout.write(f"检索索引已与 {number} 篇文章和来稿一致。")
