"""Progress bars of commands."""

from collections.abc import Sequence
from typing import Any

from tqdm import tqdm

WORTH_SHOWING = 50


def bar(items: Sequence[Any], label: str) -> Any:
    """Wrap a loop; short ones stay silent."""
    return tqdm(items, desc=label, disable=len(items) < WORTH_SHOWING)
