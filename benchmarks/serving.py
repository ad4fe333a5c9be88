"""Pages as a server sends them, beside nginx sending the same bytes as files. Needs nginx and wrk.

One throw-away site of generated articles on SQLite, two granian workers; nginx with two workers
and ``gzip_static``; ``wrk`` with eight connections, all on loopback. Printed per request: CPU
milliseconds of the whole process tree (user and system), the steadier figure, and requests a
second; as ratios to nginx within the run. ``python -m benchmarks.serving [articles]``.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parent.parent
SECONDS, ROUNDS, PAGES = 3, 3, 300
FIRST, DEEP, PICTURE = "栏目第一页", "栏目第 200 页", "图片"
TICKS = os.sysconf("SC_CLK_TCK")
BARE = """
import gc
from django.conf import settings
settings.configure(SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[])
import django
django.setup()
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
BODY = open({body!r}, "rb").read()
urlpatterns = [path("<path:rest>", lambda request, rest: HttpResponse(BODY))]
application = get_wsgi_application()
gc.freeze()
"""
NGINX = """
daemon off; master_process on; worker_processes 2; pid {folder}/nginx.pid;
error_log {folder}/error.log; events {{ worker_connections 512; }}
http {{ access_log off; sendfile on; tcp_nopush on; default_type text/html; keepalive_requests 1000000;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; gzip_static on; charset utf-8;
    location / {{ try_files $uri/index.html =404; }} }} }}
"""
LUA = """
local paths = {{}}
for line in io.lines({paths!r}) do paths[#paths + 1] = line end
local at = 0
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], {{["Accept-Encoding"] = "gzip", ["Host"] = "127.0.0.1:{port}"}})
end
"""


@dataclass
class Figure:
    """Requests a second, and CPU milliseconds of the server for one."""

    rate: float
    cpu: float


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tree(pid: int) -> list[int]:
    """Return the numbers of a process and of all below it."""
    found = [pid]
    for number in found:
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(number)], capture_output=True, text=True
        )
        found += [int(child) for child in listed.stdout.split()]
    return found


def cpu_of(pids: list[int]) -> float:
    """Return the CPU seconds that processes have used."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


@contextlib.contextmanager
def running(command: list[str], port: int, path: str, **environment: str) -> Iterator[int]:
    """Run a server until the block ends; it answers on ``path`` before the block begins."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                fetch(port, path)
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.2)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def fetch(port: int, path: str) -> bytes:
    """Return a page as it is sent, uncompressed."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}")
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return bytes(answer.read())


def load(pid: int, port: int, paths: list[str], folder: Path, warm: int = 1) -> Figure:
    """Ask for the paths in turn, several rounds after ``warm`` seconds; return the medians."""
    listed, script = folder / "paths.txt", folder / "ask.lua"
    listed.write_text("\n".join(paths) + "\n")
    script.write_text(LUA.format(paths=str(listed), port=port))
    command = ["wrk", "-t1", "-c8", f"-d{SECONDS}s", "-s", str(script), f"http://127.0.0.1:{port}"]
    subprocess.run([*command[:3], f"-d{warm}s", *command[4:]], capture_output=True, check=True)
    rates, costs = [], []
    for _ in range(ROUNDS):
        pids = tree(pid)
        before = cpu_of(pids)
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        number = int(re.search(r"(\d+) requests in", told)[1])  # type: ignore[index]
        if "Non-2xx" in told:
            raise SystemExit(told)
        costs.append((cpu_of(pids) - before) / number * 1000)
        rates.append(float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]))  # type: ignore[index]
    return Figure(statistics.median(rates), statistics.median(costs))


def prepare(folder: Path, total: int) -> dict[str, list[str]]:
    """Fill a site in a process of its own; return the paths of each kind of page."""
    script = (
        f"from benchmarks.__main__ import *\nfrom benchmarks.serving import kinds\n"
        f"call_command('setup_site', verbosity=0)\nfill({total})\n"
        "from portal.database_statistics import refresh_statistics\nrefresh_statistics()\nkinds()"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=os.environ | {"BENCH_FOLDER": str(folder)},
        stdout=subprocess.PIPE, text=True, check=True,
    ).stdout  # fmt: skip
    found: dict[str, list[str]] = {}
    for line in told.splitlines():
        kind, _, path = line.partition("\t")
        if path:
            found.setdefault(kind, []).append(path)
    return found


def kinds() -> None:
    """Print the kinds of pages and their paths, within the site."""
    from articles.models import Article, DayCount  # noqa: PLC0415 -- Django is set up by the caller

    DayCount.objects.recount_all()
    pages = Article.objects.published().order_by("?").values_list("pk", flat=True)[:PAGES]
    for pk in pages:
        print(f"文章\t/articles/{pk}/")
    print("首页\t/")
    print(f"{FIRST}\t/jukuang/")
    print(f"{DEEP}\t/jukuang/?page=200")
    print(f"{PICTURE}\t{picture()}")


def picture() -> str:
    """Put a picture into a public article; return the address of a size that phones take."""
    # Django is set up by the caller.
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    from articles.models import Article, new_edition  # noqa: PLC0415
    from correspondents.models import Upload  # noqa: PLC0415

    buffer = io.BytesIO()
    noise = Image.effect_noise((1200, 750), 12).resize((1200, 750), reducing_gap=2)
    noise.convert("RGB").save(buffer, "JPEG", quality=60)
    file = SimpleUploadedFile("picture.jpg", buffer.getvalue(), "image/jpeg")
    owner = User.objects.create_user("pictures")
    upload = Upload.objects.accept(file, owner=owner, make_now=True)
    Article.objects.published().newest()[0].images.create(upload=upload, alt="图")
    new_edition()
    return f"/pictures/{upload.key}/480.jpg"


