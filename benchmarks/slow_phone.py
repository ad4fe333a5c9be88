"""How soon a page can be read on a slow phone: Chromium with a slow network and a slow processor.

The demo newspaper, served as on the day of work (two granian workers, kept pages, compressed), read
at 390 px with an empty cache through the emulation of the browser's own tools. Two phones: "slow
4G" as Lighthouse defines it for mobile (1.6 Mbit/s, 150 ms, processor slowed four times), and a
worse one (400 kbit/s, 400 ms, six times). Printed: milliseconds from the first byte to the first
text and to the largest part, and how far anything moved. The emulated latency of asking for the
page lies before the first byte and is not in it; that of asking for the style sheet is.
``python -m benchmarks.slow_phone``. Needs Chromium.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.serving import ROOT, free_port, granian, running, served_from

ROUNDS = 3
PHONES = {
    "慢 4G，处理器慢 4 倍": (1_600_000, 150, 4),
    "400 kbit/s，400 毫秒，处理器慢 6 倍": (400_000, 400, 6),
}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WATCH = """
window.moved = 0; window.largest = 0;
new PerformanceObserver(list => list.getEntries().forEach(e => {
  if (!e.hadRecentInput) window.moved += e.value; })).observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(e => {
  window.largest = e.startTime; }))
  .observe({type: 'largest-contentful-paint', buffered: true});
"""
PAINTED = "window.largest > 0 && performance.getEntriesByName('first-contentful-paint').length"
TOLD = """() => {
  const page = performance.getEntriesByType('navigation')[0];
  const text = performance.getEntriesByName('first-contentful-paint')[0];
  return [text ? text.startTime - page.responseStart : NaN,
    window.largest - page.responseStart, window.moved];
}"""
PAGES = """
from articles.models import Article
public = Article.objects.published()
lead = public.get(title__startswith="鹿鸣塬煤矿智能化综采")
gallery = public.filter(section__slug="sheying").newest().first()
for name, path in (("首页", "/"), ("栏目", "/jukuang/"), ("文章", lead.get_absolute_url()),
                   ("图集", gallery.get_absolute_url())):
    print(name, path, sep="\\t")
"""


def prepare(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Make the demo newspaper; return the pages to read and the settings to serve it with."""
    trial = os.environ | {"DEBUG": "1", "DATA_DIR": str(folder)}
    for command in (["setup_site", "-v", "0"], ["make_demo", "--once", "-v", "0"]):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=trial, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
    told = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", PAGES], cwd=ROOT, env=trial,
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    pages = dict(line.split("\t") for line in told.splitlines() if "\t" in line)
    return pages, served_from(folder)


def read(browser: Browser, address: str, phone: tuple[int, int, int]) -> list[float]:
    """Open a page with an empty cache and scroll through it; return the three figures."""
    bits, latency, slower = phone
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, bypass_csp=True
    )
    try:
        page = context.new_page()
        page.add_init_script(WATCH)
        tools: Any = context.new_cdp_session(page)
        rate = bits / 8
        network = {"offline": False, "latency": latency, "downloadThroughput": rate,
                   "uploadThroughput": rate}  # fmt: skip
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", network)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.goto(address, wait_until="load", timeout=120_000)
        page.wait_for_function(PAINTED, timeout=120_000)
        page.wait_for_timeout(300)
        largest = page.evaluate(TOLD)
        for _ in range(8):
            page.mouse.wheel(0, 1200)
            page.wait_for_timeout(150)
        page.wait_for_load_state("networkidle", timeout=120_000)
        return [largest[0], largest[1], page.evaluate(TOLD)[2]]
    finally:
        context.close()


def main() -> int:
    """Measure and print."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        print("没有 Chromium，不能测量（Debian：apt-get install chromium）。")
        return 0
    folder = Path(tempfile.mkdtemp(prefix="newsroom-phone-"))
    try:
        pages, site = prepare(folder)
        port = free_port()
        command = granian(port, "portal.wsgi:application", threads=2)
        with running(command, port, "/healthz/", **site), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            for name, phone in PHONES.items():
                print(f"\n{name}\n{'首字':>8}{'最大块':>8}{'位移':>10}  页面（毫秒，自首字节起）")
                for title, path in pages.items():
                    address = f"http://127.0.0.1:{port}{path}"
                    rows = [read(browser, address, phone) for _ in range(ROUNDS + 1)][1:]
                    text, largest, moved = map(statistics.median, zip(*rows, strict=True))
                    print(f"{text:8.0f}{largest:8.0f}{moved:10.4f}  {title}")
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
