"""Bring a site into working order; safe to run again at any time."""

from typing import Any

from django.core.management import BaseCommand, call_command

from articles.defaults import install_sections, install_words
from articles.models import DayCount, DeskEntry, PublicEntry
from articles.reindexing import everything
from portal.database_statistics import refresh_statistics
from portal.defaults import install_site
from portal.roles import sync_roles


class Command(BaseCommand):
    help = "建表、缓存表、栏目、菜单、静态页面和角色；重复运行不改动已有内容。"

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        install_sections()
        install_words()
        install_site()
        sync_roles()
        if not (PublicEntry.objects.exists() or DeskEntry.objects.exists()) and everything()[0]:
            call_command("rebuild_search")  # a site from before there was a search
        if not DayCount.objects.exists():
            DayCount.objects.recount_all()  # a site from before its days were counted
        refresh_statistics()
        self.stdout.write("数据库、栏目、菜单和角色已就绪。")
