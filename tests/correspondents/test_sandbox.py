"""The process apart: its limits, and kernels that know fewer of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from correspondents.sandbox import MEBIBYTE, Overrun, run_sandboxed

ROOT = Path(__file__).parent.parent.parent
TELL = "import resource as r; print(r.getrlimit(r.RLIMIT_CPU)[0], r.getrlimit(r.RLIMIT_AS)[0])"
# A kernel that knows no limit of address space, as that of macOS.
REFUSING = """
import resource
real = resource.setrlimit
def refuse(kind, values):
    if kind == resource.RLIMIT_AS:
        raise ValueError("current limit exceeds maximum limit")
    real(kind, values)
resource.setrlimit = refuse
from correspondents.sandbox_launcher import main
main(["7", "900000000", "1000000", "told"])
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module that the process apart finds, with what a test writes into it."""
    monkeypatch.setattr("correspondents.sandbox.ROOT", tmp_path)
    (tmp_path / "correspondents").symlink_to(ROOT / "correspondents")
    return tmp_path / "told.py"


def run(**limits: int) -> str:
    usual = {"cpu_seconds": 7, "memory": 900 * MEBIBYTE, "wall_seconds": 60}
    return run_sandboxed("told", [], **usual | limits)


def test_the_module_runs_within_the_limits(module):
    module.write_text(TELL)
    assert run().split() == ["7", str(900 * MEBIBYTE)]


@pytest.mark.parametrize(
    "greedy",
    ["while True: pass", "x = bytearray(1 << 30)", "open('x', 'wb').write(b'1' * (300 << 20))"],
    ids=["time", "memory", "disk"],
)
def test_whoever_wants_more_is_stopped(module, greedy):
    module.write_text(greedy)
    with pytest.raises(Overrun):
        run(cpu_seconds=1)


def test_nothing_of_our_environment_goes_along(module, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "geheim")
    module.write_text("import os; print(sorted(os.environ))")
    assert "SECRET_KEY" not in run()


def test_a_kernel_that_refuses_one_limit_keeps_the_others(tmp_path):
    (tmp_path / "told.py").write_text(TELL)
    done = subprocess.run(
        [sys.executable, "-c", REFUSING], cwd=tmp_path, capture_output=True, text=True,
        env={"PYTHONPATH": f"{ROOT}:{tmp_path}"},
    )  # fmt: skip
    assert done.stdout.split() == ["7", "-1"], done.stderr
