"""Reading a Word file and cleaning a paste, beside another checkout of the project.

``python -m benchmarks.reading [CHECKOUT]``: both read the same files in processes of their own, in
turn; CPU milliseconds (the best of several) and their ratio are printed. The files are made here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
TURNS = 2
TIMES = 7
CHILD = """
import json, sys
sys.path[:0] = [sys.argv[1], sys.argv[2]]
try:
    from submissions.word.convert import convert
    from articles.text.pasting import tidy
except ImportError:  # an older checkout
    from submissions.docx import convert
    from submissions.pasting import tidy
from articles.text.richtext import clean
sys.path.insert(0, sys.argv[2])
from benchmarks.reading import measure
print(json.dumps(measure(sys.argv[3], convert, tidy, clean)))
"""


def best(deed: Callable[[], object], times: int) -> float:
    """The least CPU milliseconds that something took."""
    found = []
    for _ in range(times + 1):
        begun = time.process_time()
        deed()
        found.append(time.process_time() - begun)
    return min(found[1:] or found) * 1000


def measure(folder: str, convert: Callable, tidy: Callable, clean: Callable) -> dict[str, float]:
    """Read every file of the folder; return the milliseconds of each."""
    found = {}
    for path in sorted(Path(folder).iterdir()):
        if path.suffix == ".docx":
            times = 1 if path.stem == "huge" else TIMES
            with path.open("rb") as file:
                found[f"Word {path.stem}"] = best(lambda file=file: convert(file), times)
        else:
            html = path.read_text(encoding="utf-8")
            found[f"paste {path.stem}"] = best(lambda html=html: tidy(html), TIMES)
            found[f"clean {path.stem}"] = best(lambda html=html: clean(html), TIMES)
    return found


def files(folder: Path) -> None:
    """A short Word file, a long one, one with 230,000 paragraphs; what Word and WeChat paste."""
    import docx  # noqa: PLC0415 -- of the tests

    from tests import word_files  # noqa: PLC0415

    (folder / "ordinary.docx").write_bytes(word_files.ordinary().getvalue())
    long = docx.Document()
    for _ in range(300):
        paragraph = long.add_paragraph("近日，白桦沟煤矿三号皮带完成检修，")
        paragraph.add_run("提前八小时").bold = True
        paragraph.add_run("恢复运行。" * 10)
    for row in long.add_table(30, 5).rows:
        for cell in row.cells:
            cell.text = "1250 万吨"
    (folder / "long.docx").write_bytes(word_files.saved(long).getvalue())
    body = word_files.paragraph("近日完成检修近日完成") * 230_000
    (folder / "huge.docx").write_bytes(word_files.raw(body).getvalue())
    line = (
        "<p class=MsoNormal style='text-indent:24pt'><span lang=EN-US style='font-family:x'>"
        "　　近日，<b>白桦沟</b>煤矿完成检修。<o:p></o:p></span></p>"
    )
    sheet = "p{margin:0}" * 500
    word = f"<html><style>{sheet}</style><!--StartFragment-->{line * 200}<!--EndFragment--></html>"
    (folder / "word.html").write_text(word, encoding="utf-8")
    section = f"<section style='x'><section><span style='font-size:15px'>{'近日完成检修。' * 20}</span></section></section>"
    (folder / "wechat.html").write_text(section * 150, encoding="utf-8")


def main() -> None:
    """Print the figures of this checkout, beside another one's."""
    checkouts = [HERE, *map(Path, sys.argv[1:])]
    with tempfile.TemporaryDirectory(prefix="newsroom-reading-") as place:
        files(Path(place))
        found: dict[Path, list[dict[str, float]]] = {one: [] for one in checkouts}
        for _ in range(TURNS):
            for one in checkouts:
                told = subprocess.run(
                    [sys.executable, "-c", CHILD, str(one), str(HERE), place],
                    env=os.environ, capture_output=True, text=True, check=True, cwd=place,
                ).stdout  # fmt: skip
                found[one].append(json.loads(told))
    for name in found[HERE][0]:
        figures = [min(turn[name] for turn in found[one]) for one in checkouts]
        ratio = f"  ratio {figures[0] / figures[1]:.2f}" if len(figures) > 1 else ""
        print(f"{name:16}" + "".join(f"{figure:10.2f} ms" for figure in figures) + ratio)


if __name__ == "__main__":
    main()
