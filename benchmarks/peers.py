"""Pages that are not kept, beside a news site on Wagtail with as many articles. Needs wrk.

Two workers each, SQLite, eight connections on loopback; printed is the CPU of the whole process
tree for one request, as a share of the peer's within the run, and how it grows with the archive.
``python -m benchmarks.peers [articles …]``. Wagtail stands in an environment of its own, made by
``make peers``; without it the site's own figures and their growth are printed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.serving import Figure, free_port, granian, load, prepare, running, served_from

HERE = Path(__file__).parent / "wagtailsite"
PEER = Path(
    os.environ.get("WAGTAIL_PYTHON", Path(__file__).parent.parent / ".venv-peers/bin/python")
)
KINDS = ("文章", "栏目第一页", "栏目第 200 页", "首页")
KEPT_PARTS = {"FRAGMENTS": "20000"}


def own(folder: Path, total: int) -> dict[str, Figure]:
    """Measure the site: every page made anew, of articles nothing kept, and then their own parts."""
    paths = prepare(folder, total)
    site, port, found = served_from(folder), free_port(), {}
    made = {**site, "PAGE_CACHE_BYTES": "0", "PICTURE_CACHE_BYTES": "0"}
    application = granian(port, "portal.wsgi:application", threads=2)
    with running(application, port, "/healthz/", **made, FRAGMENTS="0") as pid:
        for kind in KINDS:
            found[kind] = load(pid, port, paths[kind], folder)
    with running(application, port, "/healthz/", **made, **KEPT_PARTS) as pid:
        for kind in KINDS[:3]:
            found[f"{kind}，各篇已有"] = load(pid, port, paths[kind], folder, warm=4)
    return found


def peer(folder: Path, total: int) -> dict[str, Figure]:
    """Measure the same kinds of pages on Wagtail; nothing where it is not installed."""
    if not PEER.exists():
        return {}
    site = folder / "peer"
    shutil.copytree(HERE, site)
    environment = {"PEER_FOLDER": str(folder), "PYTHONPATH": str(site)}
    told = subprocess.run(
        [PEER, "load.py", str(total)], cwd=site, env=os.environ | environment,
        stdout=subprocess.PIPE, text=True, check=True,
    ).stdout  # fmt: skip
    paths: dict[str, list[str]] = {}
    for line in told.splitlines():
        kind, _, path = line.partition("\t")
        paths.setdefault(kind, []).append(path)
    port = free_port()
    command = granian(port, "wsgi:application", threads=2)
    with running([str(PEER), *command[1:]], port, "/", **environment) as pid:
        return {kind: load(pid, port, paths[kind], folder) for kind in KINDS}


def main(totals: list[int]) -> int:
    """Measure every size, and print shares and growth."""
    if shutil.which("wrk") is None:
        print("没有 wrk，不能测（Debian：apt-get install wrk）。")
        return 0
    if not PEER.exists():
        print("没有 Wagtail，只列本站（make peers 可以装上）。")
    ours: list[dict[str, Figure]] = []
    for total in totals:
        folder = Path(tempfile.mkdtemp(prefix="newsroom-peers-"))
        folder.chmod(0o755)
        try:
            theirs = peer(folder, total)
            ours.append(own(folder, total))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        print(f"\n{total:,} 篇，每次请求的处理器毫秒")
        for kind, figure in ours[-1].items():
            other = theirs.get(kind.partition("，")[0])
            share = (
                f"  是 Wagtail（{other.cpu:.2f}）的 {figure.cpu / other.cpu:.2f}" if other else ""
            )
            print(f"  {figure.cpu:7.2f}{share}  {kind}")
    if len(totals) > 1:
        print(f"\n从 {totals[0]:,} 篇到 {totals[-1]:,} 篇的增长")
        for kind, figure in ours[-1].items():
            print(f"  {figure.cpu / ours[0][kind].cpu:7.2f}  {kind}")
    return 0


if __name__ == "__main__":
    sys.exit(main([int(word) for word in sys.argv[1:]] or [10_000]))
