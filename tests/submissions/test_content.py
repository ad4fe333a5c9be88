"""One table says what a manuscript consists of."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Genre
from submissions.admin.review import version
from submissions.models import CallForPapers, Manuscript, SubmissionRules
from submissions.models.content import BOOKKEEPING, COLUMNS, CONTENT, Mark, marked
from tests import factories as f

pytestmark = pytest.mark.django_db


def said() -> dict:
    """Every field of the table with a value of its own."""
    section = f.section("sanwen")
    return {
        "kicker": "别的引题", "title": "别的标题", "subtitle": "别的副题", "body": "<p>别的正文，一共写了二十个字左右。</p>",
        "section": section, "genre": Genre.objects.order_by("-pk").first(),
        "call": CallForPapers.objects.create(
            title="矿区的冬天", section=section, opens_on=timezone.localdate(),
            closes_on=timezone.localdate()
        ),
        "event_date": dt.date(2026, 11, 3), "approver": "另一位科长", "publication": "before",
        "published_where": "矿工报", "ai_use": "parts", "ai_note": "摘要由工具生成",
        "to_desk": "请核对数字", "rules": SubmissionRules.current(),
        "declared_at": timezone.now(),
    }  # fmt: skip


def test_every_field_is_in_the_table_or_noted_by_the_site_itself():
    there = {field.name for field in Manuscript._meta.concrete_fields}
    assert there == {part.name for part in CONTENT} | BOOKKEEPING
    assert not {part.name for part in CONTENT} & BOOKKEEPING
    assert set(said()) == {part.name for part in CONTENT}


@pytest.mark.parametrize("part", CONTENT, ids=lambda part: part.name)
def test_what_was_typed_is_kept_compared_and_carried(part):
    li, wang = f.correspondent(), f.editor()
    made = f.manuscript(li)
    made.submit(by=li.user)
    first = made.last_round
    made.send_back(by=wang, note="请改")
    value = said()[part.name]
    setattr(made, part.name, value)
    made.save()
    # As it lies there when it is sent, whatever else would be missing.
    made = Manuscript.objects.get(pk=made.pk)
    kept = {**made.content(), **{name: getattr(made, name) for name in COLUMNS}}
    assert Mark.ROUND in part.marks and part.name in kept
    if part.name != "rules":
        plain = value.isoformat() if isinstance(value, dt.date) else value
        assert kept[part.name] == (plain if isinstance(plain, str) else str(plain))
    second = made.rounds.create(
        number=9, sent_at=timezone.now(), content=made.content(),
        **{name: getattr(made, name) for name in COLUMNS},
    )  # fmt: skip
    changed = version(first).lines.get(part.label) != version(second).lines.get(part.label)
    assert changed is (Mark.COMPARED in part.marks)
    if Mark.CARRIED in part.marks:
        fresh = f.manuscript(li, **{part.name: value})
        fresh.submit(by=li.user)
        article = fresh.accept(by=wang)
        assert getattr(article, part.name) == value


def test_the_desk_sees_the_lines_that_the_table_names():
    li, wang = f.correspondent(), f.editor()
    made = f.manuscript(li)
    made.submit(by=li.user)
    made.send_back(by=wang, note="请改")
    made.approver = "另一位科长"
    made.save()
    made.submit(by=li.user)
    page = (
        f.signed_in(wang)
        .get(reverse("admin:submissions_manuscript_change", args=[made.pk]))
        .content.decode()
    )
    label = next(part.label for part in marked(Mark.COMPARED) if part.name == "approver")
    assert f"<b>{label}</b>" in page and "另一位" in page and Article.objects.count() == 0
