"""What the desk finds of manuscripts: as they were sent last. Drafts are in no index."""

from __future__ import annotations

from django.utils import timezone

from articles.models import MANUSCRIPT, Entry
from articles.text.richtext import to_text
from submissions.models.base_manuscript import BaseManuscript


def entry_of(manuscript: BaseManuscript) -> Entry:
    """Return what there is to be found of a manuscript that was sent."""
    content = sent_content(manuscript)
    names = [word for _, name, unit in content.get("bylines", []) for word in (name, unit)]
    unit = manuscript.organisation.name if manuscript.organisation else ""
    return Entry(
        kind=MANUSCRIPT,
        object_id=manuscript.pk,
        section_id=manuscript.sent_section_id,
        at=manuscript.first_submitted_at or manuscript.created_at or timezone.now(),
        title=manuscript.sent_title,
        body=sent_text(manuscript),
        meta=(manuscript.number or "", manuscript.author.name, *names, unit),
    )


def sent_text(manuscript: BaseManuscript) -> str:
    """Return the text of the last sending, with the captions of its pictures."""
    last = manuscript.last_round
    if last is None:
        return to_text(manuscript.body)
    captions = [row[1] for row in sent_content(manuscript).get("pictures", []) if row[1]]
    return "\n".join([to_text(last.body), *captions]).strip()


def sent_content(manuscript: BaseManuscript) -> dict[str, list[list[str]]]:
    """Return what was sent besides the text."""
    last = manuscript.last_round
    return last.content if last is not None else {}
