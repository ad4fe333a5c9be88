"""What pages cost and weigh. ``make bench`` runs it on a throw-away site.

Times are CPU milliseconds per request inside one process, median of several rounds, printed as
ratios: to the cheapest page of the same run, and of a large archive to a small one. Weights are
compressed bytes against the budgets of the design.
"""

from __future__ import annotations

import atexit
import datetime as dt
import gzip
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = os.environ.get("BENCH_FOLDER") or tempfile.mkdtemp(prefix="newsroom-bench-")
if "BENCH_FOLDER" not in os.environ:  # a caller that names a folder clears it up itself
    atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ.update(
    DEBUG="0",
    TESTING="1",
    SECRET_KEY="for-figures-only-and-nothing-else-at-all",
    ALLOWED_HOSTS="testserver",
    SECURE_HTTPS="0",
    DATA_DIR=FOLDER,
    DJANGO_SETTINGS_MODULE="portal.settings",
    LOG_LEVEL="ERROR",
)

import django

django.setup()

from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from tqdm import tqdm

from articles.models import Article, Byline, Section
from articles.proofreading import ProofText, check, shipped
from articles.text.richtext import to_text
from correspondents.models import Correspondent, Organisation

SMALL, LARGE = 1_000, 10_000
ROUNDS, REQUESTS = 5, 12
TEXT = "<p>" + "近日，矿区各单位组织开展冬季检修，设备完好率保持在较高水平。" * 18 + "</p>"


def fill(total: int) -> None:
    """Bring the archive to ``total`` articles, one section holding two fifths of them."""
    sections = list(Section.objects.all())
    large = Section.objects.get(slug="jukuang")
    now, there = timezone.now(), Article.objects.count()
    for start in tqdm(range(there, total, 500), desc=f"造 {total} 篇"):
        made = Article.objects.bulk_create(
            Article(
                section=large if number % 5 < 2 else sections[number % len(sections)],
                title=f"第{number}号消息：矿区冬季检修进展顺利",
                body=TEXT,
                excerpt="近日，矿区各单位组织开展冬季检修。",
                state="published",
                provenance="legacy",
                published_at=now - dt.timedelta(minutes=15 * number),
            )
            for number in range(start, min(start + 500, total))
        )
        Byline.objects.bulk_create(
            Byline(article=article, name="李通讯", unit_text="白桦沟煤矿") for article in made
        )


def deep_page(client: Client) -> str:
    """The address of a page far down the large section."""
    address = "/jukuang/"
    articles = Article.objects.published().filter(section__slug="jukuang").newest()
    last = articles[articles.count() * 9 // 10]
    since = last.published_at - dt.datetime.fromtimestamp(0, tz=dt.UTC)
    return f"{address}?page=older-{since // dt.timedelta(microseconds=1)}-{last.pk}"


def cost(request: Callable[[], Any]) -> float:
    """CPU milliseconds per request, the median of several rounds."""
    request()
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(REQUESTS):
            assert request().status_code == 200
        rounds.append((time.process_time() - start) / REQUESTS * 1000)
    return statistics.median(rounds)


def measure(client: Client) -> dict[str, float]:
    newest = Article.objects.published().newest().first()
    pages = {
        "健康探测 /healthz/": "/healthz/",
        "首页": "/",
        "栏目第一页": "/jukuang/",
        "栏目深处": deep_page(client),
        "文章": newest.get_absolute_url(),
        "总揽": "/zonglan/",
        "标题搜索": "/search/?q=检修",
    }
    return {
        name: cost(lambda address=address: client.get(address)) for name, address in pages.items()
    }


def weights(client: Client) -> None:
    budget = {"/static/css/site.css": 20, "/static/js/site.js": 15, "首页 /": 25}
    root = Path(__file__).parent.parent
    sizes = {
        "/static/css/site.css": (root / "static/css/site.css").read_bytes(),
        "/static/js/site.js": (root / "static/js/site.js").read_bytes(),
        "首页 /": client.get("/").content,
    }
    print("\n压缩后的体积与设计预算之比")
    for name, data in sizes.items():
        kilobytes = len(gzip.compress(data, 9)) / 1024
        print(
            f"  {name:<24}{kilobytes:6.1f} KB / {budget[name]} KB = {kilobytes / budget[name]:.2f}"
        )


def people(total: int) -> None:
    """Bring the registry to ``total`` public people in a tenth as many units."""
    there = Correspondent.objects.count()
    for number in range(Organisation.objects.count(), total // 10):
        Organisation.objects.create(name=f"第{number}煤矿", region=f"地区{number % 9}")
    units = list(Organisation.objects.all())
    Correspondent.objects.bulk_create(
        Correspondent(
            name=f"赵钱孙李周吴郑王{number:05d}",
            name_key=f"赵钱孙李周吴郑王{number:05d}",
            spelling=f"zhao {number:05d}",
            initial="Z",
            number=f"N-{number}",
            organisation=units[number % len(units)],
            state="engaged",
            public_consent_at=timezone.now(),
        )
        for number in range(there, total)
    )


def registry(client: Client) -> None:
    """The directory with many people against the directory with few, in one run."""
    addresses = {"通讯员档案": "/tongxunyuan/", "按单位查找": "/tongxunyuan/?q=第7煤矿"}
    figures = []
    for total in (50, 5_000):
        people(total)
        figures.append(
            {
                name: cost(lambda address=address: client.get(address))
                for name, address in addresses.items()
            }
        )
    print(f"\n{'档案':<20}{'50 人':>10}{'5000 人':>10}{'之比':>8}")
    for name in addresses:
        few, many = figures[0][name], figures[1][name]
        print(f"{name:<20}{few:>10.2f}{many:>10.2f}{many / few:>8.2f}")


def proofreading() -> None:
    """Hints for a text of 5,000 characters, against stripping the same text of its HTML."""
    text = "本矿综采队职工在工作面检修皮带运输机，认真的开展隐患排查，共更换托辊一百二十个。"
    body = "".join(f"<p>{text * 4}</p>" for _ in range(5_000 // (4 * len(text)) + 1))
    piece, words = ProofText(title="标题", body=body), shipped()
    whole = cost(lambda: check(piece, words))
    plain = cost(lambda: to_text(body))
    print(
        f"\n校对提示，{len(to_text(body))} 字：{whole:.1f} 毫秒，是取出纯文本的 {whole / plain:.0f} 倍"
    )


def main() -> int:
    call_command("setup_site", verbosity=0)
    client = Client()
    fill(SMALL)
    small = measure(client)
    fill(LARGE)
    large = measure(client)
    cheapest = min(large.values())
    print(
        f"\n{'页面':<20}{'CPU 毫秒':>10}{'与最轻的页面之比':>14}{f'  {LARGE} 篇 : {SMALL} 篇':>18}"
    )
    for name, value in large.items():
        print(f"{name:<20}{value:>10.2f}{value / cheapest:>14.1f}{value / small[name]:>18.2f}")
    registry(client)
    weights(client)
    proofreading()
    return 0


if __name__ == "__main__":
    sys.exit(main())
