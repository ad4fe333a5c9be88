"""What manuscripts do when a person merges, leaves, or asks for all that is kept of him."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from articles.richtext import to_text
from correspondents.signals import person_erased, personal_data_asked
from submissions.models import Manuscript


def connect() -> None:
    """Listen to the registry."""
    personal_data_asked.connect(own_manuscripts, dispatch_uid="own-manuscripts")
    person_erased.connect(drop_unsent, dispatch_uid="drop-unsent")


def own_manuscripts(sender: Any, person: Any, **_: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return everything the person ever wrote here."""
    rows = Manuscript.objects.filter(author=person).select_related("section")
    return [
        (
            "稿件",
            [
                {
                    "稿号": row.number,
                    "标题": row.title,
                    "副题": row.subtitle,
                    "栏目": row.section.name,
                    "状态": row.author_word[0],
                    "建稿时间": f"{timezone.localtime(row.created_at):%Y-%m-%d %H:%M}",
                    "编辑意见": row.remark,
                    "正文": to_text(row.body),
                }
                for row in rows.order_by("created_at")
            ],
        )
    ]


def drop_unsent(sender: Any, person: Any, by: Any, **_: Any) -> None:
    """Delete drafts with their pictures; take back what the desk has not accepted yet."""
    for manuscript in Manuscript.objects.filter(author=person):
        if manuscript.state == Manuscript.State.DRAFT:
            manuscript.drop()
        elif by is not None and manuscript.article_id is None and manuscript.is_open:
            manuscript.retract(by=by)
