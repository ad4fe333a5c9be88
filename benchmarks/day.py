"""A day of publications, replayed: how many pages are found ready, and what a request costs.

600 articles are published one after the other; between two of them forty pages are read, in one process
over the whole WSGI application: the front page, sections, and articles, the newest by far the most; one
request in five is a robot's, anywhere in the archive. Run once with the parts that articles print of
themselves kept, and once without, from copies of one site. ``python -m benchmarks.day [articles]``.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks.serving import ROOT, prepare, served_from

PUBLICATIONS, READS = 600, 40
# Of a hundred requests: the front page, a section, a robot in the archive; the others read articles.
HOME, SECTION, ROBOT = 20, 15, 20
# The article of rank r is read in proportion to 1 / (r + FLAT); nobody goes further than FAR.
FLAT, FAR = 5, 2_000


def replay() -> None:
    """Replay the day in this process and print what was seen, tab by tab."""
    # Django is set up by the application.
    from portal.wsgi import application  # noqa: PLC0415, I001

    from django.test import RequestFactory  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from articles.models import Article, Section, new_edition  # noqa: PLC0415

    pages: Any = application.application
    within, draw, requests, seen = pages.application, random.Random(7), RequestFactory(), [0]

    def made(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        seen[0] += 1
        return within(environ, start_response)

    pages.application = made
    public = Article.objects.published()
    numbers = list(public.newest().values_list("pk", flat=True))
    sections = list(Section.objects.filter(is_visible=True))
    weights = [1 / (rank + FLAT) for rank in range(min(FAR, len(numbers)))]
    texts = dict(public.filter(pk__in=numbers[:200]).values_list("title", "body"))
    spent = 0.0
    for number in tqdm(range(PUBLICATIONS), desc="一天", disable=not sys.stderr.isatty()):
        title, body = draw.choice(list(texts.items()))
        fresh = Article.objects.import_public(
            provenance=Article.Provenance.DEMO, section=draw.choice(sections),
            title=f"{title[:40]}（{number}）", body=body, published_at=timezone.now(),
        )  # fmt: skip
        new_edition(since=fresh.published_at, texts=False)  # as publishing does
        numbers.insert(0, fresh.pk)
        pages.editions.look()
        asked = [_asked(draw, numbers, weights, sections) for _ in range(READS)]
        begun = time.process_time()
        for path in asked:
            answer = application(requests.get(path, HTTP_HOST="127.0.0.1").environ, _good)
            b"".join(answer)
            getattr(answer, "close", lambda: None)()
        spent += time.process_time() - begun
    total = PUBLICATIONS * READS
    print(total - seen[0], total, spent, sep="\t")


def _asked(draw: random.Random, numbers: list[int], weights: list[float], sections: Any) -> str:
    kind = draw.randrange(100)
    if kind < HOME:
        return "/"
    if kind < HOME + SECTION:
        return f"/{draw.choice(sections).slug}/"
    if kind < HOME + SECTION + ROBOT:
        return f"/articles/{draw.choice(numbers)}/"
    rank = draw.choices(range(len(weights)), weights)[0]
    return f"/articles/{numbers[rank]}/"


def _good(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
    if not status.startswith("200"):
        raise AssertionError(status)


def main(total: int) -> int:
    """Replay the day with parts kept and without, and print both side by side."""
    folder = Path(tempfile.mkdtemp(prefix="newsroom-day-"))
    costs: dict[str, float] = {}
    try:
        prepare(folder / "site", total)
        for name, kept in (("各篇的部分备着", {}), ("不备", {"FRAGMENTS": "0"})):
            copy = folder / f"copy{len(costs)}"
            shutil.copytree(folder / "site", copy)
            told = subprocess.run(
                [sys.executable, "-c", "from benchmarks.day import replay; replay()"], cwd=ROOT,
                env=os.environ | served_from(copy) | kept, stdout=subprocess.PIPE, text=True,
                check=True,
            ).stdout  # fmt: skip
            hits, asked, spent = map(float, told.split("\t"))
            costs[name] = spent / asked * 1000
            print(
                f"{name}：{hits / asked:.0%} 的页面现成，每次请求 {costs[name]:.2f} 毫秒处理器时间"
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    with_parts, without = costs.values()
    print(f"备着各篇的部分，处理器用不备时的 {with_parts / without:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 10_000))
