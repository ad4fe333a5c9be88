"""The workshop: how long code may be, and what runs on PostgreSQL too."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APPS = ("portal", "articles", "correspondents", "submissions")
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))


def code() -> Iterator[tuple[str, str, ast.Module]]:
    """Every module of the product: its name, its text, its tree."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                text = path.read_text(encoding="utf-8")
                yield str(path.relative_to(ROOT)), text, ast.parse(text)


# --- the Python that make takes ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("present", "taken"),
    [
        ({"python3.11": 3.11, "python3.12": 3.12}, "python3.12"),
        ({"python3.11": 3.11, "python3.13": None}, "python3.11"),  # there, and does not start
        ({"python3": 3.13}, "python3"),  # as Debian 13 has it
        ({"python3.11": 3.11, "python3": 3.14}, "python3.11"),
    ],
)
def test_make_takes_the_newest_python_that_can_make_an_environment(tmp_path, present, taken):
    assert newest_python(tmp_path, present).stdout.strip() == str(tmp_path / taken)


def test_without_any_it_says_what_is_wanted(tmp_path):
    done = newest_python(tmp_path, {"python3": 3.9})
    assert done.returncode == 1
    assert "需要 3.11、3.12 或 3.13" in done.stderr


def newest_python(folder: Path, present: dict[str, float | None]) -> subprocess.CompletedProcess:
    """What ``make`` is told on a machine with these."""
    for name, version in present.items():
        asked = "exit 1" if version is None else f'case "$2" in *"({version})"*) ;; *) exit 1; esac'
        asked = asked.replace("3.", "3, ")
        (folder / name).write_text(f"#!/bin/sh\n{asked}\n")
        (folder / name).chmod(0o755)
    return subprocess.run(
        ["/bin/sh", ROOT / "deploy/newest-python"], env={"PATH": str(folder)},
        capture_output=True, text=True,
    )  # fmt: skip


# --- sizes ------------------------------------------------------------------------------------

LARGEST = {"module": 400, "class": 400, "function": 60}  # lines
USUAL = 300  # lines of a module; what is longer says why, in sizes.toml
LONGEST_LINE = 120  # characters of a template


@cache
def sizes() -> dict[str, dict[str, int]]:
    """The lines of every module, class and function, by kind and name."""
    found: dict[str, dict[str, int]] = {kind: {} for kind in LARGEST}
    for name, text, tree in code():
        found["module"][name] = len(text.splitlines())
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                kind = "class" if isinstance(node, ast.ClassDef) else "function"
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                own = f"{name}:{node.name}"
                found[kind][own] = max(lines, found[kind].get(own, 0))
    return found


@pytest.mark.parametrize("kind", LARGEST)
def test_nothing_is_larger_than_the_rule(kind):
    assert {name: size for name, size in sizes()[kind].items() if size > LARGEST[kind]} == {}


def test_a_long_module_says_why():
    """``sizes.toml``: module and reason. What has become shorter is taken out."""
    reasons = tomllib.loads((ROOT / "tests/sizes.toml").read_text(encoding="utf-8"))
    assert {name for name, size in sizes()["module"].items() if size > USUAL} == set(reasons)
    assert all(len(reason) > 10 for reason in reasons.values())


