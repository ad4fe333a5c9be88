"""Fill the peer with as many articles as are named, and print the paths of its kinds of pages."""

import datetime as dt
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
import django

django.setup()

from django.core.management import call_command
from django.utils import timezone
from news.models import ArticlePage, HomePage, SectionPage
from wagtail.models import Locale, Page, Site

SECTIONS, AT_ONCE, PATHS = 26, 500, 300
TEXT = "<p>" + "近日，矿区各单位组织开展冬季检修，设备完好率保持在较高水平。" * 18 + "</p>"


def main(total: int) -> None:
    """Two fifths of the articles stand in the first section."""
    call_command("makemigrations", "news", verbosity=0)
    call_command("migrate", verbosity=0)
    Locale.objects.get_or_create(language_code="zh-hans")
    Page.objects.filter(depth=2).delete()
    home = Page.objects.get(depth=1).add_child(instance=HomePage(title="首页", slug="home"))
    Site.objects.all().delete()
    Site.objects.create(hostname="127.0.0.1", root_page=home, is_default_site=True)
    sections = [
        home.add_child(instance=SectionPage(title=f"栏目{n}", slug=f"s{n}", show_in_menus=True))
        for n in range(SECTIONS)
    ]
    now, paths = timezone.now(), []
    counts = dict.fromkeys(range(SECTIONS), 0)
    type_of = ArticlePage(title="x").content_type
    for number in range(total):
        place = 0 if number % 5 < 2 else 1 + number % (SECTIONS - 1)
        section, counts[place] = sections[place], counts[place] + 1
        article = ArticlePage(
            title=f"第{number}篇：矿区冬季检修工作安排", slug=f"a{number}", author="王通讯", body=TEXT,
            published=now - dt.timedelta(minutes=9 * number), depth=section.depth + 1,
            path=ArticlePage._get_path(section.path, section.depth + 1, counts[place]),
            url_path=f"{section.url_path}a{number}/", content_type=type_of, locale=home.locale,
            live=True,
        )  # fmt: skip
        article.save_base(raw=False, force_insert=True)
        if len(paths) < PATHS and number % max(1, total // PATHS) == 0:
            paths.append(f"/s{place}/a{number}/")
    for place, section in enumerate(sections):
        Page.objects.filter(pk=section.pk).update(numchild=counts[place])
    for path in paths:
        print(f"文章\t{path}")
    print("首页\t/")
    print("栏目第一页\t/s0/")
    print("栏目第 200 页\t/s0/?page=200")


main(int(sys.argv[1]))
