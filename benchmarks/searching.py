"""What searching and fingerprints cost, side by side with what others do, in one run.

``python -m benchmarks.searching [SIZE ...]`` on the database of ``DATABASE_URL`` (SQLite in a
throw-away folder by default); ``make bench`` runs it with 20,000 and 100,000. The archive is made
up: words drawn by Zipf's law, sentences drawn from a pool, two in three texts recombined. Times are
milliseconds of processor time of this process on SQLite, of the clock on PostgreSQL, whose server
is another process; compare by ratio.
"""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("DEBUG", "0")
os.environ.setdefault("SECRET_KEY", "benchmark-" * 6)
os.environ.setdefault("ALLOWED_HOSTS", "testserver")
os.environ.setdefault("SECURE_HTTPS", "0")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="newsroom-searching-"))
os.environ["SEARCHES_A_MINUTE"] = "0"
os.environ["TESTING"] = "1"

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from tqdm import tqdm

import portal.wsgi  # noqa: F401 -- as the server does: what is loaded is frozen
from articles import reindexing
from articles.indexes.search_index import MOST
from articles.indexes.shingles import plain
from articles.models import Article, Byline, PublicEntry, Section, matches_of, relate
from articles.search.backend import Ask
from articles.search.query import read
from articles.search.sqlite import _match
from articles.text.richtext import to_text

SHORT = 130
LONG = 520
BATCH = 2_000
# A page is asked for so often, and its cheapest time counts: others use the machine too.
TIMES = 3
START = dt.datetime(2008, 1, 1, tzinfo=dt.UTC)
COMMON = "的一在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严煤瓦斯巷掘综采钻胶皮带井架液压支护冒顶透爆破爆炸灾害预防避险救护灯班队长矿井通风机电运输提升选洗储装精末块焦炭层储量勘探测绘地质水文"
HEADS = [
    "煤矿",
    "安全",
    "生产",
    "瓦斯",
    "综采",
    "掘进",
    "班组",
    "智能化",
    "职工",
    "党委",
    "检修",
    "演练",
    "工作面",
    "矿区",
    "集团",
    "公司",
    "治理",
    "效益",
    "现场",
    "管理",
]


class Archive:
    """Texts as news texts are made: few words very often, most of them seldom."""

    def __init__(self, seed: int) -> None:
        draw = self.draw = random.Random(seed)
        letters = list(dict.fromkeys(COMMON))
        words = set(HEADS)
        while len(words) < 30_000:
            words.add("".join(draw.choices(letters, k=draw.choice((2, 2, 2, 2, 3, 3, 4)))))
        self.words = [*HEADS, *sorted(words - set(HEADS))]
        weights = [1 / (place + 3) for place in range(len(self.words))]
        self.totals = list(itertools.accumulate(weights))
        self.names = ["".join(draw.choices(letters, k=draw.choice((2, 3)))) for _ in range(4000)]
        self.units = ["".join(draw.choices(letters, k=3)) + "煤矿" for _ in range(800)]
        self.pool = [self.sentence() for _ in range(120_000)]

    def some(self, number: int) -> list[str]:
        return self.draw.choices(self.words, cum_weights=self.totals, k=number)

    def sentence(self) -> str:
        number = self.draw.random()
        tail = f"{self.draw.randint(2, 3000)}{self.draw.choice(('吨', '米', '人', '万元', '%'))}"
        return "".join(self.some(self.draw.randint(7, 13))) + (tail if number < 0.3 else "") + "。"

    def text(self, length: int) -> str:
        rows: list[str] = []
        size = 0
        while size < length:
            row = self.sentence() if self.draw.random() < 0.33 else self.draw.choice(self.pool)
            rows.append(row)
            size += len(row)
        return "".join(rows)

    def title(self) -> str:
        return "".join(self.some(self.draw.randint(5, 8)))[:30]


def fill(archive: Archive, total: int, length: int) -> None:
    """Bring the archive to ``total`` articles of about that length, without any index."""
    sections = list(Section.objects.visible())
    there = Article.objects.count()
    if there >= total:
        return
    # What comes to an archive that is there lies between its days: none of it in the future.
    step, start = dt.timedelta(days=18 * 365) / (total - there), START + dt.timedelta(seconds=1)
    for first in tqdm(range(there, total, BATCH), desc="文章", disable=None):
        rows = []
        for number in range(first, min(first + BATCH, total)):
            body = archive.text(length)
            rows.append(
                Article(
                    section=sections[number % len(sections)], title=archive.title(),
                    body=f"<p>{body}</p>", excerpt=body[:160], state="published",
                    provenance="legacy", published_at=start + step * (number - there),
                    first_published_at=start + step * (number - there),
                )
            )  # fmt: skip
        with transaction.atomic():
            made = Article.objects.bulk_create(rows)
            Byline.objects.bulk_create(
                Byline(
                    article=row, name=archive.draw.choice(archive.names),
                    unit_text=archive.draw.choice(archive.units),
                )
                for row in made
            )  # fmt: skip


