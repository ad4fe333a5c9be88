"""What some layouts say beside the text: facts of an accident, an advertiser, a guest.

Each is one row beside its article and part of the text the readings vouch for: it goes with
:meth:`Article.content`, the working copy and every revision as plain values. A row in which nothing
is said counts as none.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from articles.content.base_article import BaseArticle
from articles.content.section import Section
from correspondents.typed import AddressField, DayField, LineField, MailboxField, SentenceField

# An accident has a handful of reports; more links than this are a mistake somewhere.
LONGEST_CHAIN = 30


class Satellite(models.Model):
    """One row beside an article; ``VALUES`` names what is said in it, as attributes of the row."""

    VALUES: ClassVar[tuple[str, ...]]
    LAYOUT: ClassVar[str]

    class Meta:
        abstract = True

    def told(self) -> dict[str, Any]:
        """Return what is said, as values that JSON keeps; what is left open is left out."""
        said = {name: getattr(self, name) for name in self.VALUES}
        return {name: _plain(value) for name, value in said.items() if value not in ("", None)}

    @classmethod
    def labels(cls) -> dict[str, str]:
        """Return what the values are called, by name."""
        fields = {field.attname: field for field in cls._meta.concrete_fields}
        return {name: str(fields[name].verbose_name) for name in cls.VALUES}

    @classmethod
    def words(cls, told: dict[str, Any]) -> str:
        """Return what :meth:`told` gave in words, a line for each value."""
        fields = {field.attname: field for field in cls._meta.concrete_fields}
        lines = []
        for name, label in cls.labels().items():
            if name in told:
                value = fields[name].to_python(told[name])
                shown = dict(fields[name].flatchoices or ()).get(value, value)
                if isinstance(shown, dt.datetime):
                    shown = f"{timezone.localtime(shown):%Y-%m-%d %H:%M}"
                if fields[name].is_relation:
                    shown = f"编号 {shown}"
                lines.append(f"{label}：{shown}")
        return "\n".join(lines)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        value = value.astimezone(dt.UTC)  # the same whatever zone the database answers in
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else value


class AccidentFacts(Satellite):
    """What is known of an accident at a moment, and from whom."""

    LAYOUT = Section.Layout.ACCIDENT
    VALUES = (
        "happened_on", "happened_at", "place", "unit", "kind", "grade", "dead", "missing",
        "injured", "as_of", "source", "standing", "follows_id",
    )  # fmt: skip

    class Kind(models.TextChoices):
        """The kinds in which mines report their accidents."""

        ROOF = "roof", "顶板"
        GAS = "gas", "瓦斯"
        MACHINE = "machine", "机电"
        TRANSPORT = "transport", "运输"
        BLASTING = "blasting", "爆破"
        WATER = "water", "水害"
        FIRE = "fire", "火灾"
        OTHER = "other", "其他"

    class Grade(models.TextChoices):
        """The four grades of article 3, 国务院令第493号《生产安全事故报告和调查处理条例》."""

        ORDINARY = "ordinary", "一般事故"
        LARGER = "larger", "较大事故"
        MAJOR = "major", "重大事故"
        GRAVE = "grave", "特别重大事故"

    class Standing(models.TextChoices):
        RESCUE = "rescue", "救援处置中"
        ENDED = "ended", "处置结束，调查中"
        REPORTED = "reported", "已公布调查报告"

    article = models.OneToOneField("Article", on_delete=models.CASCADE, related_name="accident")
    happened_on = DayField("发生日期", null=True, blank=True)
    happened_at = models.TimeField(
        "发生时刻", null=True, blank=True, help_text="通报没有写几点几分的，不填。"
    )
    place = LineField("地点", max_length=60, blank=True, help_text="省、市、县（区）。")
    unit = LineField("发生单位", max_length=60, blank=True)
    kind = models.CharField("事故类别", max_length=10, choices=Kind.choices, blank=True)
    grade = models.CharField(
        "事故等级", max_length=10, choices=Grade.choices, blank=True,
        help_text="不选则按死亡人数推定（国务院令第493号第三条）；重伤人数、直接损失另有规定的，以通报为准选定。",
    )  # fmt: skip
    dead = models.PositiveSmallIntegerField("死亡人数", null=True, blank=True)
    missing = models.PositiveSmallIntegerField("失联人数", null=True, blank=True)
    injured = models.PositiveSmallIntegerField("受伤人数", null=True, blank=True)
    as_of = models.DateTimeField(
        "数据截至", null=True, blank=True, help_text="写了人数就要写截至什么时候。"
    )
    source = LineField(
        "通报单位",
        max_length=60,
        blank=True,
        help_text="只用官方通报，不用本网和通讯员自己的数字。",
    )
    standing = models.CharField("进展", max_length=10, choices=Standing.choices, blank=True)
    follows = models.ForeignKey(
        "Article", verbose_name="上一篇快报", null=True, blank=True, on_delete=models.PROTECT,
        related_name="followed_by", help_text="同一起事故的前一篇报道；页面据此列出全部报道。",
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "事故要素"

    def __str__(self) -> str:
        return " ".join(part for part in (self.unit, self.get_kind_display()) if part) or "事故"

    @property
    def grade_words(self) -> str:
        """The grade in force: the chosen one, or what the number of the dead alone decides.

        Fewer than 3, 3 to 9, 10 to 29, 30 and more (article 3 of 国务院令第493号). With nobody dead
        the injured or the loss decide, which are for the desk to judge: nothing is said.
        """
        if self.grade:
            return self.get_grade_display()
        if not self.dead:
            return ""
        grades = self.Grade
        steps = ((30, grades.GRAVE), (10, grades.MAJOR), (3, grades.LARGER), (1, grades.ORDINARY))
        return str(next(grade.label for least, grade in steps if self.dead >= least))

    @property
    def figures(self) -> list[tuple[str, int]]:
        """The numbers that are known, with their words."""
        rows = (("死亡", self.dead), ("失联", self.missing), ("受伤", self.injured))
        return [(word, number) for word, number in rows if number is not None]

    @property
    def has_figures(self) -> bool:
        """Is any number of people told?"""
        return bool(self.figures)


class VendorInfo(Satellite):
    """Who advertises, what, and where he is reached. 《广告法》 article 14: told apart from news."""

    LAYOUT = Section.Layout.VENDOR
    VALUES = ("company", "product", "contact", "phone", "email", "website", "address")

    article = models.OneToOneField("Article", on_delete=models.CASCADE, related_name="vendor")
    company = LineField("广告主", max_length=60, blank=True)
    product = LineField("产品或服务", max_length=80, blank=True)
    contact = LineField("联系人或部门", max_length=40, blank=True)
    phone = LineField("电话", max_length=40, blank=True)
    email = MailboxField("信箱", blank=True)
    website = AddressField("网址", blank=True)
    address = LineField("地址", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "厂商信息"

    def __str__(self) -> str:
        return self.company or "厂商"


class InterviewInfo(Satellite):
    """Who is interviewed; his portrait is one of the pictures, marked there."""

    LAYOUT = Section.Layout.INTERVIEW
    VALUES = ("name", "post", "unit", "about")

    article = models.OneToOneField("Article", on_delete=models.CASCADE, related_name="interview")
    name = LineField(
        "受访人", max_length=40, blank=True, help_text="正文里以“姓名：”起头的段落，排成回答。"
    )
    post = LineField("职务", max_length=40, blank=True)
    unit = LineField("单位", max_length=60, blank=True)
    about = SentenceField("简介", max_length=160, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "受访人"

    def __str__(self) -> str:
        return self.name or "受访人"


# By the name under which an article has them.
SATELLITES: dict[str, type[Satellite]] = {
    "accident": AccidentFacts,
    "vendor": VendorInfo,
    "interview": InterviewInfo,
}


def satellites_of(article: BaseArticle) -> dict[str, dict[str, Any]]:
    """Return what stands beside an article as plain values, by name; only where something is said."""
    rows = {name: getattr(article, name, None) for name in SATELLITES}
    said = {name: row.told() for name, row in rows.items() if row is not None}
    return {name: values for name, values in said.items() if values}


def put_satellites(article: BaseArticle, content: dict[str, Any]) -> None:
    """Make the rows beside an article say what :func:`satellites_of` once gave."""
    for name, model in SATELLITES.items():
        told = content.get(name)
        anyone: Any = model
        rows = anyone.objects.filter(article=article)
        if not told:
            rows.delete()
            continue
        row = rows.first() or anyone(article=article)
        fields = {field.attname: field for field in model._meta.concrete_fields}
        for value in model.VALUES:
            there = told.get(value)
            blank = None if fields[value].null else ""
            setattr(row, value, blank if there is None else fields[value].to_python(there))
        earlier = getattr(row, "follows_id", None)
        if earlier and not type(article)._base_manager.filter(pk=earlier).exists():
            row.follows_id = None
        row.save()


def copy_satellites(source: BaseArticle, target: BaseArticle) -> None:
    """Let one article have beside it what stands beside another."""
    put_satellites(target, satellites_of(source))


def chain_of(article: BaseArticle) -> list[int]:
    """Return the numbers of all reports of the accident an article tells of, the first one first.

    Back from report to report, then on to whatever follows one of them; working copies stand for
    their originals, and a ring of links ends where it closes.
    """
    facts = AccidentFacts.objects.filter(article__copy_of=None)
    links = facts.exclude(follows=None)
    own = article.copy_of_id or article.pk
    first, seen = own, {own}
    earlier = getattr(getattr(article, "accident", None), "follows_id", None)
    while earlier and earlier not in seen and len(seen) < LONGEST_CHAIN:
        first = earlier
        seen.add(earlier)
        earlier = links.filter(article=earlier).values_list("follows", flat=True).first()
    chain, ends = [first], [first]
    while ends and len(chain) < LONGEST_CHAIN:
        later = links.filter(follows__in=ends).order_by("article").values_list("article", flat=True)
        ends = [key for key in later if key not in chain]
        chain += ends
    return chain if own in chain else [*chain, own]
