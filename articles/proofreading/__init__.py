"""Hints for proofreading 校对提示 — what a careful reader would ask about a text.

Pure Python without a model or a table; nothing is changed by itself. A hint names its rule, how
sure it is — 错误、建议、存疑 — where it stands and what might stand there instead.
"""

from articles.proofreading.blocks import Block, blocks_of, marked, replaced
from articles.proofreading.check import LONGEST_TITLE, Hint, Level, PictureWords, ProofText, check
from articles.proofreading.words import Kind, Word, shipped

__all__ = [
    "LONGEST_TITLE",
    "Block",
    "Hint",
    "Kind",
    "Level",
    "PictureWords",
    "ProofText",
    "Word",
    "blocks_of",
    "check",
    "marked",
    "replaced",
    "shipped",
]