def clock() -> float:
    return time.perf_counter() if connection.vendor == "postgresql" else time.thread_time()


def cost(deed: Callable[[], object]) -> float:
    """Milliseconds of one run."""
    begun = clock()
    deed()
    return 1000 * (clock() - begun)


def spread(costs: list[float]) -> tuple[float, float]:
    """Median and 95th percentile."""
    ordered = sorted(costs)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def some_articles(draw: random.Random, number: int) -> list[Article]:
    """By number: sorting a million rows by chance takes longer than what is measured."""
    ids = list(Article.objects.values_list("pk", flat=True))
    return list(Article.objects.filter(pk__in=draw.sample(ids, number)))


def queries(archive: Archive) -> dict[str, list[str]]:
    """Kinds of queries; none of them was used to tune anything."""
    draw = random.Random(99)
    words = archive.words
    texts = [to_text(article.body) for article in some_articles(draw, 60)]
    pieces = []
    for text in texts:
        start = draw.randrange(len(text) - 8)
        pieces.append(text[start : start + draw.choice((2, 3, 4))])
    return {
        "最常用的词": words[:10],
        "常用词": draw.sample(words[20:300], 20),
        "中等词": draw.sample(words[300:5000], 25),
        "少见词": draw.sample(words[5000:], 25),
        "任意截取": pieces[:30],
        "姓名": draw.sample(archive.names, 20),
        "单位": draw.sample(archive.units, 10),
        "两个词": [" ".join(draw.sample(words[:3000], 2)) for _ in range(20)],
        "数字": [f"{draw.randint(100, 2999)}吨" for _ in range(10)],
        "单字": draw.sample("煤矿安水电人党", 5),
    }


def measure(archive: Archive, asked: dict[str, list[str]]) -> dict[str, tuple[float, float]]:
    """The whole results page, by kind of query."""
    client = Client()
    client.get("/search/", {"q": "煤"})
    found = {}
    everything: list[float] = []
    for kind, texts in asked.items():
        costs = [
            min(cost(lambda text=text: client.get("/search/", {"q": text})) for _ in range(TIMES))
            for text in texts
        ]
        found[kind] = spread(costs)
        everything += costs
    found["全部"] = spread(everything)
    return found


def others(asked: dict[str, list[str]]) -> dict[str, tuple[float, float]]:
    """What others do: a LIKE scan for the newest 20, and bm25 with a count of all hits."""
    table = PublicEntry._meta.db_table
    like: list[float] = []
    best: list[float] = []
    with connection.cursor() as cursor:
        for texts in asked.values():
            for text in texts[:4]:
                words = read(text).words
                where = " AND ".join(
                    "(title LIKE %s OR body LIKE %s OR meta LIKE %s)" for _ in words
                )
                values = [f"%{word}%" for word in words for _ in range(3)]
                statement = f"SELECT id FROM {table} WHERE {where} ORDER BY id DESC"

                def scan(statement: str = statement, values: list[str] = values) -> None:
                    cursor.execute(f"SELECT count(*) FROM ({statement}) x", values)
                    cursor.fetchall()
                    cursor.execute(f"{statement} LIMIT 20", values)
                    cursor.fetchall()

                like.append(cost(scan))
        if connection.vendor == "sqlite":
            everything = itertools.chain.from_iterable(asked.values())
            best = [cost(lambda text=text: bm25(text, count=True)) for text in everything]
    found = {"LIKE 扫描": spread(like)}
    if best:
        found["bm25 加 count(*)"] = spread(best)
    return found


def bm25(text: str, *, count: bool = False) -> list[int]:
    """The best twenty by FTS5's own order."""
    table = f"{PublicEntry._meta.db_table}_fts"
    terms = read(text).terms
    match = _match(Ask(terms), terms)
    with connection.cursor() as cursor:
        if count:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {table} MATCH %s", [match])
            cursor.fetchall()
        cursor.execute(
            f"SELECT rowid FROM {table} WHERE {table} MATCH %s"
            f" ORDER BY bm25({table}, 10, 1, 5) LIMIT 20",
            [match],
        )
        return [row[0] for row in cursor.fetchall()]


def ranking(archive: Archive) -> None:
    """Known items: words of one text, and at which place it is found."""
    draw = random.Random(2718)
    ids = list(PublicEntry.objects.order_by("id").values_list("id", flat=True))
    lately = ids[bisect.bisect(ids, ids[-1] - 2 * 365 * 86400) :]
    ours: list[float] = []
    theirs: list[float] = []
    newest: list[float] = []
    for number in range(250):
        # Every second reader looks for something of the last two years.
        row = PublicEntry.objects.get(pk=draw.choice(lately if number % 2 else ids))
        known = [word for word in archive.words[:9000] if word in row.title]
        inside = [word for word in draw.sample(archive.words[:9000], 3000) if word in row.body]
        if not known or not inside:
            continue
        # Two words of the title are remembered, or one of it and one of the text.
        other = [word for word in known if word != known[0]] if draw.random() < 0.5 else inside
        typed = f"{draw.choice(known)} {draw.choice(other or inside)}"
        found = Article.objects.search(typed)
        order = found.page("", by_time=False).ids[:10]
        ours.append(place(order, row.pk))
        newest.append(place([number for number, _ in found.hits.found[:10]], row.pk))
        if connection.vendor == "sqlite":
            theirs.append(place(bm25(typed)[:10], row.pk))
    print(f"\n已知目标查询 {len(ours)} 次，MRR@10：本站 {statistics.mean(ours):.3f}", end="")
    if theirs:
        print(f"　bm25 {statistics.mean(theirs):.3f}", end="")
    print(f"　最新在前 {statistics.mean(newest):.3f}")


