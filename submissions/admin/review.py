"""The page on which a manuscript is decided: text and comparison left, decisions right."""

from __future__ import annotations

import datetime as dt
from typing import Any

from auditlog.models import LogEntry
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from articles.pages.versions import Version, compared, picture_words
from articles.text.richtext import to_text
from correspondents.history import details, what
from submissions.models import (
    DeclineReason,
    Manuscript,
    Round,
    checklist,
    colleagues,
    lately_of,
)
from submissions.models.content import COLUMNS, Mark, marked
from submissions.models.message import unread
from submissions.models.steps import REVIEW

LOG = 12


def context_of(request: HttpRequest, manuscript: Manuscript) -> dict[str, Any]:
    """Return what the review page shows; the author's new messages count as read from now on."""
    user: Any = request.user
    rounds = list(manuscript.rounds.all())
    shown = _chosen(request, rounds)
    previous = next((row for row in rounds if shown and row.number < shown.number), None)
    comparing_now = previous is not None and request.GET.get("gao") in (None, "", "duizhao")
    talk = list(manuscript.messages.select_related("writer"))
    unread(manuscript.messages.all(), by_desk=True).update(read_at=timezone.now())
    unit = manuscript.organisation
    documents, scan = manuscript.documents.select_related("upload"), manuscript.approval
    may_decide = user.has_perm(REVIEW) and manuscript.is_read_by(user)
    own = manuscript.author.user_id == user.pk
    return {
        "manuscript": manuscript,
        "sent": shown or manuscript,
        "rounds": rounds,
        "shown": shown,
        "previous": previous,
        "compared": compared(version(previous), version(shown))
        if previous and shown and comparing_now
        else None,
        "length": len("".join(to_text((shown or manuscript).body).split())),
        "facts": _facts(manuscript, shown),
        "pictures": shown.loose_pictures() if shown else manuscript.loose_pictures(),
        "documents": [row for row in documents if _was_sent(manuscript, row.created_at)],
        "approval": scan if scan and _was_sent(manuscript, scan.created_at) else None,
        "points": [] if manuscript.is_editable else checklist.points(manuscript),
        "talk": talk,
        "passages": [row for row in talk if row.is_remark and row.quote],
        "notes": manuscript.notes.select_related("writer"),
        "requests": manuscript.requests.select_related("answered_by"),
        "reasons": DeclineReason.objects.all(),
        "colleagues": colleagues(manuscript.sent_section_id).exclude(pk=user.pk),
        "priorities": Manuscript.Priority.choices,
        "may_decide": may_decide,
        "may_note": may_decide and not own,
        "own": own,
        "held_by_other": manuscript.state == Manuscript.State.CLAIMED
        and manuscript.handler_id not in (None, user.pk),
        "author_lately": lately_of(manuscript.author, but=manuscript, reader=user),
        "unit_lately": lately_of(unit, but=manuscript, reader=user) if unit else None,
        "likenesses": manuscript.likenesses(user),
        "compare_base": reverse("admin:submissions_manuscript_changelist"),
        "log": _log(manuscript),
    }


def _chosen(request: HttpRequest, rounds: list[Round]) -> Round | None:
    """The round that is asked for, else the last one: never the author's unfinished text."""
    number = request.GET.get("gao", "")
    named = next((row for row in rounds if str(row.number) == number), None)
    return named or (rounds[0] if rounds else None)


def _was_sent(manuscript: Manuscript, at: dt.datetime) -> bool:
    """Did the desk get it? Not what the author has put in since, while revising."""
    sent_at = manuscript.submitted_at
    return not manuscript.is_editable or (sent_at is not None and at <= sent_at)


def _facts(manuscript: Manuscript, shown: Round | None) -> dict[str, Any]:
    """Everything beside the text, as it was sent with the round that is shown."""
    facts = manuscript.content() | (shown.content if shown else {})
    publication, ai_use = Manuscript.Publication, Manuscript.AiUse
    facts["publication_words"] = dict(publication.choices).get(facts["publication"], "")
    facts["ai_words"] = dict(ai_use.choices).get(facts["ai_use"], "")
    facts["declared_at"] = parse_datetime(facts["declared_at"] or "")
    return facts


def version(row: Round) -> Version:
    """Return a round as it is compared with another."""
    content: dict[str, Any] = row.content or {}
    said = content | {name: getattr(row, name) for name in COLUMNS}
    lines = {part.label: str(said.get(part.name) or "") for part in marked(Mark.COMPARED)}
    people = content.get("bylines") or []
    lines["署名"] = "、".join(" ".join(part for part in one[1:] if part) for one in people)
    pictures = [picture_words(one[1], one[2]) for one in content.get("pictures") or []]
    return Version(row.title, row.body, lines, pictures)


def _log(manuscript: Manuscript) -> list[dict[str, Any]]:
    entries = LogEntry.objects.get_for_object(manuscript).select_related("actor", "content_type")
    told = []
    for entry in entries.order_by("-timestamp", "-pk")[: 3 * LOG]:
        facts = entry.additional_data if isinstance(entry.additional_data, dict) else {}
        if not facts.get("event"):  # a plain saving of the author's form
            continue
        told.append({"entry": entry, "what": what(entry), "details": details(entry)})
    return told[:LOG]