def main(total: int) -> int:
    """Measure and print."""
    for tool in ("nginx", "wrk"):
        if shutil.which(tool) is None and not Path(f"/usr/sbin/{tool}").exists():
            print(f"没有 {tool}，不能与静态文件对比（Debian：apt-get install {tool}）。")
            return 0
    folder = Path(tempfile.mkdtemp(prefix="newsroom-serving-"))
    folder.chmod(0o755)
    try:
        return compare(folder, total)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def served_from(folder: Path) -> dict[str, str]:
    """Collect the static files; return the environment in which a site is served from a folder."""
    site = {
        "DATA_DIR": str(folder), "DEBUG": "0", "TESTING": "0", "SECRET_KEY": "for-figures-only" * 4,
        "ALLOWED_HOSTS": "127.0.0.1", "SECURE_HTTPS": "0", "LOG_LEVEL": "ERROR",
        "STATIC_ROOT": str(folder / "static"),
    }  # fmt: skip
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0", "-i", "ckeditor"],
        cwd=ROOT, env=os.environ | site, check=True,
    )  # fmt: skip
    return site


def granian(port: int, application: str, threads: int = 1) -> list[str]:
    """Return the command that serves an application as on the day of work."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws",
        "--host", "127.0.0.1", "--port", str(port), "--workers", "2",
        "--blocking-threads", str(threads), "--log-level", "error", application,
    ]  # fmt: skip


def compare(folder: Path, total: int) -> int:
    """Serve the site with and without its kept pages, and the same bytes by nginx."""
    paths = prepare(folder, total)
    site = served_from(folder)
    rows: list[tuple[str, Figure]] = []
    port, files_port = free_port(), free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=files_port))
    nginx = [shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(config)]
    article = paths["文章"]
    with running(granian(port, "portal.wsgi:application"), port, "/healthz/", **site) as pid:
        write_files(folder / "files", port, paths)
        for kind in paths:
            warm = 1 + len(paths[kind]) // 10  # both workers have met each page
            rows.append((f"{kind}　在架", load(pid, port, paths[kind], folder, warm)))
        with running(nginx, files_port, article[0]) as files_pid:
            # In turn, so that what else the machine does falls on both.
            pairs, pictures = (
                [
                    (load(pid, port, asked, folder), load(files_pid, files_port, asked, folder))
                    for _ in range(ROUNDS)
                ]
                for asked in (article, paths[PICTURE])
            )
            base = pairs[-1][1]
            rows.append(("图片　nginx 静态文件", pictures[-1][1]))
            rows.append(("文章　nginx 静态文件", base))
            rows.append(
                ("首页　nginx 静态文件", load(files_pid, files_port, paths["首页"], folder))
            )
    with running(
        granian(port, "portal.wsgi:application"),
        port,
        "/healthz/",
        **site,
        PAGE_CACHE_BYTES="0",
    ) as pid:
        rows += [(f"{kind}　现做", load(pid, port, paths[kind], folder)) for kind in paths]
        deep = [
            load(pid, port, paths[DEEP], folder).cpu / load(pid, port, paths[FIRST], folder).cpu
            for _ in range(ROUNDS)
        ]
    body = folder / "bare.html"
    body.write_bytes(fetch_file(folder, article[0]))
    (folder / "bare_app.py").write_text(BARE.format(body=str(body)))
    python = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    with running(granian(port, "bare_app:application"), port, "/x/", PYTHONPATH=python) as pid:
        rows.append(("框架空视图", load(pid, port, article, folder)))
    tell(rows, base)
    for kind, measured in (("文章", pairs), (PICTURE, pictures)):
        cpu = statistics.median(kept.cpu / files.cpu for kept, files in measured)
        rate = statistics.median(kept.rate / files.rate for kept, files in measured)
        print(
            f"在架的{kind}对静态文件：处理器 {cpu:.2f} 倍，每秒请求 {rate:.2f} 倍"
            f"（{ROUNDS} 次交替的中位数）"
        )
    print(f"第 200 页对第一页 {statistics.median(deep):.2f} 倍（{ROUNDS} 次交替的中位数）")
    return 0


def write_files(folder: Path, port: int, paths: dict[str, list[str]]) -> None:
    """Put the pages where nginx finds them, plain and compressed."""
    for found in paths.values():
        for path in found:
            place = folder / path.split("?")[0].strip("/") / "index.html"
            place.parent.mkdir(parents=True, exist_ok=True)
            body = fetch(port, path)
            place.write_bytes(body)
            if not path.startswith("/pictures/"):  # nobody compresses those
                place.with_name("index.html.gz").write_bytes(gzip.compress(body, 9))


def fetch_file(folder: Path, path: str) -> bytes:
    """Return what nginx sends for a path."""
    return (folder / "files" / path.strip("/") / "index.html").read_bytes()


def tell(rows: list[tuple[str, Figure]], base: Figure) -> None:
    """Print the table and what follows from it."""
    print(f"{'每次请求的处理器毫秒':>16}{'对 nginx':>10}{'每秒请求':>12}{'对 nginx':>10}  页面")
    for name, figure in rows:
        print(
            f"{figure.cpu:16.4f}{figure.cpu / base.cpu:10.2f}{figure.rate:12.0f}"
            f"{figure.rate / base.rate:10.2f}  {name}"
        )
    found = dict(rows)
    print(f"\n文章现做比框架空视图多 {found['文章　现做'].cpu - found['框架空视图'].cpu:.2f} 毫秒")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
