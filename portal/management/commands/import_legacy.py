"""Read saved article pages of the old site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from tqdm import tqdm

from articles.legacy import UnreadablePage, read
from articles.legacy.store import store
from articles.models import DayCount, LegacyRun, new_edition
from portal.database_statistics import refresh_statistics
from portal.site_facts import take_over

ENDINGS = {".txt", ".htm", ".html", ".shtml", ".aspx"}


class Command(BaseCommand):
    help = "导入旧站保存下来的文章页。读不了的列出原因，其余照常导入；重复运行不会重复入库。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="文件或文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        files = list(_files(options["paths"]))
        if not files:
            raise CommandError("没有找到可以导入的文件。")
        new, known, refused = 0, 0, []
        run = LegacyRun.objects.create(source="、".join(options["paths"])[:200])
        for path in tqdm(files, desc="导入", unit="篇", disable=len(files) < 20):
            try:
                page = read(path)
                _, is_new = store(page, run)
            except UnreadablePage as error:
                refused.append((path, str(error)))
                continue
            except Exception as error:  # one odd file never stops the others
                refused.append((path, f"读取出错（{type(error).__name__}）"))
                continue
            new, known = new + is_new, known + (not is_new)
            take_over(page.site)
        if not new:
            run.delete()
        if new:
            DayCount.objects.recount_all()
            new_edition(since=dt.datetime.min.replace(tzinfo=dt.UTC))
            refresh_statistics()
        self.stdout.write(f"新导入 {new} 篇，已有 {known} 篇，读不了 {len(refused)} 个文件。")
        for path, reason in refused:
            self.stderr.write(f"{path}：{reason}")
        if refused and not new and not known:
            raise CommandError("没有一个文件能够导入。")


def _files(paths: list[str]) -> Iterator[Path]:
    for name in paths:
        path = Path(name)
        if path.is_dir():
            yield from sorted(inner for inner in path.rglob("*") if inner.suffix.lower() in ENDINGS)
        else:
            yield path
