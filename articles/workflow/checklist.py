"""What is looked at before an article is published; each section may ask for more or less."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from articles.content.base_article import BaseArticle
from articles.content.layout_facts import SATELLITES
from articles.content.section import Section
from articles.proofreading import LONGEST_TITLE, Hint, Level
from articles.workflow.wording import hints_of

NAMELESS = "署名有一行没有姓名，请补上或删去。"


@dataclass(frozen=True)
class Point:
    """One item that is not met: what is wrong in a sentence, and the field it leads to."""

    item: str
    sentence: str
    field: str
    blocks: bool


class ChecklistRule(models.Model):
    """How much an item weighs, everywhere or in one section."""

    class Item(models.TextChoices):
        TITLE = "title", "标题不过长"
        SOURCE = "source", "转载写明来源"
        AUTHOR = "author", "转载写明原作者、原标题"
        BYLINE = "byline", "有署名"
        CAPTION = "caption", "图片有说明和拍摄者"
        ALT = "alt", "图片有替代文字，或注明仅作装饰"
        TAGS = "tags", "有关键词"
        ALIKE = "alike", "重复稿件已核对"
        WORDING = "wording", "校对提示里的错误已处理"
        OFFICIAL = "official", "事故写明官方通报单位"
        FACTS = "facts", "事故要素齐全"
        VENDOR = "vendor", "厂商信息写明广告主和联系方式"
        EXPIRY = "expiry", "厂商信息有有效期"
        GUEST = "guest", "访谈写明受访人"
        WORKS = "works", "书画写明作品名和作者"

    class Weight(models.TextChoices):
        BLOCK = "block", "不办好不能签发"
        ADVISE = "advise", "只提醒"
        OFF = "off", "不检查"

    section = models.ForeignKey(
        Section, verbose_name="栏目", null=True, blank=True, on_delete=models.CASCADE,
        help_text="不选则用于所有没有另定的栏目。",
    )  # fmt: skip
    item = models.CharField("项目", max_length=8, choices=Item.choices)
    weight = models.CharField("轻重", max_length=6, choices=Weight.choices)

    class Meta:
        verbose_name = verbose_name_plural = "签发前检查"
        ordering = ["section__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "item"],
                name="one_rule_per_section_and_item",
                violation_error_message="这个栏目的这一项已经定过。",
            ),
            models.UniqueConstraint(
                fields=["item"],
                condition=models.Q(section=None),
                name="one_rule_per_item",
                violation_error_message="这一项已经定过。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section or '所有栏目'} · {self.get_item_display()}"


Item, Weight = ChecklistRule.Item, ChecklistRule.Weight
# What holds where the desk has not said otherwise.
DEFAULTS = {
    Item.TITLE: Weight.ADVISE,
    Item.SOURCE: Weight.BLOCK,
    Item.AUTHOR: Weight.ADVISE,
    Item.BYLINE: Weight.ADVISE,
    Item.CAPTION: Weight.ADVISE,
    Item.ALT: Weight.BLOCK,
    Item.TAGS: Weight.ADVISE,
    Item.ALIKE: Weight.BLOCK,
    Item.WORDING: Weight.ADVISE,
    Item.OFFICIAL: Weight.BLOCK,
    Item.FACTS: Weight.ADVISE,
    Item.VENDOR: Weight.BLOCK,
    Item.EXPIRY: Weight.ADVISE,
    Item.GUEST: Weight.ADVISE,
    Item.WORKS: Weight.ADVISE,
}


def weights_in(section_id: int) -> dict[str, str]:
    """Return what weighs how much in a section."""
    weights: dict[str, str] = {str(item): str(weight) for item, weight in DEFAULTS.items()}
    rows = ChecklistRule.objects.filter(models.Q(section=section_id) | models.Q(section=None))
    own: dict[str, str] = {}
    for row in rows:
        (own if row.section_id else weights)[row.item] = row.weight
    return weights | own


def points_of(article: BaseArticle, hints: list[Hint] | None = None) -> list[Point]:
    """Return what is not met, what blocks first; ``hints`` where the caller has them already."""
    found = list(_unmet(article, weights_in(article.section_id), hints))
    return sorted(found, key=lambda point: not point.blocks)


def first_block(article: BaseArticle) -> str:
    """Return the sentence of the first item that blocks; empty for none.

    Duplicates have their own obstacle, which knows who asks.
    """
    weights = weights_in(article.section_id)
    blocking = {item: weight for item, weight in weights.items() if weight == Weight.BLOCK}
    blocking.pop(Item.ALIKE, None)
    point = next(_unmet(article, blocking, None), None)
    return f"签发前检查：{point.sentence}" if point is not None else ""


def _unmet(
    article: BaseArticle, weights: Mapping[str, str], hints: list[Hint] | None
) -> Iterator[Point]:
    if article.bylines.nameless().exists():  # whatever a section asks for
        yield Point("names", NAMELESS, "bylines-group", blocks=True)
    for item, (field, look) in ITEMS.items():
        weight = weights.get(item, Weight.OFF)
        if weight == Weight.OFF:
            continue
        if item == Item.WORDING and hints is None:
            hints = hints_of(article)
        if sentence := look(article, hints or []):
            yield Point(item, sentence, field, weight == Weight.BLOCK)


def _title(article: BaseArticle, hints: list[Hint]) -> str:
    length = len(article.title)
    return f"标题 {length} 字，超过 {LONGEST_TITLE} 字。" if length > LONGEST_TITLE else ""


def _source(article: BaseArticle, hints: list[Hint]) -> str:
    is_bare = article.origin == article.Origin.REPRINT and not article.source
    return "转载没有写来源。" if is_bare else ""


def _author(article: BaseArticle, hints: list[Hint]) -> str:
    if article.origin != article.Origin.REPRINT:
        return ""
    lacks = [
        word
        for word, there in (("原作者", article.original_author), ("原标题", article.original_title))
        if not there
    ]
    return f"转载没有写{'、'.join(lacks)}。" if lacks else ""


def _byline(article: BaseArticle, hints: list[Hint]) -> str:
    if article.origin == article.Origin.REPRINT or article.byline_text:
        return ""
    return "" if article.bylines.exists() else "没有署名。"


def _caption(article: BaseArticle, hints: list[Hint]) -> str:
    rows = article.images.filter(is_decorative=False)
    bare = rows.filter(models.Q(caption="") | models.Q(photographer="")).count()
    return f"{bare} 张图片缺说明或拍摄者。" if bare else ""


def _alt(article: BaseArticle, hints: list[Hint]) -> str:
    bare = article.images.filter(is_decorative=False, alt="", caption="").count()
    return f"{bare} 张图片没有替代文字，也没有注明仅作装饰。" if bare else ""


def _tags(article: BaseArticle, hints: list[Hint]) -> str:
    return "" if article.tags.exists() else "没有关键词。"


def _alike(article: BaseArticle, hints: list[Hint]) -> str:
    waiting = article.unconfirmed_likenesses()
    return f"与 {len(waiting)} 篇文字相同，还没有核对。" if waiting else ""


def _wording(article: BaseArticle, hints: list[Hint]) -> str:
    errors = sum(hint.level == Level.ERROR for hint in hints)
    return f"校对提示里有 {errors} 处错误没有处理。" if errors else ""


def _facts_of(article: BaseArticle, layout: str) -> Any:
    """What stands beside an article of a layout, or ``None``; ``False`` in another layout."""
    if article.page_layout != layout:
        return False
    model: Any = next(model for model in SATELLITES.values() if layout == model.LAYOUT)
    return model.objects.filter(article=article).first()


def _official(article: BaseArticle, hints: list[Hint]) -> str:
    """An accident is reported after those who have the right to tell of it, by name."""
    facts = _facts_of(article, Section.Layout.ACCIDENT)
    if facts is False or (facts is not None and facts.source):
        return ""
    reprinted = article.origin == article.Origin.REPRINT and article.source
    return "" if facts is None and reprinted else "事故没有写官方通报单位。"


def _facts(article: BaseArticle, hints: list[Hint]) -> str:
    facts = _facts_of(article, Section.Layout.ACCIDENT)
    if facts is False:
        return ""
    if facts is None:
        return "没有填事故要素。"
    if facts.has_figures and facts.as_of is None:
        return "写了伤亡人数，没有写截至什么时候。"
    there = (("发生日期", facts.happened_on), ("地点", facts.place), ("事故类别", facts.kind))
    lacks = [word for word, value in there if not value]
    return f"事故要素缺{'、'.join(lacks)}。" if lacks else ""


def _vendor(article: BaseArticle, hints: list[Hint]) -> str:
    """The law on advertising 《广告法》 — an advertisement says whose it is."""
    facts = _facts_of(article, Section.Layout.VENDOR)
    if facts is False:
        return ""
    reached = facts is not None and (facts.phone or facts.email or facts.website or facts.address)
    there = (("广告主", facts and facts.company), ("联系方式", reached))
    lacks = [word for word, value in there if not value]
    return f"厂商信息缺{'、'.join(lacks)}。" if lacks else ""


def _expiry(article: BaseArticle, hints: list[Hint]) -> str:
    if article.page_layout != Section.Layout.VENDOR or article.expires_at is not None:
        return ""
    return "厂商信息没有有效期，请填“到期下线”。"


def _guest(article: BaseArticle, hints: list[Hint]) -> str:
    facts = _facts_of(article, Section.Layout.INTERVIEW)
    return "" if facts is False or (facts is not None and facts.name) else "访谈没有写受访人。"


def _works(article: BaseArticle, hints: list[Hint]) -> str:
    """Where anything is said of works, title and author are said of each."""
    said = models.Q(work_title="", work_author="", medium="", size="", year="")
    works = article.images.exclude(said)
    bare = works.filter(models.Q(work_title="") | models.Q(work_author="")).count()
    return f"{bare} 件作品缺作品名或作者。" if bare else ""


ITEMS: dict[str, tuple[str, Callable[[BaseArticle, list[Hint]], str]]] = {
    Item.TITLE: ("id_title", _title),
    Item.SOURCE: ("id_source", _source),
    Item.AUTHOR: ("id_original_author", _author),
    Item.BYLINE: ("bylines-group", _byline),
    Item.CAPTION: ("images-group", _caption),
    Item.ALT: ("images-group", _alt),
    Item.TAGS: ("id_tags", _tags),
    Item.ALIKE: ("alike", _alike),
    Item.WORDING: ("hints", _wording),
    Item.OFFICIAL: ("accident-group", _official),
    Item.FACTS: ("accident-group", _facts),
    Item.VENDOR: ("vendor-group", _vendor),
    Item.EXPIRY: ("id_expires_at", _expiry),
    Item.GUEST: ("interview-group", _guest),
    Item.WORKS: ("images-group", _works),
}
