"""What articles add when a person asks for all that is kept of him."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from articles.models import Byline, BylineClaim
from correspondents.signals import personal_data_asked


def connect() -> None:
    """Listen to the registry."""
    personal_data_asked.connect(own_work, dispatch_uid="own-work")


def own_work(sender: Any, person: Any, **_: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the person's bylines and claims."""
    rows = Byline.objects.filter(correspondent=person).select_related("article", "organisation")
    claims = BylineClaim.objects.filter(correspondent=person).select_related("byline__article")
    return [
        ("署名的作品", [_piece(row) for row in rows.order_by("article__published_at")]),
        (
            "署名认领",
            [
                {"作品": str(row), "说明": row.remark, "结果": row.get_state_display()}
                for row in claims
            ],
        ),
    ]


def _piece(row: Byline) -> dict[str, Any]:
    article = row.article
    when = article.published_at
    return {
        "标题": article.title if article.is_public else "（未公开的稿件）",
        "发布时间": f"{timezone.localtime(when):%Y-%m-%d %H:%M}" if when else "",
        "身份": row.get_role_display(),
        "姓名": row.name,
        "署名单位": row.unit_text,
        "地址": article.get_absolute_url() if article.is_public else "",
    }