def test_a_line_of_a_template_can_be_read():
    for path in sorted((ROOT / "templates").rglob("*.*")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            assert len(line) <= LONGEST_LINE, f"{path}:{number}"
            # A formatter takes such a blank away; it is written {{ "\u3000" }} there.
            assert line.strip(" ") == line.strip(), f"{path}:{number}"


# --- what depends on the database ---------------------------------------------------------------

# What is written in the language of a database, or waits for other connections, and the tests that
# go through it. They are marked ``database``, and so run on PostgreSQL in CI.
DEPENDS = {
    "articles/admin/drafts.py": "articles/test_working_copy.py",
    "articles/admin/hints.py": "articles/test_readings.py",
    "articles/statistics/adding.py": "articles/test_reads.py",
    "articles/workflow/editing.py": "articles/test_working_copy.py",
    "articles/workflow/publishing.py": "articles/test_readings.py",
    "articles/statistics/day_count.py": "articles/test_archive.py",
    "articles/content/edition.py": "portal/test_page_cache.py",
    "articles/workflow/queries.py": "articles/test_reindexing.py",
    "articles/indexes/search_index.py": "articles/test_search.py",
    "articles/indexes/near_duplicates.py": "submissions/test_alike.py",
    "articles/pages/prepared.py": "articles/test_prepared.py",
    "articles/search/engines.py": "articles/test_search.py",
    "articles/search/postgres.py": "articles/test_search.py",
    "articles/search/sqlite.py": "articles/test_search.py",
    "correspondents/lifecycle.py": "test_taking_back.py",
    "correspondents/lifecycle_admin.py": "correspondents/test_desk.py",
    "correspondents/models/belonging.py": "correspondents/test_desk.py",
    "correspondents/models/merged_person.py": "correspondents/test_desk.py",
    "correspondents/models/organisation.py": "correspondents/test_desk.py",
    "portal/backup.py": "portal/test_backup.py",
    "portal/daily_backup.py": "portal/test_backup.py",
    "portal/database.py": "portal/test_backup.py",
    "portal/moving.py": "portal/test_parts_that_fall.py",
    "portal/database_statistics.py": "portal/test_database_statistics.py",
    "portal/shared_cache.py": "portal/test_parts_that_fall.py",
    "portal/views/pages.py": "portal/test_pages.py",
    "submissions/models/document.py": "submissions/test_saving.py",
    "submissions/receivers.py": "submissions/test_alike.py",
    "submissions/views/device.py": "submissions/test_saving.py",
    "submissions/views/saving.py": "submissions/test_saving.py",
}
# The names by which such code is known.
CALLS = {"cursor", "select_for_update", "raw", "extra", "RawSQL", "get_compiler"}
KEYWORDS = {"update_conflicts", "ignore_conflicts"}
# ... and tests of it: connections side by side, SQL, search.
IN_TESTS = re.compile(
    r"\.cursor\(|connection\.vendor|Thread\(|ThreadPoolExecutor|select_for_update"
    r"|PublicEntry|DeskEntry|reindexing|articles\.search|[\"']/search/"
)
MARKED = re.compile(r"mark\.database|transaction=True|mark\.browser|mark\.once")


def depends_on_the_database(tree: ast.Module) -> bool:
    """Does a module hold raw SQL, locks, or questions after the kind of database?"""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "vendor":
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in CALLS or KEYWORDS & {word.arg for word in node.keywords}:
                return True
    return False


def test_code_that_depends_on_the_database_has_tests_that_run_on_both():
    assert {name for name, _, tree in code() if depends_on_the_database(tree)} == set(DEPENDS)
    for name in set(DEPENDS.values()):
        text = (ROOT / "tests" / name).read_text(encoding="utf-8")
        assert MARKED.search(text), name


def test_tests_of_sql_search_and_connections_run_on_both():
    unmarked = []
    for path in TESTS:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        head = re.search(r"^pytestmark = (.*)", text, re.MULTILINE)
        if path.name == Path(__file__).name or "browser" in path.parts:
            continue
        if head and MARKED.search(head[1]):
            continue
        for outer in ast.walk(tree):
            around = "".join(map(ast.unparse, getattr(outer, "decorator_list", ())))
            for node in ast.iter_child_nodes(outer):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    own = ast.get_source_segment(text, node) or ""
                    marks = around + "".join(map(ast.unparse, node.decorator_list))
                    if IN_TESTS.search(own) and not MARKED.search(marks):
                        unmarked.append(f"{path.name}: {node.name}")
    assert unmarked == []


# --- papers -----------------------------------------------------------------------------------

NAMED = re.compile(
    r"`((?:portal|articles|submissions|correspondents|templates|static|tests|benchmarks|deploy|docs)"
    r"/[\w/.*-]+)"
)
PAPERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/handbook/*.md")])


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_a_paper_names_files_that_are_there(paper: Path) -> None:
    named = {name.rstrip(".:") for name in NAMED.findall(paper.read_text(encoding="utf-8"))}
    assert {name for name in named if not list(ROOT.glob(name))} == set()


SETTING = re.compile(r"""env(?:\.\w+)?\(\s*["']([A-Z][A-Z0-9_]+)["']""")
OF_THE_WORKSHOP = {"DEBUG", "TESTING"}


def test_every_setting_from_the_environment_is_told_to_whoever_runs_the_site() -> None:
    text = "".join(
        (ROOT / "portal" / name).read_text("utf-8") for name in ("settings.py", "limits.py")
    )
    told = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert len(set(SETTING.findall(text))) > 40
    assert {name for name in SETTING.findall(text) if f"`{name}`" not in told} <= OF_THE_WORKSHOP
