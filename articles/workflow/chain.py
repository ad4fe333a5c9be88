"""Does the chain of readings hold? Told from revisions and signatures alone, by every way anew.

A signature vouches for one revision. After it the text may change only before a later stage signs,
or by proof corrections, which share one budget from the first signature that stands.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from articles.content.base_article import BaseArticle
from articles.content.snapshot import WORDS, is_of, said
from articles.content.steps import FINAL, PUBLISHED, stages_of
from articles.workflow.duties import writers_of
from articles.workflow.reading import STAGES, Reading
from articles.workflow.revision import NOT_TEXTS, Revision, characters_changed

TOO_MUCH = (
    f"校对性修改只限标题、正文等处的文字，各审级合计 {settings.PROOF_CORRECTION_CHARACTERS} 个字以内，"
    "请取消勾选后按普通修改保存。"
)


@dataclass(frozen=True)
class ProofCorrection:
    """One proof correction since the first signature: the texts before and after it, its size.

    ``characters`` is ``None`` where more than the words of the text was changed.
    """

    before: Revision
    after: Revision
    characters: int | None


def broken(article: BaseArticle) -> str:
    """Return in a Chinese sentence why the chain does not hold; empty where it does."""
    valid = {reading.stage: reading for reading in _standing(article)}
    if set(_asked(article, valid.get(FINAL))) - set(valid):
        return "审读没有走完，不能发布。"
    # That no two are one person's, but for exceptions, the database itself holds.
    signed = [valid[stage] for stage in STAGES if stage in valid]
    if any(one.is_override and not one.note for one in signed):
        return "有破例签署没有写明原因，不能发布。"
    if writers_of(article) & {one.signed_by_id for one in signed}:
        return "有审级由本稿的作者或代投人签署，不能发布。"
    content = article.content()
    if any(not _vouches(reading, content) for reading in signed):
        return "有审级签的不是它留存的那一稿，不能发布。"
    return _changed_since(article, signed, content)


def proof_corrections(article: BaseArticle) -> list[ProofCorrection]:
    """Return the proof corrections since the first signature that stands, the oldest first."""
    start = _counted_from(list(_standing(article)))
    if start is None:
        return []
    texts = list(
        _texts(article).filter(number__gte=start).select_related("created_by").order_by("number")
    )
    return [
        ProofCorrection(old, new, characters_changed(old.content, new.content, WORDS))
        for old, new in itertools.pairwise(texts)
        if new.is_proof_correction
    ]


def corrected(article: BaseArticle, *more: int | None) -> int | None:
    """Return how many characters proof corrections have changed, those of ``more`` added.

    ``None`` where one of them changed more than words.
    """
    sizes = [*(one.characters for one in proof_corrections(article)), *more]
    return None if None in sizes else sum(size for size in sizes if size is not None)


def exceeds(characters: int | None) -> bool:
    """Is it more than proof corrections may change in the whole chain?"""
    return characters is None or characters > settings.PROOF_CORRECTION_CHARACTERS


def _asked(article: BaseArticle, final: Reading | None) -> tuple[str, ...]:
    """The readings it has to show: what is published, those its section asked for at the time."""
    if article.state == PUBLISHED and final is not None and final.stages:
        return stages_of(final.stages)
    return article.stages


def _standing(article: BaseArticle) -> Iterable[Reading]:
    return article.readings.valid().select_related("revision")


def _texts(article: BaseArticle) -> Any:
    return article.history().filter(number__isnull=False).exclude(kind__in=NOT_TEXTS)


def _vouches(reading: Reading, now: dict[str, Any]) -> bool:
    """Is the fingerprint that of the text it points to? Of old ones without: of the text of now."""
    if reading.revision is None:
        return ":" not in reading.fingerprint and is_of(reading.fingerprint, now)
    return is_of(reading.fingerprint, reading.revision.content)


def _counted_from(readings: list[Reading]) -> int | None:
    """The number of the revision from which proof corrections count.

    Signatures of the first scheme each began a new budget: what was allowed then stays so.
    """
    numbers = [(one.revision.number or 0, one) for one in readings if one.revision is not None]
    if not numbers:
        return None
    first = min(number for number, _ in numbers)
    return max([first, *(number for number, one in numbers if ":" not in one.fingerprint)])


def _changed_since(article: BaseArticle, signed: list[Reading], now: dict[str, Any]) -> str:
    numbers = [one.revision.number or 0 for one in signed if one.revision is not None]
    times = [one.signed_at for one in signed]
    if numbers != sorted(numbers) or times != sorted(times):
        return "审级没有按次序签署，不能发布。"
    if not numbers:
        return ""  # all of them vouch for the text of now
    texts = list(_texts(article).filter(number__gte=numbers[-1]).order_by("number"))
    changed = not texts or said(texts[-1].content) != said(now)
    edits = [
        new
        for old, new in itertools.pairwise(texts)
        if not new.is_proof_correction and said(new.content) != said(old.content)
    ]
    if changed or edits:
        return "终审之后正文有改动，不能发布。"
    return "校对性修改超过了限额，不能发布。" if exceeds(corrected(article)) else ""
