"""Compute the chain of every public and scheduled text anew, from revisions and signatures alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from tqdm import tqdm

from articles.content.snapshot import is_of
from articles.content.steps import SIGN_STEPS
from articles.models import Article
from correspondents.models import RoleGrant


class Command(BaseCommand):
    help = "逐篇重算已公开和已定时文章的审读：每一稿、每一个签名。旧站导入的须有导入批次，演示内容只许在试用站。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--imports", action="store_true", help="旧站导入的也逐篇核对文字（篇数多，较慢）"
        )

    def handle(self, *args: Any, imports: bool = False, **options: Any) -> None:
        found = 0
        for article, reason in self.wrong(imports=imports):
            found += 1
            self.stderr.write(f"{article.pk} {article.title}：{reason}")
        if found:
            raise CommandError(f"有 {found} 篇文章没有走完审读。")
        self.stdout.write("全部公开和定时的文章都走完了审读。")

    def wrong(self, *, imports: bool) -> Iterator[tuple[Article, str]]:
        """Yield what may not be public, each with the reason."""
        public = Article.objects.answerable().select_related("section", "copy_of").order_by("pk")
        untouched = public.unedited_imports()
        legacy = Article.Provenance.LEGACY
        for article in untouched.filter(provenance=legacy, import_run=None):
            yield article, "自称旧站导入，却不属于任何一次导入。"
        if not settings.DEBUG:
            for article in untouched.filter(provenance=Article.Provenance.DEMO):
                yield article, "演示内容只能在试用站公开。"
        if imports:
            kept = untouched.filter(import_run__keeps_fingerprints=True)
            for article in _told(kept, "旧站导入"):
                if not is_of(article.import_fingerprint, article.content()):
                    yield article, "旧站导入之后文字被改过。"
        for article in _told(public.exclude(pk__in=untouched.values("pk")), "核对"):
            if reason := article.chain_broken() or _without_role(article):
                yield article, reason


def _without_role(article: Article) -> str:
    """Has somebody signed whose role nobody confirmed? Superusers stand outside the roles."""
    for one in article.readings.valid().select_related("signed_by").exclude(revision=None):
        right = Article.step_named(SIGN_STEPS[one.stage]).permission
        holds = RoleGrant.objects.gave(one.signed_by_id, right, one.signed_at)
        if not holds and not one.signed_by.is_superuser:
            return f"{one.get_stage_display()}的签署人{one.signed_by}没有经人确认的角色。"
    return ""


def _told(rows: Any, words: str) -> Iterator[Article]:
    yield from tqdm(rows.iterator(500), desc=words, total=rows.count(), disable=None)
