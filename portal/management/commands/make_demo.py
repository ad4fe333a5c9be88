"""Fill an empty debug site with a small newspaper of invented people."""

from __future__ import annotations

import shutil
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from django.db import transaction
from tqdm import tqdm

from articles.models import Article
from correspondents.models import Upload
from portal.demo.build import build
from portal.demo.content import people_file


class Command(BaseCommand):
    help = "放入演示内容（虚构的人物和单位，首篇为旧站真实文章）；只能在调试模式下用于空站。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="已有文章时什么也不做")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("演示内容带有公开的账号和密码，只能在调试模式（DEBUG=1）下使用。")
        if Article.objects.exists():
            if not options["once"]:
                raise CommandError("站内已有文章，演示内容只能放进空站。")
        else:
            self._build()
        self._accounts()

    def _build(self) -> None:
        media = settings.MEDIA_ROOT
        had_media = media.exists()
        try:
            with transaction.atomic():
                build(lambda items, label: tqdm(items, desc=label, unit="篇"))
        except BaseException:
            # All or nothing: an interrupted first run leaves an empty site behind.
            if not had_media:
                shutil.rmtree(media, ignore_errors=True)
            raise

    def _accounts(self) -> None:
        table = people_file()
        self.stdout.write(f"\n演示账号（密码都是 {settings.DEMO_PASSWORD}，只在调试模式下存在）：")
        for row in table["staff"]:
            self.stdout.write(f"  {row['account']:<12}{row['role']}　{row['name']}")
        for row in table["people"]:
            if "account" in row:
                self.stdout.write(f"  {row['account']:<12}通讯员　{row['name']}（{row['unit']}）")
        if waiting := Upload.objects.filter(state=Upload.State.WAITING).count():
            self.stdout.write(f"\n还有 {waiting} 张演示图片，网站启动后在后台制作，约一分钟。")
        self.stdout.write("")