def place(order: list[int], wanted: int) -> float:
    return 1 / (order.index(wanted) + 1) if wanted in order else 0.0


def publishing(archive: Archive) -> None:
    """What search and fingerprints add to one publication.

    Once for a text that was in no index, as when an archive is taken over, and once for one that
    the desk could find already, as after readings: its fingerprints stay, its entry moves.
    """
    section = Section.objects.first()
    costs: dict[str, list[float]] = {"本来没有": [], "编辑部已有": [], "不建": []}
    for number in range(180):
        kind = list(costs)[number % 3]
        article = Article(
            section=section, title=archive.title(), body=f"<p>{archive.text(LONG)}</p>",
            state="published", provenance="legacy", published_at=timezone.now(),
        )  # fmt: skip
        if kind == "编辑部已有":
            article.published_at += dt.timedelta(days=1)
            article.save()
            article.make_findable()
            article.published_at -= dt.timedelta(days=1)
        begun = clock()
        with transaction.atomic():
            article.save()
            if kind != "不建":
                article.make_findable()
        costs[kind].append(1000 * (clock() - begun))
        if kind == "不建":
            article.make_findable()
    middle = {kind: statistics.median(row) for kind, row in costs.items()}
    without = middle.pop("不建")
    print(f"\n发布一篇，不建索引和指纹 {without:.2f} 毫秒", end="")
    for kind, cost_ in middle.items():
        print(f"；{kind}：{cost_:.2f}，多 {cost_ - without:.2f}", end="")
    print()


def likeness(archive: Archive) -> None:
    """Looking for texts with the same wording, with the check of the likest."""
    draw = random.Random(5)
    rows = some_articles(draw, 150)
    costs, found = [], 0
    for article in rows:
        text = to_text(article.body)
        letters = list(text)
        for spot in draw.sample(range(len(letters)), len(letters) // 40):
            letters[spot] = "改"
        asked = "".join(letters)
        told: list[object] = []
        costs.append(
            cost(lambda asked=asked, told=told: told.extend(matches_of("新的标题", asked)))
        )
        found += any(one.object_id == article.pk for one in told)
    fresh = [archive.text(LONG) for _ in range(100)]
    costs += [cost(lambda text=text: matches_of("新的标题", text)) for text in fresh if plain(text)]
    middle, high = spread(costs)
    print(
        f"\n重复比对：中位数 {middle:.2f}　p95 {high:.2f} 毫秒；{len(rows)} 篇改写找到 {found} 篇"
    )
    middle, high = spread([cost(lambda article=article: relate(article)) for article in rows[:60]])
    print(f"相关阅读：中位数 {middle:.2f}　p95 {high:.2f} 毫秒")


def memory() -> float:
    """The most memory this process has used, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(sizes: list[int]) -> int:
    call_command("setup_site", verbosity=0)
    archive = Archive(7)
    asked: dict[str, list[str]] = {}
    pages = []
    for size in sizes:
        fill(archive, size, LONG if size <= 100_000 else SHORT)
        before, begun, used = memory(), time.perf_counter(), time.process_time()
        with tqdm(total=size, desc="索引", disable=None) as bar:
            reindexing.rebuild(bar.update)
        took, used = time.perf_counter() - begun, time.process_time() - used
        print(
            f"\n{size} 篇：重建索引 {took:.0f} 秒（本进程处理器 {used:.0f} 秒），"
            f"内存由 {before:.0f} 到 {memory():.0f} MB"
        )
        asked = asked or queries(archive)
        pages.append(measure(archive, asked))
        print(f"\n{'结果页，毫秒':<14}{'中位数':>8}{'p95':>8}")
        for kind, (middle, high) in pages[-1].items():
            print(f"{kind:<14}{middle:>10.1f}{high:>10.1f}")
        if size <= 200_000:
            for kind, (middle, high) in others(asked).items():
                whole = pages[-1]["全部"]
                print(
                    f"{kind:<14}{middle:>10.1f}{high:>10.1f}　是本站整页的 {high / whole[1]:.1f} 倍"
                )
            ranking(archive)
        publishing(archive)
        likeness(archive)
    if len(pages) > 1:
        few, many = pages[0]["最常用的词"], pages[-1]["最常用的词"]
        print(
            f"\n最常用的词，{sizes[-1]} 篇比 {sizes[0]} 篇：{many[0] / few[0]:.2f} 倍（计数到 {MOST} 为止）"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or [20_000, 100_000]))
