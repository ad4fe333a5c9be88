"""What is still missing before a manuscript can be sent, and what is only advised.

One list for the form, for the desk and for the rule of the step: a manuscript is sent when
nothing on it blocks. Advice never blocks (DECISIONS: limits; DOMAIN: rules for manuscripts).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from articles.models import Section
from articles.text.richtext import to_text
from submissions.models.base_manuscript import BaseManuscript

TITLE_LONGEST = 60
TITLE_ADVISED = 30
FRESH_DAYS = 3


@dataclass(frozen=True)
class Point:
    """One point: the field it is about, the sentence, and whether it keeps from sending."""

    field: str
    sentence: str
    blocks: bool = True


def points(manuscript: BaseManuscript) -> list[Point]:
    """Return what is missing, in the order of the form, and then the advice."""
    missing = [
        *_about_place(manuscript),
        *_about_text(manuscript),
        *_about_bylines(manuscript),
        *_about_pictures(manuscript),
        *_about_origin(manuscript),
    ]
    return [*missing, *_advice(manuscript)]


def missing(manuscript: BaseManuscript) -> list[Point]:
    """Return only what keeps it from being sent."""
    return [point for point in points(manuscript) if point.blocks]


def _about_place(manuscript: BaseManuscript) -> list[Point]:
    section = manuscript.section
    if section is None:
        return [Point("section", "请选择拟投栏目。")]
    # What was sent while the section was open may be sent again after a revision.
    if not section.takes_submissions and not manuscript.round_number:
        return [Point("section", f"“{section.name}”现在不收稿，请换一个栏目；文字会保留。")]
    call = manuscript.call
    if call is not None and not call.is_open and not manuscript.round_number:
        return [Point("call", f"“{call}”已经截止，请改为普通投稿。")]
    return []


def _about_text(manuscript: BaseManuscript) -> list[Point]:
    found = []
    if not manuscript.title:
        found.append(Point("title", "请填写标题。"))
    for name, label, text in (
        ("kicker", "引题", manuscript.kicker),
        ("title", "标题", manuscript.title),
        ("subtitle", "副题", manuscript.subtitle),
    ):
        if len(text) > TITLE_LONGEST:
            found.append(
                Point(name, f"{label}最多 {TITLE_LONGEST} 字，现在有 {len(text)} 字，请缩短。")
            )
    if not to_text(manuscript.body) and not manuscript.pictures.exists():
        found.append(Point("text", "请填写正文，或至少上传一张图片。"))
    return found


def _about_bylines(manuscript: BaseManuscript) -> list[Point]:
    rows = [row for row in manuscript.bylines.all() if row.name]
    most = settings.BYLINES_PER_MANUSCRIPT
    if not rows:
        return [Point("bylines", "请至少填写一位署名人。")]
    if len(rows) > most:
        return [Point("bylines", f"署名最多 {most} 人，现在有 {len(rows)} 人。")]
    return []


def _about_pictures(manuscript: BaseManuscript) -> list[Point]:
    found = []
    for number, picture in enumerate(manuscript.pictures.select_related("upload"), start=1):
        if picture.upload.state == picture.upload.State.FAILED:
            found.append(Point("pictures", f"第 {number} 张图片无法处理，请删除后换一张。"))
        elif not picture.caption:
            found.append(
                Point("pictures", f"请给第 {number} 张图片写说明：何时、何地、何人、在做什么。")
            )
    return found


def _about_origin(manuscript: BaseManuscript) -> list[Point]:
    found = []
    day = manuscript.event_date
    if day is not None and day > timezone.localdate() + dt.timedelta(days=1):
        found.append(Point("event_date", "事件日期在今天之后，请核对。"))
    if manuscript.entered_by_id:  # on paper, the signature stands for the answers
        return found
    section = manuscript.section
    if section is not None and section.needs_unit_approval and not manuscript.approver:
        found.append(Point("approver", f"“{section.name}”须经单位审核，请填写单位审核人。"))
    if not manuscript.publication:
        found.append(Point("publication", "请选择是否在别处发表过。"))
    elif manuscript.publication == manuscript.Publication.BEFORE and not manuscript.published_where:
        found.append(Point("published_where", "请写明在哪里、何时发表过。"))
    if not manuscript.ai_use:
        found.append(Point("ai_use", "请说明是否用了人工智能生成内容。"))
    elif manuscript.ai_use == manuscript.AiUse.PARTS and not manuscript.ai_note:
        found.append(Point("ai_note", "请写明哪些部分由人工智能生成。"))
    if not manuscript.is_declared:
        stale = manuscript.rules_id is not None
        sentence = (
            "投稿须知有了新版本，请看过后重新勾选。" if stale else "请看过投稿须知后勾选声明。"
        )
        found.append(Point("declared", sentence))
    return found


def _advice(manuscript: BaseManuscript) -> list[Point]:
    found = []
    for one in manuscript.likenesses_of_draft()[:1] if manuscript.is_editable else []:
        words = f"与 {timezone.localtime(one.told.at):%Y-%m-%d} 的《{one.told.title}》文字相同 {one.match.percent}%"
        found.append(Point("text", f"{words}，请确认没有重复投稿。", blocks=False))
    if TITLE_ADVISED < len(manuscript.title) <= TITLE_LONGEST:
        found.append(Point("title", f"标题超过 {TITLE_ADVISED} 字，短一些更好读。", blocks=False))
    genre, section = manuscript.genre, manuscript.section
    if genre is not None and genre.longest:
        verse = section is not None and section.layout == Section.Layout.VERSE
        text = to_text(manuscript.body)
        length = len(text.splitlines()) if verse else len("".join(text.split()))
        if length > genre.longest:
            unit = "行" if verse else "字"
            found.append(
                Point(
                    "text",
                    f"{genre}一般不超过 {genre.longest} {unit}，现在有 {length} {unit}。",
                    blocks=False,
                )
            )
    day = manuscript.event_date
    if day is not None and (timezone.localdate() - day).days > FRESH_DAYS:
        found.append(
            Point("event_date", f"事件已过 {FRESH_DAYS} 天，新闻稿请尽早投送。", blocks=False)
        )
    small = sum(
        picture.upload.is_ready and picture.upload.is_small
        for picture in manuscript.pictures.select_related("upload")
    )
    if small:
        side = settings.PICTURE_HINT_PIXELS
        found.append(
            Point("pictures", f"{small} 张图片长边不足 {side} 像素，有原图请换原图。", blocks=False)
        )
    return found
