"""Proofreading hints of an article: the lists of words the desk keeps, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from articles import proofreading
from articles.content.base_article import BaseArticle
from articles.content.snapshot import WORDS
from articles.proofreading import Hint, Kind, Level, PictureWords, ProofText, Word, blocks_of, check
from correspondents.lifecycle import StepNotAllowed
from correspondents.typed import SentenceField

# Sections whose texts are literature, by their codes.
LITERARY = frozenset({"prose", "poetry", "fiction"})
LONGEST_KEY = 24


class WordRuleQuerySet(models.QuerySet["WordRule"]):
    def words(self) -> list[Word]:
        """Return what is in force, as the rules want it."""
        names = ("kind", "wrong", "right", "level", "why", "unless")
        rows = self.filter(is_active=True).values_list(*names)
        return [Word(Kind(kind), *rest) for kind, *rest in rows]

    def install(self) -> int:
        """Fill an empty list with what is shipped; return how many."""
        if self.exists():
            return 0
        rows = [
            WordRule(
                kind=word.kind, wrong=word.wrong, right=word.right, level=word.level,
                why=word.why, unless=word.unless,
            )
            for word in proofreading.shipped()
        ]  # fmt: skip
        return len(WordRule.objects.bulk_create(rows))


class WordRule(models.Model):
    """One row of a list of words. The desk adds, changes and switches off."""

    class Kinds(models.TextChoices):
        CONFUSED = Kind.CONFUSED.value, "易错词"
        STYLE = Kind.STYLE.value, "本网用语"
        FIXED = Kind.FIXED.value, "固定提法"
        PAIR = Kind.PAIR.value, "一文两名"
        NAME = Kind.NAME.value, "姓名、职务"
        ORDER = Kind.ORDER.value, "排名次序"
        WATCH = Kind.WATCH.value, "需要核实的词"

    class Levels(models.TextChoices):
        ERROR = Level.ERROR.value, "错误"
        ADVICE = Level.ADVICE.value, "建议"
        QUERY = Level.QUERY.value, "存疑"

    kind = models.CharField("词表", max_length=8, choices=Kinds.choices, default=Kinds.CONFUSED)
    wrong = models.CharField(
        "原词", max_length=200, help_text="排名次序：按次序写姓名，用顿号隔开。"
    )
    right = models.CharField(
        "应为", max_length=60, blank=True, help_text="空着则只提示，不代改；一文两名写另一个名。"
    )
    level = models.CharField("级别", max_length=6, choices=Levels.choices, default=Levels.ADVICE)
    why = SentenceField("说明", max_length=60, blank=True)
    unless = models.CharField(
        "例外", max_length=120, blank=True,
        help_text="用空格隔开：“人人~”表示前面是“人人”时不提示，“~场”表示后面是“场”时不提示。",
    )  # fmt: skip
    is_active = models.BooleanField("启用", default=True)

    objects = WordRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "校对词表"
        ordering = ["kind", "pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "wrong"], name="one_rule_per_word")]

    def __str__(self) -> str:
        return f"{self.wrong} → {self.right}" if self.right else self.wrong

    def clean(self) -> None:
        self.wrong = self.wrong.strip()
        if self.kind == self.Kinds.PAIR and not self.right:
            raise ValidationError({"right": "一文两名要写出另一个名称。"})
        if self.wrong and self.wrong == self.right:
            raise ValidationError({"right": "与原词相同。"})


class HintDecision(models.Model):
    """What somebody decided about one hint; remembered with the article."""

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="decisions")
    key = models.CharField(max_length=24)
    rule = models.CharField("规则", max_length=4)
    found = models.CharField("原文", max_length=200)
    suggest = models.CharField("建议", max_length=200, blank=True)
    is_accepted = models.BooleanField("采纳")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "校对提示的处理"
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "key"], name="one_decision_per_hint")
        ]

    def __str__(self) -> str:
        return f"{self.found} → {self.suggest}" if self.is_accepted else f"忽略：{self.found}"


def proof_text_of(article: BaseArticle) -> ProofText:
    """Return an article as the rules look at it."""
    return ProofText(
        title=article.title,
        body=article.body,
        lines={name: getattr(article, name) for name in WORDS if name != "body"},
        bylines=[(row.unit_text, row.name) for row in article.bylines.all()],
        byline_text=article.byline_text,
        is_literary=article.section.code in LITERARY,
        is_reprint=article.origin == article.Origin.REPRINT,
        source=article.source,
        pictures=[
            PictureWords(row.caption, row.photographer, row.alt, row.is_decorative)
            for row in article.images.all()
        ],
    )


def hints_of(article: BaseArticle) -> list[Hint]:
    """Return the hints of an article that nobody has decided about."""
    ignored = set(
        HintDecision.objects.filter(
            article__in=[article.pk, article.copy_of_id or article.pk], is_accepted=False
        ).values_list("key", flat=True)
    )
    found = check(proof_text_of(article), WordRule.objects.words())
    return [hint for hint in found if hint.key not in ignored]


def counted(hints: list[Hint]) -> dict[str, int]:
    """Return how many there are of each level, as a reading keeps them."""
    return {level.value: sum(hint.level == level for hint in hints) for level in Level}


def ignore(article: BaseArticle, keys: set[str], *, by: User) -> int:
    """Remember that these hints are to be left alone; return how many."""
    hints = [hint for hint in hints_of(article) if hint.key in keys]
    for hint in hints:
        _decide(article, hint, by=by, is_accepted=False)
    return len(hints)


def remember(
    article: BaseArticle,
    before: list[Hint],
    *,
    accepted: Mapping[str, tuple[str, str, str]],
    ignored: set[str],
    by: User,
) -> None:
    """Keep decisions about hints that were made while the text was written, after it is saved.

    ``before``: the hints of the text as it was. One counts as accepted whose words are gone; of words that
    were never saved ``accepted`` tells rule, words and suggestion by the key.
    """
    if not (accepted or ignored):
        return
    still = {hint.key for hint in hints_of(article)}
    for hint in before:
        if hint.key in accepted and hint.key not in still:
            _decide(article, hint, by=by, is_accepted=True)
    known = {hint.key for hint in before} | still
    for key, (rule, found, suggest) in accepted.items():
        if found and key not in known and len(key) <= LONGEST_KEY:
            values = {"rule": rule[:4], "found": found[:200], "suggest": suggest[:200]}
            _keep_decision(article, key, values, by=by, is_accepted=True)
    ignore(article, ignored, by=by)


def accept(article: BaseArticle, keys: set[str], *, by: User) -> int:
    """Put in what these hints suggest, as one revision; return how many.

    The caller has looked whether this person may edit the article, and holds its row.
    """
    if not article.is_editable:
        raise StepNotAllowed("文章现在不能修改；已发布的请先开始修改。")
    hints = [hint for hint in hints_of(article) if hint.key in keys and hint.suggest is not None]
    if not hints:
        return 0
    with transaction.atomic():
        before = article.content()
        # From the end on, so that the places of the others stay true.
        for hint in sorted(hints, key=lambda one: (one.block, one.start), reverse=True):
            _put_in(article, hint)
            _decide(article, hint, by=by, is_accepted=True)
        article.save()
        told = "、".join(f"{hint.found}→{hint.suggest}" for hint in hints)
        article.settle_edit(by=by, before=before, note=f"采纳校对提示：{told}"[:200])
    return len(hints)


def with_words_replaced(content: dict[str, Any], find: str, put: str) -> tuple[dict[str, Any], int]:
    """Return the content (:meth:`Article.content`) with words replaced in head and text, and how often.

    Words are found across elements, not across paragraphs; addresses in links are left alone.
    """
    if not find or find == put:
        return content, 0
    after, number = dict(content), 0
    for name in WORDS:
        if name == "body":
            continue
        number += after[name].count(find)
        after[name] = after[name].replace(find, put)
    html = after["body"]
    for block in reversed(blocks_of(html)):
        place = block.text.rfind(find)
        while place >= 0:
            html = proofreading.replaced(html, block, place, place + len(find), put)
            number += 1
            place = block.text.rfind(find, 0, place)
    after["body"] = html
    return after, number


def _put_in(article: BaseArticle, hint: Hint) -> None:
    assert hint.suggest is not None  # noqa: S101 -- the caller has looked
    if hint.where == "body":
        block = blocks_of(article.body)[hint.block]
        article.body = proofreading.replaced(
            article.body, block, hint.start, hint.end, hint.suggest
        )
    elif hint.where == "byline":
        _put_in_byline(article, hint)
    else:
        text = getattr(article, hint.where)
        setattr(article, hint.where, text[: hint.start] + hint.suggest + text[hint.end :])


def _put_in_byline(article: BaseArticle, hint: Hint) -> None:
    text = article.byline_text
    if text[hint.start : hint.end] == hint.found:
        article.byline_text = text[: hint.start] + (hint.suggest or "") + text[hint.end :]
        return
    for row in article.bylines.filter(name__contains=hint.found):
        unit, _, name = (hint.suggest or "").partition("\u3000")
        row.unit_text, row.name = row.unit_text or unit, name
        row.save()


def _decide(article: BaseArticle, hint: Hint, *, by: User, is_accepted: bool) -> None:
    values = {"rule": hint.rule, "found": hint.found[:200], "suggest": (hint.suggest or "")[:200]}
    _keep_decision(article, hint.key, values, by=by, is_accepted=is_accepted)


def _keep_decision(
    article: BaseArticle, key: str, values: dict[str, Any], *, by: User, is_accepted: bool
) -> None:
    values |= {"is_accepted": is_accepted, "decided_by": by, "decided_at": timezone.now()}
    HintDecision.objects.update_or_create(article_id=article.pk, key=key, defaults=values)
