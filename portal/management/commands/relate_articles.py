"""Find related articles for the archive."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand
from tqdm import tqdm

from articles.models import Article, relate


class Command(BaseCommand):
    help = "为还没有相关阅读的已发布文章选出相关阅读；编辑选定的不动，中断后重新执行会接着做。"

    def handle(self, *args: Any, **options: Any) -> None:
        articles = Article.objects.published().filter(related__isnull=True).order_by("pk")
        total, done, last = articles.count(), 0, 0
        with tqdm(total=total, desc="相关阅读", unit="篇", disable=None) as bar:
            while page := list(articles.filter(pk__gt=last)[:200]):
                for article in page:
                    done += bool(relate(article))
                    bar.update(1)
                last = page[-1].pk
        self.stdout.write(f"为 {done} 篇文章选出了相关阅读。")
