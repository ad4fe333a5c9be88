"""Compare the search indexes with articles and manuscripts."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError
from tqdm import tqdm

from articles import reindexing
from articles.models import PublicEntry

SHOWN = 50


class Command(BaseCommand):
    help = "核对检索索引与文章、来稿是否一致；有出入时逐条列出，用 rebuild_search 修复。"

    def handle(self, *args: Any, **options: Any) -> None:
        total, _ = reindexing.everything()
        kinds = dict(PublicEntry.Kind.choices)
        found = 0
        with tqdm(total=total, desc="核对索引", unit="篇", disable=None) as bar:
            for one in reindexing.differences(bar.update):
                found += 1
                if found <= SHOWN:
                    which = f"{kinds[one.kind]} {one.object_id}：" if one.kind else ""
                    bar.write(f"{which}{one.what}", file=self.stderr)
        if found:
            raise CommandError(f"有 {found} 处不一致，请执行 rebuild_search。")
        self.stdout.write(f"检索索引与 {total} 篇文章和来稿一致。")
