"""What a rule finds in one line of text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NUMERAL = "一二三四五六七八九十百千万亿两零"


class Level(StrEnum):
    """How sure a hint is."""

    ERROR = "error"
    ADVICE = "advice"
    QUERY = "query"

    @property
    def order(self) -> int:
        """The surest first."""
        return list(Level).index(self)

    @property
    def label(self) -> str:
        """The desk's word."""
        return {"error": "错误", "advice": "建议", "query": "存疑"}[self.value]


@dataclass(frozen=True)
class Finding:
    """A hint in one line of text."""

    rule: str
    level: Level
    start: int
    end: int
    suggest: str | None
    why: str
