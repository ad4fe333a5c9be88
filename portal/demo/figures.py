"""What readers leave in the demo: reads of the last days, a report of an error, friends' links."""

from __future__ import annotations

import datetime as dt
import zlib

from django.utils import timezone

from articles.models import Article, ArticleReads, DayCount, ErrorReport
from portal.models import MenuItem

DAYS = 20
READ = 60
# Nobody's addresses: RFC 2606.
LINKS = (
    ("矿区气象服务", "https://qixiang.example.invalid/"),
    ("云岭矿业集团", "https://yunling.example.invalid/"),
    ("煤矿职工书屋", "https://shuwu.example.invalid/"),
    ("矿山安全知识库", "https://anquan.example.invalid/"),
    ("向本网投稿", "/tougao/xuzhi/"),
)


def fill() -> None:
    """Invent figures that are the same on every demo."""
    DayCount.objects.recount_all()
    today = timezone.localdate()
    newest = list(Article.objects.published().in_visible_sections().newest()[:READ])
    waiting = {
        (article.pk, today - dt.timedelta(days=back)): _number(article.title, back)
        for article in newest
        for back in range(DAYS)
        if article.published_at and _was_there(article.published_at, today, back)
    }
    ArticleReads.objects.add(waiting)
    for position, (label, url) in enumerate(LINKS):
        MenuItem.objects.create(
            menu=MenuItem.Menu.LINKS, label=label, url=url, position=position
        )  # fmt: skip
    reported = Article.objects.published().filter(provenance=Article.Provenance.DEMO).newest()[3:4]
    for article in reported:
        ErrorReport.objects.create(
            article=article,
            kind=ErrorReport.Kind.WORDING,
            text="第二段里的单位名称与标题不一致，请编辑核对。",
        )


def _was_there(published_at: dt.datetime, today: dt.date, back: int) -> bool:
    return timezone.localtime(published_at).date() <= today - dt.timedelta(days=back)


def _number(title: str, back: int) -> int:
    """A number that looks like reads: more for some titles, fewer as days go."""
    liking = zlib.crc32(title.encode()) % 90 + 10
    return max(1, liking // (back + 1))
