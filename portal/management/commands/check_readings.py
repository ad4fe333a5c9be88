"""Find public articles that have not been through their readings."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError
from tqdm import tqdm

from articles.models import Article


class Command(BaseCommand):
    help = "查找没有走完审读就公开的文章（旧站导入和演示内容除外）。"

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        articles = Article.objects.unread_public()
        for article in tqdm(
            articles.iterator(500), desc="核对", total=articles.count(), disable=None
        ):
            if reason := article.chain_broken():
                found += 1
                self.stderr.write(f"{article.pk} {article.title}：{reason}")
        if found:
            raise CommandError(f"有 {found} 篇文章没有走完审读。")
        self.stdout.write("全部公开文章都走完了审读。")
